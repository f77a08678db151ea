"""A protected repository is not listed in removed.

Terraform checks `prevent_destroy` only while the resource is configured, so a protected repository
that moves to `removed` loses its protection in the same step. First set `protect: false` and apply,
then remove it from `repositories`.
"""

from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    for entry in spec.removed:
        declaration = spec.declarations.get(entry.name)
        if declaration and declaration.resource.protect and entry.destroy:
            message = (
                f"repository {entry.name!r} is to be destroyed, but it is protected"
                f" ({declaration.place})"
            )
            fix = "set `protect: false` and apply that first"
            yield Finding(entry.place.key(), message, fix)
