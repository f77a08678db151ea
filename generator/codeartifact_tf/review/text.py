"""A review for a terminal."""

from collections.abc import Iterator

from codeartifact_tf.findings.phrases import listed, plain
from codeartifact_tf.reports import findings
from codeartifact_tf.reports.findings import Results, printable
from codeartifact_tf.review import verdict
from codeartifact_tf.review.entries import Entry, Section
from codeartifact_tf.review.outline import summary, title
from codeartifact_tf.review.remedies import Cure, Stage
from codeartifact_tf.review.review import Review
from codeartifact_tf.transitions import StepKind

_NAMES = 5
_LINES = 12
_COMMANDS = 10


def text(review: Review) -> str:
    """The verdict, the sections of every domain, then the findings with their places."""
    lines = [review.style(printable(plain(verdict.sentence(review))), "place")]
    lines += [printable(plain(line)) for line in verdict.besides(review)]
    lines += [f"{review.about}."] if review.about else []
    parts = ["\n".join(lines) + "\n"]
    for domain in verdict.told(review):
        comparison = domain.comparison
        head = printable(plain(title(comparison)))
        lines = [review.style(head, "place"), printable(plain(summary(comparison)))]
        for section in domain.sections:
            lines += ["", review.style(section.title, "place"), *_section(section)]
        parts.append("\n".join(lines) + "\n")
    results = Results(review.problems, (), review.rules, review.style)
    parts += filter(None, [findings.text(results), "".join(_silenced(review))])
    return "\n".join(parts)


def _silenced(review: Review) -> Iterator[str]:
    """What comments silence: all of it, a line each."""
    if review.silenced:
        yield f"{review.style(verdict.silenced(review), 'place')}\n"
    for each in review.silenced:
        yield f"  {printable(plain(verdict.silence(each)))}\n"


def _section(section: Section) -> Iterator[str]:
    for entry in section.entries:
        yield from _entry(entry)
    for note in section.notes:
        yield f"  {printable(plain(note))}"


def _entry(entry: Entry) -> Iterator[str]:
    yield f"  {printable(plain(entry.head))}"
    lines = (*entry.lines, *entry.folded)
    for line in lines[:_LINES]:
        yield f"    {printable(plain(line))}"
    if len(lines) > _LINES:
        yield f"    … and {len(lines) - _LINES:,} more"
    if entry.names:
        yield f"    {printable(plain(listed(entry.names, _NAMES)))}"
    for number, cure in enumerate(entry.cures):
        yield from _cure(cure, "or" if number else "remedy")


def _cure(cure: Cure, word: str) -> Iterator[str]:
    yield f"    {word}: {cure.remedy.title} ({cure.when})"
    for number, stage in enumerate(cure.stages, 1):
        yield from _stage(number, stage)


def _stage(number: int, stage: Stage) -> Iterator[str]:
    margin = f"      {number}. "
    if stage.kind is StepKind.APPLY:
        yield f"{margin}{stage.kind}"
        return
    word = f"write {stage.file}" if stage.kind is StepKind.FILE else str(stage.kind)
    yield f"{margin}{word}:"
    texts, more = stage.shown(_COMMANDS)
    for phrase in texts:
        yield f"         {printable(plain(phrase))}".rstrip()
    if more:
        yield f"         … and {more:,} more; `--format shell` prints all"
