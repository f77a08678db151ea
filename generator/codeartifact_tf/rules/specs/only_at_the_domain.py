"""What only some may do in the whole domain nobody else is granted at a repository.

`only: true` at the domain denies the deed to everybody else in every repository, and a Deny in
either policy wins: another principal of the same word at a repository is denied all the same. List
it at the domain too, or say `only` at the repositories. Source: user guide, "Repository policies"
(repo-policies), "Interaction between repository and domain policies".
"""

from collections.abc import Iterator

from codeartifact_tf.domain.model import Effect
from codeartifact_tf.domain.principals import Principal, is_part_of, subjects
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.grants import entry_of
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Permissions, Spec


@about_spec(Severity.ERROR, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    bounded = {
        word: among
        for permissions in spec.permissions
        if permissions.repository is None
        for word, among in _bounded(permissions).items()
    }
    for permissions in spec.permissions:
        if permissions.repository is None:
            continue
        for grant in permissions.grants:
            if grant.word not in bounded or grant.statement.effect is Effect.DENY:
                continue
            for who in sorted(subjects(grant.statement)):
                if not _is_among(who, bounded[grant.word]):
                    message = f"{who.name} is denied to {grant.word}, because domain.permissions"
                    fix = "list it there too, or say `only` at the repositories instead"
                    place = entry_of(grant, who)
                    yield Finding(place, f"{message}.{grant.word} lets `only` others", fix)


def _bounded(permissions: Permissions) -> dict[str, frozenset[Principal]]:
    """For each word that says `only` the principals that it lists."""
    found = {
        grant.word: frozenset[Principal]()
        for grant in permissions.grants
        if grant.word is not None and grant.statement.effect is Effect.DENY
    }
    for grant in permissions.grants:
        if grant.word in found and grant.statement.effect is Effect.ALLOW:
            found[grant.word] |= subjects(grant.statement)
    return found


def _is_among(who: Principal, listed: frozenset[Principal]) -> bool:
    return who in listed or any(is_part_of(who, other) for other in listed)
