"""The role that applies is among those who alone may link or create repositories.

`link` and `create_repositories` with `only: true` deny it to everybody else, and that is the role
that runs `terraform apply` too: it could create no repository any more, or give none its upstream.
Reported where no principal of the account that owns the domain is listed, and no organization or
unit that could hold it. Known only where `domain.owner` is given. Source: user guide, "Create a
repository" (create-repo).
"""

from collections.abc import Iterator

from codeartifact_tf.domain.model import Effect
from codeartifact_tf.domain.policies import account_of
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec

_OF_TERRAFORM = frozenset({"link", "create_repositories"})


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    owner = spec.domain.owner
    if owner is None:
        return
    for permissions in spec.permissions:
        for grant in permissions.grants:
            if grant.word not in _OF_TERRAFORM or grant.statement.effect is Effect.ALLOW:
                continue
            names = [
                name
                for other in permissions.grants
                if other.word == grant.word
                for name, _ in other.principals
            ]
            if all(account_of(name) not in {None, owner} for name in names):
                message = (
                    f"`only` denies {grant.word} to every role of the account {owner} too,"
                    " and so to the one that applies"
                )
                yield Finding(grant.place, message, "list the role that runs terraform apply")
