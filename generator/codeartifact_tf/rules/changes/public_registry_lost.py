"""A change closes no public registry to a repository that reached it.

Builds that need a version which was never fetched fail; what a repository has kept stays. Reported
by `review`, where the way was closed, once for all repositories that it was closed to. Ways that
end with the same upstream are told together.
"""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.registry_routes import Entry, Route, findings
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding, Place


@about_change(Severity.WARNING, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    closed = (
        (reach.connection, before.path)
        for shift in comparison.shifts
        for part in shift.parts
        for reach, (before, after) in zip(part.delta.reach, part.ways, strict=True)
        if after is None and before is not None
    )
    yield from findings(
        closed,
        partial(_closing, comparison),
        partial(_place, comparison),
        ("no longer", ", which it did by"),
        "what was fetched before is kept; other versions are not found",
    )


def _closing(comparison: Comparison, way: Route) -> Entry:
    """The first step of the way that is gone; where all are there, the connection."""
    for name, upstream in pairwise(way):
        after = comparison.after.get(name)
        if after is None or upstream not in after.upstreams:
            return name, upstream
    return way[-1], None


def _place(comparison: Comparison, closing: Entry) -> Place:
    """Where the step would stand."""
    name, _ = closing
    if name in comparison.after:
        return comparison.spec.declarations[name].packages_from
    return comparison.spec.section("repositories")
