"""The explanation of a repository as text for people, and the same as JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from codeartifact_tf.aws.catalog import EXTERNAL_CONNECTIONS, MAX_DIRECT_UPSTREAMS, MAX_SEARCHED
from codeartifact_tf.domain.search import (
    Step,
    formats,
    public_registries,
    retained_in,
    shortened,
)
from codeartifact_tf.reports.explanation import Answer, Entrance, Explanation
from codeartifact_tf.spec.spec import InternalPackages


def text(explanations: Sequence[Explanation]) -> str:
    """Search order, public registries, retention and counts, as paragraphs."""
    return "\n".join(_text(explanation) for explanation in explanations)


def _text(explanation: Explanation) -> str:
    domain, order = explanation.domain, explanation.order
    asked = order[0].repository
    lines = [
        f"{asked.name} in the domain {domain.name} ({domain.region})",
        "",
    ]
    lines.append("Search order: the first repository that has the version answers")
    number, name = (
        len(str(len(order))),
        max(len(s.repository.name) for s in order),
    )
    for count, step in enumerate(order, 1):
        how = f"  {_path(step)}" if step.via else ""
        lines.append(f"  {count:>{number}}  {step.repository.name:<{name}}{how}".rstrip())
    lines += ["", "Search order by package format: where a request can find something"]
    for names, steps in explanation.by_format:
        lines.append(f"  {', '.join(names)}: {', '.join(s.repository.name for s in steps)}")
        if "npm" in names and len(steps) > 1:  # user guide, npm-tags
            tags = "    of a tag in a repository and its upstream the upstream's value counts"
            lines.append(f"{tags} (npm)")
    lines += ["", "Public registries that are reached"]
    registries = public_registries(order)
    for step in registries:
        lines.append(f"  {_registry(step)}  by {_path(step)}")
    lines += [] if registries else ["  none"]
    served = formats(order)
    lines += ["", "Package formats with an endpoint", f"  {', '.join(served) or 'none'}"]
    lines += ["", "Where a fetched version is kept"]
    for step in registries:
        lines.append(f"  from {step.repository.external_connection}: {_kept(step)}")
    if len(order) > 1:
        lines.append(f"  from a repository further up: {asked.name}, and where it was found")
    lines += [] if len(order) > 1 or registries else ["  nothing is fetched from elsewhere"]
    lines += [*_on_groups(explanation.entrances), *_on_internal_packages(explanation.answers)]
    lines += ["", "Quotas"]
    lines.append(f"  {len(asked.upstreams)} of {MAX_DIRECT_UPSTREAMS} direct upstreams")
    lines.append(f"  {len(order)} of {MAX_SEARCHED} repositories searched")
    return "\n".join(lines) + "\n"


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


def json_(explanations: Sequence[Explanation]) -> str:
    """The same for programs; `version` changes when a field changes its meaning or goes away."""
    documents = [_document(explanation) for explanation in explanations]
    return json.dumps({"version": 1, "repositories": documents}, indent=2) + "\n"


def _document(explanation: Explanation) -> dict[str, Any]:
    return {
        "domain": explanation.domain.name,
        "region": explanation.domain.region,
        "repository": explanation.order[0].repository.name,
        "search_order": [
            {
                "repository": step.repository.name,
                "via": step.via.repository.name if step.via else None,
            }
            for step in explanation.order
        ],
        "search_order_by_format": {
            name: [step.repository.name for step in steps]
            for names, steps in explanation.by_format
            for name in names
        },
        "public_registries": [
            {
                "external_connection": step.repository.external_connection,
                "path": list(step.path),
                "retained_in": list(retained_in(step)),
            }
            for step in public_registries(explanation.order)
        ],
        "formats": list(formats(explanation.order)),
        "package_groups": [
            {
                "pattern": entrance.pattern,
                "publish": entrance.publish,
                "internal_upstream": entrance.internal_upstream,
                "public_registries": [
                    step.repository.external_connection for step in entrance.registries
                ],
            }
            for entrance in explanation.entrances
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
            for own, answers in explanation.answers.items()
            for answer in answers
        ],
        "direct_upstreams": len(explanation.order[0].repository.upstreams),
        "repositories_searched": len(explanation.order),
    }
