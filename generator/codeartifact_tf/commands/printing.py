"""How commands print: text as it is, and the colours of a terminal."""

from collections.abc import Mapping
from typing import Any

import click

_COLOURS: Mapping[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "place": {"bold": True},
    "margin": {"fg": "blue"},
}


def echo(text: str) -> None:
    """Print a text that ends its last line itself; nothing for an empty text."""
    if text:
        click.echo(text, nl=False)


def style(text: str, style: str) -> str:
    """Colour a text; the second argument is a severity, "place" or "margin"."""
    return click.style(text, **_COLOURS[style])
