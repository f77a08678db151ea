"""The names of internal packages are written as their package format has them.

npm: `@acme/*`, `@acme/ui-*`, `@acme/ui`, `acme-*`, `acme-ui`. maven: `com.acme` for this group,
`com.acme.*` for it and all below it, `com.acme:core`, `com.acme:core-*`. pypi, nuget, ruby and
cargo: `acme-core`, `acme-*`, in any spelling that CodeArtifact takes for the same. Each must be
what one package group can mean, so `*` stands at the end, after a hyphen or its like, or for a
whole name; `acme-*` includes `acme`.
"""

from collections.abc import Iterator

from codeartifact_tf.aws.package_patterns import PatternError, of_own_names
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    for own in spec.internal_packages:
        try:
            of_own_names(own.package_format, own.text)
        except PatternError as error:
            yield Finding(own.place / "pattern", f"{own.text!r}: {error}", error.fix)
