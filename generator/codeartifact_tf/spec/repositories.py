"""The repositories of all files: who has which upstreams, and which store repositories they need.

An upstream entry may name an external connection. It then means the repository that has the
connection; if there is none, the tool creates the store repository, as the AWS console does (user
guide, "Create a repository", step "Public upstream repositories").
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from codeartifact_tf.aws.catalog import EXTERNAL_CONNECTIONS, PACKAGE_FORMATS, ExternalConnection
from codeartifact_tf.domain.model import Policy, Repository
from codeartifact_tf.spec import permissions
from codeartifact_tf.spec.delegation import said
from codeartifact_tf.spec.source import Source
from codeartifact_tf.spec.spec import (
    Declaration,
    Duplicate,
    Include,
    Permissions,
    Place,
    Upstream,
)
from codeartifact_tf.terraform.configuration import RepositoryResource
from codeartifact_tf.terraform.labels import label_of
from codeartifact_tf.terraform.strings import normal, normal_tags


@dataclass(frozen=True, slots=True)
class Repositories:
    """Every repository by name, created stores last, and what the files say beside them.

    `store_of` gives for each external connection the repository that an upstream entry means.
    """

    declarations: Mapping[str, Declaration]
    store_of: Mapping[str, str]
    permissions: tuple[Permissions, ...]
    duplicates: tuple[Duplicate, ...]


class _Written(NamedTuple):
    """A repository as a file has it, and the place of its name."""

    body: Mapping[str, Any]
    place: Place


class _Entry(NamedTuple):
    """An entry of `upstreams` as a file has it."""

    text: str
    place: Place
    from_defaults: bool


class _Store(NamedTuple):
    """A store repository that no file defines, and the first entry that needs it."""

    connection: ExternalConnection
    place: Place


class _Defaults(NamedTuple):
    """What the repositories of a file start from: the values that they have without others."""

    upstreams: tuple[_Entry, ...]
    upstreams_place: Place
    description: str | None
    tags: Mapping[str, str]
    protect: bool | None


def resolve(
    source: Source, files: Iterable[Source], includes: Iterable[Include] = ()
) -> Repositories:
    """The repositories of a spec and its team files, which its entries of `include` found."""
    own = _defaults(source.data.get("defaults") or {}, Place(source, ("defaults",)))
    defaults_in = _defaults_by_file(own, includes)
    written, duplicates = _collect(files)
    defaults = {name: defaults_in.get(each.place.source, own) for name, each in written.items()}
    granted = {found.repository: found for found in _permissions(written)}
    entries = {name: tuple(_entries(each, defaults[name])) for name, each in written.items()}
    defined = _defined_stores(written)
    created = _missing_stores(entries.values(), written, defined)
    store_of = defined | {connection: each.connection.store for connection, each in created.items()}
    names = {*written, *store_of.values()}
    declarations = {}
    for name, each in written.items():
        upstreams = tuple(_upstream(entry, names, store_of) for entry in entries[name])
        policy = granted[name].policy if name in granted else ()
        repository = _repository(name, each.body, upstreams, policy, defaults[name])
        resource = _resource(name, each.body, defaults[name])
        packages_from = _packages_from(each, upstreams, defaults[name])
        declarations[name] = Declaration(repository, resource, upstreams, each.place, packages_from)
    for connection, place in created.values():
        store, resource = _store(connection, own)
        declarations[store.name] = Declaration(store, resource, (), place, place, synthesised=True)
    return Repositories(declarations, store_of, tuple(granted.values()), duplicates)


def _defaults(body: Mapping[str, Any], place: Place, before: _Defaults | None = None) -> _Defaults:
    """A section `defaults`: tags are added to those of the one before, all else replaces it."""
    at = place / "upstreams"
    own = _Defaults(
        upstreams=tuple(
            _Entry(text, at / index, from_defaults=True)
            for index, text in enumerate(body.get("upstreams", ()))
        ),
        upstreams_place=at,
        description=body.get("description"),
        tags=body.get("tags", {}),
        protect=body.get("protect"),
    )
    if before is None:
        return own
    kept = {key: getattr(before, key) for key in ("description", "protect") if key not in body}
    if "upstreams" not in body:
        kept |= {"upstreams": before.upstreams, "upstreams_place": before.upstreams_place}
    return own._replace(**kept, tags={**before.tags, **own.tags})


def _defaults_by_file(own: _Defaults, includes: Iterable[Include]) -> dict[Source, _Defaults]:
    """What the repositories of each team file start from; entries count in their order."""
    found: dict[Source, _Defaults] = {}
    for include in includes:
        body, place = said(include).get("defaults", {}), include.place / "defaults"
        for file in include.files if body else ():
            found[file] = _defaults(body, place, found.get(file, own))
    return found


def _collect(files: Iterable[Source]) -> tuple[dict[str, _Written], tuple[Duplicate, ...]]:
    """The repositories by name; of several definitions the first, the others are duplicates."""
    written: dict[str, _Written] = {}
    duplicates = []
    for file in files:
        for name, body in (file.data.get("repositories") or {}).items():
            if name.startswith("x-"):
                continue
            place = Place(file, ("repositories", name), on_key=True)
            if name in written:
                duplicates.append(Duplicate(name, written[name].place, place))
            else:
                written[name] = _Written(body or {}, place)
    return written, tuple(duplicates)


def _permissions(written: Mapping[str, _Written]) -> Iterator[Permissions]:
    for name, (body, place) in sorted(written.items()):
        if body.get("permissions") is not None:
            formats = body.get("formats") or PACKAGE_FORMATS
            at = place / "permissions"
            yield permissions.of_repository(name, body["permissions"], formats, at)


def _entries(written: _Written, defaults: _Defaults) -> Iterable[_Entry]:
    body, place = written
    own = body.get("upstreams")
    if own is None and "external_connection" not in body:
        return defaults.upstreams
    at = place / "upstreams"
    return (_Entry(text, at / n, from_defaults=False) for n, text in enumerate(own or ()))


def _defined_stores(written: Mapping[str, _Written]) -> dict[str, str]:
    """For each connection that a repository has, that repository.

    Of several repositories it is the console's store repository, else the first by name.
    """
    store_of: dict[str, str] = {}
    for name, (body, _) in sorted(written.items()):
        connection = body.get("external_connection")
        known = EXTERNAL_CONNECTIONS.get(connection or "")
        is_of_console = known is not None and known.store == name
        if connection and (is_of_console or connection not in store_of):
            store_of[connection] = name
    return store_of


def _missing_stores(
    entries: Iterable[tuple[_Entry, ...]],
    written: Mapping[str, _Written],
    defined: Mapping[str, str],
) -> dict[str, _Store]:
    """For each connection that an entry names and no repository has, the store to create.

    There is none where another repository has the name of the store.
    """
    missing: dict[str, _Store] = {}
    for entry in (entry for each in entries for entry in each):
        known = EXTERNAL_CONNECTIONS.get(entry.text)
        if known and known.name not in defined and known.store not in written:
            missing.setdefault(known.name, _Store(known, entry.place))
    return missing


def _upstream(entry: _Entry, names: set[str], store_of: Mapping[str, str]) -> Upstream:
    text = entry.text
    target = store_of.get(text) if ":" in text else text if text in names else None
    return Upstream(text, target, entry.place, entry.from_defaults)


def _packages_from(
    written: _Written, upstreams: tuple[Upstream, ...], defaults: _Defaults
) -> Place:
    """The key that says from where a repository gets packages; else the name of the repository."""
    if any(upstream.from_defaults for upstream in upstreams):
        return defaults.upstreams_place.key()
    for key in ("upstreams", "external_connection"):
        if key in written.body:
            return (written.place / key).key()
    return written.place


def _repository(
    name: str,
    body: Mapping[str, Any],
    upstreams: tuple[Upstream, ...],
    policy: Policy,
    defaults: _Defaults,
) -> Repository:
    connection = body.get("external_connection")
    description = body.get("description", defaults.description)
    known = EXTERNAL_CONNECTIONS.get(connection or "")
    own = {known.package_format} if known else set()
    return Repository(
        name=name,
        description=None if description is None else normal(description),
        upstreams=tuple(u.target for u in upstreams if u.target is not None),
        external_connection=connection,
        formats=tuple(sorted({*own, *body.get("formats", [])})),
        policy=policy,
        tags=normal_tags(defaults.tags, body.get("tags", {})),
    )


def _resource(name: str, body: Mapping[str, Any], defaults: _Defaults) -> RepositoryResource:
    return RepositoryResource(
        label=body.get("terraform_label") or label_of(name),
        protect=body.get("protect", _protect(defaults, body.get("external_connection"))),
    )


def _store(
    connection: ExternalConnection, defaults: _Defaults
) -> tuple[Repository, RepositoryResource]:
    """A store repository that the tool creates, and its resource."""
    description = defaults.description
    store = Repository(
        name=connection.store,
        description=None if description is None else normal(description),
        external_connection=connection.name,
        formats=(connection.package_format,),
        tags=normal_tags(defaults.tags),
    )
    protect = _protect(defaults, connection.name)
    return store, RepositoryResource(label_of(connection.store), protect)


def _protect(defaults: _Defaults, connection: str | None) -> bool:
    return connection is not None if defaults.protect is None else defaults.protect
