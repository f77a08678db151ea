"""A change does not make the tool report less.

Reported by `review` where a change lowers the severity of a rule, adds an ignore comment, takes out
or changes an assertion or an internal package, raises or removes `review.max_changed`, switches off
a protection, no longer reads a team file, narrows `formats`, widens or takes out a bound of team
files, moves a repository to a file without its bounds, or requires less. Assertions, limits,
severities, bounds and requirements of the old version are held against the new one all the same,
and the finding says what they would have reported. A domain can make this rule an error: weakening
a guard and what it makes room for then take two pull requests.
"""

from collections.abc import Iterator
from dataclasses import replace

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.changes.guards import Guard, Weakened, grouped
from codeartifact_tf.findings.phrases import plain
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.review.words import guard_weakened
from codeartifact_tf.rules import specs
from codeartifact_tf.rules.rule import about_change, checks_in
from codeartifact_tf.rules.specs import assertion, outside_bounds, require
from codeartifact_tf.spec.spec import Assertion, Finding, Include, Requirement, Spec


@about_change(Severity.WARNING, fixed=False, promise=True)
def check(comparison: Comparison) -> Iterator[Finding]:
    for found in grouped(comparison.guards):
        message = f"{plain(guard_weakened(found))}{_consequence(comparison, found[0])}"
        yield Finding(found[0].place, message, _FIXES.get(found[0].guard, ""))


_FIXES = {
    Guard.SEVERITY: "lower it in a pull request that changes nothing else",
    Guard.MAX_CHANGED: "keep the limit unless the reviewers consent to what changes",
}


def _consequence(comparison: Comparison, each: Weakened) -> str:
    """What the guard would have reported about the new version."""
    if each.guard is Guard.MAX_CHANGED and comparison.radius and comparison.radius.exceeds_old:
        radius = comparison.radius
        return (
            f"; the old limit would have stopped this change: the resolution of {radius.changed:,}"
            f" of {radius.total:,} repositories changes ({radius.percent})"
        )
    violations = [finding.message for finding in _violations(comparison.new, each)]
    if not violations:
        return ""
    more = f" (and {len(violations) - 1:,} more)" if len(violations) > 1 else ""
    return f"; the new version violates it: {violations[0]}{more}"


def _violations(new: Spec | None, each: Weakened) -> Iterator[Finding]:
    """What in the new version violates an guard that went, or a lowered rule."""
    if new and isinstance(each.before, Assertion):
        yield from assertion.check.run(replace(new, assertions=(each.before,)))
    elif new and isinstance(each.before, Include):
        yield from outside_bounds.check.run(replace(new, includes=(each.before,)))
    elif new and isinstance(each.before, Requirement):
        yield from require.check.run(replace(new, requirements=(each.before,)))
    elif new and each.guard is Guard.SEVERITY:
        for check_ in checks_in(specs.__name__):
            if check_.rule.name == each.subject:
                yield from check_.run(new)
