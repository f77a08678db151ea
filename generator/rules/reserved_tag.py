"""No tag key begins with `aws:`.

The prefix is AWS's own, in any case of its letters. The Terraform provider drops such a tag without
a word and then plans to add it for ever.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from generator.problem import Severity
from generator.spec import Finding, Place, Spec

SEVERITY = Severity.ERROR
FIXED = True


def check(spec: Spec) -> Iterator[Finding]:
    data = spec.source.data
    yield from _reserved(spec.place("domain", "tags"), data["domain"].get("tags", {}))
    yield from _reserved(
        spec.place("defaults", "tags"), (data.get("defaults") or {}).get("tags", {})
    )
    for source in spec.sources:
        for name, body in (source.data.get("repositories") or {}).items():
            if body and not name.startswith("x-"):
                yield from _reserved(
                    Place(source, ("repositories", name, "tags")), body.get("tags", {})
                )


def _reserved(place: Place, tags: Mapping[str, Any]) -> Iterator[Finding]:
    for key in tags:
        if key[:4].lower() == "aws:":
            message = f"the tag key {key!r} begins with 'aws:', which is reserved for AWS"
            yield Finding((place / key).key(), message, "choose another key")
