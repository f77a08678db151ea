"""The files in an output folder that are not generated, and generated ones that no spec owns."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codeartifact_tf.files.file_tree import Tree

MAX_FILE = 1_000_000
MAX_FOLDER = 4 * MAX_FILE
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MAX_FIRST_LINE = 1000  # a file name has at most 255 characters


@dataclass(frozen=True, slots=True)
class Content:
    """A file of a folder: its bytes, or why there are none."""

    name: str
    raw: bytes = b""
    fault: str | None = None


def contents(
    tree: Tree, folder: Path, is_read: Callable[[str], bool], mark: str
) -> Iterator[Content]:
    """The files of a folder that a program reads and that do not begin with the mark.

    What cannot be read, or is too large, has a fault. Raises OSError for the folder itself.
    """
    left = MAX_FOLDER
    for name in sorted(tree.names(folder)):
        path = folder / name
        if not is_read(name):
            continue
        try:
            if tree.is_folder(path) or _is_marked(tree, path, mark):
                continue
            raw = tree.read(path, min(MAX_FILE, left) + 1)
        except OSError as error:
            fault = f"it cannot be read: {error.strerror or 'there is no such file'}"
            yield Content(name, fault=fault)
            continue
        if len(raw) > MAX_FILE:
            yield Content(name, fault="it has more than 1 MB")
        elif len(raw) > left:
            yield Content(name, fault="all such files of the folder have more than 4 MB together")
        else:
            left -= len(raw)
            yield Content(name, raw)


def _is_marked(tree: Tree, path: Path, mark: str) -> bool:
    """Whether the first line of a file begins with the mark of generated files."""
    return not tree.is_link(path) and _start(tree, path, mark) is not None


def _start(tree: Tree, path: Path, mark: str) -> str | None:
    """The first line of a generated file behind the mark; None: it is not generated."""
    try:
        start = tree.read(path, _MAX_FIRST_LINE)
    except OSError:
        return None
    line, *_ = start.removeprefix(_BYTE_ORDER_MARK).split(b"\n", 1)
    return (
        line.removeprefix(mark.encode()).decode("utf-8", "replace")
        if line.startswith(mark.encode())
        else None
    )


def stale(
    tree: Tree, folder: Path, files: Mapping[str, str], mark: str, endings: tuple[str, ...]
) -> dict[str, str | None]:
    """The generated files of a folder that are other than `files`: their text; None: missing.

    Empty also where nothing is generated yet.
    """
    present = [
        name
        for name in sorted(tree.names(folder))
        if name.endswith(endings)
        and not tree.is_folder(folder / name)
        and _is_marked(tree, folder / name, mark)
    ]
    if not present:
        return {}
    found: dict[str, str | None] = {name: None for name in files if name not in present}
    for name in present:
        wanted = files.get(name, "").encode()
        raw = tree.read(folder / name, max(len(wanted), MAX_FILE) + 1)
        if raw != wanted:
            found[name] = raw.decode("utf-8", "replace")
    return found


def unowned(
    tree: Tree, paths: Sequence[Path], owned: Collection[str], mark: str
) -> Iterator[tuple[Path, list[str]]]:
    """The folders below the paths with generated files that no spec owns, and these files.

    `owned` are the identities of the folders of the specs. Raises OSError.
    """
    seen = set(owned)
    for path in paths:
        if not tree.is_folder(path):
            continue
        for folder, names in tree.walk(path):
            candidates = sorted(name for name in names if name.endswith(".tf"))
            if not candidates or tree.identity(folder) in seen:
                continue
            seen.add(tree.identity(folder))
            found = [n for n in candidates if is_left_behind(tree, folder / n, mark)]
            if found:
                yield folder, found


def is_left_behind(tree: Tree, path: Path, mark: str) -> bool:
    """Whether a file was generated from a spec that is no longer where it was."""
    start = None if tree.is_link(path) else _start(tree, path, mark)
    origin = Path((start or "").partition(": do not edit")[0])
    return start is not None and not tree.exists(path.parent.parent / origin.name)
