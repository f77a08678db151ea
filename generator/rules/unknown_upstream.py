"""An upstream is a repository of the spec or an external connection.

A repository can pull only from repositories of its own domain, so every entry of `upstreams` must
be a repository that this spec defines, or the name of a public registry's external connection
(`public:npmjs`), which stands for the store repository that holds it. Source: user guide, "Add or
remove upstream repositories" (repo-upstream-add).
"""

from collections.abc import Iterator

from generator.catalog import CONNECTION_OF_STORE, EXTERNAL_CONNECTIONS, MISTAKEN_CONNECTIONS
from generator.nearest import nearest
from generator.problem import Severity
from generator.spec import Finding, Spec

SEVERITY = Severity.ERROR
FIXED = True

# A domain of a thousand repositories with every entry misspelt is told so without this many
# comparisons of names.
_MAX_SUGGESTIONS = 500


def check(spec: Spec) -> Iterator[Finding]:
    tombs = {tombstone.name for tombstone in spec.tombstones}
    suggestions = 0
    seen = set()
    for name, declaration in spec.declarations.items():
        for entry in declaration.upstreams:
            known = EXTERNAL_CONNECTIONS.get(entry.text)
            if entry.target is not None or entry.text in tombs or known is not None:
                continue
            if ":" in entry.text and spec.severities.get("unknown-connection", "error") == "error":
                continue  # unknown-connection speaks of it
            if entry.from_defaults and entry.text in seen:
                continue
            seen.add(entry.text)
            suggestions += 1
            fix = _fix(spec, entry.text) if suggestions <= _MAX_SUGGESTIONS else ""
            who = "defaults name" if entry.from_defaults else f"repository {name!r} has"
            message = f"{who} the upstream {entry.text!r}, which this spec does not define"
            yield Finding(entry.place, message, fix)


def _fix(spec: Spec, text: str) -> str:
    store = CONNECTION_OF_STORE.get(text)
    if store:
        return f"write {store!r}: it creates the store repository {text!r}"
    meant = MISTAKEN_CONNECTIONS.get(text)
    if not meant and f"public:{text}" in EXTERNAL_CONNECTIONS:
        meant = f"public:{text}"
    if not meant:
        names = [*spec.declarations, *EXTERNAL_CONNECTIONS]
        meant = nearest(text, names)
    if not meant:
        return "define it under `repositories`"
    known = EXTERNAL_CONNECTIONS.get(meant)
    return f"did you mean {meant!r}{f' ({known.registry})' if known else ''}?"
