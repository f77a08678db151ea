"""A review as one comment of a pull request, in GitHub's Markdown.

Names are somebody else's text: they stand in code spans, code blocks and escaped labels only, where
no markup, link or mention comes to life. A comment that would be too long tells less of each thing,
and how much it leaves out; nothing is ever cut.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from codeartifact_tf.findings.phrases import Name, Phrase, listed, plain
from codeartifact_tf.findings.problem import Problem, Severity
from codeartifact_tf.reports import findings
from codeartifact_tf.reports.findings import Results, printable
from codeartifact_tf.review import verdict
from codeartifact_tf.review.entries import Entry, Section
from codeartifact_tf.review.outline import summary, title
from codeartifact_tf.review.picture import mermaid
from codeartifact_tf.review.remedies import Cure, Stage
from codeartifact_tf.review.review import DomainReview, Review
from codeartifact_tf.transitions import StepKind

MAX_CHARACTERS = 60_000  # GitHub takes 65,536
_MAX_NAME = 200
_MAX_COMMAND = 2_000
_INLINE = 5
_FEWEST = 3


class _Level(NamedTuple):
    """How much of each thing is told."""

    domains: int
    entries: int
    lines: int
    names: int
    commands: int
    nodes: int
    findings: int


_LEVELS = (
    _Level(50, 200, 20, 1000, 100, 30, 100),
    _Level(50, 60, 12, 200, 40, 30, 40),
    _Level(20, 25, 10, 50, 15, 25, 20),
    _Level(20, 10, 8, 20, 8, 20, 10),
    _Level(20, 5, 6, 10, 3, 12, 5),
    _Level(20, 3, 4, 5, 1, 8, 3),
    _Level(20, 1, 3, 3, 1, 0, 1),
    _Level(20, 0, 0, 0, 0, 0, 0),
)


def markdown(review: Review) -> str:
    """The most detailed comment that is short enough."""
    for level in _LEVELS:
        text = _comment(review, level)
        if len(text) <= MAX_CHARACTERS:
            break
    return text


def _comment(review: Review, level: _Level) -> str:
    parts = ["## What this change does to packages\n", *_verdict(review, level)]
    domains = verdict.told(review)
    for domain in domains[: level.domains]:
        parts += _domain(domain, level)
    parts += _more(len(domains) - level.domains, "domains")
    parts += _findings(review, level)
    return "\n".join(parts)


def _verdict(review: Review, level: _Level) -> Iterator[str]:
    """How bad it is, and every error at once: none of them is folded."""
    yield f"**{_phrase(verdict.sentence(review))}**\n"
    errors = [p for p in verdict.ordered(review) if p.severity is Severity.ERROR]
    shown = errors[: max(level.findings, _FEWEST)]
    if errors:
        yield "".join(f"- {_error(problem)}\n" for problem in shown)
        yield from _more(len(errors) - len(shown), "errors; the summary of the job has all")
    yield from (f"{_phrase(line)}\n" for line in verdict.besides(review))
    if review.about:
        yield f"{review.about}.\n"


def _error(problem: Problem) -> str:
    place = (Name(str(problem.location)), " ", Name(problem.rule), ": ", Name(problem.message))
    return f"**error** {_phrase(place)}"


def _domain(domain: DomainReview, level: _Level) -> Iterator[str]:
    yield f"### {_phrase(title(domain.comparison))}\n"
    yield f"**{_phrase(summary(domain.comparison))}**\n"
    picture = mermaid(domain.comparison, domain.grouping, level.nodes)
    if picture:
        yield f"```mermaid\n{picture}```\n"
    for section in domain.sections:
        yield f"#### {section.title}\n"
        yield from _section(section, level)


def _section(section: Section, level: _Level) -> Iterator[str]:
    for entry in section.entries[: level.entries]:
        yield _entry(entry, level)
    yield from _more(len(section.entries) - level.entries, "entries")
    for note in section.notes:
        yield f"{_phrase(note)}\n"


def _more(number: int, what: str) -> Iterator[str]:
    if number > 0:
        yield f"… and {number:,} more {what}\n"


def _entry(entry: Entry, level: _Level) -> str:
    parts = [f"- **{_phrase(entry.head)}**\n"]
    parts += [f"  - {_phrase(line)}\n" for line in entry.lines[: level.lines]]
    parts += [f"  - {text}" for text in _more(len(entry.lines) - level.lines, "lines")]
    if 0 < len(entry.names) <= _INLINE:
        parts.append(f"  - {_phrase(listed(entry.names, _INLINE))}\n")
    elif entry.names:
        names = _phrase(listed(entry.names, level.names))
        parts += _details(f"{len(entry.names):,} repositories", f"{names}\n")
    if entry.folded:
        told = "".join(f"- {_phrase(line)}\n" for line in entry.folded[: level.lines])
        told += "".join(f"- {text}" for text in _more(len(entry.folded) - level.lines, "lines"))
        parts += _details("Search orders", told)
    for number, cure in enumerate(entry.cures):
        word = "Or" if number else "Remedy"
        steps = "\n".join(_stage(n, s, level) for n, s in enumerate(cure.stages, 1))
        parts += _details(f"{word}: {_words(cure)}", steps)
    return "".join(parts)


def _words(cure: Cure) -> str:
    """A title, in a place where there is HTML and no Markdown."""
    return f"{cure.remedy.title.replace('`', '')} ({cure.when})"


def _details(head: str, body: str) -> Iterator[str]:
    """A folded part of a list item."""
    yield f"\n  <details><summary>{head}</summary>\n\n"
    yield "".join(f"  {line}".rstrip() + "\n" for line in body.splitlines())
    yield "\n  </details>\n\n"


def _stage(number: int, stage: Stage, level: _Level) -> str:
    if stage.kind is StepKind.APPLY:
        return f"{number}. {stage.kind}\n"
    texts, more = stage.shown(level.commands)
    rest = f"   … and {more:,} more; `--format shell` prints all\n" if more else ""
    if stage.kind in {StepKind.SPEC, StepKind.LATER}:
        lines = "".join(f"   - {_phrase(text)}\n" for text in texts)
        return f"{number}. {stage.kind}:\n{lines}{rest}"
    word = f"write `{stage.file}`" if stage.kind is StepKind.FILE else str(stage.kind)
    language = "hcl" if stage.kind is StepKind.FILE else "sh"
    block = _block([_command(plain(text)) for text in texts], language, "   ") if texts else ""
    return f"{number}. {word}:\n\n{block}{rest}"


def _command(text: str) -> str:
    return text if len(text) <= _MAX_COMMAND else "# too long for here: --format shell prints it"


def _block(lines: Sequence[str], language: str, margin: str = "") -> str:
    """A code block whose fence nothing in it can close."""
    fence = "`" * max(3, *(_longest_run(line) + 1 for line in lines))
    shown = "".join(f"{margin}{printable(line)}".rstrip() + "\n" for line in lines)
    return f"{margin}{fence}{language}\n{shown}{margin}{fence}\n"


def _findings(review: Review, level: _Level) -> Iterator[str]:
    if not review.problems:
        return
    # The errors first: they are what must not be folded away.
    by_force = sorted(review.problems, key=lambda p: p.severity is not Severity.ERROR)
    shown = by_force[: level.findings]
    yield f"<details><summary>{findings.summary(review.problems)}</summary>\n"
    if shown:
        lines = findings.text(Results(shown)).splitlines()[:-1]
        yield _block([_command(line) for line in lines[:-1]], "text")
    yield from _more(len(by_force) - len(shown), "findings")
    yield "</details>\n"


def _phrase(phrase: Phrase) -> str:
    return "".join(_code(part) if isinstance(part, Name) else part for part in phrase)


def _code(text: str) -> str:
    """A code span that holds exactly this text."""
    text = printable(text)
    if not text:
        return "(empty)"
    if len(text) > _MAX_NAME:
        return f"{_code(text[:_MAX_NAME])} (and {len(text) - _MAX_NAME:,} characters more)"
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
