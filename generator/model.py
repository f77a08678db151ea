"""The domain as it is to be: frozen, resolved, complete. What YAML and HCL must agree on."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Tags: TypeAlias = tuple[tuple[str, str], ...]

DEFAULT_REQUIRED_VERSION = ">= 1.7.0"  # the first Terraform that knows `removed` blocks
DEFAULT_AWS_PROVIDER_VERSION = ">= 5.0.0, < 7.0.0"


class Layout(StrEnum):
    """A root module has its provider block; a module uses its caller's."""

    ROOT = "root"
    MODULE = "module"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository. `upstreams` are names of repositories of the domain, in search order."""

    name: str
    label: str
    description: str | None = None
    upstreams: tuple[str, ...] = ()
    external_connection: str | None = None
    tags: Tags = ()
    protect: bool = False


@dataclass(frozen=True, slots=True)
class Removed:
    """A resource that the configuration no longer has; `destroy` says what becomes of it."""

    label: str
    destroy: bool


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain. Repositories are sorted by name, tags by key, removed by label."""

    name: str
    region: str
    owner: str | None = None
    encryption_key: str | None = None
    tags: Tags = ()
    managed: bool = True
    protect: bool = True
    layout: Layout = Layout.ROOT
    required_version: str = DEFAULT_REQUIRED_VERSION
    aws_provider_version: str = DEFAULT_AWS_PROVIDER_VERSION
    repositories: tuple[Repository, ...] = ()
    removed: tuple[Removed, ...] = ()
