"""Domains with their configuration, for tests: built from few words, and changed field by field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, TypeVar

from codeartifact_tf.domain.model import Domain, Repository
from codeartifact_tf.terraform.configuration import Configuration, Deployment, RepositoryResource
from codeartifact_tf.terraform.labels import group_label, label_of

T = TypeVar("T", Domain, Configuration, Repository, RepositoryResource)


_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Entry:
    """A repository with its resource."""

    repository: Repository
    resource: RepositoryResource


def _taken(value: T, named: dict[str, Any]) -> T:
    """The value with those of the fields that it has, which are taken out of `named`."""
    own = {field.name for field in fields(value)} & named.keys()
    return replace(value, **{name: named.pop(name) for name in own})


def edited(entry: Entry, **named: Any) -> Entry:
    """The entry with other fields, be they of the repository or of its resource."""
    changed = Entry(_taken(entry.repository, named), _taken(entry.resource, named))
    assert not named
    return changed


def configured(domain: Domain, **named: Any) -> Deployment:
    """The domain with the labels that a spec gives if it names none; nothing else is as usual."""
    return changed(Deployment(domain, Configuration(protect=False)), **named)


def changed(
    deployment: Deployment,
    entries: Iterable[Entry] | None = None,
    *,
    labels: Mapping[str, str] = _NONE,
    **named: Any,
) -> Deployment:
    """The deployment with other fields of the domain or of its configuration.

    `entries` are other repositories, `labels` those of package groups by pattern. What is new and
    has no label gets the usual one.
    """
    domain, old = deployment.domain, deployment.configuration
    resources, groups = dict(old.repositories), {**old.package_groups, **labels}
    if entries is not None:
        listed = sorted(entries, key=lambda entry: entry.repository.name)
        domain = replace(domain, repositories=tuple(entry.repository for entry in listed))
        resources = {entry.repository.name: entry.resource for entry in listed}
    domain = _taken(domain, named)
    new = replace(
        old,
        repositories={
            r.name: resources.get(r.name, RepositoryResource(label_of(r.name)))
            for r in domain.repositories
        },
        package_groups={
            g.pattern: groups.get(g.pattern) or group_label(g.pattern)
            for g in domain.package_groups
        },
    )
    changed = Deployment(domain, _taken(new, named))
    assert not named
    return changed
