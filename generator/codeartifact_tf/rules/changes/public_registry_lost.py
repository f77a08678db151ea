"""A change closes no public registry to a repository that reached it.

Builds that need a version which was never fetched fail; what a repository has kept stays. Reported
by `review`, where the way was closed, once for all repositories that it was closed to.
"""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.registry_routes import by_place, sentence
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding, Place


@about_change(Severity.WARNING, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    closed = (
        (reach.connection, before.path)
        for shift in comparison.shifts
        for reach, (before, after) in zip(shift.delta.reach, shift.ways, strict=True)
        if after is None and before is not None
    )
    fix = "what was fetched before is kept; other versions are not found"
    for place, connection, routes in by_place(closed, partial(_closing, comparison)):
        message = sentence(connection, routes, "no longer", ", which it did by")
        yield Finding(place, message, fix)


def _closing(comparison: Comparison, way: tuple[str, ...]) -> Place:
    """Where the first step of the way that is gone would stand."""
    for name, upstream in pairwise(way):
        after = comparison.after.get(name)
        if after is None or upstream not in after.upstreams:
            break
    else:
        name = way[-1]
    if name in comparison.after:
        return comparison.spec.declarations[name].packages_from
    return comparison.spec.section("repositories")
