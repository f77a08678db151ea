"""What only Terraform knows of a domain: labels, protection, layout, versions, what is removed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from codeartifact_tf.domain.model import Domain

DEFAULT_REQUIRED_VERSION = ">= 1.7.0"  # the first Terraform that knows `removed` blocks
DEFAULT_AWS_PROVIDER_VERSION = ">= 5.0.0, < 7.0.0"
DEFAULT_AWSCC_PROVIDER_VERSION = ">= 1.0.0, < 2.0.0"


class Layout(StrEnum):
    """A root module has its provider block; a module uses its caller's."""

    ROOT = "root"
    MODULE = "module"


@dataclass(frozen=True, slots=True)
class RepositoryResource:
    """The resource of a repository: its label, and whether Terraform refuses to destroy it."""

    label: str
    protect: bool = False


@dataclass(frozen=True, slots=True)
class Removed:
    """A resource that the configuration no longer has; `destroy` says what becomes of it."""

    label: str
    destroy: bool


@dataclass(frozen=True, slots=True)
class Configuration:
    """How Terraform manages a domain.

    `managed` and `protect` are about the domain itself. `repositories` has the resource of each
    repository by name, `package_groups` the label of each package group by pattern; `removed` is
    sorted by label. The version of the provider awscc is None if there are no package groups.
    """

    managed: bool = True
    protect: bool = True
    layout: Layout = Layout.ROOT
    required_version: str = DEFAULT_REQUIRED_VERSION
    aws_provider_version: str = DEFAULT_AWS_PROVIDER_VERSION
    awscc_provider_version: str | None = None
    repositories: Mapping[str, RepositoryResource] = field(default_factory=dict)
    package_groups: Mapping[str, str] = field(default_factory=dict)
    removed: tuple[Removed, ...] = ()

    def __post_init__(self) -> None:
        # Sorted copies: nobody can change them, and two that are equal have the same repr.
        for name in ("repositories", "package_groups"):
            items = MappingProxyType(dict(sorted(getattr(self, name).items())))
            object.__setattr__(self, name, items)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A domain, and how Terraform manages it."""

    domain: Domain
    configuration: Configuration
