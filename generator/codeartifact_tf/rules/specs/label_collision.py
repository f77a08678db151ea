"""Every repository and every package group has a Terraform label of its own.

Names that differ only in characters that a Terraform name cannot hold (`a.b`, `a-b`, `a_b`) get the
same label, and so do patterns of package groups. A label that a removed repository still has in the
state cannot be used again either.
"""

from collections.abc import Iterator
from itertools import count

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Place, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    yield from _collisions(_repositories(spec))
    yield from _collisions(
        [
            (declared.label, f"package group {declared.group.pattern!r}", declared.place.key())
            for declared in spec.groups
        ]
    )


def _repositories(spec: Spec) -> list[tuple[str, str, Place]]:
    labelled = [
        (declaration.resource.label, f"repository {name!r}", declaration.place)
        for name, declaration in sorted(spec.declarations.items())
    ]
    labelled += [
        (entry.label, f"removed repository {entry.name!r}", entry.place.key())
        for entry in spec.removed
        if entry.name not in spec.declarations
    ]
    return labelled


def _collisions(labelled: list[tuple[str, str, Place]]) -> Iterator[Finding]:
    taken = {label for label, _, _ in labelled}
    first: dict[str, tuple[str, Place]] = {}
    for label, who, place in labelled:
        if label not in first:
            first[label] = (who, place)
            continue
        other, there = first[label]
        message = f"{who} has the Terraform label {label!r}, which {other} has too ({there})"
        free = next(f"{label}_{n}" for n in count(2) if f"{label}_{n}" not in taken)
        taken.add(free)
        yield Finding(place, message, f"give it `terraform_label: {free}`")
