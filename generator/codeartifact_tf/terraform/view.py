"""What templates see: the domain and its configuration, with the addresses of resources in HCL.

Every name that a template can use is a field here, so that templates can be read without Python.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codeartifact_tf.domain.model import (
    CONTROLS,
    Domain,
    Mode,
    PackageGroup,
    Policy,
    Repository,
    Tags,
)
from codeartifact_tf.terraform.configuration import Configuration, Deployment
from codeartifact_tf.terraform.hcl import Hcl, quote


@dataclass(frozen=True, slots=True)
class RepositoryView:
    """A repository and its resource.

    `address` is that of the resource, `upstreams` are those of the upstreams' resources in search
    order. `formats` are the package formats that the repository serves itself; `all_formats` are
    the sets whose union is everything that it serves: its own formats, and those of its upstreams.
    """

    name: str
    label: str
    address: Hcl
    description: str | None
    upstreams: tuple[Hcl, ...]
    external_connection: str | None
    formats: tuple[str, ...]
    all_formats: tuple[Hcl, ...]
    tags: Tags
    policy: Policy
    protect: bool


@dataclass(frozen=True, slots=True)
class ControlView:
    """An origin control by its name in Terraform; `repositories` are addresses."""

    name: str
    mode: Mode
    repositories: tuple[Hcl, ...]


@dataclass(frozen=True, slots=True)
class PackageGroupView:
    """A package group and the label of its resource."""

    pattern: str
    label: str
    controls: tuple[ControlView, ...]
    description: str | None
    contact_info: str | None
    tags: Tags


@dataclass(frozen=True, slots=True)
class DomainView:
    """A domain, with its repositories and package groups as templates see them."""

    name: str
    region: str
    owner: str | None
    encryption_key: str | None
    tags: Tags
    policy: Policy
    repositories: tuple[RepositoryView, ...]
    package_groups: tuple[PackageGroupView, ...]


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The policy of the domain, or of the repository whose address it has.

    `kind` is the word in the type of the resource, `label` that of the domain or repository.
    """

    kind: str
    label: str
    repository: Hcl | None
    statements: Policy


@dataclass(frozen=True, slots=True)
class RemovedView:
    """A resource that a state may still have, though the configuration does not."""

    address: Hcl
    destroy: bool


@dataclass(frozen=True, slots=True)
class View:
    """The names that a template can use.

    `policies` are that of the domain, then those of the repositories by name, where there are any.
    `arn_pattern` is how the ARN of the domain begins: a module has no provider block that could be
    held to the account and the Region of the spec.
    """

    domain: DomainView
    configuration: Configuration
    policies: tuple[PolicyView, ...]
    removed: tuple[RemovedView, ...]
    arn_pattern: str


def view_of(deployment: Deployment) -> View:
    """Domain and configuration → what templates see."""
    domain, configuration = deployment.domain, deployment.configuration
    addresses = {
        name: Hcl(f"aws_codeartifact_repository.{resource.label}")
        for name, resource in configuration.repositories.items()
    }
    repositories = tuple(
        _repository(repository, configuration, addresses) for repository in domain.repositories
    )
    return View(
        DomainView(
            domain.name,
            domain.region,
            domain.owner,
            domain.encryption_key,
            domain.tags,
            domain.policy,
            repositories,
            tuple(
                _package_group(group, configuration.package_groups[group.pattern], addresses)
                for group in domain.package_groups
            ),
        ),
        configuration,
        tuple(_policies(domain, repositories)),
        tuple(_removed(configuration)),
        f"^arn:[^:]+:codeartifact:{domain.region}:{domain.owner or '[0-9]+'}:",
    )


def _repository(
    repository: Repository, configuration: Configuration, addresses: dict[str, Hcl]
) -> RepositoryView:
    resource = configuration.repositories[repository.name]
    labels = [configuration.repositories[name].label for name in repository.upstreams]
    return RepositoryView(
        repository.name,
        resource.label,
        addresses[repository.name],
        repository.description,
        tuple(addresses[name] for name in repository.upstreams),
        repository.external_connection,
        repository.formats,
        _all_formats(repository.formats, labels),
        repository.tags,
        repository.policy,
        resource.protect,
    )


def _all_formats(own: tuple[str, ...], upstreams: Iterable[str]) -> tuple[Hcl, ...]:
    """The sets of formats of a repository: its own, and those of the upstreams of these labels."""
    of_upstreams = (Hcl(f"local.formats_{label}") for label in upstreams)
    return (*([Hcl(f"[{listed(own)}]")] if own else ()), *of_upstreams)


def listed(values: Iterable[str]) -> Hcl:
    """Values with commas between them, for a list or a call in one line."""
    return Hcl(", ".join(v if isinstance(v, Hcl) else quote(v) for v in values))


def _package_group(group: PackageGroup, label: str, addresses: dict[str, Hcl]) -> PackageGroupView:
    controls = ((name, getattr(group, name)) for name in CONTROLS)
    return PackageGroupView(
        group.pattern,
        label,
        tuple(
            ControlView(name, control.mode, tuple(addresses[n] for n in control.repositories))
            for name, control in controls
        ),
        group.description,
        group.contact_info,
        group.tags,
    )


def _policies(domain: Domain, repositories: tuple[RepositoryView, ...]) -> Iterator[PolicyView]:
    if domain.policy:
        yield PolicyView("domain", "this", None, domain.policy)
    for repository in repositories:
        if repository.policy:
            yield PolicyView("repository", repository.label, repository.address, repository.policy)


def _removed(configuration: Configuration) -> Iterator[RemovedView]:
    """What is forgotten takes its policy along: without that Terraform would delete the policy."""
    found = [] if configuration.managed else [("domain", "this", False)]
    found += (("repository", r.label, r.destroy) for r in configuration.removed)
    for kind, label, destroy in found:
        yield RemovedView(Hcl(f"aws_codeartifact_{kind}.{label}"), destroy)
        if not destroy:
            yield RemovedView(Hcl(f"aws_codeartifact_{kind}_permissions_policy.{label}"), destroy)
