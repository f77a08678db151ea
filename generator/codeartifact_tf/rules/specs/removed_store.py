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
    for tombstone in spec.tombstones:
        is_store = tombstone.name in CONNECTION_OF_STORE
        if is_store and tombstone.destroy and tombstone.name not in spec.declarations:
            message = f"the store repository {tombstone.name!r} is destroyed with what it keeps"
            fix = "`destroy: false` forgets it and keeps the packages"
            yield Finding(tombstone.place.key(), message, fix)
