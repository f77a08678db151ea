"""Every assertion says something, and each of its patterns can mean something.

A misspelt pattern asserts nothing, and nobody would notice. What is asserted about are repositories
of the spec; what they reach are repositories of the spec, and external connections, of which those
that AWS lists are known.
"""

from collections.abc import Collection, Iterable, Iterator

from codeartifact_tf.aws.catalog import EXTERNAL_CONNECTIONS, meant_connection
from codeartifact_tf.domain.name_patterns import NamePatterns
from codeartifact_tf.domain.search import by_name
from codeartifact_tf.findings.nearest import nearest
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Patterns, Spec

# So many comparisons of names take about a second.
_MAX_COMPARISONS = 100_000


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    repositories = by_name(spec.domain)
    held = {r.external_connection for r in spec.domain.repositories if r.external_connection}
    reachable = {*repositories, *EXTERNAL_CONNECTIONS, *held}
    count = 0
    for assertion in spec.assertions:
        targets = (assertion.must_not_reach, assertion.only_reach, assertion.must_reach)
        if targets == (None, None, None):
            fix = "add must_not_reach, only_reach or must_reach"
            yield Finding(assertion.place / "repositories", "this asserts nothing", fix)
        # Of what must be reached and is not there, the rule `assertion` speaks.
        sides: list[tuple[Patterns, Collection[str], str]] = [
            (assertion.repositories, repositories, "repository"),
            (assertion.must_not_reach or (), reachable, "repository or external connection"),
            (assertion.only_reach or (), reachable, "repository or external connection"),
        ]
        for patterns, names, what in sides:
            for text, place in patterns:
                if not any(map(NamePatterns([text]).meet, names)):
                    count += 1
                    few = names if count * len(names) <= _MAX_COMPARISONS else ()
                    yield Finding(place, f"{text!r} means no {what} of this spec", _fix(text, few))


def _fix(text: str, names: Iterable[str]) -> str:
    connection = meant_connection(text) if ":" in text else None
    meant = connection.name if connection else nearest(text, names)
    return f"did you mean {meant!r}?" if meant else ""
