"""Text is in Unicode normalization form C.

Terraform turns every string into this form, so text in another form is rendered, and applied, in
form C: the same letters, other code points.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from generator.problem import Severity
from generator.spec import Finding, Place, Spec

SEVERITY = Severity.WARNING
FIXED = False


def check(spec: Spec) -> Iterator[Finding]:
    for source in spec.sources:
        if source.text.isascii() and "\\" not in source.text:
            continue
        data = source.data
        for section in ("domain", "defaults"):
            yield from _texts(Place(source, (section,)), data.get(section) or {})
        for name, body in (data.get("repositories") or {}).items():
            if body and not name.startswith("x-"):
                yield from _texts(Place(source, ("repositories", name)), body)


def _texts(place: Place, body: Mapping[str, Any]) -> Iterator[Finding]:
    if not _is_normal(body.get("description") or ""):
        yield _finding(place / "description", "the description")
    for key, value in (body.get("tags") or {}).items():
        at = place / "tags" / key
        if not _is_normal(key):
            yield _finding(at.key(), f"the tag key {key!r}")
        if not _is_normal(value):
            yield _finding(at, f"the value of the tag {key!r}")


def _is_normal(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)


def _finding(place: Place, what: str) -> Finding:
    message = f"{what} is not in Unicode normalization form C, in which Terraform will apply it"
    return Finding(place, message, "write it with composed characters")
