"""The key is of the domain's Region and account, and principals are of its partition.

A domain is copied to a second Region by changing one word, and the ARN of the key stays that of the
first. KMS keys are Regional: AWS answers "KMS key not found", which the Terraform provider retries
for a while, and the key of a domain can never be changed afterwards. A key of another account works
only as long as that account lets this one use it; when it no longer does, every package is lost. An
ARN of another partition, such as aws-cn, names nobody here. Sources: user guide, "Create a domain"
(domain-create); KMS developer guide, "Multi-Region keys"; IAM user guide, "Amazon Resource Names".
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import REGIONS
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec

# Every Region that has CodeArtifact is of this one.
_PARTITION = "aws"


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    yield from _key(spec)
    if spec.domain.region not in REGIONS:
        return
    for permissions in spec.permissions:
        for grant in permissions.grants:
            for name, place in grant.principals:
                partition = _partition(name)
                if partition not in {None, _PARTITION}:
                    message = f"{name} is of the partition {partition}, the domain of {_PARTITION}"
                    yield Finding(place, message, f"write arn:{_PARTITION}:...")


def _partition(principal: str) -> str | None:
    """The partition of an ARN; an account id has none."""
    start, _, rest = principal.partition(":")
    return rest.partition(":")[0] if start == "arn" and rest else None


def _key(spec: Spec) -> Iterator[Finding]:
    key, domain = spec.domain.encryption_key, spec.domain
    if key is None:
        return
    _, partition, service, region, account, name = key.split(":", 5)
    pairs = (
        ("partition", partition, _PARTITION if domain.region in REGIONS else partition),
        ("Region", region, domain.region),
        ("account", account, domain.owner or account),
    )
    others = [
        f"the {what} {found}, the domain of {own}" for what, found, own in pairs if found != own
    ]
    if not others:
        return
    fix = "name a key of the domain's own; it cannot be changed once the domain exists"
    if region != domain.region and name.startswith("key/mrk-"):
        own = ":".join(("arn", partition, service, domain.region, account, name))
        fix = f"if the key has a replica there, it is {own}"
    place = spec.place("domain", "encryption_key")
    yield Finding(place, f"the key is of {'; of '.join(others)}", fix)
