"""A change opens no public registry to a repository that did not reach it.

Whoever uses the repository then gets what anybody publishes there. Reported by `review`, at the
entry that opened the way, once for all repositories that it opens it to.
"""

from collections.abc import Iterator
from itertools import pairwise

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.domain.search import registry_of
from codeartifact_tf.findings.phrases import path, plain, repositories
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.spec.spec import Finding, Place

SEVERITY = Severity.WARNING
FIXED = False


def compare(comparison: Comparison) -> Iterator[Finding]:
    ways: dict[tuple[Place, str], list[tuple[str, ...]]] = {}
    for shift in comparison.shifts:
        for reach, (before, after) in zip(shift.delta.reach, shift.ways, strict=True):
            if before is None and after is not None:
                way = after.path
                ways.setdefault((_opening(comparison, way), reach.connection), []).append(way)
    for (place, connection), found in ways.items():
        registry = f"{connection}{registry_of(connection)}"
        by = plain(path(min(found, key=len)))
        who = f"repository {found[0][0]!r} now reaches {registry}: {by}"
        if len(found) > 1:
            who = f"{repositories(len(found))} now reach {registry}, one of them by {by}"
        yield Finding(place, who, "if that is not wanted, take the entry out")


def _opening(comparison: Comparison, way: tuple[str, ...]) -> Place:
    """The first entry on the way that is new; where all were there, the new connection."""
    spec = comparison.spec
    for name, upstream in pairwise(way):
        before = comparison.before.get(name)
        if before is None or upstream not in before.upstreams:
            entries = spec.declarations[name].upstreams
            return next(entry.place for entry in entries if entry.target == upstream)
    return spec.declarations[way[-1]].packages_from
