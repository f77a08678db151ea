"""An external connection is one of those that AWS lists.

The API takes any text of the right form and refuses unknown names only when they are used; the
known names are those of the user guide's page external-connection. Set this rule to `off` when AWS
has added a connection that this version does not know yet; such a connection needs a repository
with `external_connection`, because its store name is not known, and editors go on to mark it.
"""

from collections.abc import Iterator

from codeartifact_tf.aws.absent import format_lack
from codeartifact_tf.aws.catalog import EXTERNAL_CONNECTIONS, meant_connection
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Place, Spec


@about_spec(Severity.ERROR, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    is_error = spec.severities.get("unknown-connection", "error") == "error"
    seen: set[Place] = set()
    for name, declaration in spec.declarations.items():
        connection = declaration.repository.external_connection
        if connection and connection not in EXTERNAL_CONNECTIONS:
            message = f"repository {name!r} has the external connection {connection!r}"
            at = declaration.place / "external_connection"
            yield Finding(at, f"{message}, which AWS does not list", _fix(connection))
        for entry in declaration.upstreams:
            unknown = ":" in entry.text and entry.text not in EXTERNAL_CONNECTIONS
            # Where this rule is lowered, unknown-upstream reports what no repository holds.
            if unknown and is_error and entry.target is None and entry.place not in seen:
                seen.add(entry.place)
                message = f"AWS lists no external connection {entry.text!r}"
                yield Finding(entry.place, message, _fix(entry.text))


def _fix(text: str) -> str:
    meant = None if format_lack(text) else meant_connection(text)
    if meant:
        return f"did you mean {meant.name!r} ({meant.registry})?"
    known = "known connections: " + ", ".join(EXTERNAL_CONNECTIONS)
    lack = format_lack(text)
    return f"{lack}; {known}" if lack else known
