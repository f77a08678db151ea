"""Globs that do not pass over what cannot be read.

Python's own leave out a folder that they cannot list; here that would drop a team's repositories
without a word. The rules are theirs: `**` is any folders, and a name that begins with a dot is met
only by a pattern that does. `**` does not follow links to folders. Each part of a pattern is looked
for in a folder once, however many ways lead there.
"""

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from glob import has_magic
from pathlib import Path

MAX_FOLDERS = 100_000


class TooManyFolders(Exception):
    """A pattern would have to be looked for in more than MAX_FOLDERS folders."""


def expand(folder: Path, pattern: str) -> Iterator[Path]:
    """The files below `folder` that a pattern means.

    Raises OSError for an unreadable folder, and TooManyFolders.
    """
    return _expand(folder, pattern.split("/"), set())


def _expand(folder: Path, parts: list[str], seen: set[tuple[str, ...]]) -> Iterator[Path]:
    # `**/../**`, or links in circles, lead to the same folder on more ways than can be walked.
    state = (os.path.realpath(folder), *parts)
    if state in seen:
        return
    seen.add(state)
    if len(seen) > MAX_FOLDERS:
        raise TooManyFolders
    part, rest = parts[0], parts[1:]
    if part == "**":
        yield from _expand(folder, rest or ["*"], seen)
        for name in _names(folder, part):
            if (folder / name).is_dir() and not (folder / name).is_symlink():
                yield from _expand(folder / name, parts, seen)
        return
    for name in _names(folder, part) if has_magic(part) else [part]:
        path = folder / name
        if rest and path.is_dir():
            yield from _expand(path, rest, seen)
        elif not rest and path.exists() and not path.is_dir():
            yield path


def _names(folder: Path, pattern: str) -> list[str]:
    """What a folder holds that a pattern meets, in an order that no machine decides."""
    names = os.listdir(folder) if folder.is_dir() else []
    return sorted(
        name
        for name in names
        if fnmatchcase(name, pattern) and (name[0] != "." or pattern[0] == ".")
    )
