"""A repository that a package group allows can get versions in the way that is allowed.

The controls ask about the repository that gets a version, not about where it comes from. From a
public registry it is the store that gets it, the repository which holds the external connection: it
belongs in the list of `external_upstream`. Those who have the store upstream belong in the list of
`internal_upstream`; without that, what the store may fetch comes to nobody. Source: user guide,
package-group-origin-controls, "Allowing ingestion from external repositories through one
repository".
"""

from collections.abc import Iterator
from functools import cache

from codeartifact_tf.domain.name_patterns import NamePatterns
from codeartifact_tf.domain.search import by_name
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    repositories = by_name(spec.domain)

    @cache
    def meant(text: str) -> frozenset[str]:
        return NamePatterns([text]).among(repositories)

    @cache
    def is_store(text: str) -> bool:
        return any(repositories[name].external_connection for name in meant(text))

    @cache
    def has_upstreams(text: str) -> bool:
        return any(repositories[name].upstreams for name in meant(text))

    for declared in spec.groups:
        for text, place in declared.allowed.get("external_upstream", ()):
            if meant(text) and not is_store(text):
                message = f"{text!r} holds no external connection, so nothing comes to it from one"
                fix = "list the store that holds it here, and this under internal_upstream"
                yield Finding(place, message, fix)
        for text, place in declared.allowed.get("internal_upstream", ()):
            if meant(text) and not has_upstreams(text):
                message = f"{text!r} has no upstreams, so nothing comes to it from one"
                yield Finding(place, message, "list here what has it upstream")
