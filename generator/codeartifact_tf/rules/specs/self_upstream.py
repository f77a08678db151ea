"""A repository is not its own upstream.

Terraform answers with "Self-referential block" at plan time; AWS does not document what it does.
A repository that `defaults.upstreams` names inherits itself, unless it has `upstreams` of its own.
"""

from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    for name, declaration in spec.declarations.items():
        for entry in declaration.upstreams:
            if entry.target != name or declaration.repository.external_connection:
                continue  # of a connection with upstreams connection-and-upstreams speaks
            if entry.from_defaults:
                message = f"repository {name!r} inherits itself as an upstream from defaults"
                fix = "give it `upstreams` of its own; [] for none"
                yield Finding(declaration.place, message, fix)
            else:
                message = f"repository {name!r} is its own upstream"
                yield Finding(entry.place, message, "remove the entry")
