"""What git knows: which files were added to it, and the tree of a revision.

The tree is read from git's objects: nothing is checked out, nothing fetched.
`git ls-tree` lists it once; a single `git cat-file --batch` gives the files that are asked for.
"""

import os
import posixpath
import subprocess
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from codeartifact_tf.files.file_tree import refused
from codeartifact_tf.files.paths import shown

_TREE, _LINK, _SUBMODULE = "040000", "120000", "160000"
_MAX_LINKS, _MAX_TARGET = 40, 4096  # as Linux takes them
_ABBREVIATED = 12
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"

_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    # A partial clone would fetch what it lacks.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
}


class NoRevision(Exception):
    """A revision cannot be read at all; the text says why and what to do."""


class _Entry(NamedTuple):
    """A row of `git ls-tree`."""

    mode: str
    digest: str


@contextmanager
def opened(name: str, place: Path) -> Iterator["Revision"]:
    """The merge base of a revision and HEAD, in the repository that holds `place`.

    That is what a pull request changes, as `git diff NAME...` shows it. Raises NoRevision.
    """
    top = _top(place)
    commit = _commit(name, top)
    base = _merge_base(name, commit, top)
    label = name if base == commit else base[:_ABBREVIATED]
    entries = _entries(base, top)
    process = subprocess.Popen(  # noqa: S603 - a list, no shell; `top` is git's own answer
        ["git", "-C", top, "cat-file", "--batch"],  # noqa: S607 - the git that a person would run
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )
    try:
        yield Revision(top, label, entries, process)
    finally:
        process.communicate()


def _environment() -> Mapping[str, str]:
    return {**os.environ, **_ENVIRONMENT}


def _git(top: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    command = ["git", "-C", top, *arguments]
    try:
        return subprocess.run(  # noqa: S603 - a list, no shell
            command, capture_output=True, check=False, env=_environment()
        )
    except OSError:
        raise NoRevision("git is not installed, and --against reads the old version with it") from (
            None
        )


def _said(done: "subprocess.CompletedProcess[bytes]") -> str:
    """What git complained of, in a line."""
    text = os.fsdecode(done.stderr).strip() or "git gave no reason"
    return shown(Path(text.splitlines()[0].removeprefix("fatal: ")))


def untracked(folder: Path, names: Collection[str]) -> tuple[str, ...]:
    """The files of a folder that git would not commit, because nobody added them to its index.

    Raises NoRevision where git cannot tell.
    """
    if not names:
        return ()
    done = _git(str(folder), "--literal-pathspecs", "ls-files", "-z", "--", *names)
    if done.returncode:
        raise NoRevision(f"git cannot tell which files were added to it: {_said(done)}")
    known = os.fsdecode(done.stdout).split("\0")
    return tuple(name for name in names if name not in known)


def _top(place: Path) -> str:
    """The root of the repository around a path, which need not be there any more."""
    folder = place.absolute()
    while not folder.is_dir():
        folder = folder.parent
    done = _git(str(folder), "rev-parse", "--show-toplevel")
    top = os.fsdecode(done.stdout).removesuffix("\n")
    if done.returncode or not top:
        raise NoRevision(f"the old version cannot be read with git: {_said(done)}")
    return top


def _commit(name: str, top: str) -> str:
    # What begins with a hyphen is no revision, and git would take it for an option.
    if not name.startswith("-"):
        done = _git(top, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if not done.returncode:
            return os.fsdecode(done.stdout).strip()
    raise NoRevision(f"git knows no revision {name!r} here{_shallow(top)}")


def _merge_base(name: str, commit: str, top: str) -> str:
    done = _git(top, "merge-base", commit, "HEAD")
    if done.returncode:
        raise NoRevision(f"{name!r} and HEAD have no common ancestor here{_shallow(top)}")
    return os.fsdecode(done.stdout).split()[0]


def _shallow(top: str) -> str:
    done = _git(top, "rev-parse", "--is-shallow-repository")
    if done.stdout.strip() != b"true":
        return ""
    return (
        "; this is a shallow clone, which lacks a part of the history: run `git fetch --unshallow"
        " origin` (with actions/checkout: `fetch-depth: 0`)"
    )


def _entries(commit: str, top: str) -> dict[str, _Entry]:
    done = _git(top, "ls-tree", "-r", "-t", "-z", "--full-tree", commit)
    if done.returncode:
        raise NoRevision(f"the old version cannot be read with git: {_said(done)}")
    entries = {"": _Entry(_TREE, commit)}
    for row in os.fsdecode(done.stdout).split("\0"):
        facts, _, path = row.partition("\t")
        if path:
            mode, _, digest = facts.split(" ")
            entries[path] = _Entry(mode, digest)
    return entries


class Revision:
    """A `Tree` of the files of a commit. `label` is what git takes for it: `LABEL:path`."""

    def __init__(
        self,
        top: str,
        label: str,
        entries: dict[str, _Entry],
        process: "subprocess.Popen[bytes]",
    ) -> None:
        self.label = label
        self._top = top
        self._process = process
        self._entries = entries
        self._children: dict[str, list[str]] = {}
        for path in entries:
            if path:
                folder, _, name = path.rpartition("/")
                self._children.setdefault(folder, []).append(name)

    def covers(self, path: Path) -> bool:
        """Whether a path lies in the repository at all."""
        return self._inside(path) is not None

    def shown(self, path: Path) -> str:
        """The path as git takes it."""
        inside = self._inside(path)
        return f"{self.label}:{shown(path if inside is None else Path(inside))}"

    def read(self, path: Path, limit: int) -> bytes:
        """The bytes of a file, at most `limit` of them."""
        found = self._follow(path)
        if found is None:
            raise FileNotFoundError(str(path))
        entry = self._entries[found]
        if entry.mode in {_TREE, _SUBMODULE}:
            raise IsADirectoryError(str(path))
        raw = self._blob(entry, path, limit)
        if raw.startswith(_LFS_POINTER):
            raise refused(path, "this is a pointer of Git LFS; its content is not in the commit")
        return raw

    def names(self, folder: Path) -> list[str]:
        """What a folder holds."""
        found = self._follow(folder)
        if found is not None and self._entries[found].mode == _SUBMODULE:
            raise refused(folder, "it is a submodule, whose files are not in the commit")
        return list(self._children.get(found, ())) if found is not None else []

    def walk(self, folder: Path) -> Iterator[tuple[Path, list[str]]]:
        """Each folder below with its files; submodules are passed over as links are."""
        found = self._follow(folder)
        stack = [] if found is None else [(folder, found)]
        while stack:
            path, inside = stack.pop()
            names = sorted(self._children.get(inside, ()))
            modes = {name: self._entries[_join(inside, name)].mode for name in names}
            yield path, [name for name in names if modes[name] not in {_TREE, _SUBMODULE}]
            stack += [
                (path / name, _join(inside, name))
                for name in reversed(names)
                if modes[name] == _TREE and not name.startswith(".")
            ]

    def exists(self, path: Path) -> bool:
        """Whether there is something."""
        return self._follow(path) is not None

    def is_folder(self, path: Path) -> bool:
        """Whether there is a folder."""
        found = self._follow(path)
        return found is not None and self._entries[found].mode in {_TREE, _SUBMODULE}

    def is_link(self, path: Path) -> bool:
        """Whether the path is a symbolic link."""
        entry = self._entries.get(self._inside(path) or "")
        return entry is not None and entry.mode == _LINK

    def identity(self, path: Path) -> str:
        """The path in the repository, without links."""
        return self._follow(path) or str(path)

    def _inside(self, path: Path) -> str | None:
        """A path → the same from the root of the repository, with slashes; None outside of it."""
        # `abspath`: links inside of the repository are those of the revision, not of the disk.
        for absolute in (os.path.abspath(path), os.path.realpath(path)):  # noqa: PTH100
            if Path(absolute).is_relative_to(self._top):
                inside = Path(absolute).relative_to(self._top).as_posix()
                return "" if inside == "." else inside
        return None

    def _follow(self, path: Path) -> str | None:
        """The entry that a path leads to, None if there is none."""
        inside = self._inside(path)
        if inside is None:
            return None
        done, rest, links = "", [part for part in inside.split("/") if part], 0
        while rest:
            here = _join(done, rest.pop(0))
            entry = self._entries.get(here)
            if entry is None:
                return None
            if entry.mode == _SUBMODULE and rest:
                raise refused(path, f"it lies in the submodule {here}, not in the commit")
            if entry.mode != _LINK:
                done = here
                continue
            links += 1
            if links > _MAX_LINKS:
                raise refused(path, "its symbolic links lead in a circle")
            target = os.fsdecode(self._blob(entry, path, _MAX_TARGET))
            aim = posixpath.normpath(posixpath.join(done, target))
            if aim.startswith(("/", "../")) or aim == "..":
                raise refused(path, "its symbolic link leads out of the repository")
            done, rest = "", [*(part for part in aim.split("/") if part != "."), *rest]
        return done

    def _blob(self, entry: _Entry, path: Path, limit: int) -> bytes:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{entry.digest}\n".encode())
        stdin.flush()
        header = stdout.readline().split()
        if len(header) != 3:  # noqa: PLR2004 - digest, type, size
            raise refused(path, "git does not have its content here (is this a partial clone?)")
        size = int(header[2])
        raw = stdout.read(min(size, limit))
        left = size - len(raw) + 1  # the line break after the content
        while left > 0:
            left -= len(stdout.read(min(left, 1 << 20))) or left
        return raw


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
