"""A domain that is not managed here has no tags, key, permissions or protection here.

With `managed: false` no domain resource is rendered, so these settings would say something that
nothing applies.
"""

from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    if spec.configuration.managed:
        return
    for key in ("encryption_key", "tags", "permissions", "protect"):
        if key in spec.domain_keys:
            message = f"domain.{key} has no effect, because the domain is not managed here"
            yield Finding(spec.place("domain", key).key(), message, "remove it")
