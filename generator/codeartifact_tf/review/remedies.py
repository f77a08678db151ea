"""The remedies of the transition table for several changes of one kind at once, in stages."""

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codeartifact_tf.findings.phrases import Name, Phrase
from codeartifact_tf.transitions import Change, Kind, Remedy, Step, StepKind, fill
from codeartifact_tf.transitions.row import PLACEHOLDER


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a remedy, for each change that needs it; `file` is what a FILE step writes.

    Of a command and a file the phrases are one text, of prose they are sentences with names.
    """

    kind: StepKind
    texts: tuple[Phrase, ...]
    file: str = ""

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody must fill something in, or think, before it can be run."""
        if self.kind in {StepKind.SPEC, StepKind.LATER, StepKind.PACKAGES}:
            return True
        return any("module.NAME" in text or re.search("<[a-z_]+>", text) for text, *_ in self.texts)

    def shown(self, limit: int) -> tuple[tuple[Phrase, ...], int]:
        """So many of the texts, or four times as many lines of a file; how many more there are."""
        if self.kind is StepKind.FILE:
            lines = [(line,) for text, *_ in self.texts for line in text.splitlines()]
            return tuple(lines[: limit * 4]), max(0, len(lines) - limit * 4)
        return self.texts[:limit], max(0, len(self.texts) - limit)


@dataclass(frozen=True, slots=True)
class Cure:
    """A remedy for changes of one row."""

    remedy: Remedy
    stages: tuple[Stage, ...]

    @property
    def when(self) -> str:
        """In which order with the apply."""
        if not self.remedy.after:
            return "before the apply: afterwards it is too late"
        return "before the apply" if self.remedy.instead else "after the apply"


def by_row(changes: Iterable[Change]) -> list[list[Change]]:
    """The changes of each row together, in the order in which the rows come."""
    groups: dict[Kind, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.row.kind, []).append(change)
    return list(groups.values())


def cures(changes: Sequence[Change]) -> tuple[Cure, ...]:
    """The remedies of changes of one row; first those that can come before the apply."""
    remedies = changes[0].row.remedies
    return tuple(Cure(remedy, tuple(_stages(changes, remedy))) for remedy in remedies)


def _stages(changes: Sequence[Change], remedy: Remedy) -> Iterable[Stage]:
    for number, step in enumerate(remedy.steps):
        texts = dict.fromkeys(_text(change, remedy, number) for change in changes)
        yield Stage(step.kind, tuple(texts), step.file)


def _text(change: Change, remedy: Remedy, number: int) -> Phrase:
    step = remedy.steps[number]
    match step.kind:
        case StepKind.SPEC | StepKind.LATER:
            return _prose(step, dict(change.values))
        case StepKind.COMMAND | StepKind.PACKAGES:
            # Of a name that AWS allows this is the name. The old version may hold others.
            # What is empty is a part of a word, the address of no module.
            quoted = {key: quoted_for_shell(value) if value else "" for key, value in change.values}
            return (fill(step.text, quoted),)
        case _:
            return (change.steps(remedy)[number].text,)


def quoted_for_shell(text: str) -> str:
    """Text as one word of bash, without a character that a terminal would obey.

    Source: Bash manual, "ANSI-C Quoting".
    """
    if text.isprintable():
        return shlex.quote(text)
    escaped = (
        "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))
        if not character.isprintable() or character in "'\\"
        else character
        for character in text
    )
    return f"$'{''.join(escaped)}'"


def _prose(step: Step, values: dict[str, str]) -> Phrase:
    parts = PLACEHOLDER.split(step.text)
    return tuple(
        Name(values.get(part, f"<{part}>")) if number % 2 else part
        for number, part in enumerate(parts)
        if part
    )
