"""Sentences in which names stand apart, so that each report can quote them in its own way."""

from collections.abc import Sequence
from typing import TypeAlias


class Name(str):
    """What somebody else has written: a name, a value, a description."""

    __slots__ = ()


# How many names a sentence gives before it only counts.
LISTED = 5

# Of one sentence; what is not a `Name` are our words.
Phrase: TypeAlias = tuple[str, ...]


def plain(phrase: Phrase) -> str:
    """The phrase as text."""
    return "".join(phrase)


def count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 repository`, `1,200 repositories`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def repositories(number: int) -> str:
    """How many repositories."""
    return count(number, "repository", "repositories")


def listed(names: Sequence[str], limit: int) -> Phrase:
    """Names with commas; of more than `limit` the rest is only counted."""
    shown = names if len(names) <= limit else names[:limit]
    phrase = [part for name in shown for part in (", ", Name(name))][1:]
    if len(shown) < len(names):
        phrase.append(f"{' and ' if shown else ''}{len(names) - len(shown):,} more")
    return tuple(phrase)


def joined(phrases: Sequence[Phrase], between: str) -> Phrase:
    """Several phrases as one."""
    return tuple(part for phrase in phrases for part in (between, *phrase))[1:]


def path(names: Sequence[str]) -> Phrase:
    """A way from repository to repository."""
    return joined([(Name(name),) for name in names], " → ")
