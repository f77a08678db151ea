"""Text keeps within AWS's limits as Terraform applies it.

Terraform applies text in Unicode normalization form C, which can be longer than what was written,
and writes a character of its own (U+034F) after thirty combining characters in a row. Sources: API
reference (description 1,000, tag key 128, tag value 256 characters); Unicode Standard Annex 15,
"Stream-Safe Text Format", which golang.org/x/text follows.
"""

import unicodedata
from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Place, Spec
from codeartifact_tf.terraform.strings import normal

_MAX_COMBINING = 30


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    for place, text in spec.written.descriptions:
        yield from _check(place, text, f"the {str(place.path[-1]).replace('_', ' ')}", 1000)
    for place, text in spec.written.policy_texts:
        yield from _check(place, text, "a text of the policy", 1024)
    for place, tags in spec.written.tags:
        for key, value in tags.items():
            yield from _check((place / key).key(), key, "a tag key", 128)
            yield from _check(place / key, value, "a tag value", 256)


def _check(place: Place, text: str, what: str, limit: int) -> Iterator[Finding]:
    if text.isascii():
        return
    length = len(normal(text))
    if len(text) <= limit < length:
        message = f"{what} has {length:,} characters in normalization form C; AWS allows {limit:,}"
        yield Finding(place, message, "shorten it")
    row = 0
    for character in unicodedata.normalize("NFD", text):
        row = row + 1 if unicodedata.combining(character) else 0
        if row > _MAX_COMBINING:
            message = f"{what} has more than {_MAX_COMBINING} combining characters in a row"
            yield Finding(place, message, "remove some")
            return
