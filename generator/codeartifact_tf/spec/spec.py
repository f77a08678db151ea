"""The records of a spec: what its files mean, and the place in YAML of each part.

Rules find everything here; none of them reads the data of a file.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from codeartifact_tf.aws.package_patterns import Pattern
from codeartifact_tf.domain.model import Domain, PackageGroup, Policy, Repository, Statement
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.spec.source import Source, YamlPath
from codeartifact_tf.terraform.configuration import Configuration, Deployment, RepositoryResource


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a file, or its key, or the part of the text that `span` gives: a comment."""

    source: Source
    path: YamlPath
    on_key: bool = False
    span: tuple[int, int] | None = None

    def __truediv__(self, step: str | int) -> "Place":
        return Place(self.source, (*self.path, step))

    def key(self) -> "Place":
        """The key of this value."""
        return Place(self.source, self.path, on_key=True)

    def bounds(self) -> tuple[int, int]:
        """Where it begins and ends in the text, in characters."""
        return self.span or self.source.span(self.path, on_key=self.on_key)

    def __str__(self) -> str:
        return str(self.source.location(self.bounds()[0]))


class Finding(NamedTuple):
    """What a rule yields; the runner adds name, severity and position.

    `severity` is given where a finding is worse than the rule, or not as bad; what a spec sets for
    the rule counts for all its findings. `others` are further places of which the same is said.
    """

    place: Place
    message: str
    fix: str = ""
    severity: Severity | None = None
    others: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Upstream:
    """An entry of `upstreams`: as written, and the repository that it means, if there is one."""

    text: str
    target: str | None
    place: Place
    from_defaults: bool = False


@dataclass(frozen=True, slots=True)
class Declaration:
    """A repository as it will be, its entries as written, and its places.

    `place` is its name, or the entry for which the tool creates it. `packages_from` is the key that
    says from where it gets packages; this may be a key of the defaults.
    """

    repository: Repository
    resource: RepositoryResource
    upstreams: tuple[Upstream, ...]
    place: Place
    packages_from: Place
    synthesised: bool = False


class Duplicate(NamedTuple):
    """A second definition of a repository; the first is the one that counts."""

    name: str
    first: Place
    second: Place


@dataclass(frozen=True, slots=True)
class Grant:
    """A statement as it will be, its place, and the places of its principals.

    `word` is the key of `permissions` that it comes from: of its statements the one that denies is
    its `only`. `actions` and `resources` are those of a statement of one's own, as written.
    """

    statement: Statement
    place: Place
    principals: tuple[tuple[str, Place], ...]
    actions: tuple[tuple[str, Place], ...]
    resources: tuple[tuple[str, Place], ...] = ()
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Permissions:
    """The `permissions` of a repository, or of the domain, which has no name here."""

    repository: str | None
    place: Place
    grants: tuple[Grant, ...]

    @property
    def policy(self) -> Policy:
        """The resource policy."""
        return tuple(grant.statement for grant in self.grants)

    @property
    def actions(self) -> Iterator[tuple[str, Place]]:
        """The actions that people wrote themselves, each with its place."""
        return (action for grant in self.grants for action in grant.actions)

    @property
    def holder(self) -> str:
        """Whose they are, for people."""
        return "the domain" if self.repository is None else f"repository {self.repository!r}"


@dataclass(frozen=True, slots=True)
class RemovedEntry:
    """An entry of `removed`."""

    name: str
    label: str
    destroy: bool
    place: Place


class Bound(StrEnum):
    """What an entry of `include` can bound; the value is its key there."""

    NAMES = "names"
    FIELDS = "fields"
    UPSTREAMS = "upstreams"


@dataclass(frozen=True, slots=True)
class Include:
    """An entry of `include`: its pattern, the team files that it found, and what they may say.

    `bounds` has globs of names, keys of repositories, or globs of upstreams and connections; what
    it lacks is not bound. Of several entries that find a file all bounds count. `left_out` names
    files that look like team files, and that neither this nor another entry finds.
    """

    pattern: str
    place: Place
    files: tuple[Source, ...]
    bounds: Mapping[Bound, tuple[str, ...]] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


class Required(StrEnum):
    """What `require` can demand; the value is its key there."""

    TAGS = "tags"
    DESCRIPTION = "description"
    NAMES = "names"
    PROTECT = "protect"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One demand of `require`: of every repository, or of those of the files of one entry.

    `texts` are a tag and the glob of its values, the globs of all names, or a glob of those that
    are protected. `include` is the entry that demands it, None is the spec.
    """

    required: Required
    texts: tuple[str, ...]
    place: Place
    include: Include | None = None


@dataclass(frozen=True, slots=True)
class InternalPackages:
    """An entry of `internal_packages`: names of packages that nobody else may publish.

    `packages` are those that the text means, None if it is no such name.
    """

    package_format: str
    text: str
    place: Place
    packages: Pattern | None


@dataclass(frozen=True, slots=True)
class GroupDeclaration:
    """A package group as it will be, its Terraform label, and its lists of repositories by key."""

    group: PackageGroup
    label: str
    place: Place
    allowed: Mapping[str, "Patterns"]


Patterns: TypeAlias = tuple[tuple[str, Place], ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """An entry of `assertions`; a field is None if the entry does not set it."""

    place: Place
    repositories: Patterns
    must_not_reach: Patterns | None
    only_reach: Patterns | None
    must_reach: Patterns | None
    because: str | None


def files_of(source: Source, includes: Iterable[Include]) -> tuple[Source, ...]:
    """A spec and its team files, each once however many patterns find it."""
    files = (source, *(file for include in includes for file in include.files))
    return tuple({file.path: file for file in files}.values())


@dataclass(frozen=True, slots=True)
class WrittenRepository:
    """A repository as a file has it: the place of its name, and the keys that it sets.

    `sources` are the upstreams and the connection that it names.
    """

    name: str
    place: Place
    fields: tuple[str, ...]
    sources: Patterns


@dataclass(frozen=True, slots=True)
class Written:
    """What the files say, before defaults are merged into it and texts are normalized.

    `repositories` are those of team files. `policy_texts` are the texts in statements that people
    wrote themselves.
    """

    repositories: tuple[WrittenRepository, ...] = ()
    tags: tuple[tuple[Place, Mapping[str, str]], ...] = ()
    descriptions: tuple[tuple[Place, str], ...] = ()
    policy_texts: tuple[tuple[Place, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Spec:
    """Everything that one domain spec and its team files say.

    `store_of` gives for each external connection the repository that an upstream entry means.
    `max_changed` is the limit of the blast radius as written: `20%`, or a number of repositories.
    `sections` are the keys of the spec, `domain_keys` those of its section `domain`.
    """

    source: Source
    includes: tuple[Include, ...]
    domain: Domain
    configuration: Configuration
    declarations: Mapping[str, Declaration]
    duplicates: tuple[Duplicate, ...] = ()
    removed: tuple[RemovedEntry, ...] = ()
    ignored_names: tuple[tuple[str, Place], ...] = ()
    store_of: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)
    permissions: tuple[Permissions, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    groups: tuple[GroupDeclaration, ...] = ()
    internal_packages: tuple[InternalPackages, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    max_changed: str | None = None
    written: Written = Written()
    sections: frozenset[str] = frozenset()
    domain_keys: frozenset[str] = frozenset()

    @property
    def deployment(self) -> Deployment:
        """The domain, and how Terraform manages it."""
        return Deployment(self.domain, self.configuration)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The spec and its team files, each once."""
        return files_of(self.source, self.includes)

    def place(self, *path: str | int) -> Place:
        """A place in the spec itself, not in a team file."""
        return Place(self.source, path)

    def section(self, name: str) -> Place:
        """The key of a section of the spec; of one that it does not have, `domain`."""
        return self.place(name if name in self.sections else "domain").key()
