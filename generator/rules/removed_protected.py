"""A protected repository is not listed in removed.

Terraform checks `prevent_destroy` only while the resource is configured, so a protected repository
that moves to `removed` loses its protection in the same step. First set `protect: false`, apply,
and then remove it. A name that is a console store repository counts as protected.
"""

from collections.abc import Iterator

from generator.catalog import CONNECTION_OF_STORE
from generator.problem import Severity
from generator.spec import Finding, Spec

SEVERITY = Severity.ERROR
FIXED = False


def check(spec: Spec) -> Iterator[Finding]:
    for tombstone in spec.tombstones:
        if not tombstone.destroy:
            continue
        declaration = spec.declarations.get(tombstone.name)
        if declaration and declaration.repository.protect:
            message = f"repository {tombstone.name!r} is protected and listed in removed"
            fix = "set `protect: false` and apply that first"
            yield Finding(tombstone.place.key(), message, fix)
        elif declaration is None and tombstone.name in CONNECTION_OF_STORE:
            message = (
                f"{tombstone.name!r} is the name of a store repository, which is protected unless"
                " its spec said otherwise; this deletes every package that it keeps"
            )
            fix = "say in an ignore comment that this is meant"
            yield Finding(tombstone.place.key(), message, fix)
