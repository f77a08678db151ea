"""What the service knows, as frozen values, and how a caller's names lead to them."""

import base64
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from tests.support.codeartifact_double.errors import NotFound
from tests.support.codeartifact_double.settings import Limits, Switches

Output = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """An upstream. It holds the repository by identity; the name is what it had then.

    https://github.com/hashicorp/terraform-provider-aws/issues/31092 quotes the service: if an
    upstream was deleted and created again under its name, UpdateRepository must still be called.
    """

    identity: int
    name: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A resource policy and the revision that a caller can lock it by."""

    document: str
    revision: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository; `identity` is hidden and never used twice."""

    identity: int
    name: str
    administrator: str
    created: float
    description: str | None = None
    upstreams: tuple[Link, ...] = ()
    connection: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    policy: Policy | None = None


class DomainKey(NamedTuple):
    """What a domain is unique by: "in an AWS Region that are in the same account" (model)."""

    owner: str
    region: str
    name: str


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain with its repositories."""

    key: DomainKey
    created: float
    encryption_key: str
    tags: Mapping[str, str] = field(default_factory=dict)
    policy: Policy | None = None
    repositories: Mapping[str, Repository] = field(default_factory=dict)

    def is_live(self, link: Link) -> bool:
        """Whether the repository that was linked is still there, not just one of its name."""
        found = self.repositories.get(link.name)
        return found is not None and found.identity == link.identity

    def with_repository(self, repository: Repository) -> "Domain":
        """The domain after a repository has come or changed."""
        return replace(self, repositories={**self.repositories, repository.name: repository})

    def without_repository(self, name: str) -> "Domain":
        """The domain after a repository has gone; links to it stay, and lead nowhere."""
        rest = {key: value for key, value in self.repositories.items() if key != name}
        return replace(self, repositories=rest)


@dataclass(frozen=True, slots=True)
class World:
    """Everything in every account and Region."""

    domains: Mapping[DomainKey, Domain] = field(default_factory=dict)
    serial: int = 0

    def numbered(self) -> tuple["World", int]:
        """A number that nothing else has."""
        return replace(self, serial=self.serial + 1), self.serial + 1

    def with_domain(self, domain: Domain) -> "World":
        """The world after a domain has come or changed."""
        return replace(self, domains={**self.domains, domain.key: domain})

    def without_domain(self, key: DomainKey) -> "World":
        """The world after a domain has gone."""
        rest = {name: value for name, value in self.domains.items() if name != key}
        return replace(self, domains=rest)


@dataclass(frozen=True, slots=True)
class Call:
    """A request: who calls, in which Region, with which parameters (as the model names them)."""

    account: str
    region: str
    now: float
    parameters: Mapping[str, Any]
    switches: Switches
    limits: Limits

    def __getitem__(self, parameter: str) -> Any:
        return self.parameters[parameter]

    def get(self, parameter: str) -> Any:
        """A parameter, or None if the caller left it out."""
        return self.parameters.get(parameter)

    def domain_key(self) -> DomainKey:
        """The domain that the call names; without a domain owner, one of the caller's."""
        return DomainKey(self.get("domainOwner") or self.account, self.region, self["domain"])


Operation = Callable[[World, Call], tuple[World, Output]]


def domain_of(world: World, call: Call) -> Domain:
    """The domain that a call names, also in another account: cross-account calls are allowed.

    The text is that of https://github.com/aws/aws-cdk/issues/19792.
    """
    return domain_at(world, call.domain_key())


def domain_at(world: World, key: DomainKey) -> Domain:
    """The domain of a key."""
    if key not in world.domains:
        raise NotFound(
            f"Domain not found. Domain '{key.name}' owned by account '{key.owner}' does not exist",
            "domain",
            key.name,
        )
    return world.domains[key]


def repository_of(domain: Domain, name: str) -> Repository:
    """The repository of a name."""
    if name not in domain.repositories:
        raise NotFound(
            f"Repository not found. Repository '{name}' in domain '{domain.key.name}' owned by"
            f" account '{domain.key.owner}' does not exist",
            "repository",
            name,
        )
    return domain.repositories[name]


# ARNs: UG auth-and-access-control-permissions-reference.


def domain_arn(key: DomainKey) -> str:
    """The ARN of a domain."""
    return f"arn:aws:codeartifact:{key.region}:{key.owner}:domain/{key.name}"


def repository_arn(key: DomainKey, name: str) -> str:
    """The ARN of a repository, in the account of the domain, whoever administers it."""
    return f"arn:aws:codeartifact:{key.region}:{key.owner}:repository/{key.name}/{name}"


def key_arn(key: str | None, owner: str, region: str) -> str:
    """The key as DescribeDomain shows it: an ARN, whatever it was named by. Every key exists.

    Model, CreateDomain: a key id, key ARN, alias or alias ARN, or none, for a key of AWS's own.
    That another form than the key's ARN comes back as that ARN is the reason why the provider
    asks for one (https://github.com/hashicorp/terraform-provider-aws/pull/13743).
    """
    if key and key.startswith("arn:") and ":key/" in key:
        return key
    identifier = key or "aws/codeartifact"
    if "alias" in identifier or not key:
        identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, identifier.rpartition("alias/")[2]))
    return f"arn:aws:kms:{region}:{owner}:key/{identifier}"


def revision(number: int) -> str:
    """An opaque policy revision, in the looks of CLI put-domain-permissions-policy."""
    return base64.b64encode(number.to_bytes(24, "big")).decode()
