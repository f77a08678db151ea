"""What git knows: which files were added to it, and the tree of a revision.

The tree is read from git's objects: nothing is checked out, nothing fetched.
`git ls-tree` lists it once; a single `git cat-file --batch` gives the files that are asked for.

A checkout is text of others, and git must not run or believe it. A folder that looks like a bare
repository can be committed, a folder `.git` cannot: so the repository is the nearest folder above
that holds `.git`, and git is only ever started there. SECURITY.md lists the dangers.
"""

import os
import posixpath
import re
import subprocess
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from codeartifact_tf.files.file_tree import Outside, refused
from codeartifact_tf.files.paths import shown

_TREE, _LINK, _SUBMODULE = "040000", "120000", "160000"
_MAX_LINKS, _MAX_TARGET = 40, 4096  # as Linux takes them
_ABBREVIATED = 12
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"

# Nothing that a configuration names is run; no reference replaces an object or names a pattern.
_HARDENED = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "core.fsmonitor="),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", f"core.attributesFile={os.devnull}"),
    *("-c", "diff.external="),
    *("-c", "protocol.allow=never"),
)
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    # A partial clone would fetch what it lacks.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
}
# Variables of git choose another repository or run a program. Two kinds stay: the configuration,
# which holds `safe.directory`, and the index that `git commit -a` shows to its hooks.
_KEPT = ("GIT_CONFIG", "GIT_INDEX_FILE")

# Where git looks for a name, in its order (gitrevisions(7)).
_PLACES = ("refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}", "refs/remotes/{}/HEAD")
_SUFFIX = re.compile(r"[\^~:]|@\{")
_FULL_HASH = re.compile("[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_ABBREVIATION = re.compile("(?:.*-g)?([0-9a-fA-F]{4,63})")  # as `git describe` writes one, too
_OWN_NAMES = {"", "@", "HEAD", "FETCH_HEAD", "ORIG_HEAD", "MERGE_HEAD"}  # files of git's folder


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
    top = _top(place, "the old version cannot be read with git")
    commit = _commit(name, top)
    base = _merge_base(name, commit, top)
    label = name if base == commit else base[:_ABBREVIATED]
    entries = _entries(base, top)
    process = subprocess.Popen(  # noqa: S603 - a list, no shell
        _command(top, "cat-file", "--batch"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )
    try:
        new, old = _commit("HEAD", top)[:_ABBREVIATED], base[:_ABBREVIATED]
        about = f"The working tree at commit {new}, compared with commit {old}"
        yield Revision(top, label, entries, process, about)
    finally:
        process.communicate()


def _environment() -> Mapping[str, str]:
    given = os.environ.items()
    kept = {k: v for k, v in given if not k.startswith("GIT_") or k.startswith(_KEPT)}
    return {**kept, **_ENVIRONMENT}


def _command(top: str, *arguments: str) -> list[str]:
    return ["git", "-C", top, *_HARDENED, *arguments]


def _git(top: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(  # noqa: S603 - a list, no shell
            _command(top, *arguments), capture_output=True, check=False, env=_environment()
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
    why = "git cannot tell which files were added to it"
    top = _top(folder, why)
    inside = os.path.relpath(os.path.realpath(folder), top)
    paths = {name: posixpath.normpath(posixpath.join(inside, name)) for name in names}
    done = _git(top, "ls-files", "-z", "--", *paths.values())
    if done.returncode:
        raise NoRevision(f"{why}: {_said(done)}")
    known = os.fsdecode(done.stdout).split("\0")
    return tuple(name for name, path in paths.items() if path not in known)


def _top(place: Path, why: str) -> str:
    """The top folder of the repository around a path, which need not be there any more."""
    top, current = _around(os.path.realpath(place)), _around(os.path.realpath("."))
    if top is None:
        raise NoRevision(f"{why}: not a git repository (or any of the parent directories): .git")
    # A submodule, or a link that leads out: its commits are not those under review.
    given = Path(os.path.abspath(place))  # noqa: PTH100 - the path as it was given
    if current and top != current and _is_in(current, given, Path(top)):
        raise NoRevision(
            f"{why}: {shown(place)} is in the git repository {shown(Path(top))}, but the working"
            f" folder is in {shown(Path(current))}; run it in the repository that is meant"
        )
    done = _git(top, "rev-parse", "--show-toplevel")
    if done.returncode:
        raise NoRevision(f"{why}: {_said(done)}")
    found = os.path.realpath(os.fsdecode(done.stdout).removesuffix("\n"))
    if found != top:
        raise NoRevision(
            f"{why}: git takes {shown(Path(found))} for the repository of {shown(Path(top))}"
        )
    return top


def _is_in(folder: str, *paths: Path) -> bool:
    return any(path.is_relative_to(folder) for path in paths)


def _around(place: str) -> str | None:
    """The nearest folder, this one or one above, that holds `.git`."""
    path = Path(place)
    found = (folder for folder in (path, *path.parents) if os.path.lexists(folder / ".git"))
    return next(map(str, found), None)


def _commit(name: str, top: str) -> str:
    # What begins with a hyphen is no revision, and git would take it for an option.
    full = None if name.startswith("-") else _full_name(name, top)
    if full is not None:
        done = _git(top, "rev-parse", "--verify", "--quiet", f"{full}^{{commit}}")
        if not done.returncode:
            return os.fsdecode(done.stdout).strip()
    raise NoRevision(f"git knows no revision {name!r} here{_shallow(top)}")


def _full_name(name: str, top: str) -> str | None:
    """A revision with its reference in full; None if there is no reference of a full name.

    Git prefers a tag `origin/main` to the branch of the remote, and says so on stderr only. Raises
    NoRevision where a name could mean several.
    """
    short = _SUFFIX.split(name, maxsplit=1)[0]
    if short in _OWN_NAMES or _FULL_HASH.fullmatch(short):
        return name
    if short.startswith("refs/"):
        return name if short in _references(top, [short]) else None
    places = [place.format(short) for place in _PLACES]
    known = _references(top, places)
    found = [place for place in places if place in known]
    abbreviation = _ABBREVIATION.fullmatch(short)
    if found and abbreviation:
        done = _git(top, "rev-parse", f"--disambiguate={abbreviation[1]}")
        found += os.fsdecode(done.stdout).split()
    if len(found) > 1:
        raise NoRevision(
            f"the revision {name!r} is ambiguous: it could be {' or '.join(map(repr, found))};"
            " give one of these full names"
        )
    return f"{found[0]}{name[len(short) :]}" if found else name


def _references(top: str, names: Collection[str]) -> set[str]:
    """Those of the full names that there are, and more."""
    done = _git(top, "for-each-ref", "--format=%(refname)", "--", *names)
    return set(os.fsdecode(done.stdout).splitlines())


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
    """A `Tree` of the files of a commit. `label` is what git takes for it: `LABEL:path`.

    `about` says which two versions are compared.
    """

    def __init__(
        self,
        top: str,
        label: str,
        entries: dict[str, _Entry],
        process: "subprocess.Popen[bytes]",
        about: str,
    ) -> None:
        self.label = label
        self.about = about
        self._top = top
        self._process = process
        self._entries = entries
        self._children: dict[str, list[str]] = {}
        for path in entries:
            if path:
                folder, _, name = path.rpartition("/")
                self._children.setdefault(folder, []).append(name)

    def around(self, _spec: Path) -> "Revision":
        """The same: a revision holds the files of its repository alone."""
        return self

    def covers(self, path: Path) -> bool:
        """Whether a path lies in the repository at all."""
        return self._inside(path) is not None

    def shown(self, path: Path) -> str:
        """The path as git takes it."""
        inside = self._inside(path)
        place = shown(path if inside is None else Path(inside))
        return f"{shown(PurePosixPath(self.label))}:{place}"

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
            raise Outside(0, "it lies outside of the repository", str(path))
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
                raise Outside(0, "its symbolic link leads out of the repository", str(path))
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
