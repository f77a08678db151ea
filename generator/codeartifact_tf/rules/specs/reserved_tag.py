"""No tag key begins with `aws:` or with `%`.

The prefix is AWS's own, in any case of its letters. The Terraform provider drops such a tag without
a word and then plans to add it for ever. It drops keys that begin with `%` too (`readMap` in
helper/schema/field_reader_diff.go of terraform-plugin-sdk; measured with hashicorp/aws 5.100.0).
"""

from collections.abc import Iterator

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    for place, tags in spec.written.tags:
        for key in tags:
            if key[:4].lower() == "aws:":
                message = f"the tag key {key!r} begins with 'aws:', which is reserved for AWS"
                yield Finding((place / key).key(), message, "choose another key")
            if key.startswith("%"):
                message = f"the tag key {key!r} begins with '%'; the Terraform provider loses it"
                yield Finding((place / key).key(), message, "choose another key")
