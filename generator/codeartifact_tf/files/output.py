"""Files on disk: what would change, the diff of it, and writing it without ever losing a byte.

Only files that carry the header of generated files are replaced or deleted, each in one atomic
step; nothing is written through a symbolic link.
"""

import io
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from codeartifact_tf.files.diff import unified
from codeartifact_tf.files.paths import escaped
from codeartifact_tf.findings.problem import Location, Problem, Severity

_MODE = 0o644
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TEMPORARY = ".codeartifact-tf.tmp"


@dataclass(frozen=True, slots=True)
class Changes:
    """What it takes to make a folder hold `files`, and what stands in the way.

    `stale` maps a file name to its present bytes, None where there is no such file; `real` is where
    the folder is, whatever links lead there.
    """

    folder: Path
    real: str
    shown: str
    files: Mapping[str, str]
    mark: str
    stale: Mapping[str, bytes | None]
    unchanged: tuple[str, ...]
    orphans: Mapping[str, bytes]
    foreign: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def is_current(self) -> bool:
        """Whether there is nothing to write and nothing to delete."""
        return not self.stale and not self.orphans

    def place(self, name: str) -> str:
        """The path of a file of the folder, for people."""
        return f"{self.shown}/{escaped(name)}"


def plan(folder: Path, shown: str, files: Mapping[str, str], mark: str) -> Changes:
    """Compare a folder with what it should hold; `mark` begins the first line of files of ours.

    A file that was generated from another spec is as foreign as one that somebody wrote.
    """
    problems: list[Problem] = []
    present: dict[str, bytes] = {}
    foreign = []
    if not folder.is_dir() and (folder.exists() or folder.is_symlink()):
        problems.append(_refusal(shown, "the output folder is not a folder"))
    problems += (
        _refusal(shown, f"the file name {name!r} leads out of the output folder")
        for name in files
        if not name or Path(name).name != name or name == ".."
    )
    for entry in _entries(folder):
        if not entry.name.endswith((".tf", ".tf.json")):
            continue
        raw, start = _read(entry, mark.encode())
        if raw is not None:
            present[entry.name] = raw
        elif entry.name in files:
            is_generated = start.startswith(mark.partition(" from ")[0].encode())
            where = f"{shown}/{entry.name}"
            problems.append(_foreign(where, entry, is_generated=is_generated))
        else:
            foreign.append(entry.name)
    encoded = {name: text.encode() for name, text in files.items()}
    return Changes(
        folder,
        os.path.realpath(folder),
        shown,
        files,
        mark,
        {name: present.get(name) for name in files if present.get(name) != encoded[name]},
        tuple(name for name in files if present.get(name) == encoded[name]),
        {name: raw for name, raw in present.items() if name not in files},
        tuple(foreign),
        tuple(problems),
    )


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _read(entry: "os.DirEntry[str]", mark: bytes) -> tuple[bytes | None, bytes]:
    """The bytes of a file of ours, else None; and how it begins.

    What is not ours can be of any size, so no more of it is read than tells that.
    """
    if entry.is_symlink() or not entry.is_file():
        return None, b""
    with open(entry, "rb") as stream:
        raw = stream.read(len(_BYTE_ORDER_MARK) + len(mark))
        start = raw.removeprefix(_BYTE_ORDER_MARK)
        return (raw + stream.read() if start.startswith(mark) else None), start


def _refusal(shown: str, message: str) -> Problem:
    return Problem(Location(shown), Severity.ERROR, "output-folder", message)


def _foreign(shown: str, entry: "os.DirEntry[str]", *, is_generated: bool) -> Problem:
    if entry.is_symlink():
        message = "this symbolic link stands where a generated file must go"
        return Problem(Location(shown), Severity.ERROR, "output-folder", message, "remove it")
    if not entry.is_file():
        message = "this is not a regular file, and a generated file must go here"
        return Problem(Location(shown), Severity.ERROR, "output-folder", message, "remove it")
    message = "this file was not generated and is not overwritten"
    fix = "move its content to a file of another name, then generate again"
    if is_generated:
        message = "this file was generated from another spec and is not overwritten"
        fix = "use another folder; or, if the spec was renamed, delete this file first"
    return Problem(Location(shown), Severity.ERROR, "foreign-file", message, fix)


def diff(changes: Changes) -> Iterator[str]:
    """The lines of a unified diff from what is on disk to what should be."""
    for name in sorted({*changes.stale, *changes.orphans}):
        path = changes.place(name)
        raw = changes.stale.get(name) or changes.orphans.get(name)
        old = _lines((raw or b"").decode("utf-8", "replace"))
        new = _lines(changes.files.get(name, ""))
        yield f"--- a/{path}\n" if raw is not None else "--- /dev/null\n"
        yield f"+++ b/{path}\n" if name in changes.files else "+++ /dev/null\n"
        for line in unified(old, new):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """The lines as a patch counts them: a carriage return ends none."""
    return [*io.StringIO(text, newline="\n")]


def write(changes: Changes) -> Changes:
    """Bring the folder up to date and say what was done. Raises OSError; no file is left half."""
    if os.path.realpath(changes.folder) != changes.real:
        return _moved(changes)
    changes.folder.mkdir(parents=True, exist_ok=True)
    with _locked(changes.folder):
        # Another run may have written since the plan was made.
        now = plan(changes.folder, changes.shown, changes.files, changes.mark)
        if now.problems:
            return now
        if now.real != changes.real:
            return _moved(changes)
        for entry in _entries(changes.folder):
            if entry.name.endswith(_TEMPORARY) and entry.is_file(follow_symlinks=False):
                Path(entry).unlink()  # a killed run left it behind
        for name in now.stale:
            _replace(changes.folder / name, changes.files[name])
        for name in now.orphans:
            (changes.folder / name).unlink()
    return now


def _moved(changes: Changes) -> Changes:
    message = "the output folder was replaced by a link to another one during this run"
    return replace(changes, problems=(_refusal(changes.shown, message),))


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{_TEMPORARY}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, _MODE)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(descriptor)
        temporary.chmod(_MODE)  # the umask must not show
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One run at a time in a folder, where the system can lock one."""
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def leads_out(folder: Path, home: Path) -> bool:
    """Whether a folder is a symbolic link to somewhere outside of `home`."""
    # realpath, because Path.resolve raises for a link that leads to itself.
    real = Path(os.path.realpath(folder))
    return folder.is_symlink() and not real.is_relative_to(os.path.realpath(home))
