"""A store repository is not destroyed.

A store keeps every package version that was ever fetched from its public registry, also those that
the registry has lost since. Known by the names that the AWS console gives to stores.
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import CONNECTION_OF_STORE
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    for entry in spec.removed:
        is_store = entry.name in CONNECTION_OF_STORE
        if is_store and entry.destroy and entry.name not in spec.declarations:
            message = f"the store repository {entry.name!r} is destroyed with what it keeps"
            fix = "`destroy: false` forgets it and keeps the packages"
            yield Finding(entry.place.key(), message, fix)
