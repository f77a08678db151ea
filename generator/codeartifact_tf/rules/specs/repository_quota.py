"""A domain has at most 1,000 repositories.

Several specs of one domain in a run are counted together. Lower this rule when AWS has raised your
quota L-86608C96. Source: user guide, "Quotas in AWS CodeArtifact" (service-limits).
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import MAX_REPOSITORIES
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    count = len(spec.declarations)
    if count > MAX_REPOSITORIES:
        message = f"the domain has {count:,} repositories; the quota is {MAX_REPOSITORIES:,}"
        fix = "have the quota raised and set `rules: {repository-quota: warning}`"
        yield Finding(spec.place("domain", "name"), message, fix)
