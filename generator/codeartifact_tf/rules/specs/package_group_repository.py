"""A repository that a package group allows exists.

The lists of `publish`, `external_upstream` and `internal_upstream` name repositories of the spec by
their names, by their external connections, or by globs of these.
"""

from collections.abc import Iterator
from functools import cache

from codeartifact_tf.aws.catalog import meant_connection
from codeartifact_tf.domain.name_patterns import NamePatterns
from codeartifact_tf.domain.search import by_name
from codeartifact_tf.findings.nearest import nearest
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec

# So many comparisons of names take about a second.
_MAX_COMPARISONS = 100_000


@about_spec(Severity.ERROR, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    repositories = by_name(spec.domain)

    @cache
    def is_meant(text: str) -> bool:
        return bool(NamePatterns([text]).among(repositories))

    count = 0
    for declared in spec.groups:
        for patterns in declared.allowed.values():
            for text, place in patterns:
                if is_meant(text):
                    continue
                count += 1
                meant = None
                if ":" in text:
                    connection = meant_connection(text)
                    is_there = connection is not None and connection.name in spec.store_of
                    meant = connection.name if connection and is_there else None
                elif count * len(repositories) <= _MAX_COMPARISONS:
                    meant = nearest(text, repositories)
                fix = f"did you mean {meant!r}?" if meant else ""
                yield Finding(place, f"{text!r} means no repository of this spec", fix)
