"""One repository holds each external connection.

With two, every public package is fetched and kept twice, and an upstream entry that names the
connection means only one of them: the console's store repository if it is among them, else the
first by name. Source: user guide, external-connection ("one repository per domain").
"""

from collections.abc import Iterator

from generator.problem import Severity
from generator.spec import Declaration, Finding, Spec

SEVERITY = Severity.WARNING
FIXED = False


def check(spec: Spec) -> Iterator[Finding]:
    holders: dict[str, list[Declaration]] = {}
    for _, declaration in sorted(spec.declarations.items()):
        connection = declaration.repository.external_connection
        if connection:
            holders.setdefault(connection, []).append(declaration)
    for connection, declarations in holders.items():
        first = declarations[0].repository.name
        for declaration in declarations[1:]:
            at = declaration.place / "external_connection"
            message = (
                f"repository {declaration.repository.name!r} has the external connection"
                f" {connection!r}, which {first!r} has too ({declarations[0].place})"
            )
            yield Finding(at, message, f"use {first!r} as an upstream instead")
