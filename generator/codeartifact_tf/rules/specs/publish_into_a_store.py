"""Nobody publishes into a repository with an external connection.

A store repository holds copies of what a public registry has. A package of your own in it answers
to everybody who searches the store, instead of the public one of the same name, and the first
version that is published there blocks the public versions of that package in it. Publish into a
repository that has the store upstream, or restrict it with a Deny. Meant are permissions to publish
or to copy, those of the domain too, because they hold for every repository, and the `publish` lists
of package groups; what may do everything is not meant. Source: user guide, "Editing package origin
controls" (package-origin-controls).
"""

from collections.abc import Iterator, Mapping
from functools import cache

from codeartifact_tf.domain.access import AT_REPOSITORY, Home, actions_of, clauses, placed
from codeartifact_tf.domain.model import Effect, Repository
from codeartifact_tf.domain.name_patterns import NamePatterns
from codeartifact_tf.findings.phrases import LISTED, listed, plain
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.grants import actions_in, denied
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Grant, Permissions, Spec

_PUTS = actions_of(["PublishPackageVersion", "CopyPackageVersions"])
_FIX = "publish into a repository that has it upstream"


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    stores = {each.name: each for each in spec.domain.repositories if each.external_connection}
    if not stores:
        return
    for permissions in spec.permissions:
        for grant in permissions.grants:
            if found := [*_opened(spec, permissions, grant, stores)]:
                yield Finding(grant.place, _message("this allows to publish into", found), _FIX)
    yield from _groups(spec, stores)


def _opened(
    spec: Spec, permissions: Permissions, grant: Grant, stores: Mapping[str, Repository]
) -> Iterator[str]:
    """The stores into which a grant lets somebody put packages, and no Deny bounds that."""
    actions = actions_in(grant.statement)
    is_everything = actions & AT_REPOSITORY == AT_REPOSITORY
    if grant.statement.effect is Effect.DENY or is_everything or not actions & _PUTS:
        return
    home, (clause,) = Home.of(spec.domain), clauses((grant.statement,))
    names = stores if permissions.repository is None else {permissions.repository} & stores.keys()
    for name in names:
        found = 0
        for each in placed((clause,), home.of_repository(name), spec.domain.owner):
            for some in each.terms.values():
                found |= some
        policies = (spec.domain.policy, stores[name].policy)
        if found & _PUTS & ~denied(policies, to_everyone=True):
            yield name


def _groups(spec: Spec, stores: Mapping[str, Repository]) -> Iterator[Finding]:
    @cache
    def meant(text: str) -> tuple[str, ...]:
        return tuple(sorted(NamePatterns([text]).among(stores)))

    for declared in spec.groups:
        for text, place in declared.allowed.get("publish", ()):
            if found := meant(text):
                message = _message("this package group is published into", found)
                yield Finding(place, message, _FIX)


def _message(what: str, names: list[str] | tuple[str, ...]) -> str:
    noun = "a repository" if len(names) == 1 else "repositories"
    return f"{what} {plain(listed(names, LISTED))}, {noun} with an external connection"
