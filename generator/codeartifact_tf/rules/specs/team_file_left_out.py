"""An entry of `include` finds every team file that lies beside those which it finds.

A file that looks like a team file (its keys at the top are `repositories` and notes) and that no
entry finds has no effect: a team waits for repositories that nobody creates. Usual reasons are the
suffix (`.yml` where the pattern says `.yaml`), a new name, and a file that was put aside. Include
it, move it elsewhere, or let a comment at the entry say why it stays out.
"""

from collections.abc import Iterator

from codeartifact_tf.findings.phrases import LISTED, listed, plain
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.WARNING, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    for include in spec.includes:
        if include.left_out:
            several = len(include.left_out) > 1
            looks = "look like team files" if several else "looks like a team file"
            message = f"{plain(listed(include.left_out, LISTED))} {looks}, but no entry finds"
            fix = "include it, or move it elsewhere"
            yield Finding(include.place, f"{message} {'them' if several else 'it'}", fix)
