"""A change opens no public registry to a repository that did not reach it.

Those who use the repository then get what anybody publishes there. Reported by `review`, at the
entry that opened the way, once for all repositories that it opens it to.
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
    opened = (
        (reach.connection, after.path)
        for shift in comparison.shifts
        for reach, (before, after) in zip(shift.delta.reach, shift.ways, strict=True)
        if before is None and after is not None
    )
    for place, connection, routes in by_place(opened, partial(_opening, comparison)):
        message = sentence(connection, routes, "now", ":")
        yield Finding(place, message, "if that is not wanted, take the entry out")


def _opening(comparison: Comparison, way: tuple[str, ...]) -> Place:
    """The first entry on the way that is new; where all were there, the new connection."""
    spec = comparison.spec
    for name, upstream in pairwise(way):
        before = comparison.before.get(name)
        if before is None or upstream not in before.upstreams:
            entries = spec.declarations[name].upstreams
            return next(entry.place for entry in entries if entry.target == upstream)
    return spec.declarations[way[-1]].packages_from
