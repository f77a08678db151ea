"""The domain as AWS is to hold it: frozen, resolved, complete. It knows nothing of Terraform."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Tags: TypeAlias = tuple[tuple[str, str], ...]


class Effect(StrEnum):
    """What a statement of a policy does."""

    ALLOW = "Allow"
    DENY = "Deny"


# Kind (AWS, Service, ...) and names; of the kind "*" there are none, it is everyone.
Principals: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
EVERYONE: Principals = (("*", ()),)


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """A condition of a statement; its values are sorted."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a resource policy, each list in it sorted and without repetitions.

    Where a flag is set, the policy says NotPrincipal, NotAction or NotResource.
    """

    effect: Effect
    principals: Principals
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)
    conditions: tuple[Condition, ...] = ()
    sid: str | None = None
    not_principals: bool = False
    not_actions: bool = False
    not_resources: bool = False

    @property
    def is_for_everyone(self) -> bool:
        """Whether the principal is `"*"`."""
        return self.principals == EVERYONE


Policy: TypeAlias = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository. `upstreams` are names of repositories of the domain, in search order.

    `formats` are the package formats that it serves itself: that of its connection, and those that
    were asked for; sorted.
    """

    name: str
    description: str | None = None
    upstreams: tuple[str, ...] = ()
    external_connection: str | None = None
    formats: tuple[str, ...] = ()
    tags: Tags = ()
    policy: Policy = ()


class Mode(StrEnum):
    """What an origin control of a package group does."""

    ALLOW = "ALLOW"
    BLOCK = "BLOCK"
    ALLOW_SPECIFIC_REPOSITORIES = "ALLOW_SPECIFIC_REPOSITORIES"
    INHERIT = "INHERIT"


@dataclass(frozen=True, slots=True)
class Control:
    """An origin control: its mode, and the repositories that it allows where it names some.

    These are names of repositories of the domain, sorted.
    """

    mode: Mode = Mode.INHERIT
    repositories: tuple[str, ...] = ()


CONTROLS = ("publish", "external_upstream", "internal_upstream")


@dataclass(frozen=True, slots=True)
class PackageGroup:
    """A package group: which packages it means, and how versions of them enter repositories."""

    pattern: str
    publish: Control = Control()
    external_upstream: Control = Control()
    internal_upstream: Control = Control()
    description: str | None = None
    contact_info: str | None = None
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain. Repositories are sorted by name, tags by key, package groups by pattern."""

    name: str
    region: str
    owner: str | None = None
    encryption_key: str | None = None
    tags: Tags = ()
    policy: Policy = ()
    repositories: tuple[Repository, ...] = ()
    package_groups: tuple[PackageGroup, ...] = ()
