"""Checked YAML → `Spec`: this gives the words of a spec their meaning."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from codeartifact_tf.aws.package_patterns import ROOT, PatternError, of_own_names
from codeartifact_tf.domain.model import (
    CONTROLS,
    Control,
    Domain,
    Mode,
    PackageGroup,
    Repository,
)
from codeartifact_tf.domain.name_patterns import NamePatterns
from codeartifact_tf.spec import permissions
from codeartifact_tf.spec.delegation import bounded, said
from codeartifact_tf.spec.repositories import resolve
from codeartifact_tf.spec.requirements import requirements
from codeartifact_tf.spec.source import Number, Source
from codeartifact_tf.spec.spec import (
    Assertion,
    Declaration,
    GroupDeclaration,
    Include,
    InternalPackages,
    Patterns,
    Permissions,
    Place,
    RemovedEntry,
    Spec,
    Written,
    WrittenRepository,
    files_of,
)
from codeartifact_tf.terraform.configuration import (
    DEFAULT_AWS_PROVIDER_VERSION,
    DEFAULT_AWSCC_PROVIDER_VERSION,
    DEFAULT_REQUIRED_VERSION,
    Configuration,
    Layout,
    Removed,
)
from codeartifact_tf.terraform.labels import group_label, label_of
from codeartifact_tf.terraform.strings import normal, normal_tags


def build(source: Source, includes: tuple[Include, ...]) -> Spec:
    """Data in which every value has its type → Spec.

    This cannot fail. The rules find what does not resolve, and the schema has reported a value that
    is not allowed.
    """
    data, files = source.data, files_of(source, includes)
    found = resolve(source, files, includes)
    declarations = found.declarations
    entries = tuple(_removed_entries(source))
    repositories = tuple(declarations[name].repository for name in sorted(declarations))
    entries_of_include = tuple(map(bounded, includes))
    granted = (*_permissions_of_domain(source), *found.permissions)
    groups = tuple(_groups(source, repositories))
    return Spec(
        source=source,
        includes=entries_of_include,
        domain=_domain(data["domain"], repositories, granted, groups),
        configuration=_configuration(data, declarations, groups, _removed(entries)),
        declarations=MappingProxyType(declarations),
        duplicates=found.duplicates,
        removed=entries,
        ignored_names=tuple(_ignored_names(source, files)),
        store_of=MappingProxyType(found.store_of),
        severities=MappingProxyType(dict(data.get("rules") or {})),
        permissions=granted,
        assertions=tuple(_assertions(source)),
        groups=groups,
        internal_packages=tuple(_internal_packages(source)),
        requirements=tuple(requirements(source, entries_of_include)),
        max_changed=_max_changed(data.get("review") or {}),
        written=_written(source, files, includes),
        sections=frozenset(data),
        domain_keys=frozenset(data["domain"]),
    )


def _assertions(source: Source) -> Iterator[Assertion]:
    for index, body in enumerate(source.data.get("assertions") or ()):
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


def _internal_packages(source: Source) -> Iterator[InternalPackages]:
    for index, body in enumerate(source.data.get("internal_packages") or ()):
        place = Place(source, ("internal_packages", index))
        try:
            packages = of_own_names(body["format"], body["pattern"])
        except PatternError:
            packages = None
        yield InternalPackages(body["format"], body["pattern"], place, packages)


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
            tags=normal_tags(body.get("tags", {})),
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


def _max_changed(review: Mapping[str, Any]) -> str | None:
    """The limit as written, None if there is none."""
    limit = review.get("max_changed")
    return str(int(limit)) if isinstance(limit, Number) else limit


def _permissions_of_domain(source: Source) -> Iterator[Permissions]:
    written = source.data["domain"].get("permissions")
    if written is not None:
        yield permissions.of_domain(written, Place(source, ("domain", "permissions")))


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
        tags=normal_tags(domain.get("tags", {})) if managed else (),
        policy=next((p.policy for p in granted if managed and p.repository is None), ()),
        repositories=repositories,
        package_groups=tuple(declared.group for declared in groups),
    )


def _configuration(
    data: Mapping[str, Any],
    declarations: Mapping[str, Declaration],
    groups: tuple[GroupDeclaration, ...],
    removed: tuple[Removed, ...],
) -> Configuration:
    domain, terraform = data["domain"], data.get("terraform") or {}
    managed = domain.get("managed", True)
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
        removed=removed,
    )


def _removed(entries: Iterable[RemovedEntry]) -> tuple[Removed, ...]:
    by_label = {entry.label: Removed(entry.label, entry.destroy) for entry in entries}
    return tuple(by_label[label] for label in sorted(by_label))


def _removed_entries(source: Source) -> Iterator[RemovedEntry]:
    for name, body in (source.data.get("removed") or {}).items():
        if not name.startswith("x-"):
            label = body.get("terraform_label") or label_of(name)
            yield RemovedEntry(name, label, body["destroy"], Place(source, ("removed", name)))


def _ignored_names(source: Source, files: Iterable[Source]) -> Iterator[tuple[str, Place]]:
    """The notes that stand where names of repositories do, and so could be meant as such."""
    sections = (*((file, "repositories") for file in files), (source, "removed"))
    for file, section in sections:
        for name in file.data.get(section) or {}:
            if name.startswith("x-"):
                yield name, Place(file, (section, name), on_key=True)


def _written(source: Source, files: Iterable[Source], includes: Iterable[Include]) -> Written:
    bodies = tuple(_bodies(source, files, includes))
    return Written(
        repositories=tuple(_written_repositories(file for file in files if file is not source)),
        tags=tuple((place / "tags", body["tags"]) for place, body in bodies if "tags" in body),
        descriptions=tuple(
            (place / key, body[key])
            for place, body in bodies
            for key in ("description", "contact_info")
            if key in body
        ),
        policy_texts=tuple(
            text
            for place, body in bodies
            for index, statement in enumerate((body.get("permissions") or {}).get("policy", []))
            for text in _texts(place / "permissions" / "policy" / index, statement)
        ),
    )


def _written_repositories(files: Iterable[Source]) -> Iterator[WrittenRepository]:
    for file in files:
        for name, body in (file.data.get("repositories") or {}).items():
            if not name.startswith("x-"):
                place = Place(file, ("repositories", name), on_key=True)
                fields = tuple(key for key in body or () if not key.startswith("x-"))
                yield WrittenRepository(name, place, fields, tuple(_sources(place, body or {})))


def _sources(place: Place, body: Mapping[str, Any]) -> Iterator[tuple[str, Place]]:
    """The upstreams and the connection that a repository names."""
    yield from _patterns(place / "upstreams", body.get("upstreams", []))
    if "external_connection" in body:
        yield body["external_connection"], place / "external_connection"


def _bodies(
    source: Source, files: Iterable[Source], includes: Iterable[Include]
) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """The domain, all defaults, the groups and the repositories of all files, as written."""
    for section in ("domain", "defaults"):
        yield Place(source, (section,)), source.data.get(section) or {}
    for include in includes:
        yield include.place / "defaults", said(include).get("defaults", {})
    for pattern, body in (source.data.get("package_groups") or {}).items():
        if body and not pattern.startswith("x-"):
            yield Place(source, ("package_groups", pattern)), body
    for file in files:
        for name, body in (file.data.get("repositories") or {}).items():
            if body and not name.startswith("x-"):
                yield Place(file, ("repositories", name)), body


def _texts(place: Place, value: Any) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for step, part in items:
            if not str(step).startswith("x-"):
                yield from _texts(place / step, part)
