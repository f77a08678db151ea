"""Files → problems or a `Spec`: reads the spec and its team files, checks their shape, builds.

With `pipeline` and `output` the only module that touches the disk.
"""

import os
from glob import iglob
from pathlib import Path
from typing import NamedTuple

from generator import schema, source
from generator.paths import shown
from generator.problem import Problem
from generator.schema import Kind
from generator.source import Source
from generator.spec import Include, Place, Spec, build

SPEC_FILE = "domain.yaml"


class Loaded(NamedTuple):
    """What the files gave: a Spec, unless a problem of text or shape stands in the way."""

    spec: Spec | None
    problems: tuple[Problem, ...]
    sources: tuple[Source, ...]


def load(path: Path) -> Loaded:
    """Read the spec at `path` and the team files that it includes."""
    main = source.read(path, shown(path))
    includes = tuple(_include(main))
    teams = {s.path: s for include in includes for s in include.files}
    kinds = dict.fromkeys(teams.values(), Kind.TEAM) | {main: Kind.DOMAIN}
    problems = [p for file, kind in kinds.items() for p in _check(file, kind)]
    spec = None if problems else build(main, includes)
    return Loaded(spec, tuple(problems), (main, *teams.values()))


# Where these are found a value was left out, and its absence is not another fault.
_LEAVES_GAPS = frozenset({"merge-key", "yaml-tag"})


def _check(file: Source, kind: Kind) -> tuple[Problem, ...]:
    has_gaps = any(problem.rule in _LEAVES_GAPS for problem in file.problems)
    return file.problems if has_gaps else (*file.problems, *schema.check(file, kind))


def _include(main: Source) -> list[Include]:
    patterns = main.data.get("include") if isinstance(main.data, dict) else None
    includes = []
    seen: dict[Path, Source] = {}
    for index, pattern in enumerate(patterns if isinstance(patterns, list) else ()):
        if not isinstance(pattern, str) or Path(pattern).is_absolute():
            continue
        files = []
        # Sorted, because the order in which a folder lists its files is the machine's.
        for match in sorted(iglob(pattern, root_dir=main.path.parent, recursive=True)):
            path = Path(os.path.normpath(main.path.parent / match))
            if path.is_dir() or path == Path(os.path.normpath(main.path)):
                continue
            if path not in seen:
                name = shown(path)
                seen[path] = source.read(path, name)
            files.append(seen[path])
        includes.append(Include(pattern, Place(main, ("include", index)), tuple(files)))
    return includes


def find(paths: tuple[str, ...]) -> tuple[list[Path], list[str]]:
    """Paths as given → spec files in a fixed order, and the paths that held none.

    A folder is searched for files named `domain.yaml`; hidden folders and links are passed over.
    """
    specs: dict[Path, None] = {}
    empty = []
    for given in paths:
        path = Path(given)
        if not path.is_dir():
            specs[path] = None
            continue
        found = False
        for folder, subfolders, files in os.walk(path):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            if SPEC_FILE in files:
                specs[Path(folder) / SPEC_FILE] = None
                found = True
        if not found:
            empty.append(given)
    return list(specs), empty
