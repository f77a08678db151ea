"""A removed repository is not defined any more.

Terraform refuses a `removed` block whose resource is still configured ("Removed resource still
exists"). A store repository is defined for as long as an upstream names its connection.
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
            continue  # removed-protected reports it
        if declaration:
            how = "brought about by an upstream" if declaration.synthesised else "defined"
            message = f"repository {entry.name!r} is removed, but still {how} ({declaration.place})"
            yield Finding(entry.place.key(), message, "remove one of the two")
