"""An upstream is listed once.

The second entry could never answer, and AWS does not document what it does with it. An external
connection and the name of its store repository are the same upstream.
"""

from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    reported = set()
    for name, declaration in spec.declarations.items():
        first: dict[str, str] = {}
        for entry in declaration.upstreams:
            target = entry.target
            if target is None or target == name:
                continue  # unknown-upstream or self-upstream reports it
            if target not in first:
                first[target] = entry.text
                continue
            who = "defaults list" if entry.from_defaults else f"repository {name!r} lists"
            message = f"{who} the upstream {entry.text!r} twice"
            if first[target] != entry.text:
                message = f"{who} {first[target]!r} and {entry.text!r}, which are the same upstream"
            if entry.place not in reported:
                reported.add(entry.place)
                yield Finding(
                    entry.place, message, "keep the one whose place in the order is meant"
                )
