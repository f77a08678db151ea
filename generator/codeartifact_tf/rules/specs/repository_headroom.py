"""A domain stays below 80 % of its quota of 1,000 repositories.

A raise of the quota takes time: ask for it before the next team needs a repository. Source: user
guide, "Quotas in AWS CodeArtifact" (service-limits).
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import MAX_REPOSITORIES
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec

_FROM = MAX_REPOSITORIES * 8 // 10


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    count = len(spec.declarations)
    if _FROM <= count <= MAX_REPOSITORIES:
        share = count * 100 // MAX_REPOSITORIES
        message = f"the domain has {count:,} of {MAX_REPOSITORIES:,} repositories ({share} %)"
        yield Finding(spec.place("domain", "name"), message, "ask AWS to raise quota L-86608C96")
