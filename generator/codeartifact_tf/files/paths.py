"""Paths: where templates and schemas lie (in a checkout, in a wheel), and how a path is shown."""

from pathlib import Path, PurePath

PACKAGE = Path(__file__).resolve().parent.parent


def _folder(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent.parent / name


def shown(path: PurePath) -> str:
    """A path for people: forward slashes, and nothing that a terminal or UTF-8 cannot take."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in path.as_posix()
    )


TEMPLATES = _folder("templates")
SCHEMAS = _folder("schemas")
