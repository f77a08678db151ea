"""Globs that do not pass over what cannot be read.

Python's own leave out a folder that they cannot list; here that would drop a team's repositories
without a word. The rules are theirs: `**` is any folders, and a name that begins with a dot is met
only by a pattern that does. `**` does not follow links to folders. Each part of a pattern is looked
for in a folder once, however many ways lead there.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from glob import has_magic
from pathlib import Path

from codeartifact_tf.files.file_tree import DISK, Tree

MAX_FOLDERS = 100_000


class TooManyFolders(Exception):
    """A pattern would have to be looked for in more than MAX_FOLDERS folders."""


def expand(folder: Path, pattern: str, tree: Tree = DISK) -> Iterator[Path]:
    """The files below `folder` that a pattern means.

    Raises OSError for an unreadable folder, and TooManyFolders.
    """
    return _expand(tree, folder, pattern.split("/"), set())


def _expand(
    tree: Tree, folder: Path, parts: list[str], seen: set[tuple[str, ...]]
) -> Iterator[Path]:
    # `**/../**`, or links in circles, lead to the same folder on more ways than can be walked.
    state = (tree.identity(folder), *parts)
    if state in seen:
        return
    seen.add(state)
    if len(seen) > MAX_FOLDERS:
        raise TooManyFolders
    part, rest = parts[0], parts[1:]
    if part == "**":
        yield from _expand(tree, folder, rest or ["*"], seen)
        for name in _names(tree, folder, part):
            if tree.is_folder(folder / name) and not tree.is_link(folder / name):
                yield from _expand(tree, folder / name, parts, seen)
        return
    for name in _names(tree, folder, part) if has_magic(part) else [part]:
        path = folder / name
        if rest and tree.is_folder(path):
            yield from _expand(tree, path, rest, seen)
        elif not rest and tree.exists(path) and not tree.is_folder(path):
            yield path


def _names(tree: Tree, folder: Path, pattern: str) -> list[str]:
    """What a folder holds that a pattern meets, in an order that no machine decides."""
    return sorted(
        name
        for name in tree.names(folder)
        if fnmatchcase(name, pattern) and (name[0] != "." or pattern[0] == ".")
    )
