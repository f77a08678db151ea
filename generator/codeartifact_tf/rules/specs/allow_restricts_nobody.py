"""Permissions of the owner's own account are not taken for a restriction.

In the account that owns the domain an identity policy is enough. A role of that account with one
reads and publishes, whatever the resource policy lists. So `publish: [the role of the pipeline]`
keeps nobody else of that account from publishing. `publish: {principals: [...], only: true}` does,
because it also denies it to all others. So does a Deny under `policy` with the condition
`ArnNotEquals: {aws:PrincipalArn: ...}`; one in the policy of the domain or of the repository ends
the finding. If the role is only to get what its identity policy does not allow, silence the finding
with that reason. Known only where `domain.owner` is given. Source: user guide, "Repository
policies" (repo-policies); IAM user guide, "Policy evaluation logic".
"""

from collections.abc import Iterator

from codeartifact_tf.domain.access import AT_REPOSITORY, actions_of
from codeartifact_tf.domain.model import Effect, Policy
from codeartifact_tf.domain.policies import account_of
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.grants import actions_in, denied
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Grant, Spec

# Who publishes NuGet packages also reads, so the order counts.
_DEEDS = {
    "PublishPackageVersion": "publish",
    "CopyPackageVersions": "copy",
    "ReadFromRepository": "read",
    "AssociateWithDownstreamRepository": "link",
    "CreateRepository": "create repositories",
    "GetAuthorizationToken": "log in",
}


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    owner = spec.domain.owner
    if owner is None:
        return
    for permissions in spec.permissions:
        policies = permissions.policy, spec.domain.policy  # in which a Deny counts
        for grant in permissions.grants:
            own = [place for name, place in grant.principals if account_of(name) == owner]
            deed = _deed(grant, policies) if own else None
            if deed is not None:
                message = (
                    "this Allow restricts nobody: in the account that owns the domain an identity"
                    f" policy is enough to {deed}"
                )
                yield Finding(own[0], message, _fix(grant), others=tuple(own[1:]))


def _fix(grant: Grant) -> str:
    if grant.word is not None:
        return f"remove it, or write {grant.word}: {{principals: [...], only: true}}"
    return "remove it, or deny it to all others, with ArnNotEquals: {aws:PrincipalArn: ...}"


def _deed(grant: Grant, policies: tuple[Policy, ...]) -> str | None:
    """What a grant allows first of all, if nobody is denied it; all of it is administration."""
    actions = actions_in(grant.statement)
    if grant.statement.effect is Effect.DENY or actions & AT_REPOSITORY == AT_REPOSITORY:
        return None
    held_back = denied(policies)
    for action, word in _DEEDS.items():
        if actions & actions_of([action]):
            return None if held_back & actions_of([action]) else word
    return None
