"""A request searches at most 25 repositories.

What lies behind the twenty-fifth is not found. Counted are the requested repository and everything
that its upstreams lead to, each once; AWS does not say whether it counts the first, so this count
is the careful one. Repositories that search too many only because an upstream does are not named.
The quota cannot be raised. Source: user guide, "Quotas in AWS CodeArtifact" (service-limits).
"""

from collections.abc import Iterator

from codeartifact_tf.aws.catalog import MAX_SEARCHED
from codeartifact_tf.domain.search import by_name, searched
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec

_MAX_LISTED = 200


@about_spec(Severity.ERROR, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    repositories = by_name(spec.domain)
    over = {
        name
        for name in repositories
        if len(searched(repositories, name, MAX_SEARCHED + 1)) > MAX_SEARCHED
    }
    for name, declaration in spec.declarations.items():
        # What lies above a repository with this fault has it too, and gets well with it.
        if name not in over or over.intersection(declaration.repository.upstreams):
            continue
        order = searched(repositories, name, _MAX_LISTED)
        count = f"{len(order)}" if len(order) < _MAX_LISTED else f"{_MAX_LISTED} or more"
        message = (
            f"a request to {name!r} searches {count} repositories; AWS stops after {MAX_SEARCHED}"
        )
        reached, lost = ", ".join(order[:MAX_SEARCHED]), ", ".join(order[MAX_SEARCHED:])
        yield Finding(declaration.place, message, f"searched: {reached}; not searched: {lost}")
