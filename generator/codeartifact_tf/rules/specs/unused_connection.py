"""A connection outside a store repository serves as an upstream.

A repository that teams use directly and that holds a connection cannot have upstreams, and its
public packages are shared with nobody. AWS intends one store repository per public registry, which
others have as an upstream. Source: user guide, external-connection.
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import CONNECTION_OF_STORE, EXTERNAL_CONNECTIONS
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    used = {upstream for r in spec.domain.repositories for upstream in r.upstreams}
    for name, declaration in spec.declarations.items():
        connection = declaration.repository.external_connection
        if connection is None or connection not in EXTERNAL_CONNECTIONS:
            continue  # unknown-connection reports it
        if name in used or CONNECTION_OF_STORE.get(name) == connection:
            continue
        if spec.store_of[connection] != name:
            continue  # duplicate-connection reports it
        at = declaration.place / "external_connection"
        message = f"repository {name!r} has {connection!r} to itself: nothing has it as an upstream"
        yield Finding(at, message, f"list {connection!r} in upstreams instead")
