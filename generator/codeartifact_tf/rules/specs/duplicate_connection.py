"""One repository holds each external connection.

With two, every public package is fetched and kept twice, and an upstream entry that names the
connection means only one of them: the console's store repository if it is among them, else the
first by name. Source: user guide, external-connection ("one repository per domain").
"""

from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Declaration, Finding, Spec


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    holders: dict[str, list[Declaration]] = {}
    for _, declaration in sorted(spec.declarations.items()):
        connection = declaration.repository.external_connection
        if connection:
            holders.setdefault(connection, []).append(declaration)
    for connection, declarations in holders.items():
        meant = spec.store_of[connection]
        kept = spec.declarations[meant].place / "external_connection"
        for declaration in declarations:
            name = declaration.repository.name
            if name != meant:
                message = (
                    f"repository {name!r} has the external connection {connection!r},"
                    f" which {meant!r} has too ({kept})"
                )
                at = declaration.place / "external_connection"
                yield Finding(at, message, f"use {meant!r} as an upstream instead")
