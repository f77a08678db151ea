"""What reaches what, as assertions of a spec put it: the patterns, and the ways that break them.

A repository reaches every repository that a request to it can search, and the external connections
of these and of itself. A store and its connection are two names of one thing, as in an entry of
`upstreams`: a pattern that meets either meets it. To itself a repository does not count, only its
own connection does.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from codeartifact_tf.domain.model import Repository
from codeartifact_tf.domain.name_patterns import NamePatterns
from codeartifact_tf.domain.search import all_downstreams, downstreams, way, ways_to

Graph = Mapping[str, Repository]

# Each way is a search of the domain. In one of AWS's size all are found; of a larger one what is
# left is found when these are mended.
_MAX_SEARCHED = 1_000_000


@dataclass(frozen=True, slots=True)
class Crossing:
    """A way to what is not allowed, and the repositories of an assertion that come by it.

    `path` leads from one of these to what is not allowed. `entry` is what opened it: a repository
    of the path and its upstream, None for its own external connection.
    """

    path: tuple[str, ...]
    entry: tuple[str, str | None]
    repositories: tuple[str, ...]


def forbidden(
    repositories: Graph, asserted: AbstractSet[str], patterns: NamePatterns
) -> Iterator[Crossing]:
    """The ways from asserted repositories to what they must not reach, one of these patterns."""
    allowed = repositories.keys() - patterns.among(repositories)
    for crossing in _crossings(repositories, asserted, allowed, listed=frozenset()):
        store = repositories[crossing.path[-1]]
        if store.external_connection is None or patterns.meet(store.name):
            yield crossing
        else:
            yield replace(crossing, path=(*crossing.path, store.external_connection))
    yield from _own_connections(repositories, asserted, patterns, met=True)


def unlisted(
    repositories: Graph, asserted: AbstractSet[str], patterns: NamePatterns
) -> Iterator[Crossing]:
    """The ways from asserted repositories to what is not among all that they may reach."""
    allowed = patterns.among(repositories)
    yield from _crossings(repositories, asserted, allowed, listed=allowed)
    yield from _own_connections(repositories, asserted, patterns, met=False)


def _own_connections(
    repositories: Graph, asserted: AbstractSet[str], patterns: NamePatterns, *, met: bool
) -> Iterator[Crossing]:
    """Those that the patterns mean, or those that they do not mean."""
    for name in sorted(asserted):
        connection = repositories[name].external_connection
        if connection is not None and patterns.meet(connection) is met:
            yield Crossing((name, connection), (name, None), (name,))


def _crossings(
    repositories: Graph,
    asserted: AbstractSet[str],
    allowed: AbstractSet[str],
    listed: AbstractSet[str],
) -> Iterator[Crossing]:
    """The ways through allowed repositories to the first that is not allowed.

    Which upstream on the way opened it? The first that all who come by it have in common: where
    200 repositories reach a registry through one, that one is to blame. But whoever answers for
    what lies behind is passed over: a repository that serves only repositories of the assertion is
    held to it as they are, and so is one that the assertion lists.
    """
    below = downstreams(repositories)
    answerable = _bound(repositories, below, asserted) | listed
    within, hits = set(asserted), set()
    pending = list(asserted)
    while pending:
        for upstream in repositories[pending.pop()].upstreams:
            if upstream not in repositories:
                continue
            if upstream not in allowed:
                hits.add(upstream)
            elif upstream not in within:
                within.add(upstream)
                pending.append(upstream)
    searched = 0
    for target in sorted(hits):
        onward = ways_to(target, below, within, allowed)
        yield from _crossings_to(target, onward, asserted, answerable)
        searched += len(onward)
        if searched > _MAX_SEARCHED:
            return


def _bound(
    repositories: Graph, below: Mapping[str, tuple[str, ...]], asserted: AbstractSet[str]
) -> set[str]:
    """The asserted repositories, and those that serve nobody else."""
    bound, pending = set(asserted), list(asserted)
    free = {name: len(names) for name, names in below.items()}
    while pending:
        for upstream in set(repositories[pending.pop()].upstreams) & free.keys():
            free[upstream] -= 1
            if not free[upstream] and upstream not in bound:
                bound.add(upstream)
                pending.append(upstream)
    return bound


def _crossings_to(
    target: str,
    onward: Mapping[str, str],
    asserted: AbstractSet[str],
    answerable: AbstractSet[str],
) -> Iterator[Crossing]:
    """The ways to one target; `onward` names the next repository on the shortest of them."""
    nearest_first = list(onward)
    gate: dict[str, str] = {}  # the last repository before the target
    comers: dict[str, list[str]] = {}
    for name in nearest_first:
        gate[name] = name if onward[name] == target else gate[onward[name]]
        if name in asserted:
            comers.setdefault(gate[name], []).append(name)
    passing = dict.fromkeys(nearest_first, 0)
    for name in reversed(nearest_first):
        passing[name] += name in asserted
        if onward[name] != target:
            passing[onward[name]] += passing[name]
    for coming in comers.values():
        path = way(onward, coming[0])
        at = next(n for n, name in enumerate(path) if passing[name] == len(coming))
        while path[at + 1] != target and path[at + 1] in answerable:
            at += 1
        yield Crossing(path, (path[at], path[at + 1]), tuple(sorted(coming)))


def reaching(repositories: Graph, patterns: NamePatterns) -> set[str]:
    """The repositories that reach what one of these patterns means."""
    found = all_downstreams(patterns.among(repositories), downstreams(repositories))
    own = (name for name, each in repositories.items() if patterns.meet(each.external_connection))
    return found.union(own)
