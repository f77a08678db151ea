"""Where files are read from: a `Tree` is the disk, or a revision of git (module `revision`)."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from codeartifact_tf.files.paths import shown


class Refused(OSError):
    """A tree does not give a file or a folder; `strerror` says why, in words for a finding."""


def refused(path: Path, why: str) -> Refused:
    """The error that says why."""
    return Refused(0, why, str(path))


class Tree(Protocol):
    """Paths are as a person gave them, relative ones to the current folder.

    Each method that looks at the tree raises OSError for what cannot be read.
    """

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
    """The files as they are now."""

    def shown(self, path: Path) -> str:
        """The path as it was given."""
        return shown(path)

    def read(self, path: Path, limit: int) -> bytes:
        """The bytes of a regular file."""
        # O_NONBLOCK: opening a named pipe must not wait for a writer that never comes.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise refused(path, "this is not a regular file")
            return stream.read(limit)

    def names(self, folder: Path) -> list[str]:
        """What a folder holds."""
        return os.listdir(folder) if folder.is_dir() else []

    def walk(self, folder: Path) -> Iterator[tuple[Path, list[str]]]:
        """Each folder below with its files."""
        for found, subfolders, files in os.walk(folder, onerror=_raise):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            yield Path(found), files

    def exists(self, path: Path) -> bool:
        """Whether there is something."""
        return path.exists()

    def is_folder(self, path: Path) -> bool:
        """Whether there is a folder."""
        return path.is_dir()

    def is_link(self, path: Path) -> bool:
        """Whether the path is a symbolic link."""
        return path.is_symlink()

    def identity(self, path: Path) -> str:
        """The path without links."""
        return os.path.realpath(path)


def _raise(error: OSError) -> None:
    raise error


DISK = Disk()
