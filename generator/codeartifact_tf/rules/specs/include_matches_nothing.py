"""Every include pattern finds a file.

A misspelt pattern would leave a team's repositories out, and Terraform would delete them.
"""

from collections.abc import Iterator
from pathlib import PurePath

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    for include in spec.includes:
        if not include.files:
            message = f"the pattern {include.pattern!r} matches no file"
            fix = "patterns are relative to the folder of this file; * means YAML files"
            if PurePath(include.pattern).suffix:
                fix = "patterns are relative to the folder of this file"
            yield Finding(include.place, message, fix)
