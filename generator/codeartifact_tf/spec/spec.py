"""Checked YAML → `Spec`: every repository resolved, and the place where each part was said.

This is where the words of a spec get their meaning: defaults, team files, and upstream entries that
name an external connection and so find or create its store repository, as the AWS console does
(user guide, "Create a repository", step "Public upstream repositories").
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import isfinite
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from codeartifact_tf.aws.catalog import EXTERNAL_CONNECTIONS, PACKAGE_FORMATS
from codeartifact_tf.aws.package_patterns import ROOT, Pattern, PatternError, of_own_names
from codeartifact_tf.domain.model import (
    CONTROLS,
    Control,
    Domain,
    Mode,
    PackageGroup,
    Policy,
    Repository,
    Statement,
    Tags,
)
from codeartifact_tf.domain.name_patterns import NamePatterns
from codeartifact_tf.spec import permissions
from codeartifact_tf.spec.source import Number, Source, YamlPath
from codeartifact_tf.terraform.configuration import (
    DEFAULT_AWS_PROVIDER_VERSION,
    DEFAULT_AWSCC_PROVIDER_VERSION,
    DEFAULT_REQUIRED_VERSION,
    Configuration,
    Deployment,
    Layout,
    Removed,
    RepositoryResource,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a file, or its key."""

    source: Source
    path: YamlPath
    on_key: bool = False

    def __truediv__(self, step: str | int) -> "Place":
        return Place(self.source, (*self.path, step))

    def key(self) -> "Place":
        """The key of this value."""
        return Place(self.source, self.path, on_key=True)

    def __str__(self) -> str:
        return str(self.source.location(self.source.span(self.path, on_key=self.on_key)[0]))


class Finding(NamedTuple):
    """What a rule yields; the runner adds name, severity and position."""

    place: Place
    message: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Upstream:
    """An entry of `upstreams`: as written, and the repository that it means, if there is one."""

    text: str
    target: str | None
    place: Place
    from_defaults: bool = False


@dataclass(frozen=True, slots=True)
class Declaration:
    """A repository as it will be, its entries as written, and the place that brought it about."""

    repository: Repository
    resource: RepositoryResource
    upstreams: tuple[Upstream, ...]
    place: Place
    synthesised: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """A statement as it will be, its place, and the places of its principals.

    `actions` are those of a statement of one's own, as written.
    """

    statement: Statement
    place: Place
    principals: tuple[tuple[str, Place], ...]
    actions: tuple[tuple[str, Place], ...]


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
class Tombstone:
    """An entry of `removed`."""

    name: str
    label: str
    destroy: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Include:
    """A pattern of `include` and the team files that it found."""

    pattern: str
    place: Place
    files: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class OwnNames:
    """An entry of `internal_packages`: names of packages that nobody else may publish.

    `packages` is what it means, None if its text is no such name.
    """

    package_format: str
    text: str
    place: Place
    packages: Pattern | None


@dataclass(frozen=True, slots=True)
class GroupDeclaration:
    """A package group as it will be, and what its lists of repositories say, by their keys."""

    group: PackageGroup
    label: str
    place: Place
    allowed: Mapping[str, "Patterns"]


Patterns: TypeAlias = tuple[tuple[str, Place], ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """An entry of `assertions`; None is what it does not speak of."""

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
class Spec:
    """Everything that one domain spec and its team files say.

    `holders` names for each external connection the repository that an upstream entry means.
    `max_changed` is the limit of the blast radius as written: `20%`, or a number of repositories.
    """

    source: Source
    includes: tuple[Include, ...]
    domain: Domain
    configuration: Configuration
    declarations: Mapping[str, Declaration]
    duplicates: tuple[tuple[str, Place, Place], ...]
    tombstones: tuple[Tombstone, ...]
    ignored_names: tuple[tuple[str, Place], ...]
    holders: Mapping[str, str]
    severities: Mapping[str, str]
    permissions: tuple[Permissions, ...]
    assertions: tuple[Assertion, ...]
    groups: tuple[GroupDeclaration, ...]
    own_names: tuple[OwnNames, ...]
    max_changed: str | None = None

    @property
    def deployment(self) -> Deployment:
        """The domain, and how Terraform manages it."""
        return Deployment(self.domain, self.configuration)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The spec and its team files, each once."""
        return files_of(self.source, self.includes)

    def written_tags(self) -> Iterator[tuple[Place, Mapping[str, str]]]:
        """The tags as the files have them, wherever tags can stand."""
        for place, body in self._bodies():
            if "tags" in body:
                yield place / "tags", body["tags"]

    def written_descriptions(self) -> Iterator[tuple[Place, str]]:
        """The descriptions as the files have them."""
        for place, body in self._bodies():
            for key in ("description", "contact_info"):
                if key in body:
                    yield place / key, body[key]

    def written_policy_texts(self) -> Iterator[tuple[Place, str]]:
        """The texts of people's own statements in which any character can stand."""
        for place, body in self._bodies():
            for index, statement in enumerate((body.get("permissions") or {}).get("policy", [])):
                yield from _texts(place / "permissions" / "policy" / index, statement)

    def _bodies(self) -> Iterator[tuple[Place, Mapping[str, Any]]]:
        """The domain, the defaults, the groups and the repositories of all files, as written."""
        for section in ("domain", "defaults"):
            yield Place(self.source, (section,)), self.source.data.get(section) or {}
        for pattern, body in (self.source.data.get("package_groups") or {}).items():
            if body and not pattern.startswith("x-"):
                yield Place(self.source, ("package_groups", pattern)), body
        for source in self.sources:
            for name, body in (source.data.get("repositories") or {}).items():
                if body and not name.startswith("x-"):
                    yield Place(source, ("repositories", name)), body

    def place(self, *path: str | int) -> Place:
        """A place in the spec itself, not in a team file."""
        return Place(self.source, path)

    def section(self, name: str) -> Place:
        """The key of a section of the spec; of one that it does not have, `domain`."""
        return self.place(name if name in self.source.data else "domain").key()

    def origin(self, name: str) -> Place:
        """The key that says where a repository takes packages from, be it that of the defaults."""
        declaration = self.declarations[name]
        if declaration.synthesised:
            return declaration.place
        if any(upstream.from_defaults for upstream in declaration.upstreams):
            return self.place("defaults", "upstreams").key()
        body = declaration.place.source.data["repositories"][name] or {}
        said = (key for key in ("upstreams", "external_connection") if key in body)
        return next(((declaration.place / key).key() for key in said), declaration.place)


def _texts(place: Place, value: Any) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for step, part in items:
            if not str(step).startswith("x-"):
                yield from _texts(place / step, part)


def label_of(name: str) -> str:
    """The Terraform label of a repository name; it never depends on other repositories."""
    label = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return f"_{label}" if label[:1].isdigit() else label


def normal(text: str) -> str:
    """Text in Unicode normalization form C, the only form that a Terraform string can have.

    Source: `cty.StringVal` of github.com/zclconf/go-cty, "string normalization".
    """
    return unicodedata.normalize("NFC", text)


def build(source: Source, includes: tuple[Include, ...]) -> Spec:
    """Data in which every value has its type → Spec.

    Cannot fail: what does not resolve is left for the rules, what a value says wrongly for the
    schema.
    """
    data = source.data
    found = _Repositories(source, includes, data.get("defaults") or {})
    declarations = MappingProxyType(found.resolve())
    tombstones = tuple(_tombstones(source, data.get("removed") or {}))
    repositories = tuple(declarations[name].repository for name in sorted(declarations))
    granted = tuple(_permissions(source, found))
    groups = tuple(_groups(source, repositories))
    return Spec(
        source,
        includes,
        _domain(data["domain"], repositories, granted, groups),
        _configuration(data, declarations, groups, tombstones),
        declarations,
        tuple(found.duplicates),
        tombstones,
        (*found.ignored, *_ignored_names(Place(source, ("removed",)), data.get("removed") or {})),
        MappingProxyType(found.holders),
        MappingProxyType(dict(data.get("rules") or {})),
        granted,
        tuple(_assertions(source, data.get("assertions") or ())),
        groups,
        tuple(_own_names(source, data.get("internal_packages") or ())),
        _max_changed(data.get("review") or {}),
    )


def _assertions(source: Source, written: Iterable[Mapping[str, Any]]) -> Iterator[Assertion]:
    for index, body in enumerate(written):
        place = Place(source, ("assertions", index))

        def patterns(key: str, body: Any = body, place: Place = place) -> Patterns | None:
            return _patterns(place / key, body[key]) if key in body else None

        yield Assertion(
            place,
            patterns("repositories") or (),
            patterns("must_not_reach"),
            patterns("only_reach"),
            patterns("must_reach"),
            body.get("because"),
        )


def _own_names(source: Source, written: Iterable[Mapping[str, str]]) -> Iterator[OwnNames]:
    for index, body in enumerate(written):
        place = Place(source, ("internal_packages", index))
        try:
            packages = of_own_names(body["format"], body["pattern"])
        except PatternError:
            packages = None
        yield OwnNames(body["format"], body["pattern"], place, packages)


def _patterns(place: Place, written: str | list[str]) -> Patterns:
    """A pattern or a list of them, each with its place."""
    if isinstance(written, str):
        return ((written, place),)
    return tuple((text, place / index) for index, text in enumerate(written))


def _groups(source: Source, repositories: tuple[Repository, ...]) -> Iterator[GroupDeclaration]:
    """The package groups by pattern."""

    @cache  # many groups have the same list
    def meant(*texts: str) -> tuple[str, ...]:
        patterns = NamePatterns(texts)
        return tuple(repository.name for repository in repositories if patterns.mean(repository))

    for pattern, written in sorted((source.data.get("package_groups") or {}).items()):
        if pattern.startswith("x-"):
            continue
        body, place = written or {}, Place(source, ("package_groups", pattern))
        lists = {key: body[key] for key in CONTROLS if isinstance(body.get(key), list)}
        description, contact = body.get("description"), body.get("contact_info")
        group = PackageGroup(
            pattern=pattern,
            **{key: _control(pattern, body.get(key), meant) for key in CONTROLS},
            description=None if description is None else normal(description),
            contact_info=None if contact is None else normal(contact),
            tags=_tags(body.get("tags", {})),
        )
        allowed = {key: _patterns(place / key, texts) for key, texts in lists.items()}
        label = body.get("terraform_label") or group_label(pattern)
        yield GroupDeclaration(group, label, place, MappingProxyType(allowed))


def _control(
    pattern: str, written: str | list[str] | None, meant: Callable[..., tuple[str, ...]]
) -> Control:
    if isinstance(written, list):
        return Control(Mode.ALLOW_SPECIFIC_REPOSITORIES, meant(*written))
    if written in set(Mode):
        return Control(Mode(written))
    # What AWS gives to a new domain and to a new group; the root group has nobody to inherit from.
    return Control(Mode.ALLOW if pattern == ROOT else Mode.INHERIT)


def group_label(pattern: str) -> str:
    """The Terraform label of a package group; it never depends on other groups."""
    stem = pattern[:-1].removeprefix("/").removesuffix("/")
    return label_of(stem) + {"*": "_any", "~": "_prefix"}.get(pattern[-1:], "") if stem else "root"


def _max_changed(review: Mapping[str, Any]) -> str | None:
    """The limit as written, None if there is none or if the schema has found fault with it."""
    limit = review.get("max_changed")
    text = str(int(limit)) if isinstance(limit, Number) and isfinite(limit) else str(limit)
    return text if re.fullmatch("[0-9]+|(?:100|[0-9]{1,2})%", text) else None


def _permissions(source: Source, found: "_Repositories") -> Iterator[Permissions]:
    """The permissions of the domain and of the repositories, where there are any."""
    body = source.data["domain"].get("permissions")
    if body is not None:
        yield _granted(None, Place(source, ("domain", "permissions")), permissions.of_domain(body))
    yield from found.granted.values()


def _granted(
    repository: str | None, place: Place, written: Iterator[permissions.Written]
) -> Permissions:
    def at(path: YamlPath) -> Place:
        return Place(place.source, (*place.path, *path))

    grants = (
        Grant(
            _normal_statement(statement),
            at(path),
            tuple((name, at(where)) for name, where in principals),
            tuple((name, at(where)) for name, where in actions),
        )
        for statement, path, principals, actions in written
    )
    return Permissions(repository, place, tuple(grants))


def _normal_statement(statement: Statement) -> Statement:
    def texts(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted({normal(value) for value in values}))

    return replace(
        statement,
        principals=tuple((kind, texts(names)) for kind, names in statement.principals),
        resources=texts(statement.resources),
        conditions=tuple(replace(c, values=texts(c.values)) for c in statement.conditions),
    )


def _domain(
    domain: Mapping[str, Any],
    repositories: tuple[Repository, ...],
    granted: tuple[Permissions, ...],
    groups: tuple[GroupDeclaration, ...],
) -> Domain:
    managed = domain.get("managed", True)
    return Domain(
        name=domain["name"],
        region=domain["region"],
        owner=domain.get("owner"),
        encryption_key=domain.get("encryption_key") if managed else None,
        tags=_tags(domain.get("tags", {})) if managed else (),
        policy=next((p.policy for p in granted if managed and p.repository is None), ()),
        repositories=repositories,
        package_groups=tuple(declared.group for declared in groups),
    )


def _configuration(
    data: Mapping[str, Any],
    declarations: Mapping[str, Declaration],
    groups: tuple[GroupDeclaration, ...],
    tombstones: tuple[Tombstone, ...],
) -> Configuration:
    domain, terraform = data["domain"], data.get("terraform") or {}
    managed = domain.get("managed", True)
    removed = {t.label: Removed(t.label, t.destroy) for t in tombstones}
    return Configuration(
        managed=managed,
        protect=managed and domain.get("protect", True),
        layout=Layout.MODULE if terraform.get("layout") == "module" else Layout.ROOT,
        required_version=terraform.get("required_version", DEFAULT_REQUIRED_VERSION),
        aws_provider_version=terraform.get("aws_provider_version", DEFAULT_AWS_PROVIDER_VERSION),
        awscc_provider_version=(
            terraform.get("awscc_provider_version", DEFAULT_AWSCC_PROVIDER_VERSION)
            if groups
            else None
        ),
        repositories={name: declared.resource for name, declared in declarations.items()},
        package_groups={declared.group.pattern: declared.label for declared in groups},
        removed=tuple(removed[label] for label in sorted(removed)),
    )


def _tags(*layers: Mapping[str, str]) -> Tags:
    merged = {normal(key): normal(value) for layer in layers for key, value in layer.items()}
    return tuple(sorted(merged.items()))


def _tombstones(source: Source, removed: Mapping[str, Any]) -> Iterator[Tombstone]:
    for name, body in removed.items():
        if not name.startswith("x-"):
            label = body.get("terraform_label") or label_of(name)
            yield Tombstone(name, label, body["destroy"], Place(source, ("removed", name)))


def _ignored_names(place: Place, entries: Mapping[str, Any]) -> Iterator[tuple[str, Place]]:
    return ((name, (place / name).key()) for name in entries if name.startswith("x-"))


class _Repositories:
    """The repositories of all files on their way from what was written to what is meant."""

    def __init__(
        self, source: Source, includes: tuple[Include, ...], defaults: Mapping[str, Any]
    ) -> None:
        self.defaults = defaults
        self.defaults_place = Place(source, ("defaults", "upstreams"))
        self.bodies: dict[str, tuple[Mapping[str, Any], Place]] = {}
        self.duplicates: list[tuple[str, Place, Place]] = []
        self.ignored: list[tuple[str, Place]] = []
        for file in files_of(source, includes):
            self._add(file)
        self.granted = dict(self._granted())
        self.holders: dict[str, str] = {}
        for name, (body, _) in sorted(self.bodies.items()):
            connection = body.get("external_connection")
            if connection and self._is_better_holder(name, connection):
                self.holders[connection] = name

    def _add(self, file: Source) -> None:
        place = Place(file, ("repositories",))
        entries = file.data.get("repositories") or {}
        self.ignored.extend(_ignored_names(place, entries))
        for name, body in entries.items():
            if name.startswith("x-"):
                continue
            here = (place / name).key()
            if name in self.bodies:
                self.duplicates.append((name, self.bodies[name][1], here))
            else:
                self.bodies[name] = (body or {}, here)

    def _granted(self) -> Iterator[tuple[str, Permissions]]:
        for name, (body, at) in sorted(self.bodies.items()):
            if body.get("permissions") is not None:
                formats = body.get("formats") or PACKAGE_FORMATS
                written = permissions.of_repository(body["permissions"], formats)
                yield name, _granted(name, at / "permissions", written)

    def _is_better_holder(self, name: str, connection: str) -> bool:
        """Of several holders the console's store repository is meant, else the first by name."""
        known = EXTERNAL_CONNECTIONS.get(connection)
        return connection not in self.holders or (known is not None and known.store == name)

    def resolve(self) -> dict[str, Declaration]:
        """Every repository by name; the stores that entries bring about come last."""
        written = {name: tuple(self._entries(body, at)) for name, (body, at) in self.bodies.items()}
        stores: dict[str, tuple[str, Place]] = {}
        for entries in written.values():
            for text, place, _ in entries:
                store = self._store_to_create(text)
                if store:
                    stores.setdefault(store, (text, place))
        declarations = {}
        for name, (body, place) in self.bodies.items():
            upstreams = tuple(
                Upstream(text, self._target(text, stores), at, from_defaults)
                for text, at, from_defaults in written[name]
            )
            repository = self._repository(name, body, upstreams)
            resource = self._resource(name, body)
            declarations[name] = Declaration(repository, resource, upstreams, place)
        for store, (connection, place) in stores.items():
            body = {"external_connection": connection}
            repository, resource = self._repository(store, body, ()), self._resource(store, body)
            declarations[store] = Declaration(repository, resource, (), place, synthesised=True)
            self.holders[connection] = store
        return declarations

    def _entries(self, body: Mapping[str, Any], at: Place) -> Iterator[tuple[str, Place, bool]]:
        own = body.get("upstreams")
        inherits = own is None and "external_connection" not in body
        texts = self.defaults.get("upstreams", []) if inherits else own or []
        place = self.defaults_place if inherits else Place(at.source, (*at.path, "upstreams"))
        return ((text, place / index, inherits) for index, text in enumerate(texts))

    def _store_to_create(self, text: str) -> str | None:
        known = EXTERNAL_CONNECTIONS.get(text)
        if known is None or text in self.holders or known.store in self.bodies:
            return None
        return known.store

    def _target(self, text: str, stores: Mapping[str, Any]) -> str | None:
        if ":" in text:
            return self.holders.get(text) or self._store_to_create(text)
        return text if text in self.bodies or text in stores else None

    def _repository(
        self, name: str, body: Mapping[str, Any], upstreams: tuple[Upstream, ...]
    ) -> Repository:
        connection = body.get("external_connection")
        description = body.get("description", self.defaults.get("description"))
        known = EXTERNAL_CONNECTIONS.get(connection or "")
        own = {known.package_format} if known else set()
        granted = self.granted.get(name)
        return Repository(
            name=name,
            description=None if description is None else normal(description),
            upstreams=tuple(u.target for u in upstreams if u.target is not None),
            external_connection=connection,
            formats=tuple(sorted({*own, *body.get("formats", [])})),
            policy=granted.policy if granted else (),
            tags=_tags(self.defaults.get("tags", {}), body.get("tags", {})),
        )

    def _resource(self, name: str, body: Mapping[str, Any]) -> RepositoryResource:
        is_connected = body.get("external_connection") is not None
        return RepositoryResource(
            label=body.get("terraform_label") or label_of(name),
            protect=body.get("protect", self.defaults.get("protect", is_connected)),
        )
