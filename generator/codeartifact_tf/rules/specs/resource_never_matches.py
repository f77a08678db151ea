"""The Resource of a statement can be what its actions act on, in this domain.

AWS compares ARNs as text, and a statement whose Resource is nothing that its actions act on allows
nothing; as a Deny it protects nothing. `ReadFromRepository` acts on a repository,
`PublishPackageVersion` on packages. The policy of a repository is asked about that repository and
its packages only, the policy of a domain about all that is in it: an ARN of another Region,
account, domain or repository never matches. The ARN of a package has a namespace, empty where the
package has none: `package/DOMAIN/REPOSITORY/pypi//NAME`. Sources: Service Authorization Reference
of CodeArtifact; user guide, "AWS CodeArtifact permissions reference" and "Repository policies".
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from codeartifact_tf.aws.actions import known_actions
from codeartifact_tf.aws.catalog import PACKAGE_FORMATS
from codeartifact_tf.aws.package_patterns import WITHOUT_NAMESPACE
from codeartifact_tf.aws.policy_patterns import pattern
from codeartifact_tf.domain.access import Actions, Home, Target, actions_of, names_of
from codeartifact_tf.domain.model import Domain, Effect
from codeartifact_tf.findings.nearest import nearest
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.grants import actions_in
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Grant, Permissions, Spec

_PARTS_OF_ARN = 6


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    for permissions in spec.permissions:
        asked = _asked(spec.domain, permissions)
        for grant in permissions.grants:
            if grant.resources:
                yield from _of_statement(grant, asked)


class _Asked(NamedTuple):
    """What a policy is asked about."""

    domain: Domain
    repository: str | None
    targets: tuple[Target, ...]
    holder: str

    def hit(self, resource: str) -> list[Target]:
        """What of it a resource means."""
        return [each for each in self.targets if _is_met(resource, each, self.domain.owner)]


def _is_met(resource: str, target: Target, owner: str | None) -> bool:
    """Whether a resource is a target, or a part of it; each part of an ARN is compared alone."""
    parts, wanted = resource.split(":", 5), target.arn.split(":", 5)
    if len(parts) < _PARTS_OF_ARN:
        return _begins(resource, target.arn, target)
    heads = [*zip(parts[:5], wanted[:5], strict=True)]
    known = heads if owner else heads[:4]
    return all(pattern(a).matches(b) for a, b in known) and _begins(parts[5], wanted[5], target)


def _begins(text: str, meant: str, target: Target) -> bool:
    found = pattern(text)
    return found.meets(meant) if target.is_prefix else found.matches(meant)


def _asked(domain: Domain, permissions: Permissions) -> _Asked:
    home = Home(domain.region, domain.owner or "ACCOUNT", domain.name)
    name = permissions.repository
    return _Asked(domain, name, home.asked_of(name), permissions.holder)


def _of_statement(grant: Grant, asked: _Asked) -> Iterator[Finding]:
    actions = actions_in(grant.statement)
    wanted = [target for target in asked.targets if target.actions & actions]
    if not wanted:
        return  # misplaced-action and unknown-action speak of it
    is_some = False
    for text, place in grant.resources:
        found = asked.hit(text)
        if not found:
            fix = f"write {_arns(wanted)}"
            yield Finding(place, _elsewhere(text, asked), fix)
        elif not any(target in wanted for target in found):
            message = _no_action(grant, found, wanted, actions)
            yield Finding(place, message, f"write {_arns(wanted)}")
        elif fault := _no_package(text):
            message, fix = fault
            yield Finding(place, message, fix)
        else:
            is_some = True
    if is_some and not grant.statement.not_resources:
        yield from _without_resource(grant, asked)


def _arns(targets: Sequence[Target]) -> str:
    return " or ".join(f"{each.arn}*" if each.is_prefix else each.arn for each in targets)


def _kinds(targets: Sequence[Target]) -> str:
    """What they are, from their ARNs: `a repository or a package`."""
    kinds = (each.arn.split(":")[-1].partition("/")[0].replace("-", " ") for each in targets)
    return " or ".join(f"a {kind}" for kind in kinds)


# Another Region, account, domain or repository.


def _elsewhere(text: str, asked: _Asked) -> str:
    others = [*_others(text, asked)]
    message = f"{text!r} never matches in the policy of {asked.holder}"
    if not others:
        return f"{message}, which is not asked about it"
    of = " and ".join(filter(None, (", ".join(others[:-1]), others[-1])))
    return f"{message}: it is of another {of}"


def _others(text: str, asked: _Asked) -> Iterator[str]:
    """In what a resource differs from all that the policy is asked about."""
    parts = text.split(":", 5)
    if len(parts) < _PARTS_OF_ARN:
        return
    _, partition, service, region, account, rest = parts
    domain = asked.domain
    _, _, below = rest.partition("/")
    name, _, repository = below.partition("/")
    pairs = (
        ("partition", partition, "aws"),
        ("service", service, "codeartifact"),
        ("Region", region, domain.region),
        ("account", account, domain.owner or account),
        ("domain", name, domain.name),
        ("repository", repository.partition("/")[0], asked.repository),
    )
    for what, written, meant in pairs:
        if meant is not None and written and not pattern(written).matches(meant):
            yield what


# Another kind of resource.


def _no_action(
    grant: Grant, found: Sequence[Target], wanted: Sequence[Target], actions: Actions
) -> str:
    names = names_of(actions)
    subject = f"{names[0]} acts" if len(names) == 1 else "the actions act"
    verb = "allows" if grant.statement.effect is Effect.ALLOW else "denies"
    effect = "excepts nothing" if grant.statement.not_resources else f"{verb} nothing"
    return f"this Resource is {_kinds(found)}, but {subject} on {_kinds(wanted)}: it {effect}"


def _without_resource(grant: Grant, asked: _Asked) -> Iterator[Finding]:
    """The actions of a statement that act on none of its resources, while others do."""
    hit = [target for text, _ in grant.resources for target in asked.hit(text)]
    for text, place in grant.actions:
        meant = actions_of(known_actions(text))
        wanted = [target for target in asked.targets if target.actions & meant]
        if wanted and not any(target in wanted for target in hit):
            message = f"{text!r} acts on {_kinds(wanted)}, which no Resource of this statement is"
            yield Finding(place, message, f"add {_arns(wanted)}")


# A package without its namespace.


_PACKAGE = re.compile(r"package/[^/*?]+/[^/*?]+/(?P<format>[^/*?]+)(/(?P<below>.*))?")


def _no_package(text: str) -> tuple[str, str] | None:
    """What is wrong with the ARN of a package, and what to write."""
    written = _PACKAGE.fullmatch(text.split(":", 5)[-1])
    if written is None:
        return None
    package_format, below = written["format"], written["below"] or ""
    message = f"{text!r} matches no package"
    if package_format not in PACKAGE_FORMATS:
        meant = nearest(package_format, PACKAGE_FORMATS)
        fix = f"did you mean {meant!r}?" if meant else f"one of: {', '.join(PACKAGE_FORMATS)}"
        return f"{message}: {package_format!r} is no package format", fix
    is_short = not {"/", "*", "?"} & {*below}
    is_in_none = package_format in WITHOUT_NAMESPACE and below[:1] not in {"", "/", "*", "?"}
    if not is_short and not is_in_none:
        return None
    before = text.removesuffix(f"/{below}")
    right = f"{before}//{below.rpartition('/')[2] or '*'}"
    return f"{message}: before the name stands a namespace, which can be empty", f"write {right}"
