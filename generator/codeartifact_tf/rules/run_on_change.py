"""The runner of the rules about a change."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.changes.guards import new_comments
from codeartifact_tf.findings.problem import Problem, Severity, Silenced
from codeartifact_tf.rules import comments
from codeartifact_tf.rules.comments import keys_of, silence
from codeartifact_tf.rules.rule import Rule
from codeartifact_tf.rules.run import Judged, found_by
from codeartifact_tf.rules.severities import severity, strictest
from codeartifact_tf.rules.table import BY_NAME, about_changes


def judge_change(comparison: Comparison, of_spec: Sequence[Silenced] = ()) -> Judged:
    """What in a change violates the rules about changes; `of_spec` is silenced in the new version.

    Of the severities of both versions the stricter one counts. A comment that the change itself
    adds hides nothing: it makes an error a warning, which quotes its reason, and what breaks a
    promise of the spec it leaves as it is.
    """
    spec = comparison.spec

    def stricter(rule: Rule, own: Severity | None) -> Severity | None:
        sides = (side for side in (comparison.old, comparison.new) if side)
        return strictest(severity(rule, side, own) for side in sides)

    problems = list(found_by(about_changes(), comparison, stricter))
    reasons = comments.reasons_in(spec)
    new = _new(comparison)
    kept, silenced = silence(problems, {k: why for k, why in reasons.items() if k not in new})
    found = [_quoting(problem, reasons) if keys_of(problem) & new else problem for problem in kept]
    unused = comments.unused(spec, problems, of_changes=True)
    broken = [each for each in of_spec if keys_of(each.problem) & new and _is_promise(each.problem)]
    left = (each for each in of_spec if each not in broken)
    return Judged((*found, *(each.problem for each in broken), *unused), (*left, *silenced))


def _new(comparison: Comparison) -> frozenset[comments.Key]:
    """What the comments that the change adds would silence."""
    new = new_comments(comparison.guards)
    return frozenset(
        (source.file, ignore.line, rule)
        for source, ignore, rule in comments.comments_in(comparison.spec)
        if (source.file, (ignore.start, ignore.end), rule) in new
    )


def _quoting(problem: Problem, reasons: Mapping[comments.Key, str]) -> Problem:
    """A finding at which the change adds a comment."""
    reason = comments.reason_for(problem, reasons)
    if reason is None or _is_promise(problem):
        return problem
    message = f"{problem.message} (the change adds a comment: {reason})"
    return replace(problem, severity=Severity.WARNING, message=message)


def _is_promise(problem: Problem) -> bool:
    return BY_NAME[problem.rule].promise
