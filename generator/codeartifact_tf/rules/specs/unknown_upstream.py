"""An upstream is a repository of the spec or an external connection.

A repository can pull only from repositories of its own domain, so every entry of `upstreams` must
be a repository that this spec defines, or the name of a public registry's external connection
(`public:npmjs`), which stands for the store repository that holds it. Source: user guide, "Add or
remove upstream repositories" (repo-upstream-add).
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import CONNECTION_OF_STORE, EXTERNAL_CONNECTIONS, meant_connection
from codeartifact_tf.findings.nearest import nearest
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Place, Spec

# So many comparisons of names take about a second; a domain with every entry misspelt gets no
# suggestion for each.
_MAX_COMPARISONS = 100_000


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    removed = {entry.name for entry in spec.removed}
    connections = spec.severities.get("unknown-connection", "error") == "error"
    seen: set[Place] = set()
    for name, declaration in spec.declarations.items():
        for entry in declaration.upstreams:
            if entry.target is not None or entry.text in removed or entry.place in seen:
                continue
            if entry.text in EXTERNAL_CONNECTIONS or (":" in entry.text and connections):
                continue  # store-name-taken or unknown-connection reports it
            seen.add(entry.place)
            who = "defaults name" if entry.from_defaults else f"repository {name!r} has"
            message = f"{who} the upstream {entry.text!r}, which this spec does not define"
            yield Finding(entry.place, message, _fix(spec, entry.text, len(seen)))


def _fix(spec: Spec, text: str, count: int) -> str:
    if ":" in text:
        return f"give a repository `external_connection: {text}`"
    store = CONNECTION_OF_STORE.get(text)
    if store:
        return f"write {store!r}: it creates the store repository {text!r}"
    if count * len(spec.declarations) > _MAX_COMPARISONS:
        return "define it under `repositories`"
    meant = nearest(text, spec.declarations)
    connection = meant_connection(text)
    if connection and (meant is None or f"public:{text}" == connection.name):
        return f"did you mean {connection.name!r} ({connection.registry})?"
    return f"did you mean {meant!r}?" if meant else "define it under `repositories`"
