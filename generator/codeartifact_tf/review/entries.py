"""What reports for people are made of: sections of entries."""

from dataclasses import dataclass

from codeartifact_tf.findings.phrases import Phrase
from codeartifact_tf.review.remedies import Cure


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to know: a sentence, more about it, whom it concerns, and what to do.

    `danger` says of which kind it is if it is dangerous: however short a report must be, the first
    of each kind are in it, and what is harmless comes after. `folded` is what only those read who
    want to know exactly.
    """

    head: Phrase
    lines: tuple[Phrase, ...] = ()
    names: tuple[str, ...] = ()
    cures: tuple[Cure, ...] = ()
    danger: str = ""
    folded: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under a title; the notes are about all of them."""

    title: str
    entries: tuple[Entry, ...]
    notes: tuple[Phrase, ...] = ()
