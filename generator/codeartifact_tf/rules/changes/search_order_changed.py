"""The search order does not change for those who asked before.

The first repository in search order that has a version answers. Reported by `review` where a change
asks repositories in another order, asks a new one before an old one, or no longer asks one: another
may answer with the same version, or none. A repository that is added at the end is no finding.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.phrases import joined, plain, repositories
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.review.words import order
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding

if TYPE_CHECKING:
    from codeartifact_tf.changes.searches import Delta


@about_change(Severity.WARNING, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    shifted: dict[tuple[str, Delta], list[str]] = {}
    for shift in comparison.shifts:
        if shift.delta.reorders:
            key = (comparison.cause(shift), shift.delta)
            shifted.setdefault(key, []).append(shift.repository)
    for (cause, delta), names in shifted.items():
        who = f"for repository {names[0]!r}"
        if len(names) > 1:
            who = f"for {repositories(len(names))}"
        message = f"{who} {plain(joined(list(order(delta)), ', '))}"
        yield Finding(comparison.spec.declarations[cause].packages_from, message)
