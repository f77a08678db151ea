"""An external connection is one of those that AWS lists.

The API takes any text of the right form and refuses unknown names only when they are used; the
known names are those of the user guide's page external-connection. Set this rule to `off` when AWS
has added a connection that this version does not know yet; such a connection needs a repository
with `external_connection`, because its store name is not known.
"""

from collections.abc import Iterator

from generator.catalog import CONNECTION_OF_STORE, EXTERNAL_CONNECTIONS, MISTAKEN_CONNECTIONS
from generator.nearest import nearest
from generator.problem import Severity
from generator.spec import Finding, Spec

SEVERITY = Severity.ERROR
FIXED = False


def check(spec: Spec) -> Iterator[Finding]:
    seen = set()
    for name, declaration in spec.declarations.items():
        connection = declaration.repository.external_connection
        if connection and connection not in EXTERNAL_CONNECTIONS and not declaration.synthesised:
            at = declaration.place / "external_connection"
            message = f"repository {name!r} has the external connection {connection!r}"
            yield Finding(at, f"{message}, which AWS does not list", _fix(connection))
        for entry in declaration.upstreams:
            unknown = ":" in entry.text and entry.text not in EXTERNAL_CONNECTIONS
            if unknown and entry.target is None and (entry.place, entry.text) not in seen:
                seen.add((entry.place, entry.text))
                message = f"AWS lists no external connection {entry.text!r}"
                yield Finding(entry.place, message, _fix(entry.text))


def _fix(text: str) -> str:
    meant = MISTAKEN_CONNECTIONS.get(text) or CONNECTION_OF_STORE.get(text)
    meant = meant or MISTAKEN_CONNECTIONS.get(text.removeprefix("public:"))
    if not meant and f"public:{text}" in EXTERNAL_CONNECTIONS:
        meant = f"public:{text}"
    meant = (
        meant
        or nearest(text, EXTERNAL_CONNECTIONS)
        or nearest(f"public:{text}", EXTERNAL_CONNECTIONS)
    )
    if meant:
        return f"did you mean {meant!r} ({EXTERNAL_CONNECTIONS[meant].registry})?"
    return "known connections: " + ", ".join(EXTERNAL_CONNECTIONS)
