"""Generated files on disk: what is stale, the diff of it, and writing it without losing a byte.

Only files that carry the mark of generated files are replaced or deleted, each in one atomic step;
nothing is written through a symbolic link. A file can be of any kind: the caller says how its first
line begins and how the names of such files end.
"""

import io
import os
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from codeartifact_tf.files.paths import escaped
from codeartifact_tf.findings.problem import Location, Problem, Severity

_MODE = 0o644
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TEMPORARY = ".codeartifact-tf.tmp"


class FileState(StrEnum):
    """What a run found about a file, or did with it. The values are words of the JSON report."""

    WRITTEN = "written"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    STALE = "stale"
    ORPHANED = "orphaned"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class FileResult:
    """A file in an output folder, by its path as shown, and what became of it."""

    path: str
    state: FileState


@dataclass(frozen=True, slots=True)
class Ours:
    """Which files of a folder are generated from one spec.

    Their names end with one of `endings`, and their first line begins with `mark`. Other files with
    such an ending are reported as foreign, all else in the folder is ignored.
    """

    mark: str
    endings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What it takes to make a folder hold `files`, and the problems that prevent it.

    `stale` maps a file name to its present bytes, None where there is no such file; `real` is where
    the folder is, whatever links lead there.
    """

    folder: Path
    real: str
    shown: str
    files: Mapping[str, str]
    ours: Ours
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


def plan(folder: Path, shown: str, files: Mapping[str, str], ours: Ours) -> Changes:
    """Compare a folder with what it should hold.

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
        if entry.name not in files and not entry.name.endswith(ours.endings):
            continue
        raw, start = _read(entry, ours.mark.encode())
        if raw is not None:
            present[entry.name] = raw
        elif entry.name in files:
            is_generated = start.startswith(ours.mark.partition(" from ")[0].encode())
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
        ours,
        {name: present.get(name) for name in files if present.get(name) != encoded[name]},
        tuple(name for name in files if present.get(name) == encoded[name]),
        {name: raw for name, raw in present.items() if name not in files},
        tuple(foreign),
        tuple(problems),
    )


def check(
    changes: Changes, untracked: Collection[str] = ()
) -> tuple[tuple[FileResult, ...], tuple[Problem, ...]]:
    """What each file is now, and a finding for each that is not what the spec says.

    `untracked` names current files that git would not commit.
    """
    fix = "run `codeartifact-tf generate`"
    found = [
        *((name, "this file is not what the spec says", fix) for name in changes.stale),
        *((name, "this generated file is no longer produced", fix) for name in changes.orphans),
        *((name, "this file was never added to git", "run `git add`") for name in untracked),
    ]
    problems = tuple(
        Problem(Location(changes.place(name)), Severity.ERROR, "stale-file", message, fix)
        for name, message, fix in sorted(found)
    )
    return _results(changes, FileState.STALE, FileState.ORPHANED), problems


def _results(changes: Changes, stale: FileState, orphaned: FileState) -> tuple[FileResult, ...]:
    states = dict.fromkeys(changes.unchanged, FileState.UNCHANGED)
    states |= dict.fromkeys(changes.stale, stale) | dict.fromkeys(changes.orphans, orphaned)
    states |= dict.fromkeys(changes.foreign, FileState.FOREIGN)
    return tuple(FileResult(changes.place(name), state) for name, state in sorted(states.items()))


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
    from codeartifact_tf.files.diff import unified  # noqa: PLC0415 - difflib costs 5 ms

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


@dataclass(frozen=True, slots=True)
class Written:
    """What a run wrote: the files, what prevented more, and the failure that ended it, if any."""

    files: tuple[FileResult, ...]
    problems: tuple[Problem, ...]
    failure: OSError | None


def write_all(plans: Sequence[Changes | None]) -> Written | None:
    """Write every folder, or nothing at all, which gives None.

    Nothing is written if a spec has no plan (it has errors) or a problem prevents one of the plans.
    """
    wanted = [changes for changes in plans if changes and not changes.problems]
    if len(wanted) < len(plans):
        return None
    files: list[FileResult] = []
    problems: list[Problem] = []
    for changes in wanted:
        try:
            done = write(changes)
        except OSError as error:
            return Written(tuple(files), tuple(problems), error)
        problems += done.problems
        if not done.problems:
            files += _results(done, FileState.WRITTEN, FileState.DELETED)
    return Written(tuple(files), tuple(problems), None)


def write(changes: Changes) -> Changes:
    """Bring the folder up to date and say what was done. Raises OSError; no file is left half."""
    if os.path.realpath(changes.folder) != changes.real:
        return _moved(changes)
    changes.folder.mkdir(parents=True, exist_ok=True)
    with _locked(changes.folder):
        # Another run may have written since the plan was made.
        now = plan(changes.folder, changes.shown, changes.files, changes.ours)
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


def refusals(folder: Path, shown: str, home: Path) -> tuple[Problem, ...]:
    """The finding that the default output folder of a spec leads out of the spec's folder."""
    message = "the output folder is a symbolic link that leads out of the folder of the spec"
    return (_refusal(shown, message),) if leads_out(folder, home) else ()
