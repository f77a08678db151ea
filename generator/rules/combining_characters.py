"""Text has at most 30 combining characters in a row.

Terraform writes a character of its own (U+034F) after the thirtieth, so AWS would get another text.
Source: Unicode Standard Annex 15, "Stream-Safe Text Format", which golang.org/x/text follows.
"""

import unicodedata
from collections.abc import Iterator

from generator.problem import Severity
from generator.spec import Finding, Place, Spec

SEVERITY = Severity.ERROR
FIXED = True

_MAX_IN_A_ROW = 30


def check(spec: Spec) -> Iterator[Finding]:
    for place, text in spec.written_descriptions():
        yield from _check(place, text, "the description")
    for place, text in spec.written_policy_texts():
        yield from _check(place, text, "a text of the policy")
    for place, tags in spec.written_tags():
        for key, value in tags.items():
            yield from _check((place / key).key(), key, "a tag key")
            yield from _check(place / key, value, "a tag value")


def _check(place: Place, text: str, what: str) -> Iterator[Finding]:
    if text.isascii():
        return
    row = 0
    for character in unicodedata.normalize("NFD", text):
        row = row + 1 if unicodedata.combining(character) else 0
        if row > _MAX_IN_A_ROW:
            message = f"{what} has more than {_MAX_IN_A_ROW} combining characters in a row"
            yield Finding(place, message, "remove some")
            return
