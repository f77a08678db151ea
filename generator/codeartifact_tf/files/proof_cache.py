"""What was proven before, kept between runs, so that it need not be proven again.

A proof is a pure function of its input that succeeded: the shape of a YAML text, rendered files
read back. All that is kept of it is a name, the SHA-256 of the whole input, of this tool's code, of
the Python that ran it and of the installed packages. A kept proof is an empty file of that name, so
there is no content that could be damaged: what is missing is proven anew, and any other name says
nothing. A name counts only where nobody else could have put it. Nothing of this fails a run.
"""

import os
import re
import stat
import sys
import weakref
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from codeartifact_tf.files.paths import PACKAGE, SCHEMAS

_MOST = 2000  # names in the folder
_WRITERS = stat.S_IWGRP | stat.S_IWOTH
# A proof is written with no rights for others, which a file of git's never is by default.
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_NAME = re.compile("[0-9a-f]{64}")
# The packages that proofs are made with; their versions are part of the names of what is installed.
_PACKAGES = ("jsonschema", "lark", "python_hcl2", "pyyaml")


class Proofs:
    """The proofs in a folder; without a folder there are none, and none are kept.

    A file is a proof only if nobody but its user could have made it. So the folder is opened once
    and looked at; what happens to its path afterwards does not matter.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder if folder and _code() else None
        self._open: int | None = None

    def hold(self, *statement: str) -> bool:
        """Whether exactly this was proven by exactly this code."""
        name = _name(statement) if self._folder else ""
        try:
            folder = self._opened(is_new=False)
            if folder is None:
                return False
            facts = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            return False
        if not (stat.S_ISREG(facts.st_mode) and facts.st_nlink == 1 and _is_own(facts, _OTHERS)):
            return False
        with suppress(OSError):
            os.utime(name, dir_fd=folder, follow_symlinks=False)  # what is used stays longest
        return True

    def keep(self, *statement: str) -> None:
        """Remember that this is proven, where there is a folder to write to."""
        try:
            folder = self._opened(is_new=True)
            if folder is None:
                return
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with suppress(FileExistsError):
                os.close(os.open(_name(statement), flags, 0o600, dir_fd=folder))
            _forget(folder)
        except OSError:
            self._folder = None  # nor will the next one find room

    def _opened(self, *, is_new: bool) -> int | None:
        """The open folder, if there is one and nobody else can write to it."""
        if self._folder is None or self._open is not None:
            return self._open
        if is_new:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        if _is_private(self._folder, os.fstat(descriptor)):
            self._open = descriptor
            # The descriptor lives as long as the proofs do.
            weakref.finalize(self, os.close, descriptor)
            return descriptor
        os.close(descriptor)
        self._folder = None
        return None


NONE = Proofs()


def folder() -> Path | None:
    """The folder for proofs: below XDG_CACHE_HOME or ~/.cache; None if none can be trusted."""
    if not hasattr(os, "getuid"):
        return None  # Windows does not say whose a file is in this way
    given = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification: a path that is not absolute is to be ignored.
    home = Path(given if Path(given).is_absolute() else os.path.expanduser("~/.cache"))  # noqa: PTH111
    return home / "codeartifact-tf" / "proofs" if home.is_absolute() else None


def _is_own(facts: os.stat_result, others: int) -> bool:
    """Whether a file or folder is this user's, without any of the rights that are named."""
    return facts.st_uid == os.getuid() and not facts.st_mode & others


def _is_private(folder: Path, facts: os.stat_result) -> bool:
    """Whether only this user can put files into a folder, and no checkout holds it.

    A file that somebody commits belongs to the user who checks it out.
    """
    real = Path(os.path.realpath(folder))
    if not _is_own(facts, _WRITERS) or real.is_relative_to(os.path.realpath(".")):
        return False
    for parent in real.parents:
        above = parent.stat()
        is_shared = above.st_mode & stat.S_IWOTH and not above.st_mode & stat.S_ISVTX
        if above.st_uid not in {0, os.getuid()} or is_shared or os.path.lexists(parent / ".git"):
            return False
    return True


def _name(statement: tuple[str, ...]) -> str:
    digest = sha256(_code())
    for part in statement:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(raw) + raw)
    return digest.hexdigest()


@cache
def _code() -> bytes:
    """A digest of whatever proves, or nothing where it cannot be told what that is."""
    installed = sorted(
        entry
        for place in sys.path
        for entry in _entries(place or ".")
        if entry.endswith((".dist-info", ".egg-info"))
    )
    names = [entry.lower().replace("-", "_") for entry in installed]
    if not all(any(name.startswith(f"{package}_") for name in names) for package in _PACKAGES):
        return b""
    digest = sha256("\n".join([sys.version, *installed]).encode("utf-8", "surrogateescape"))
    try:
        for path in sorted([*PACKAGE.rglob("*.py"), *SCHEMAS.glob("*.json")]):
            digest.update(sha256(path.read_bytes()).digest())
    except OSError:
        return b""
    return digest.digest()


def _entries(place: str) -> list[str]:
    try:
        return os.listdir(place)
    except OSError:
        return []  # a zip archive, or nothing


def _last_used(folder: int, name: str) -> int:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime_ns
    except OSError:
        return 0  # another run has just removed it


def _forget(folder: int) -> None:
    """Remove the half that was not used for longest, once there are too many."""
    names = [name for name in os.listdir(folder) if _NAME.fullmatch(name)]
    if len(names) > _MOST:
        names.sort(key=lambda name: _last_used(folder, name))
        for name in names[: _MOST // 2]:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
