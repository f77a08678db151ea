"""A resource has a tag key once.

Terraform turns text into Unicode normalization form C, so two keys that look the same but are
written with other code points become one, and one of the values would be lost.
"""

from collections.abc import Iterator, Mapping

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Place, Spec
from codeartifact_tf.terraform.strings import normal


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    for place, tags in spec.written.tags:
        yield from _duplicates(place, tags)


def _duplicates(place: Place, tags: Mapping[str, str]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for key in tags:
        if first.setdefault(normal(key), key) != key:
            message = f"the tag key {key!r} stands twice, in two ways of writing its characters"
            yield Finding((place / key).key(), message, "remove or rename one of the two")
