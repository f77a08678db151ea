"""A format whose module is imported when something is printed in it.

So the names of the formats are known to `--help`, and each format costs those who use it.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any


def later(module: str, function: str) -> Callable[[Any], str]:
    """The function of a module as it stands in a table of formats: from what it tells to a text."""

    def report(told: Any) -> str:
        found: Callable[[Any], str] = getattr(import_module(module), function)
        return found(told)

    return report
