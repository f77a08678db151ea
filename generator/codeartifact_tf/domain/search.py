"""How CodeArtifact looks for a package version: search order, public registries, retention.

Pure functions over the model; everything that asks about reach asks here. Sources: user guide,
"Upstream repository priority order" (repo-upstream-search-order) and "Requesting a package version
with upstream repositories" (repo-upstream-behavior).
"""

from collections import deque
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from codeartifact_tf.aws.catalog import EXTERNAL_CONNECTIONS
from codeartifact_tf.domain.model import Domain, Repository

_MAX_NAMED = 3
_MAX_SHOWN = 30


class Step(NamedTuple):
    """A repository that is searched, and the step whose upstream it is (None: it was asked for)."""

    repository: Repository
    via: "Step | None" = None

    @property
    def path(self) -> tuple[str, ...]:
        """The names on the way from the requested repository to this one, both included."""
        names = []
        step: Step | None = self
        while step:
            names.append(step.repository.name)
            step = step.via
        return tuple(reversed(names))


def by_name(domain: Domain) -> dict[str, Repository]:
    """The repositories of a domain by name."""
    return {repository.name: repository for repository in domain.repositories}


def search_order(
    repositories: Mapping[str, Repository], name: str, limit: int | None = None
) -> tuple[Step, ...]:
    """Depth-first, pre-order: a repository, then each upstream with all of its own upstreams.

    A repository that is reachable twice is counted where it is met first; AWS does not say whether
    it searches it again. With a `limit` the search ends after so many repositories.
    """
    order: dict[str, Step] = {}
    stack: list[tuple[str, Step | None]] = [(name, None)]
    while stack and len(order) != limit:
        name, via = stack.pop()
        repository = repositories.get(name)
        if repository is None or name in order:
            continue
        step = order[name] = Step(repository, via)
        stack.extend([(upstream, step) for upstream in reversed(repository.upstreams)])
    return tuple(order.values())


def shortened(path: tuple[str, ...], limit: int = _MAX_SHOWN) -> tuple[str, ...]:
    """A path of names for people: the middle of a very long one is only counted."""
    if len(path) <= limit:
        return path
    half = limit // 2
    return (*path[:half], f"({len(path) - 2 * half:,} more)", *path[-half:])


def counted(names: Iterable[str]) -> str:
    """Repositories for people: of many of them three by name, and the count."""
    named = sorted(names)
    shown = ", ".join(map(repr, named[:_MAX_NAMED]))
    if len(named) == 1:
        return f"repository {shown}"
    more = f" and {len(named) - _MAX_NAMED:,} more" if len(named) > _MAX_NAMED else ""
    return f"{len(named):,} repositories ({shown}{more})"


def searched(
    repositories: Mapping[str, Repository], name: str, limit: int, without: str | None = None
) -> tuple[str, ...]:
    """The names of `search_order`, at most `limit` of them: cheap however deep the domain is.

    It is that of a domain `without` one of the repositories, if that is given.
    """
    order: dict[str, None] = {}
    stack = [name]
    while stack and len(order) < limit:
        repository = repositories.get(stack.pop())
        if repository is not None and repository.name not in order and repository.name != without:
            order[repository.name] = None
            stack.extend(reversed(repository.upstreams))
    return tuple(order)


def downstreams(repositories: Mapping[str, Repository]) -> dict[str, tuple[str, ...]]:
    """Who has a repository as an upstream, by its name; sorted."""
    found: dict[str, list[str]] = {name: [] for name in repositories}
    for name in sorted(repositories):
        for upstream in set(repositories[name].upstreams) & found.keys():
            found[upstream].append(name)
    return {name: tuple(names) for name, names in found.items()}


def all_downstreams(names: Iterable[str], below: Mapping[str, Iterable[str]]) -> set[str]:
    """All whose search leads to one of these; `below` are the downstreams."""
    found: set[str] = set()
    pending = list(names)
    while pending:
        for name in below.get(pending.pop(), ()):
            if name not in found:
                found.add(name)
                pending.append(name)
    return found


def ways_to(
    target: str,
    below: Mapping[str, tuple[str, ...]],
    within: AbstractSet[str],
    through: AbstractSet[str],
) -> dict[str, str]:
    """The next step on a shortest way to the target, for each of `within`, the nearest first.

    `below` are the downstreams; a way leads through repositories of `through` only.
    """
    onward: dict[str, str] = {}
    pending = deque([target])
    while pending:
        name = pending.popleft()
        for other in below[name]:
            if other in within and other != target and other not in onward:
                onward[other] = name
                if other in through:
                    pending.append(other)
    return onward


def way(onward: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The way that `ways_to` found for a repository, both ends included."""
    path = [name]
    while path[-1] in onward:
        path.append(onward[path[-1]])
    return tuple(path)


def public_registries(order: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps that ask a public registry."""
    return tuple(step for step in order if step.repository.external_connection)


def registry_of(connection: str) -> str:
    """The name of its public registry, to put after a connection; empty if AWS lists no such."""
    known = EXTERNAL_CONNECTIONS.get(connection)
    return f" ({known.registry})" if known else ""


def retained_in(step: Step) -> tuple[str, ...]:
    """Where a version is kept that was found at this step.

    The requested repository keeps it, and the one that fetched it from its external connection;
    repositories in between do not.
    """
    path = step.path
    return tuple(dict.fromkeys((path[0], path[-1])))


def package_format(connection: str) -> str | None:
    """The package format that a connection serves, None for one that AWS does not list."""
    known = EXTERNAL_CONNECTIONS.get(connection)
    return known.package_format if known else None


def formats(order: tuple[Step, ...]) -> tuple[str, ...]:
    """The package formats that a repository serves, through all that it searches."""
    return tuple(sorted({name for step in order for name in step.repository.formats}))
