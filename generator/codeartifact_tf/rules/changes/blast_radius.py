"""A change moves the packages of no more repositories than `review.max_changed` allows.

Off unless the spec sets a limit: a share such as `20%`, or a number. Counted are the repositories
that stay and whose search order or public registries change for a package format. The limit of the
new version counts: to consent, raise it in the same pull request, where reviewers see it. Reported
by `review`.
"""

from collections.abc import Iterator

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding


@about_change(Severity.ERROR, fixed=False, promise=True)
def check(comparison: Comparison) -> Iterator[Finding]:
    radius = comparison.radius
    if radius is None or not radius.is_exceeded:
        return
    place = comparison.spec.place("review", "max_changed")
    message = (
        f"the resolution of {radius.changed:,} of {radius.total:,} repositories changes"
        f" ({radius.percent}); the limit is {radius.limit} ({place})"
    )
    fix = (
        f"split the change, or consent: set `max_changed: {radius.needed}` in the same pull request"
    )
    yield Finding(place, message, fix)
