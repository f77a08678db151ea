"""A change opens no public registry to a repository that did not reach it.

Those who use the repository then get what anybody publishes there. Reported by `review`, at the
entry that opened the way, once for all repositories that it opens it to; entries that open the same
way are told together.
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
    opened = (
        (reach.connection, after.path)
        for shift in comparison.shifts
        for part in shift.parts
        for reach, (before, after) in zip(part.delta.reach, part.ways, strict=True)
        if before is None and after is not None
    )
    yield from findings(
        opened,
        partial(_opening, comparison),
        partial(_place, comparison),
        ("now", ":"),
        "if that is not wanted, take the entry out",
    )


def _opening(comparison: Comparison, way: Route) -> Entry:
    """The first entry on the way that is new; where all were there, the new connection."""
    for name, upstream in pairwise(way):
        before = comparison.before.get(name)
        if before is None or upstream not in before.upstreams:
            return name, upstream
    return way[-1], None


def _place(comparison: Comparison, opening: Entry) -> Place:
    name, upstream = opening
    declared = comparison.spec.declarations[name]
    entries = (entry.place for entry in declared.upstreams if entry.target == upstream)
    return next(entries, declared.packages_from)
