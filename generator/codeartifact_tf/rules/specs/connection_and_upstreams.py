"""A repository has upstreams or an external connection, never both.

The service refuses the second of the two, at apply time. To reach several registries, list their
external connections as upstreams: each stands for a store repository. Source: API reference,
AssociateExternalConnection; user guide, "View or modify a repository configuration" (config-repos).
"""

from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    for name, declaration in spec.declarations.items():
        connection = declaration.repository.external_connection
        if connection and declaration.upstreams:
            at = declaration.place / "external_connection"
            message = (
                f"repository {name!r} has both upstreams and the external connection {connection!r}"
            )
            yield Finding(
                at, message, f"remove external_connection and list {connection!r} in upstreams"
            )
