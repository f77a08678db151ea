"""Where files are read from: a `Tree` is the disk, or a revision of git (module `revision`)."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from codeartifact_tf.files.paths import shown


class Refused(OSError):
    """A tree does not give a file or a folder; `strerror` says why, in words for a finding."""


class Outside(Refused):
    """A path leads out of the folder within which a tree reads files."""


def refused(path: Path, why: str) -> Refused:
    """The error that says why."""
    return Refused(0, why, str(path))


class Tree(Protocol):
    """Paths are as a person gave them, relative ones to the current folder.

    Each method that looks at the tree raises OSError for what cannot be read.
    """

    def around(self, spec: Path) -> "Tree":
        """The same tree within bounds: those of a spec's repository. Raises Outside beyond them."""

    def shown(self, path: Path) -> str:
        """The path for people."""

    def read(self, path: Path, limit: int) -> bytes:
        """The bytes of a file, at most `limit` of them."""

    def names(self, folder: Path) -> list[str]:
        """What a folder holds; of what is not a folder, nothing."""

    def walk(self, folder: Path) -> Iterator[tuple[Path, list[str]]]:
        """Each folder below with its files, in a fixed order, without hidden folders and links."""

    def exists(self, path: Path) -> bool:
        """Whether there is a file or a folder; links are followed."""

    def is_folder(self, path: Path) -> bool:
        """Whether there is a folder; links are followed."""

    def is_link(self, path: Path) -> bool:
        """Whether the path itself is a symbolic link."""

    def identity(self, path: Path) -> str:
        """The same text for two paths that lead to the same file."""


class Disk:
    """The files as they are now.

    `root` is the folder within which the files of a spec lie; the default is its repository. `top`
    is the folder within which this tree reads, without links; None is no bound.
    """

    def __init__(self, root: Path | None = None, top: str | None = None) -> None:
        self._root = root
        self._top = top
        self._inside: set[str] = set()  # paths that were found to be within `top`

    def around(self, spec: Path) -> "Disk":
        """The disk within `root`, or within the repository of a spec."""
        top = os.path.realpath(self._root) if self._root else _top(spec)
        return Disk(self._root, top)

    def shown(self, path: Path) -> str:
        """The path as it was given."""
        return shown(path)

    def read(self, path: Path, limit: int) -> bytes:
        """The bytes of a regular file."""
        self._check(path)
        # O_NONBLOCK: opening a named pipe must not wait for a writer that never comes.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise refused(path, "this is not a regular file")
            return stream.read(limit)

    def names(self, folder: Path) -> list[str]:
        """What a folder holds."""
        self._check(folder)
        return os.listdir(folder) if folder.is_dir() else []

    def walk(self, folder: Path) -> Iterator[tuple[Path, list[str]]]:
        """Each folder below with its files."""
        self._check(folder)
        for found, subfolders, files in os.walk(folder, onerror=_raise):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            yield Path(found), files

    def exists(self, path: Path) -> bool:
        """Whether there is something."""
        self._check(path)
        return path.exists()

    def is_folder(self, path: Path) -> bool:
        """Whether there is a folder."""
        self._check(path)
        return path.is_dir()

    def is_link(self, path: Path) -> bool:
        """Whether the path is a symbolic link."""
        return path.is_symlink()

    def identity(self, path: Path) -> str:
        """The path without links."""
        return os.path.realpath(path)

    def _check(self, path: Path) -> None:
        """Raise Outside for a path that leads out of `top`, whether there is something or not."""
        text = str(path)
        if self._top is None or text in self._inside:
            return
        folder, _, name = text.rpartition(os.sep)
        # Most files are no links, in a folder that was looked at.
        is_plain = folder in self._inside and name not in {"", ".", ".."}
        if not is_plain or os.path.islink(text):  # noqa: PTH114 - called for every file
            real = Path(os.path.realpath(path))
            if not real.is_relative_to(self._top):
                raise Outside(0, f"it lies outside of {shown(Path(self._top))}", text)
        self._inside.add(text)


def _top(spec: Path) -> str:
    """The folder that bounds what a spec may read: its git repository.

    Without one it is the working folder, or the folder of the spec if that lies elsewhere. A link
    in the repository of the working folder does not lead to another one.
    """
    here = os.path.realpath(".")
    current = _repository(here) or here
    folder = os.path.realpath(spec.parent)
    given = Path(os.path.abspath(spec.parent))  # noqa: PTH100 - the path as it was given
    if given.is_relative_to(current) and not Path(folder).is_relative_to(current):
        return current
    return _repository(folder) or (here if Path(folder).is_relative_to(here) else folder)


def _repository(folder: str) -> str | None:
    """The nearest folder, this one or one above, that holds `.git`.

    Git itself is not asked: nobody can commit a file `.git`, but a folder that git takes for a
    repository all the same.
    """
    found = (f for f in (Path(folder), *Path(folder).parents) if os.path.lexists(f / ".git"))
    return next(map(str, found), None)


def _raise(error: OSError) -> None:
    raise error


DISK = Disk()
