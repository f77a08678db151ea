"""Which spec of the old version and which of the new are about the same domain."""

from collections.abc import Mapping

from codeartifact_tf.spec.spec import Spec


def pairs(
    old: Mapping[str, Spec | None], new: Mapping[str, Spec | None]
) -> list[tuple[str | None, str | None]]:
    """The keys of the specs that belong together; None where a spec has no counterpart.

    Specs with the same key belong together. Of the others, an old and a new spec belong together if
    they describe one domain and no other old spec does. A spec that cannot be built is None.
    """
    gone = {key: spec for key, spec in old.items() if key not in new}
    homes: dict[tuple[object, ...], list[str]] = {}
    for key, spec in gone.items():
        for identity in _identities(spec):
            homes.setdefault(identity, []).append(key)
    found: list[tuple[str | None, str | None]] = []
    for key, spec in new.items():
        match = key if key in old else None
        for identity in _identities(spec) if match is None else ():
            keys = [home for home in homes.get(identity, ()) if home in gone]
            if match is None and len(keys) == 1:
                (match,) = keys
                del gone[match]
        found.append((match, key))
    return [*found, *((key, None) for key in gone)]


def _identities(spec: Spec | None) -> tuple[tuple[object, ...], ...]:
    if spec is None:
        return ()
    domain = spec.domain
    return (domain.name, domain.region, domain.owner), (domain.name, domain.region)
