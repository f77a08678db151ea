"""A change closes no public registry to a repository that reached it.

Builds that need a version which was never fetched fail; what a repository has kept stays. Reported
by `review`, where the way was closed, once for all repositories that it was closed to.
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
            if after is None and before is not None:
                way = before.path
                ways.setdefault((_closing(comparison, way), reach.connection), []).append(way)
    for (place, connection), found in ways.items():
        registry = f"{connection}{registry_of(connection)}"
        by = plain(path(min(found, key=len)))
        who = f"repository {found[0][0]!r} no longer reaches {registry}, which it did by {by}"
        if len(found) > 1:
            count = repositories(len(found))
            who = f"{count} no longer reach {registry}, one of them by {by}"
        yield Finding(place, who, "what was fetched before is kept; other versions are not found")


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
