"""Resources → the domain, its repositories and package groups, and what is removed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from codeartifact_tf.domain.model import Control, Mode, PackageGroup, Policy, Repository, Tags
from codeartifact_tf.terraform.configuration import Removed, RepositoryResource
from codeartifact_tf.terraform.hcl import HclError
from codeartifact_tf.terraform.read.blocks import DOMAIN, REPOSITORY, Blocks, Parts, fields
from codeartifact_tf.terraform.read.outputs import formats
from codeartifact_tf.terraform.read.policies import policy_of
from codeartifact_tf.terraform.read.providers import Place
from codeartifact_tf.terraform.tree import Call, Object, Reference, Value

_POLICY = "_permissions_policy"
_PACKAGE_GROUP = "awscc_codeartifact_package_group"


@dataclass(frozen=True, slots=True)
class Home:
    """The domain that a resource names as its own.

    The name is None if it refers to the resource of the domain, in the same folder.
    """

    name: str | None = None
    owner: str | None = None


def _home(resource: Parts, attribute: str = "domain") -> Home:
    domain = resource.value(attribute)
    owner = resource.optional("domain_owner", str)
    if domain == Reference((*DOMAIN, "domain")) and owner is None:
        return Home()
    if isinstance(domain, str):
        return Home(domain, owner)
    raise HclError(f"the domain of {resource.where} is {domain!r}")


# The domain


@dataclass(frozen=True, slots=True)
class DomainResource:
    """The resource of the domain. `place` is what a module checks, None in a root module."""

    name: str
    encryption_key: str | None
    tags: Tags
    protect: bool
    place: Place | None


def domain_resource(blocks: Blocks) -> DomainResource | None:
    """The resource of the domain; None if the domain is not managed here."""
    if ("resource", *DOMAIN) not in blocks:
        return None
    with blocks.take("resource", *DOMAIN) as domain:
        lifecycle = domain.lifecycle()
        if len(lifecycle.postconditions) > 1:
            raise HclError("the domain has several postconditions")
        return DomainResource(
            domain.required("domain", str),
            domain.optional("encryption_key", str),
            domain.tags(),
            lifecycle.protect,
            next(map(_checked_place, lifecycle.postconditions), None),
        )


_ARN = re.compile(r"\^arn:\[\^:\]\+:codeartifact:([a-z0-9-]+):(?:([0-9]{12})|\[0-9\]\+):")


def _checked_place(postcondition: Parts) -> Place:
    with postcondition:
        postcondition.required("error_message", str)
        condition = postcondition.required("condition", Call)
    match condition:
        case Call("can", (Call("regex", (str() as pattern, Reference(("self", "arn")))),)):
            found = _ARN.fullmatch(pattern)
            if found:
                return Place(found[1], found[2])
    raise HclError(f"the condition of the domain is {condition!r}")


# Policies


@dataclass(frozen=True, slots=True)
class PolicyResource:
    """A policy, and the domain that its resource names."""

    policy: Policy
    home: Home


def domain_policy(blocks: Blocks) -> PolicyResource | None:
    """The policy of the domain, if there is one."""
    address = ("resource", f"{DOMAIN[0]}{_POLICY}", DOMAIN[1])
    if address not in blocks:
        return None
    with blocks.take(*address) as resource:
        return PolicyResource(_policy(resource), _home(resource))


def _policy_of_repository(resource: Parts, label: str) -> PolicyResource:
    with resource:
        repository = resource.required("repository", Reference)
        if repository != Reference((REPOSITORY, label, "repository")):
            raise HclError(f"{resource.where} is for {repository!r}")
        return PolicyResource(_policy(resource), _home(resource))


def _policy(resource: Parts) -> Policy:
    return policy_of(resource.required("policy_document", Call))


# Repositories


@dataclass(frozen=True, slots=True)
class RepositoryRead:
    """A repository with its resource; `homes` are the domains that it and its policy name."""

    repository: Repository
    resource: RepositoryResource
    homes: tuple[Home, ...]


def repositories(blocks: Blocks, local: Parts) -> tuple[RepositoryRead, ...]:
    """The repositories by name. Their formats are local values."""
    found = blocks.take_resources(REPOSITORY)
    policies = blocks.take_resources(f"{REPOSITORY}{_POLICY}")
    names: dict[str, str] = {}
    taken: set[str] = set()
    for label, resource in found.items():
        names[label] = resource.required("repository", str)
        if names[label] in taken:
            raise HclError(f"two repositories have the name {names[label]!r}")
        taken.add(names[label])
    read = []
    for label, resource in found.items():
        policy = None
        if label in policies:
            policy = _policy_of_repository(policies.pop(label), label)
        read.append(_repository(resource, label, names, policy, local))
    if policies:
        raise HclError(f"there is no repository for the policies {', '.join(policies)}")
    return tuple(sorted(read, key=lambda each: each.repository.name))


def _repository(
    resource: Parts,
    label: str,
    names: Mapping[str, str],
    policy: PolicyResource | None,
    local: Parts,
) -> RepositoryRead:
    """The repository of a label, whose name is among the `names` by label."""
    with resource:
        upstreams = tuple(_upstream(block, names) for block in resource.blocks("upstream"))
        lifecycle = resource.lifecycle()
        if lifecycle.postconditions:
            raise HclError(f"{resource.where} has a postcondition")
        home = _home(resource)
        return RepositoryRead(
            Repository(
                name=names[label],
                description=resource.optional("description", str),
                upstreams=tuple(names[upstream] for upstream in upstreams),
                external_connection=_connection(resource.blocks("external_connections")),
                formats=formats(local, label, upstreams),
                tags=resource.tags(),
                policy=policy.policy if policy else (),
            ),
            RepositoryResource(label, lifecycle.protect),
            (home, policy.home) if policy else (home,),
        )


def _upstream(block: Parts, names: Mapping[str, str]) -> str:
    """The label of an upstream."""
    with block:
        return _repository_label(block.required("repository_name", Reference), names, "an upstream")


def _repository_label(value: Value, names: Mapping[str, str], what: str) -> str:
    """The label in a reference to the name of a repository of this folder."""
    match value:
        case Reference((kind, str() as label, "repository")) if kind == REPOSITORY:
            if label in names:
                return label
    raise HclError(f"{what} is {value!r}, which is no repository of this folder")


def _connection(blocks: list[Parts]) -> str | None:
    if not blocks:
        return None
    if len(blocks) > 1:
        raise HclError("a repository has several external connections")
    with blocks[0] as block:
        return block.required("external_connection_name", str)


# Package groups


@dataclass(frozen=True, slots=True)
class PackageGroupRead:
    """A package group with the label of its resource, and the domain that it names."""

    group: PackageGroup
    label: str
    home: Home


def package_groups(blocks: Blocks, names: Mapping[str, str]) -> tuple[PackageGroupRead, ...]:
    """The package groups by pattern; `names` are those of the repositories by label."""
    resources = blocks.take_resources(_PACKAGE_GROUP)
    read = [_package_group(resource, label, names) for label, resource in resources.items()]
    if len({each.group.pattern for each in read}) != len(read):
        raise HclError("two package groups have the same pattern")
    return tuple(sorted(read, key=lambda each: each.group.pattern))


def _package_group(resource: Parts, label: str, names: Mapping[str, str]) -> PackageGroupRead:
    with resource:
        lifecycle = resource.lifecycle()
        if lifecycle.protect or lifecycle.postconditions:
            raise HclError(f"{resource.where} is protected or has a postcondition")
        origin = fields(resource.required("origin_configuration", Object), "restrictions")
        controls = fields(
            origin["restrictions"], "publish", "external_upstream", "internal_upstream"
        )
        group = PackageGroup(
            pattern=resource.required("pattern", str),
            **{key: _control(value, names) for key, value in controls.items()},
            description=resource.optional("description", str),
            contact_info=resource.optional("contact_info", str),
            tags=_listed_tags(resource.optional("tags", tuple)),
        )
        return PackageGroupRead(group, label, _home(resource, "domain_name"))


def _control(value: Value, names: Mapping[str, str]) -> Control:
    match value:
        case Object((("restriction_mode", str() as mode),)) if mode in set(Mode):
            control = Control(Mode(mode))
        case Object((("restriction_mode", str() as mode), ("repositories", tuple() as allowed))):
            control = Control(
                Mode.ALLOW_SPECIFIC_REPOSITORIES,
                tuple(names[_repository_label(r, names, "an allowed one")] for r in allowed),
            )
            if mode != control.mode:
                raise HclError(f"repositories are named beside the mode {mode!r}")
            return control
        case _:
            raise HclError(f"an origin control is {value!r}")
    if control.mode is Mode.ALLOW_SPECIFIC_REPOSITORIES:
        raise HclError("an origin control names no repositories")
    return control


def _listed_tags(value: tuple[Value, ...] | None) -> Tags:
    tags = []
    for tag in value or ():
        found = fields(tag, "key", "value")
        if not all(isinstance(text, str) for text in found.values()):
            raise HclError(f"a tag is {tag!r}")
        tags.append((cast("str", found["key"]), cast("str", found["value"])))
    if value == () or len({key for key, _ in tags}) != len(tags):
        raise HclError("a list of tags is empty, or has a key twice")
    return tuple(sorted(tags))


# What is removed


def removed(blocks: Blocks, *, managed: bool) -> tuple[Removed, ...]:
    """What is removed, by label. What a state is to forget, it forgets with its policy."""
    found: dict[tuple[str, ...], bool] = {}
    for block in blocks.take_removed():
        with block, block.one("lifecycle") as lifecycle:
            if block.labels:
                raise HclError("a removed block has labels")
            address = block.required("from", Reference).parts
            if address in found:
                raise HclError(f"{'.'.join(address)} is removed twice")
            found[address] = lifecycle.required("destroy", bool)
    read = [Removed(a[1], destroy) for a, destroy in found.items() if a[:-1] == (REPOSITORY,)]
    expected: dict[tuple[str, ...], bool] = {(REPOSITORY, r.label): r.destroy for r in read}
    if not managed:
        expected[DOMAIN] = False
    forgotten = [address for address, destroy in expected.items() if not destroy]
    expected |= {(f"{kind}{_POLICY}", label): False for kind, label in forgotten}
    if found != expected:
        raise HclError("something is removed, or forgotten, without the rest of it")
    return tuple(sorted(read, key=lambda each: each.label))
