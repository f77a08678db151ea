"""A policy has at most 7,168 characters.

Counted as the Terraform provider sends it: JSON without white space. An organization, or an account
instead of its roles, takes less room than a list of principals. Source: `PolicyDocument` of the
service model.
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import MAX_POLICY
from codeartifact_tf.domain.policies import size
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    for permissions in spec.permissions:
        characters = size(permissions.policy)
        if characters > MAX_POLICY:
            has = f"the policy of {permissions.holder} has {characters:,} characters"
            fix = "name an organization, or accounts instead of their roles"
            yield Finding(permissions.place.key(), f"{has}; AWS allows {MAX_POLICY:,}", fix)
