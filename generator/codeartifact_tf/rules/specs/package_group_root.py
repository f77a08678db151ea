"""The package group `/*` inherits from nothing.

Every domain has this group from the start, above all others, so it has modes of its own; what a
spec does not say of it is `ALLOW`, as in a new domain. It can be changed and never deleted: when it
leaves the spec, it stays as it was last. Set its controls to `ALLOW` first. Source: AWS's handlers
of AWS::CodeArtifact::PackageGroup, which update it to create it and keep it to delete it.
"""

from collections.abc import Iterator

from codeartifact_tf.aws.package_patterns import ROOT
from codeartifact_tf.domain.model import CONTROLS, Mode
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    for declared in spec.groups:
        if declared.group.pattern != ROOT:
            continue
        for key in CONTROLS:
            if getattr(declared.group, key).mode is Mode.INHERIT:
                message = f"the package group {ROOT!r} has none above it from which to inherit"
                yield Finding(declared.place / key, message, "write ALLOW or BLOCK")
