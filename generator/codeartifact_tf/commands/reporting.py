"""Prints the findings about specs and gives the exit code that they mean."""

from collections.abc import Collection, Sequence

from codeartifact_tf.commands import exit_codes
from codeartifact_tf.commands.printing import echo, style
from codeartifact_tf.files.output import FileResult
from codeartifact_tf.findings.problem import Problem, Severity
from codeartifact_tf.outcome import Outcome
from codeartifact_tf.reports.findings import Results
from codeartifact_tf.reports.findings_formats import REPORTS
from codeartifact_tf.rules import BY_NAME

FOREIGN = "left alone, it was not generated"


def report(
    format_: str,
    outcomes: Sequence[Outcome],
    files: Sequence[FileResult] = (),
    more: Sequence[Problem] = (),
) -> int:
    """Print the findings of every spec, then `more`; `files` are what became of files."""
    problems = [*(problem for outcome in outcomes for problem in outcome.problems), *more]
    echo(REPORTS[format_](Results(problems, files, BY_NAME, style)))
    return exit_code(outcomes, problems, {Severity.ERROR})


def exit_code(
    outcomes: Sequence[Outcome], problems: Sequence[Problem], failing: Collection[str]
) -> int:
    """What findings mean to a shell; `failing` are the severities that count."""
    if any(outcome.is_unreadable for outcome in outcomes):
        return exit_codes.USAGE
    found = any(problem.severity in failing for problem in problems)
    return exit_codes.FINDINGS if found else exit_codes.FINE
