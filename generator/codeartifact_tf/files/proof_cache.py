"""What was proven before, kept between runs, so that it need not be proven again.

A proof is a pure function of its input that succeeded: the shape of a YAML text, rendered files
read back. All that is kept of it is a name, the SHA-256 of the whole input, of this tool's code, of
the Python that ran it and of the installed packages. A kept proof is an empty file of that name, so
there is no content that could be damaged: what is missing is proven anew, and any other name says
nothing. Nothing of this fails a run.
"""

import os
import re
import stat
import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from codeartifact_tf.files.paths import PACKAGE, SCHEMAS

_MOST = 2000  # names in the folder
_NAME = re.compile("[0-9a-f]{64}")
# The packages that proofs are made with; their versions are part of the names of what is installed.
_PACKAGES = ("jsonschema", "lark", "python_hcl2", "pyyaml")


class Proofs:
    """The proofs in a folder; without a folder there are none, and none are kept."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder if folder and _code() else None

    def hold(self, *statement: str) -> bool:
        """Whether exactly this was proven by exactly this code."""
        if self._folder is None:
            return False
        path = self._folder / _name(statement)
        try:
            is_proven = stat.S_ISREG(path.lstat().st_mode)
        except OSError:
            return False
        with suppress(OSError):
            os.utime(path, follow_symlinks=False)  # what is used stays longest
        return is_proven

    def keep(self, *statement: str) -> None:
        """Remember that this is proven, where there is a folder to write to."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / _name(statement)).touch()
            _forget(self._folder)
        except OSError:
            self._folder = None  # nor will the next one find room


NONE = Proofs()


def folder() -> Path | None:
    """The folder for proofs: below XDG_CACHE_HOME or ~/.cache; None if there is no home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification: a path that is not absolute is to be ignored.
    home = Path(given if Path(given).is_absolute() else os.path.expanduser("~/.cache"))  # noqa: PTH111
    return home / "codeartifact-tf" / "proofs" if home.is_absolute() else None


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


def _last_used(path: Path) -> int:
    try:
        return path.lstat().st_mtime_ns
    except OSError:
        return 0  # another run has just removed it


def _forget(folder: Path) -> None:
    """Remove the half that was not used for longest, once there are too many."""
    names = [name for name in os.listdir(folder) if _NAME.fullmatch(name)]
    if len(names) > _MOST:
        names.sort(key=lambda name: _last_used(folder / name))
        for name in names[: _MOST // 2]:
            (folder / name).unlink(missing_ok=True)
