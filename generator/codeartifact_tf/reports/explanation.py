"""How one repository finds packages: the facts, which `explanation_text` puts into words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codeartifact_tf.aws.package_patterns import Pattern, parse
from codeartifact_tf.domain.formats import FETCHED, held, of_formats
from codeartifact_tf.domain.model import Domain
from codeartifact_tf.domain.package_origins import Barrier, Groups
from codeartifact_tf.domain.search import (
    Step,
    by_name,
    package_format,
    public_registries,
    search_order,
)
from codeartifact_tf.spec.spec import InternalPackages, Spec


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a public registry could answer for internal packages, or for a group within them.

    `barrier` is what keeps strangers out, if anything does.
    """

    packages: Pattern
    step: Step
    barrier: Barrier | None


@dataclass(frozen=True, slots=True)
class Entrance:
    """How versions of the packages of a package group may enter a repository.

    `internal_upstream` is whether they may come from its upstreams, of which it has some.
    """

    pattern: str
    publish: bool
    internal_upstream: bool
    registries: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The search order of a repository of a domain, and what package groups make of it.

    `by_format` are the repositories of the order in which a request of these formats can find
    something, formats with the same ones together; generic packages are fetched from nowhere else.
    """

    domain: Domain
    order: tuple[Step, ...]
    by_format: tuple[tuple[tuple[str, ...], tuple[Step, ...]], ...]
    entrances: tuple[Entrance, ...]
    answers: Mapping[InternalPackages, tuple[Answer, ...]]


def explain(spec: Spec, repository: str) -> Explanation:
    """Explain a repository that the spec has."""
    domain = spec.domain
    order = search_order(by_name(domain), repository)
    groups = Groups(domain)
    return Explanation(
        domain,
        order,
        _by_format(domain, order),
        tuple(_entrances(domain, groups, order)),
        {own: tuple(_answers(own, groups, order)) for own in spec.internal_packages},
    )


def _by_format(
    domain: Domain, order: tuple[Step, ...]
) -> tuple[tuple[tuple[str, ...], tuple[Step, ...]], ...]:
    holds = held(domain)
    found: dict[tuple[str, ...], tuple[list[str], tuple[Step, ...]]] = {}
    for name in FETCHED:
        steps = of_formats(order, holds, (name,))
        names = tuple(step.repository.name for step in steps)
        found.setdefault(names, ([], steps))[0].append(name)
    groups = [(tuple(sorted(formats)), steps) for formats, steps in found.values()]
    return (*sorted(groups, key=lambda group: group[0]), (("generic",), order[:1]))


def _entrances(domain: Domain, groups: Groups, order: tuple[Step, ...]) -> Iterator[Entrance]:
    asked = order[0].repository.name
    for group in domain.package_groups:
        pattern = parse(group.pattern)
        gate = groups.gate(pattern)
        let_in = tuple(
            step
            for step in _registries(order, pattern)
            if gate.barrier(step.repository.name, asked) is None
        )
        internal = bool(order[1:]) and gate.allows("internal_upstream", asked)
        yield Entrance(group.pattern, gate.allows("publish", asked), internal, let_in)


def _answers(own: InternalPackages, groups: Groups, order: tuple[Step, ...]) -> Iterator[Answer]:
    """Of each public registry; of groups within the names only those that differ from the whole."""
    if own.packages is None:
        return
    whole, *parts = groups.parts(own.packages)
    asked = order[0].repository.name
    for step in _registries(order, whole):
        barrier = groups.gate(whole).barrier(step.repository.name, asked)
        yield Answer(whole, step, barrier)
        for part in parts:
            other = groups.gate(part).barrier(step.repository.name, asked)
            if (other is None) != (barrier is None):
                yield Answer(part, step, other)


def _registries(order: tuple[Step, ...], packages: Pattern) -> Iterator[Step]:
    """The public registries that serve packages of this format, or of any."""
    for step in public_registries(order):
        served = package_format(step.repository.external_connection or "")
        if packages.package_format in (None, served):
            yield step
