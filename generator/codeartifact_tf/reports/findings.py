"""Problems → text for people, machines, GitHub and SARIF viewers."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from codeartifact_tf import __version__
from codeartifact_tf.findings.problem import Problem, Severity
from codeartifact_tf.reports.json_text import json_text

if TYPE_CHECKING:
    from codeartifact_tf.files.output import FileResult

JSON_VERSION = 1


def plain(text: str, _style: str) -> str:
    """The style that adds nothing."""
    return text


class Rule(Protocol):
    """What a report tells of a rule."""

    @property
    def name(self) -> str:
        """How findings and specs call it."""

    @property
    def summary(self) -> str:
        """What must hold, in one sentence."""

    @property
    def details(self) -> str:
        """Why, and what to do."""

    @property
    def severity(self) -> str:
        """The severity that it has unless a spec sets another."""

    @property
    def fixed(self) -> bool:
        """Whether no spec may set another."""

    @property
    def promise(self) -> bool:
        """Whether it holds what the spec promises, so that only the spec's comments silence it."""


class Results(NamedTuple):
    """What a report tells: findings, what became of files, and the catalogue of rules by name.

    `style` colours a text; its second argument is a severity, "place" or "margin".
    """

    problems: Sequence[Problem]
    files: "Sequence[FileResult]" = ()
    rules: Mapping[str, Rule] = MappingProxyType({})
    style: Callable[[str, str], str] = plain


def text(results: Results) -> str:
    """For people: place, severity, rule, sentence, the line with a caret, and what to do."""
    parts = [_text(problem, results.style) for problem in results.problems]
    if parts:
        parts.append(f"{summary(results.problems)}\n")
    return "\n".join(parts)


def summary(problems: Iterable[Problem]) -> str:
    """How many errors and warnings there are, in a sentence."""
    severities = [problem.severity for problem in problems]
    counts = (
        (severities.count(severity), str(severity))
        for severity in (Severity.ERROR, Severity.WARNING)
    )
    found = " and ".join(f"{n} {name}{'s' * (n != 1)}" for n, name in counts if n)
    return f"Found {found}."


def _text(problem: Problem, style: Callable[[str, str], str]) -> str:
    severity = style(f"{problem.severity}[{problem.rule}]", problem.severity)
    place = style(str(problem.location), "place")
    lines = [f"{place}: {severity}: {printable(problem.message)}"]
    if problem.excerpt:
        number = str(problem.location.line)
        source, caret = _excerpt(problem)
        margin = style(f"{' ' * len(number)} |", "margin")
        lines += [
            f"{style(f'{number} |', 'margin')} {source}",
            f"{margin} {style(caret, problem.severity)}",
        ]
    if problem.fix:
        lines.append(f"{style('  = help:', 'margin')} {printable(problem.fix)}")
    return "\n".join(lines) + "\n"


def printable(text: str) -> str:
    """Text that cannot move the cursor or change the colours of a terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _excerpt(problem: Problem) -> tuple[str, str]:
    """The source line and the carets under it."""
    line, start = problem.excerpt.replace("\t", " "), problem.caret
    caret = " " * _columns(line[:start]) + "^" * _columns(line[start : start + problem.width])
    return printable(line), caret if caret.endswith("^") else f"{caret}^"


def _columns(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def json_(results: Results) -> str:
    """For programs; `version` changes when a field changes its meaning or goes away."""
    document = {
        "version": JSON_VERSION,
        "findings": findings(results.problems),
        "files": [{"path": file.path, "action": file.state} for file in results.files],
    }
    return json_text(document)


def findings(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Each finding as a JSON object."""
    return [
        {
            "file": problem.location.file,
            "line": problem.location.line,
            "column": problem.location.column,
            "severity": problem.severity,
            "rule": problem.rule,
            "message": problem.message,
            "fix": problem.fix,
        }
        for problem in problems
    ]


def github(results: Results) -> str:
    """Workflow commands, which GitHub Actions turns into annotations.

    Source: GitHub Actions, "Workflow commands", and `escapeData`/`escapeProperty` of
    actions/toolkit packages/core/src/command.ts.
    """
    lines = []
    for problem in results.problems:
        where = problem.location
        message = printable(problem.message)
        if problem.fix:
            message += f"\n{printable(problem.fix)}"
        properties = {
            "file": where.file,
            "line": str(where.line),
            "col": str(where.column),
            "title": problem.rule,
        }
        pairs = ",".join(f"{key}={_github(value, ':,')}" for key, value in properties.items())
        lines.append(f"::{problem.severity} {pairs}::{_github(message)}\n")
    return "".join(lines)


def _github(text: str, more: str = "") -> str:
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def sarif(results: Results) -> str:
    """SARIF 2.1.0 (OASIS), for code scanning."""
    used = sorted({problem.rule for problem in results.problems})
    document: dict[str, Any] = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "codeartifact-tf",
                        "version": __version__,
                        "rules": [
                            {
                                "id": name,
                                "shortDescription": {"text": rule.summary},
                                "fullDescription": {"text": rule.details or rule.summary},
                                "defaultConfiguration": {"level": rule.severity},
                            }
                            for name, rule in ((name, results.rules[name]) for name in used)
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    _sarif(problem, used.index(problem.rule)) for problem in results.problems
                ],
            }
        ],
    }
    return json_text(document)


def _sarif(problem: Problem, index: int) -> dict[str, Any]:
    from urllib.parse import quote  # noqa: PLC0415 - 4 ms, which only SARIF need pay

    message = f"{problem.message}. {problem.fix}" if problem.fix else problem.message
    region = {
        "startLine": problem.location.line,
        "startColumn": problem.location.column,
        "endColumn": problem.location.column + problem.width,
    }
    place = {
        "artifactLocation": {"uri": quote(problem.location.file)},
        "region": region,
    }
    return {
        "ruleId": problem.rule,
        "ruleIndex": index,
        "level": problem.severity,
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
    }
