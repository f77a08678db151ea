"""A repository is defined once, in one file.

Within one file a second definition is a duplicate key.
"""

from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    for name, first, second in spec.duplicates:
        message = f"repository {name!r} is defined here and in {first}"
        yield Finding(second, message, "remove or rename one of the two")
