"""The Region is one in which CodeArtifact exists.

The list is that of the AWS General Reference. A warning, because AWS may open a Region before this
tool knows of it.
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import OTHER_REGIONS, REGIONS
from codeartifact_tf.findings.nearest import nearest
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    region = spec.domain.region
    if region not in REGIONS:
        regions = "Regions: " + ", ".join(sorted(REGIONS))
        meant = nearest(region, sorted(REGIONS))
        fix = f"did you mean {meant!r}?" if meant else regions
        if region in OTHER_REGIONS:  # which is no slip
            fix = f"AWS has this Region, but without CodeArtifact; {regions}"
        message = f"CodeArtifact is not known to exist in {region!r}"
        yield Finding(spec.place("domain", "region"), message, fix)
