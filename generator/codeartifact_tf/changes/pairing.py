"""Which spec of the old version and which of the new are about the same domain."""

from collections.abc import Iterator, Mapping

from codeartifact_tf.spec.spec import Spec


def pairs(
    old: Mapping[str, Spec | None], new: Mapping[str, Spec | None]
) -> list[tuple[str | None, str | None]]:
    """The keys of the specs that belong together; None where a spec has no counterpart.

    Specs with the same key belong together. Of the others, an old and a new spec belong together if
    they describe one domain and no other old spec does. Where several do, they share repositories,
    and those that share most belong together. A spec that cannot be built is None.
    """
    gone = {key: spec for key, spec in old.items() if key not in new}
    come = {key: spec for key, spec in new.items() if key not in old}
    homes: dict[tuple[object, ...], list[str]] = {}
    for key, spec in gone.items():
        for identity in _identities(spec):
            homes.setdefault(identity, []).append(key)
    matches: dict[str, str] = {}
    for home, key in (*_shared(gone, come, homes), *_alone(come, homes)):
        if home in gone and key not in matches:
            matches[key] = home
            del gone[home]
    found = [(key if key in old else matches.get(key), key) for key in new]
    return [*found, *((key, None) for key in gone)]


def _shared(
    gone: Mapping[str, Spec | None],
    come: Mapping[str, Spec | None],
    homes: Mapping[tuple[object, ...], list[str]],
) -> list[tuple[str, str]]:
    """The specs of one domain with several specs that have repositories in common, most first."""
    found = []
    for key, spec in come.items():
        for number, identity in enumerate(_identities(spec)):
            keys = homes.get(identity, ())
            for home in keys if len(keys) > 1 else ():
                common = len(_names(gone[home]) & _names(spec))
                found.append((number, -common, home, key))
    return [(home, key) for _, common, home, key in sorted(found) if common]


def _alone(
    come: Mapping[str, Spec | None], homes: Mapping[tuple[object, ...], list[str]]
) -> Iterator[tuple[str, str]]:
    for key, spec in come.items():
        for identity in _identities(spec):
            keys = homes.get(identity, ())
            if len(keys) == 1:
                yield keys[0], key


def _names(spec: Spec | None) -> frozenset[str]:
    return frozenset(spec.declarations) if spec else frozenset()


def _identities(spec: Spec | None) -> tuple[tuple[object, ...], ...]:
    if spec is None:
        return ()
    domain = spec.domain
    return (domain.name, domain.region, domain.owner), (domain.name, domain.region)
