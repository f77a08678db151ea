"""How one repository finds packages, told to people and to programs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from codeartifact_tf.aws.catalog import EXTERNAL_CONNECTIONS, MAX_DIRECT_UPSTREAMS, MAX_SEARCHED
from codeartifact_tf.aws.package_patterns import Pattern, parse
from codeartifact_tf.domain.model import Domain
from codeartifact_tf.domain.package_origins import Barrier, Groups
from codeartifact_tf.domain.search import (
    Step,
    by_name,
    formats,
    package_format,
    public_registries,
    retained_in,
    search_order,
    shortened,
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
    """The search order of a repository of a domain, and what package groups make of it."""

    domain: Domain
    order: tuple[Step, ...]
    entrances: tuple[Entrance, ...]
    answers: Mapping[InternalPackages, tuple[Answer, ...]]

    def text(self) -> str:
        """Search order, public registries, retention and counts, as paragraphs."""
        asked = self.order[0].repository
        lines = [f"{asked.name} in the domain {self.domain.name} ({self.domain.region})", ""]
        lines.append("Search order: the first repository that has the version answers")
        number, name = len(str(len(self.order))), max(len(s.repository.name) for s in self.order)
        for count, step in enumerate(self.order, 1):
            how = f"  {_path(step)}" if step.via else ""
            lines.append(f"  {count:>{number}}  {step.repository.name:<{name}}{how}".rstrip())
        lines += ["", "Public registries that are reached"]
        registries = public_registries(self.order)
        for step in registries:
            lines.append(f"  {_registry(step)}  by {_path(step)}")
        lines += [] if registries else ["  none"]
        served = formats(self.order)
        lines += ["", "Package formats with an endpoint", f"  {', '.join(served) or 'none'}"]
        lines += ["", "Where a fetched version is kept"]
        for step in registries:
            lines.append(f"  from {step.repository.external_connection}: {_kept(step)}")
        if len(self.order) > 1:
            lines.append(f"  from a repository further up: {asked.name}, and where it was found")
        lines += (
            [] if len(self.order) > 1 or registries else ["  nothing is fetched from elsewhere"]
        )
        lines += [*_on_groups(self.entrances), *_on_internal_packages(self.answers)]
        lines += ["", "Quotas"]
        lines.append(f"  {len(asked.upstreams)} of {MAX_DIRECT_UPSTREAMS} direct upstreams")
        lines.append(f"  {len(self.order)} of {MAX_SEARCHED} repositories searched")
        return "\n".join(lines) + "\n"

    def document(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "domain": self.domain.name,
            "region": self.domain.region,
            "repository": self.order[0].repository.name,
            "search_order": [
                {
                    "repository": step.repository.name,
                    "via": step.via.repository.name if step.via else None,
                }
                for step in self.order
            ],
            "public_registries": [
                {
                    "external_connection": step.repository.external_connection,
                    "path": list(step.path),
                    "retained_in": list(retained_in(step)),
                }
                for step in public_registries(self.order)
            ],
            "formats": list(formats(self.order)),
            "package_groups": [
                {
                    "pattern": entrance.pattern,
                    "publish": entrance.publish,
                    "internal_upstream": entrance.internal_upstream,
                    "public_registries": [
                        step.repository.external_connection for step in entrance.registries
                    ],
                }
                for entrance in self.entrances
            ],
            "internal_packages": [
                {
                    "format": own.package_format,
                    "pattern": own.text,
                    "package_group_pattern": str(answer.packages),
                    "external_connection": answer.step.repository.external_connection,
                    "path": list(answer.step.path),
                    "blocked_by": answer.barrier._asdict() if answer.barrier else None,
                }
                for own, answers in self.answers.items()
                for answer in answers
            ],
            "direct_upstreams": len(self.order[0].repository.upstreams),
            "repositories_searched": len(self.order),
        }


def explain(spec: Spec, repository: str) -> Explanation:
    """Explain a repository that the spec has."""
    domain = spec.domain
    order = search_order(by_name(domain), repository)
    groups = Groups(domain)
    return Explanation(
        domain,
        order,
        tuple(_entrances(domain, groups, order)),
        {own: tuple(_answers(own, groups, order)) for own in spec.internal_packages},
    )


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


def _on_groups(entrances: tuple[Entrance, ...]) -> Iterator[str]:
    if entrances:
        yield from ("", "Package groups: how a version may enter")
    width = max((len(entrance.pattern) for entrance in entrances), default=0)
    for entrance in entrances:
        ways = ["published"] if entrance.publish else []
        ways += ["from upstreams"] if entrance.internal_upstream else []
        ways += [f"from {s.repository.external_connection}" for s in entrance.registries]
        yield f"  {entrance.pattern:<{width}}  {', '.join(ways) or 'in no way'}"


def _on_internal_packages(answers: Mapping[InternalPackages, tuple[Answer, ...]]) -> Iterator[str]:
    if answers:
        yield from ("", "Internal packages: from where a stranger's could come")
    for own, found in answers.items():
        name = f"{own.package_format} {own.text}"
        if not found:
            yield f"  {name}: from nowhere, no public registry of this format is reached"
        for answer in found:
            connection = answer.step.repository.external_connection
            part = "" if answer.packages == own.packages else f", its group {answer.packages}"
            if answer.barrier:
                yield f"  {name}{part}: not from {connection}, blocked by {answer.barrier}"
            else:
                yield f"  {name}{part}: from {connection} by {_path(answer.step)}"


def _path(step: Step) -> str:
    return " → ".join(shortened(step.path))


def _registry(step: Step) -> str:
    connection = step.repository.external_connection or ""
    known = EXTERNAL_CONNECTIONS.get(connection)
    return f"{connection} ({known.registry}, {known.package_format})" if known else connection


def _kept(step: Step) -> str:
    kept = retained_in(step)
    between = shortened(tuple(name for name in step.path if name not in kept))
    return ", ".join(kept) + (f"; not in {', '.join(between)}" if between else "")
