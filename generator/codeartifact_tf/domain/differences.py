"""Two domains → what differs, as values: of what, which field, before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from codeartifact_tf.domain.model import Domain, PackageGroup, Policy, Repository


class Subject(StrEnum):
    """What a change is about. The configuration is what only Terraform knows of."""

    DOMAIN = "domain"
    REPOSITORY = "repository"
    POLICY = "policy"
    PACKAGE_GROUP = "package group"
    CONFIGURATION = "configuration"


class Field(StrEnum):
    """A field of a domain, a repository or a package group; the value is its name in the model."""

    NAME = "name"
    REGION = "region"
    OWNER = "owner"
    ENCRYPTION_KEY = "encryption_key"
    TAGS = "tags"
    DESCRIPTION = "description"
    UPSTREAMS = "upstreams"
    EXTERNAL_CONNECTION = "external_connection"
    FORMATS = "formats"
    PUBLISH = "publish"
    EXTERNAL_UPSTREAM = "external_upstream"
    INTERNAL_UPSTREAM = "internal_upstream"
    CONTACT_INFO = "contact_info"


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of the model before and after.

    `name` is that of the repository, or the pattern of the package group; None is the domain.
    Without a `field` it is the whole subject, which is None (or an empty policy) where there is
    none.
    """

    subject: Subject
    name: str | None
    field: Field | None
    before: object
    after: object


_DOMAIN = (Field.NAME, Field.REGION, Field.OWNER, Field.ENCRYPTION_KEY, Field.TAGS)
_REPOSITORY = (
    Field.DESCRIPTION,
    Field.UPSTREAMS,
    Field.EXTERNAL_CONNECTION,
    Field.FORMATS,
    Field.TAGS,
)
_PACKAGE_GROUP = (
    Field.PUBLISH,
    Field.EXTERNAL_UPSTREAM,
    Field.INTERNAL_UPSTREAM,
    Field.DESCRIPTION,
    Field.CONTACT_INFO,
    Field.TAGS,
)


def differences(old: Domain, new: Domain) -> tuple[Difference, ...]:
    """What differs: of the domain, of its repositories by name, of its package groups."""
    return (
        *_of_fields(Subject.DOMAIN, None, _DOMAIN, old, new),
        *_of_policy(None, old.policy, new.policy),
        *_of_repositories(old, new),
        *_of_package_groups(old, new),
    )


def of_repository(old: Repository, new: Repository) -> Iterator[Difference]:
    """What differs between two versions of a repository: its fields, and its policy."""
    yield from _of_fields(Subject.REPOSITORY, new.name, _REPOSITORY, old, new)
    yield from _of_policy(new.name, old.policy, new.policy)


def _of_repositories(old: Domain, new: Domain) -> Iterator[Difference]:
    before, after = ({r.name: r for r in domain.repositories} for domain in (old, new))
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was is None or now is None:
            yield Difference(Subject.REPOSITORY, name, None, was, now)
        else:
            yield from of_repository(was, now)


def _of_package_groups(old: Domain, new: Domain) -> Iterator[Difference]:
    before, after = ({g.pattern: g for g in domain.package_groups} for domain in (old, new))
    for pattern in sorted(before.keys() | after.keys()):
        was, now = before.get(pattern), after.get(pattern)
        if was is None or now is None:
            yield Difference(Subject.PACKAGE_GROUP, pattern, None, was, now)
        else:
            yield from _of_fields(Subject.PACKAGE_GROUP, pattern, _PACKAGE_GROUP, was, now)


def _of_policy(name: str | None, old: Policy, new: Policy) -> Iterator[Difference]:
    if old != new:
        yield Difference(Subject.POLICY, name, None, old, new)


def _of_fields(
    subject: Subject,
    name: str | None,
    names: tuple[Field, ...],
    old: Domain | Repository | PackageGroup,
    new: Domain | Repository | PackageGroup,
) -> Iterator[Difference]:
    for field in names:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield Difference(subject, name, field, before, after)
