"""The one diagnostic: what is wrong, where exactly, how bad, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a problem is: an error stops the run, a warning is only shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file as editors count: line and column begin at 1, columns are characters."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding.

    `excerpt` is the source line, or a part of it; from its character `caret` (counted from 0) on,
    `width` characters are meant. `others` are further places of which the same is to be said.
    """

    location: Location
    severity: Severity
    rule: str
    message: str
    fix: str = ""
    excerpt: str = ""
    caret: int = 0
    width: int = 1
    others: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True)
class Silenced:
    """A finding that a comment silences, and the reason that the comment gives."""

    problem: Problem
    reason: str


def ordered(problems: "list[Problem] | tuple[Problem, ...]") -> tuple[Problem, ...]:
    """All of them once, by file, line, column, rule and message."""
    return tuple(
        sorted(set(problems), key=lambda p: (p.location, p.rule, p.message, p.fix, p.severity))
    )
