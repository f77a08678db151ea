"""No action of STS stands in a resource policy.

`sts:GetServiceBearerToken` is needed to get a token, but in the identity policy of the principal
that gets it, with the condition `StringEquals: {sts:AWSServiceName: codeartifact.amazonaws.com}`.
In a policy of a domain it has no effect, although older editions of the user guide put it there.
Source: user guide, "AWS CodeArtifact authentication and tokens" (tokens-authentication).
"""

from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    for permissions in spec.permissions:
        for pattern, place in permissions.actions:
            if pattern.casefold().startswith("sts:"):
                message = f"{pattern!r} in the policy of {permissions.holder} has no effect"
                yield Finding(place, message, "it belongs in the identity policy of the user")
