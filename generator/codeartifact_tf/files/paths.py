"""Paths: where templates and schemas lie (in a checkout, in a wheel), and how a path is shown."""

from pathlib import Path, PurePath

PACKAGE = Path(__file__).resolve().parent.parent


def _folder(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent.parent / name


def shown(path: PurePath) -> str:
    """A path for people, with forward slashes."""
    return escaped(path.as_posix())


def escaped(text: str) -> str:
    """A text of others on one line that neither a terminal nor a log obeys.

    Nothing in it moves the cursor or turns the direction of writing. Runners of GitHub and Azure
    obey lines that begin with `::`, and `##[` and `##vso[` anywhere.
    """
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    text = text.replace("##", "#\\x23")
    return text.replace("::", ":\\x3a", 1) if text.lstrip().startswith("::") else text


TEMPLATES = _folder("templates")
SCHEMAS = _folder("schemas")
