"""How one repository finds packages, told to people and to programs."""

from dataclasses import dataclass
from typing import Any

from generator.catalog import EXTERNAL_CONNECTIONS, MAX_DIRECT_UPSTREAMS, MAX_SEARCHED
from generator.model import Domain
from generator.resolution import (
    Step,
    by_name,
    formats,
    public_registries,
    retained_in,
    search_order,
    shortened,
)

_MAX_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Explanation:
    """The search order of a repository of a domain."""

    domain: Domain
    order: tuple[Step, ...]

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
            "direct_upstreams": len(self.order[0].repository.upstreams),
            "repositories_searched": len(self.order),
        }


def explain(domain: Domain, repository: str) -> Explanation:
    """Explain a repository that the domain has."""
    return Explanation(domain, search_order(by_name(domain), repository))


def _path(step: Step) -> str:
    return " → ".join(shortened(step.path, _MAX_SHOWN))


def _registry(step: Step) -> str:
    connection = step.repository.external_connection or ""
    known = EXTERNAL_CONNECTIONS.get(connection)
    return f"{connection} ({known.registry}, {known.package_format})" if known else connection


def _kept(step: Step) -> str:
    kept = retained_in(step)
    between = shortened(tuple(name for name in step.path if name not in kept), _MAX_SHOWN)
    return ", ".join(kept) + (f"; not in {', '.join(between)}" if between else "")
