"""An action stands in a policy that is asked about it.

A repository's policy is asked about the repository and its packages only, so `CreateRepository` or
`GetAuthorizationToken` in it do nothing: they belong in `domain.permissions`. No resource policy is
asked about actions of the whole account, such as `ListRepositories`. Sources: Service Authorization
Reference of CodeArtifact; user guide, "Interaction between repository and domain policies"
(repo-policies).
"""

from collections.abc import Iterator

from codeartifact_tf.aws.actions import ACTIONS, known_actions
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec

_OF_REPOSITORY = frozenset({"repository", "package"})
_OF_DOMAIN = _OF_REPOSITORY | {"domain", "package group"}


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    for permissions in spec.permissions:
        levels = _OF_DOMAIN if permissions.repository is None else _OF_REPOSITORY
        for pattern, place in permissions.actions:
            meant = known_actions(pattern)
            if meant and all(levels.isdisjoint(ACTIONS[action]) for action in meant):
                acts_on = " or ".join(ACTIONS[meant[0]])
                message = f"{pattern!r} in the policy of {permissions.holder} has no effect:"
                is_account = acts_on == "account"
                fix = "an identity policy" if is_account else "domain.permissions"
                yield Finding(
                    place, f"{message} it is about {_ARTICLES[acts_on]}", f"it belongs in {fix}"
                )


_ARTICLES = {
    "account": "the whole account",
    "domain": "the domain",
    "package group": "a package group",
}
