"""Files → problems or a `Spec`: reads the spec and its team files, checks their shape, builds.

With `left_out` the only module of this room that reads files; a `Tree` is where it reads them.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from codeartifact_tf.files import proof_cache
from codeartifact_tf.files.file_tree import DISK, Outside, Tree
from codeartifact_tf.files.globs import MAX_FOLDERS, TooManyFolders, expand
from codeartifact_tf.files.proof_cache import Proofs
from codeartifact_tf.findings.problem import Problem
from codeartifact_tf.spec import schema, yaml_reader
from codeartifact_tf.spec.builder import build
from codeartifact_tf.spec.left_out import may_be_meant, with_left_out
from codeartifact_tf.spec.schema import Kind
from codeartifact_tf.spec.source import Source
from codeartifact_tf.spec.spec import Include, Place, Spec, files_of
from codeartifact_tf.spec.well_formed import well_formed

SPEC_FILE = "domain.yaml"
_MISNAMED = "domain.yml"
MAX_TEAM_CHARACTERS = 4 * yaml_reader.MAX_BYTES


class Loaded(NamedTuple):
    """What the files gave: problems of text and shape, and a Spec if one can be made of them."""

    spec: Spec | None
    problems: tuple[Problem, ...]
    sources: tuple[Source, ...]


def load(path: Path, proven: Proofs = proof_cache.NONE, tree: Tree = DISK) -> Loaded:
    """Read the spec at `path` and the team files that it includes.

    Nothing outside of its repository is read, whatever a pattern or a link says.
    """
    tree = tree.around(path)
    main = yaml_reader.read(path, tree)
    faults = _check(main, Kind.DOMAIN, proven)
    main = _whole(main, Kind.DOMAIN, faults)
    includes = tuple(_include(main, tree))
    files = files_of(main, includes)
    found = {file: _check(file, Kind.TEAM, proven) for file in files if file is not main}
    problems = (*faults, *(problem for each in found.values() for problem in each))
    spec = None
    if _leave_a_whole(problems):
        good = {file: _whole(file, Kind.TEAM, each) for file, each in found.items()}
        includes = tuple(
            replace(include, files=tuple(good[file] for file in include.files))
            for include in includes
        )
        spec = build(main, includes)
    return Loaded(spec, problems, files)


# Faults after which the rules can still run, on what is left.
_LEAVES_A_WHOLE = frozenset({"duplicate-key", "invalid-value", "unknown-key"})

# Where these are found a value was left out, and its absence is not another fault.
_LEAVES_GAPS = frozenset({"merge-key", "yaml-tag"})


def _leave_a_whole(problems: Iterable[Problem]) -> bool:
    return all(problem.rule in _LEAVES_A_WHOLE for problem in problems)


def _whole(file: Source, kind: Kind, problems: tuple[Problem, ...]) -> Source:
    """What is left of a file with faults, if something is."""
    return well_formed(file, kind) if problems and _leave_a_whole(problems) else file


def _check(file: Source, kind: Kind, proven: Proofs) -> tuple[Problem, ...]:
    has_gaps = any(problem.rule in _LEAVES_GAPS for problem in file.problems)
    statement = ("the shape of", kind, file.text)
    if has_gaps or (not file.problems and proven.hold(*statement)):
        return file.problems
    problems = (*file.problems, *schema.check(file, kind))
    if not problems:
        proven.keep(*statement)
    return problems


def _include(main: Source, tree: Tree) -> Iterator[Include]:
    """The entries of `include` with what they find, and what they leave out."""
    seen: dict[Path, Source] = {}
    met: dict[Path, str] = {}
    includes = tuple(_entries(main, seen, met, tree))
    known = {Path(os.path.normpath(main.path)), *seen}
    return with_left_out(includes, met, known, tree)


def _entries(
    main: Source, seen: dict[Path, Source], met: dict[Path, str], tree: Tree
) -> Iterator[Include]:
    entries = main.data.get("include") if isinstance(main.data, dict) else None
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        pattern = entry.get("files") if isinstance(entry, dict) else entry
        if isinstance(pattern, str) and pattern and not Path(pattern).is_absolute():
            place = Place(main, ("include", index))
            place = place / "files" if isinstance(entry, dict) else place
            files = tuple(dict.fromkeys(_matches(place, pattern, seen, met, tree)))
            yield Include(pattern, Place(main, ("include", index)), files)


def _matches(
    place: Place, pattern: str, seen: dict[Path, Source], met: dict[Path, str], tree: Tree
) -> Iterator[Source]:
    """The team files that a pattern means, each read once. The spec is not one of its own.

    Those that it meets and does not mean come into `met`, with the pattern.
    """
    main = place.source
    size = sum(len(file.text) for file in seen.values())
    try:
        paths = [Path(os.path.normpath(path)) for path in expand(main.path.parent, pattern, tree)]
    except TooManyFolders:
        yield _too_much(place, f"the pattern leads into more than {MAX_FOLDERS:,} folders")
        return
    except Outside as error:
        yield _outside(place, Path(error.filename), tree, str(error.strerror))
        return
    except (OSError, ValueError) as error:
        folder = Path(getattr(error, "filename", None) or main.path.parent)
        message = f"the folder cannot be read: {getattr(error, 'strerror', None) or error}"
        yield yaml_reader.unreadable(folder, tree.shown(folder), message)
        return
    for path in paths:
        if not may_be_meant(pattern, path):
            met.setdefault(path, pattern)
        elif path != Path(os.path.normpath(main.path)):
            if size > MAX_TEAM_CHARACTERS:
                yield _too_much(place, "the team files have more than 40 MB together")
                return
            if path not in seen:
                seen[path] = yaml_reader.read(path, tree)
                size += len(seen[path].text)
            yield seen[path]


def _outside(place: Place, path: Path, tree: Tree, why: str) -> Source:
    """What stands for files that are not read, because a pattern or a link leads to them."""
    main = place.source
    message = f"{tree.shown(path)} is not read: {why}"
    fix = "include files of the repository; without git, `--root` names its folder"
    problem = main.problem(main.span(place.path), "file-outside", message, fix)
    return Source(main.file, main.path / str(place), problems=(problem,), unreadable=True)


def _too_much(place: Place, message: str) -> Source:
    """What stands for files that are not read, because a pattern means more than anybody can."""
    main, fix = place.source, "name the team files more closely"
    problem = main.problem(main.span(place.path), "file-too-large", message, fix)
    return Source(main.file, main.path / str(place), problems=(problem,))


def find(paths: tuple[str, ...], tree: Tree = DISK) -> tuple[list[Path], list[str]]:
    """Paths as given → spec files in a fixed order, each once, and the paths that held none.

    A folder is searched for files named `domain.yaml`; hidden folders and links are passed over.
    Raises OSError for a folder that cannot be read.
    """
    specs: dict[str, Path] = {}
    empty = []
    for given in paths:
        path = Path(given)
        found = list(_find(path, tree)) if tree.is_folder(path) else [path]
        for spec in found:
            specs.setdefault(tree.identity(spec), spec)
        if not found:
            empty.append(given)
    return list(specs.values()), empty


def _find(path: Path, tree: Tree) -> Iterator[Path]:
    return (folder / SPEC_FILE for folder, files in tree.walk(path) if SPEC_FILE in files)


def misnamed(path: str, tree: Tree = DISK) -> str | None:
    """A spec below a folder that has another suffix than it must have."""
    found = (folder / _MISNAMED for folder, files in tree.walk(Path(path)) if _MISNAMED in files)
    return next(map(tree.shown, found), None)
