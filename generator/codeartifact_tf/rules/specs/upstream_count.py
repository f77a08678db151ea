"""A repository has at most 10 direct upstreams.

The quota cannot be raised. Group upstreams behind a repository of their own. Source: user guide,
"Quotas in AWS CodeArtifact" (service-limits).
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import MAX_DIRECT_UPSTREAMS
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    reported = set()
    for name, declaration in spec.declarations.items():
        if len(declaration.upstreams) <= MAX_DIRECT_UPSTREAMS:
            continue
        eleventh = declaration.upstreams[MAX_DIRECT_UPSTREAMS]
        if eleventh.place in reported:
            continue
        reported.add(eleventh.place)
        who = "defaults have" if eleventh.from_defaults else f"repository {name!r} has"
        message = f"{who} {len(declaration.upstreams)} upstreams; AWS allows {MAX_DIRECT_UPSTREAMS}"
        yield Finding(eleventh.place, message, "group some behind a repository of their own")
