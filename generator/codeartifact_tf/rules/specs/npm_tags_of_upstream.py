"""npm packages are not published both to a repository and to one that it searches.

Of an npm tag that a repository and its upstream both have, CodeArtifact gives the upstream's value.
If a package group lets packages be published to `snapshots` and to its upstream `releases`, then
`npm install NAME` by `snapshots` gets the `latest` of `releases`, also after a publish to
`snapshots`. Publish there with a tag of its own (`npm publish --tag next`), install by version, or
publish to one of the two. Reported for package groups that name both repositories under `publish`.
Source: user guide, "npm tags and upstream repositories" (npm-tags).
"""

from collections.abc import Iterator
from functools import cache

from codeartifact_tf.aws.catalog import MAX_SEARCHED
from codeartifact_tf.domain.formats import held
from codeartifact_tf.domain.model import Mode
from codeartifact_tf.domain.search import by_name, counted, search_order
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec

_FORMAT = "npm"


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    if not spec.groups:
        return
    repositories, holds = by_name(spec.domain), held(spec.domain)

    @cache  # many groups name the same repositories
    def searched(name: str) -> frozenset[str]:
        order = search_order(repositories, name, MAX_SEARCHED)[1:]
        return frozenset(step.repository.name for step in order)

    for declared in spec.groups:
        group = declared.group
        is_meant = group.pattern == "/*" or group.pattern.startswith(f"/{_FORMAT}/")
        if not is_meant or group.publish.mode is not Mode.ALLOW_SPECIFIC_REPOSITORIES:
            continue
        named = {name for name in group.publish.repositories if _FORMAT in holds[name]}
        below = {name for name in named if searched(name) & named}
        if below:
            above = set().union(*map(searched, below)) & named
            verb = "is" if len(above) == 1 else "are"
            message = (
                f"npm packages are published to {counted(below)} and to {counted(above)}, which"
                f" {verb} searched from there: of a tag in both, the upstream's value wins"
            )
            fix = "publish with different tags, or to one of them"
            yield Finding((declared.place / "publish").key(), message, fix)
