"""By which ways versions of a package may enter repositories, and which package groups close them.

A search is for one version, so a repository of one's own in front of a public registry protects
nothing: if a stranger publishes a higher version of an internal name there, builds get theirs. Only
package groups close that way. Sources: user guide, "Package group origin controls"
(package-group-origin-controls) and package-group-definition-syntax-matching-behavior.

Not counted is what CodeArtifact sets by itself for a single package (package-origin-controls). A
package whose first version was published to a repository blocks upstreams there, but only if its
group allows everything; what becomes of it in repositories downstream is documented nowhere, and a
name that is not published yet has nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from codeartifact_tf.aws.package_patterns import (
    ROOT,
    Match,
    Pattern,
    PatternError,
    PatternIndex,
    parse,
)
from codeartifact_tf.domain.model import CONTROLS, Control, Domain, Mode, PackageGroup
from codeartifact_tf.domain.search import by_name, downstreams, package_format, way, ways_to

# In a domain of AWS's size everything is found, for a thousand names. Of a larger one, what is left
# is found when some of it is mended.
_MAX_REACHED = 1_000_000
_MAX_ASKED = 10_000_000


class Barrier(NamedTuple):
    """What keeps versions out: a control of the group with this pattern.

    The control is `weak match` where the names only resemble those of the group.
    """

    group: str
    control: str

    def __str__(self) -> str:
        return f"{self.control} of {self.group!r}"


class Gate:
    """How versions of packages that all belong to one group may enter repositories."""

    def __init__(self, match: Match, said: Mapping[str, tuple[Pattern, Control]]) -> None:
        self._match = match
        self._said_by = {name: str(pattern) for name, (pattern, _) in said.items()}
        self._allowed = {name: _allowed(control) for name, (_, control) in said.items()}

    def allows(self, control: str, repository: str) -> bool:
        """Whether a control lets versions into a repository."""
        allowed = self._allowed[control]
        return self._match.is_strong and (allowed is None or repository in allowed)

    def barrier(self, store: str, repository: str) -> Barrier | None:
        """What keeps a repository from versions of the public registry of a store; None: nothing.

        They enter the store from outside, and from there the repository that was asked. That those
        in between are not asked follows from what they keep, which is nothing; AWS does not say so.
        """
        if not self._match.is_strong:
            return Barrier(str(self._match.pattern), "weak match")
        if not self.allows("external_upstream", store):
            return Barrier(self._said_by["external_upstream"], "external_upstream")
        if repository != store and not self.allows("internal_upstream", repository):
            return Barrier(self._said_by["internal_upstream"], "internal_upstream")
        return None

    def let_in(self, store: str, repositories: Iterable[str]) -> tuple[str, ...]:
        """Those of the repositories whom nothing keeps from the public registry of a store."""
        if not self.allows("external_upstream", store):
            return ()
        allowed = self._allowed["internal_upstream"]
        return tuple(n for n in repositories if allowed is None or n == store or n in allowed)


def _allowed(control: Control) -> frozenset[str] | None:
    """The repositories that a control allows; None: all."""
    return None if control.mode is Mode.ALLOW else frozenset(control.repositories)


class Groups:
    """The package groups of a domain, with the root group that every domain has.

    A group whose pattern is none is left out: the rule package-group-pattern reports it.
    """

    def __init__(self, domain: Domain) -> None:
        allow = Control(Mode.ALLOW)
        self._groups = {parse(ROOT): PackageGroup(ROOT, allow, allow, allow)}
        self._groups |= dict(_parsed(domain.package_groups))
        self._index = PatternIndex(self._groups)
        self._gates: dict[Pattern, Gate] = {}

    def gate(self, packages: Pattern) -> Gate:
        """What holds for packages of which no part has a group of its own."""
        if packages not in self._gates:
            match = self._index.nearest(packages)
            above = self._index.chain(match.pattern)
            self._gates[packages] = Gate(match, {c: self._said(above, c) for c in CONTROLS})
        return self._gates[packages]

    def _said(self, above: tuple[Pattern, ...], control: str) -> tuple[Pattern, Control]:
        """The nearest of these groups that does not inherit a control, and what it says."""
        for pattern in above:
            found: Control = getattr(self._groups[pattern], control)
            if found.mode is not Mode.INHERIT:
                return pattern, found
        return above[-1], Control(Mode.ALLOW)

    def parts(self, packages: Pattern) -> tuple[Pattern, ...]:
        """These packages, and those among them that have a group of their own: the widest first."""
        return (packages, *self._index.within(packages))


def _parsed(groups: Iterable[PackageGroup]) -> Iterator[tuple[Pattern, PackageGroup]]:
    for group in groups:
        try:
            yield parse(group.pattern), group
        except PatternError:
            continue


@dataclass(frozen=True, slots=True)
class Registry:
    """A public registry, the store by which it is reached, and who reaches it: sorted."""

    store: str
    connection: str
    reached_by: tuple[str, ...]
    onward: Mapping[str, str] = field(repr=False, compare=False)
    hops: Mapping[str, int] = field(repr=False, compare=False)

    def path(self, repository: str) -> tuple[str, ...]:
        """The way from a repository to the registry: names, and then the connection."""
        return (*way(self.onward, repository), self.connection)

    def longest(self, repositories: Iterable[str]) -> tuple[str, ...]:
        """The way of the repository that is farthest away."""
        return self.path(max(repositories, key=self.hops.__getitem__))


@dataclass(frozen=True, slots=True)
class Exposure:
    """Internal packages that a public registry could answer for, and to which repositories.

    `packages` are all of one's own names, or only those of a package group within them.
    `repositories` are sorted.
    """

    packages: Pattern
    registry: Registry
    repositories: tuple[str, ...]


class Origins:
    """From where versions can come to the repositories of a domain, which are here by name."""

    def __init__(self, domain: Domain) -> None:
        self.groups = Groups(domain)
        self.repositories = by_name(domain)
        self._below = downstreams(self.repositories)
        self._registries: dict[str, tuple[Registry, ...]] = {}
        self._asked = 0

    def registries(self, packages: Pattern) -> tuple[Registry, ...]:
        """The public registries that serve packages of this format, by the names of the stores."""
        wanted = packages.package_format or ""
        if wanted not in self._registries:
            self._registries[wanted] = tuple(self._found(wanted))
        return self._registries[wanted]

    def _found(self, wanted: str) -> Iterator[Registry]:
        everywhere, reached = self.repositories.keys(), 0
        for store in self.repositories.values():
            connection = store.external_connection
            if connection is None or package_format(connection) != wanted:
                continue
            onward = ways_to(store.name, self._below, everywhere, everywhere)
            hops = {store.name: 0}
            for name, upstream in onward.items():  # the nearest first
                hops[name] = hops[upstream] + 1
            yield Registry(store.name, connection, tuple(sorted(hops)), onward, hops)
            reached += len(hops)
            if reached > _MAX_REACHED:
                return

    def let_in(self, packages: Pattern, registry: Registry) -> tuple[str, ...]:
        """Who gets what a public registry has of packages that have no group within them."""
        self._asked += len(registry.reached_by)
        if self._asked > _MAX_ASKED:
            return ()
        return self.groups.gate(packages).let_in(registry.store, registry.reached_by)

    def exposures(self, own: Pattern) -> Iterator[Exposure]:
        """By which ways a stranger's package of one's own names could answer; in a fixed order.

        Of all the packages, then of the groups within that let in more than that.
        """
        for registry in self.registries(own):
            known: set[str] = set()
            for part in self.groups.parts(own):
                let_in = self.let_in(part, registry)
                if not known.issuperset(let_in):
                    known.update(let_in)
                    yield Exposure(part, registry, let_in)

    def answers(self, packages: Pattern, connection: str) -> dict[str, Registry]:
        """Who gets what a public registry has of such packages, and by which of its stores."""
        found: dict[str, Registry] = {}
        for registry in self.registries(packages):
            if registry.connection == connection:
                found = dict.fromkeys(self.let_in(packages, registry), registry) | found
        return found

    def barriers(self, packages: Pattern, connection: str, names: Iterable[str]) -> set[Barrier]:
        """What keeps these repositories from a public registry, as far as they reach it."""
        gate, wanted = self.groups.gate(packages), set(names)
        found = {
            gate.barrier(registry.store, name)
            for registry in self.registries(packages)
            if registry.connection == connection
            for name in wanted.intersection(registry.reached_by)
        }
        return {barrier for barrier in found if barrier is not None}


@dataclass(frozen=True, slots=True)
class Opening:
    """Internal packages that a public registry can answer for in one version of a domain only.

    `repositories` are those that get them there, sorted, and `path` the way of the farthest one.
    `barriers` are what keeps them out in the other version; none if the registry is not reached.
    """

    packages: Pattern
    connection: str
    repositories: tuple[str, ...]
    path: tuple[str, ...]
    barriers: tuple[Barrier, ...]


def openings(closed: Origins, opened: Origins, own: Pattern) -> Iterator[Opening]:
    """What is open in the second version of a domain and not in the first; in a fixed order.

    A repository that only the second one has counts only where nobody was let in before.
    """
    parts = {*closed.groups.parts(own), *opened.groups.parts(own)}
    for connection in sorted({registry.connection for registry in opened.registries(own)}):
        told: set[str] = set()
        for part in sorted(parts, key=lambda p: (p.specificity, str(p))):
            was, now = (side.answers(part, connection) for side in (closed, opened))
            names = now.keys() - was.keys()
            if was:
                names &= closed.repositories.keys()
            if names <= told:
                continue
            told |= names
            farthest = max(sorted(names), key=lambda name: now[name].hops[name])
            path = now[farthest].path(farthest)
            barriers = tuple(sorted(closed.barriers(part, connection, names)))
            yield Opening(part, connection, tuple(sorted(names)), path, barriers)
