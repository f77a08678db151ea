"""The files that look like team files and that no entry of `include` finds.

Looked at are the YAML files beside those that a glob finds, and what a glob meets that has not the
name of a YAML file. Nothing of them is used or quoted but their names.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from glob import has_magic
from pathlib import Path, PurePath

from codeartifact_tf.files.file_tree import Tree
from codeartifact_tf.spec import yaml_reader
from codeartifact_tf.spec.spec import Include

YAML_SUFFIXES = frozenset({".yaml", ".yml"})
_SECTION = "repositories"
_MAX_BYTES = yaml_reader.MAX_BYTES


def may_be_meant(pattern: str, path: PurePath) -> bool:
    """Whether a glob means a file that it meets.

    Terraform's files are never meant: `**/*` would meet those that the last run generated. A glob
    that says nothing of a suffix means YAML files, and not the README.md beside them.
    """
    suffix = PurePath(pattern).suffix if not pattern.endswith("**") else ""
    is_told = not has_magic(pattern) or (suffix not in {"", "."} and not has_magic(suffix))
    return path.suffix != ".tf" and (is_told or path.suffix in YAML_SUFFIXES)


def with_left_out(
    includes: Iterable[Include], met: Mapping[Path, str], known: Collection[Path], tree: Tree
) -> Iterator[Include]:
    """The entries with the files that look as if they should find them.

    `met` has files that a glob meets and does not mean, with the glob; `known` are the spec and its
    team files.
    """
    looked_at = set(known)
    left = 4 * _MAX_BYTES
    for include in includes:
        found = []
        for path in _candidates(include, met, tree):
            if path in looked_at or left <= 0:
                continue
            looked_at.add(path)
            raw = _raw(path, tree)
            left -= len(raw)
            if _looks_like_a_team_file(path, raw):
                found.append(tree.shown(path))
        yield replace(include, left_out=tuple(found))


def _candidates(include: Include, met: Mapping[Path, str], tree: Tree) -> Iterator[Path]:
    if not has_magic(include.pattern):
        return
    folders = {file.path.parent for file in include.files if not file.unreadable}
    for folder in sorted(folders):
        try:
            names = sorted(tree.names(folder))
        except OSError:
            continue
        for name in names:
            if name[0] != "." and PurePath(name).suffix in YAML_SUFFIXES:
                yield folder / name
    yield from sorted(path for path, pattern in met.items() if pattern == include.pattern)


def _raw(path: Path, tree: Tree) -> bytes:
    """The bytes of a file; none of what cannot be read, or is too large for a team file."""
    try:
        raw = tree.read(path, _MAX_BYTES + 1)
    except OSError:
        return b""
    return raw if len(raw) <= _MAX_BYTES else b""


def _looks_like_a_team_file(path: Path, raw: bytes) -> bool:
    if _SECTION.encode() not in raw:
        return False
    data = yaml_reader.parse(raw, path, path.name).data
    return (
        isinstance(data, dict)
        and isinstance(data.get(_SECTION), dict)
        and all(key == _SECTION or key.startswith("x-") for key in data)
    )
