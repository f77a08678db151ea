"""Paths: where templates and schemas lie (in a checkout, in a wheel), and how a path is shown."""

from pathlib import Path, PurePath

PACKAGE = Path(__file__).resolve().parent.parent


def _folder(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent.parent / name


def shown(path: PurePath) -> str:
    """A path for people: forward slashes, and nothing that a terminal or a log would obey.

    Runners of GitHub and Azure obey lines that begin with `::`, and `##[` or `##vso[` anywhere.
    """
    text = escaped(path.as_posix()).replace("##", "#\\x23")
    return f"./{text}" if text.lstrip().startswith("::") else text


def escaped(text: str) -> str:
    """A text on one line, in which nothing moves the cursor or turns the direction of writing."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


TEMPLATES = _folder("templates")
SCHEMAS = _folder("schemas")
