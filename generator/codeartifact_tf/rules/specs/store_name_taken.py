"""The name of a store repository is not used by a repository without that connection.

An upstream entry such as `public:npmjs` stands for the store repository `npm-store`, unless another
repository holds the connection. It cannot be created when a repository of that name exists and is
something else.
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import EXTERNAL_CONNECTIONS
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    reported = set()
    for declaration in spec.declarations.values():
        for entry in declaration.upstreams:
            known = EXTERNAL_CONNECTIONS.get(entry.text)
            if known is None or entry.target is not None or entry.place in reported:
                continue
            reported.add(entry.place)
            taken = spec.declarations[known.store]
            message = (
                f"{entry.text!r} needs the store repository {known.store!r}, but a repository"
                f" without that connection has this name ({taken.place})"
            )
            fix = f"give {known.store!r} another name"
            if not taken.repository.external_connection:
                fix = f"{fix}, or `external_connection: {entry.text}`"
            yield Finding(entry.place, message, fix)
