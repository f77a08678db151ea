"""A review as one comment of a pull request, in GitHub's Markdown.

Names are somebody else's text: they stand in code spans, code blocks and escaped labels only, where
no markup, link or mention comes to life. A comment that would be too long tells less of each thing,
and how much it leaves out; nothing is ever cut.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from sys import maxsize
from typing import NamedTuple, TypeVar

from codeartifact_tf.findings.phrases import Name, Phrase, count, listed, plain
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
MAX_OF_SUMMARY = 1_000_000  # bytes; GitHub takes 1 MiB
_MAX_NAME = 200
_MAX_COMMAND = 2_000
_INLINE = 5

_T = TypeVar("_T")


class _Level(NamedTuple):
    """How much of each thing is told.

    `dangers` are the dangerous entries of a kind, and the errors and silenced findings of a rule;
    `entries` are the harmless ones of a section. `width` is how much of a text of others.
    """

    domains: int
    dangers: int
    entries: int
    lines: int
    names: int
    commands: int
    nodes: int
    findings: int
    width: int = _MAX_NAME


_WHOLE = _Level(maxsize, maxsize, maxsize, maxsize, maxsize, 100, 30, maxsize)
_LEVELS = (
    _Level(50, 200, 200, 20, 1000, 100, 30, 100),
    _Level(50, 100, 60, 12, 200, 40, 30, 40),
    _Level(20, 60, 25, 10, 50, 15, 25, 20),
    _Level(20, 40, 10, 8, 20, 8, 20, 10),
    _Level(20, 20, 5, 6, 10, 3, 12, 5),
    _Level(20, 10, 3, 4, 5, 1, 8, 3),
    _Level(20, 5, 1, 3, 3, 1, 0, 1),
    _Level(20, 3, 0, 1, 0, 0, 0, 0),
    _Level(5, 1, 0, 0, 0, 0, 0, 0, 100),
    _Level(0, 1, 0, 0, 0, 0, 0, 0, 60),
)


def markdown(review: Review) -> str:
    """The most detailed comment that is short enough."""
    return _shortened(review, lambda text: len(text) <= MAX_CHARACTERS)


def job_summary(review: Review) -> str:
    """The same for the summary of a job, for which there is more room."""
    return _shortened(review, lambda text: len(text.encode()) <= MAX_OF_SUMMARY)


def _shortened(review: Review, fits: Callable[[str], bool]) -> str:
    for level in (_WHOLE, *_LEVELS):
        text = _comment(review, level)
        if fits(text):
            break
    return text


def _comment(review: Review, level: _Level) -> str:
    parts = ["## What this change does to packages\n", *_verdict(review, level)]
    domains = verdict.told(review)
    for domain in domains[: level.domains]:
        parts += _domain(domain, level)
    parts += _other_domains(domains[level.domains :], level)
    parts += _findings(review, level)
    parts += _silenced(review, level)
    return "\n".join(parts)


def _verdict(review: Review, level: _Level) -> Iterator[str]:
    """How bad it is, and every error at once: none of them is folded."""
    yield f"**{_phrase(verdict.sentence(review), level.width)}**\n"
    errors = [p for p in verdict.ordered(review) if p.severity is Severity.ERROR]
    if errors:
        shown, left = _first(errors, lambda problem: problem.rule, level.dangers)
        yield "".join(f"- {_error(problem, level)}\n" for problem in shown)
        yield from _more(len(left), "errors", [problem.rule for problem in left])
    if level is not _WHOLE:
        yield "Shortened to fit here: the summary of the job has more, and the JSON has all.\n"
    yield from (f"{_phrase(line)}\n" for line in verdict.besides(review))
    if review.about:
        yield f"{review.about}.\n"


def _first(items: Sequence[_T], kind: Callable[[_T], str], limit: int) -> tuple[list[_T], list[_T]]:
    """Of each kind the first ones, and what is left, both in their order."""
    seen = Counter[str]()
    parts: tuple[list[_T], list[_T]] = ([], [])
    for item in items:
        parts[seen[kind(item)] >= limit].append(item)
        seen[kind(item)] += 1
    return parts


def _error(problem: Problem, level: _Level) -> str:
    place = (Name(str(problem.location)), " ", Name(problem.rule), ": ", Name(problem.message))
    return f"**error** {_phrase(place, level.width)}"


def _domain(domain: DomainReview, level: _Level) -> Iterator[str]:
    """What is dangerous comes before the picture, and the picture before what is harmless."""
    yield f"### {_phrase(title(domain.comparison))}\n"
    yield f"**{_phrase(summary(domain.comparison))}**\n"
    picture = mermaid(domain.comparison, level.nodes)
    drawing = f"```mermaid\n{picture}```\n" if picture else ""
    for section in domain.sections:
        calm = [entry for entry in section.entries if not entry.danger]
        if drawing and len(calm) == len(section.entries):
            yield drawing
            drawing = ""
        yield f"#### {section.title}\n"
        yield from _dangers(section, level)
        if drawing and calm:
            yield drawing
            drawing = ""
        yield from (_entry(entry, level) for entry in calm[: level.entries])
        yield from _more(len(calm) - level.entries, "entries")
        yield from (f"{_phrase(note)}\n" for note in section.notes)
    if drawing:
        yield drawing


def _dangers(section: Section, level: _Level) -> Iterator[str]:
    found = [entry for entry in section.entries if entry.danger]
    shown, left = _first(found, lambda entry: entry.danger, level.dangers)
    yield from (_entry(entry, level) for entry in shown)
    yield from _more(len(left), "of these")


def _other_domains(domains: Sequence[DomainReview], level: _Level) -> Iterator[str]:
    """The domains for which there is no room: of each kind of danger how many, and the first."""
    yield from _more(len(domains), "domain" if len(domains) == 1 else "domains")
    found: dict[str, list[tuple[DomainReview, Entry]]] = {}
    for domain in domains:
        for section in domain.sections:
            entry = next((each for each in section.entries if each.danger), None)
            if entry:
                found.setdefault(section.title, []).append((domain, entry))
    for heading, dangers in found.items():
        domain, entry = dangers[0]
        where = f"{heading}: {count(len(dangers), 'more domain')}, such as "
        head = (where, Name(domain.comparison.spec.domain.name), ": ", *entry.head)
        yield f"- **{_phrase(head, level.width)}**\n"


def _more(number: int, what: str, kinds: Sequence[str] = ()) -> Iterator[str]:
    if number > 0:
        counted = Counter(kinds)
        of = ", ".join(f"{n:,} {_code(kind)}" for kind, n in counted.items())
        yield f"… and {number:,} more {what}{f': {of}' if of else ''}\n"


def _entry(entry: Entry, level: _Level) -> str:
    parts = [f"- **{_phrase(entry.head, level.width)}**\n"]
    parts += [f"  - {_phrase(line, level.width)}\n" for line in entry.lines[: level.lines]]
    parts += [f"  - {text}" for text in _more(len(entry.lines) - level.lines, "lines")]
    if entry.names and (entry.danger or len(entry.names) <= _INLINE):
        parts.append(f"  - {_phrase(listed(entry.names, _INLINE), level.width)}\n")
    if len(entry.names) > _INLINE and level.names:
        names = _phrase(listed(entry.names, level.names), level.width)
        parts += _details(f"{len(entry.names):,} repositories", f"{names}\n")
    if entry.folded and level.lines:
        told = "".join(f"- {_phrase(line, level.width)}\n" for line in entry.folded[: level.lines])
        told += "".join(f"- {text}" for text in _more(len(entry.folded) - level.lines, "lines"))
        parts += _details("Search orders", told)
    for number, cure in enumerate(entry.cures if level.lines else ()):
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


def _silenced(review: Review, level: _Level) -> Iterator[str]:
    """What comments silence, of each rule at least the first."""
    if review.silenced:
        yield f"**{verdict.silenced(review)}**\n"
        shown, left = _first(review.silenced, lambda each: each.problem.rule, level.dangers)
        yield "".join(f"- {_phrase(verdict.silence(each), level.width)}\n" for each in shown)
        yield from _more(len(left), "of these", [each.problem.rule for each in left])


def _phrase(phrase: Phrase, width: int = _MAX_NAME) -> str:
    return "".join(_code(part, width) if isinstance(part, Name) else part for part in phrase)


def _code(text: str, width: int = _MAX_NAME) -> str:
    """A code span that holds exactly this text."""
    text = printable(text)
    if not text:
        return "(empty)"
    if len(text) > width:
        return f"{_code(text[:width])} (and {len(text) - width:,} characters more)"
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
