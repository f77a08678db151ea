"""Text is in Unicode normalization form C.

Terraform turns every string into this form, so text in another form is rendered, and applied, in
form C: the same letters, other code points.
"""

import unicodedata
from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Place, Spec
from codeartifact_tf.terraform.strings import normal


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    for place, text in spec.written.descriptions:
        if not _is_normal(text):
            yield _finding(place, f"the {str(place.path[-1]).replace('_', ' ')}")
    for place, text in spec.written.policy_texts:
        if not _is_normal(text):
            yield _finding(place, "this text of the policy")
    for place, tags in spec.written.tags:
        for key, value in tags.items():
            if not _is_normal(key) and normal(key) not in tags:  # else duplicate-tag reports it
                yield _finding((place / key).key(), f"the tag key {key!r}")
            if not _is_normal(value):
                yield _finding(place / key, f"the value of the tag {key!r}")


def _is_normal(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)


def _finding(place: Place, what: str) -> Finding:
    message = f"{what} is not in Unicode normalization form C, in which Terraform will apply it"
    return Finding(place, message, "write it with composed characters")
