"""An upstream is not among the removed repositories.

Deleting a repository that others have as an upstream leaves them with a link to nothing, and
builds that go through them fail. Source: user guide, delete-repo; provider issue 31092.
"""

from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    removed = {each.name: each for each in spec.removed}
    reported = set()
    for name, declaration in spec.declarations.items():
        for entry in declaration.upstreams:
            gone = removed.get(entry.target or entry.text)
            if gone is None or entry.place in reported or gone.name in spec.declarations:
                continue  # of a repository that is still defined removed-and-defined speaks
            reported.add(entry.place)
            who = "defaults have" if entry.from_defaults else f"repository {name!r} has"
            message = (
                f"{who} the upstream {entry.text!r}, which is listed in removed"
                f" ({gone.place.key()})"
            )
            yield Finding(entry.place, message, "remove the entry, or keep the repository")
