"""No tag key begins with `aws:` or is `%`.

The prefix is AWS's own, in any case of its letters. The Terraform provider drops such a tag without
a word and then plans to add it for ever. It drops the key `%` too, under which its SDK keeps the
number of tags (measured with hashicorp/aws 5.100.0).
"""

from collections.abc import Iterator

from generator.problem import Severity
from generator.spec import Finding, Spec

SEVERITY = Severity.ERROR
FIXED = True


def check(spec: Spec) -> Iterator[Finding]:
    for place, tags in spec.written_tags():
        for key in tags:
            if key[:4].lower() == "aws:":
                message = f"the tag key {key!r} begins with 'aws:', which is reserved for AWS"
                yield Finding((place / key).key(), message, "choose another key")
            if key == "%":
                message = "the Terraform provider loses a tag whose key is '%'"
                yield Finding((place / key).key(), message, "choose another key")
