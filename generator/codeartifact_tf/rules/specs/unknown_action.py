"""An action of a policy is one of CodeArtifact's.

A policy with an action that does not exist may be taken, and then allows or denies nothing. With
`*` and `?` an action must match at least one. The known actions are those of the Service
Authorization Reference; set this rule to `off` when AWS has added one that this version does not
know yet.
"""

from collections.abc import Iterator

from codeartifact_tf.aws.actions import ACTIONS, PREFIX, known_actions
from codeartifact_tf.findings.nearest import nearest
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec


@about_spec(Severity.ERROR, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    for permissions in spec.permissions:
        for pattern, place in permissions.actions:
            service = pattern.casefold().partition(":")[0]
            if service != "sts" and not known_actions(pattern):  # sts-action reports those
                yield Finding(place, _message(pattern), _fix(pattern))


def _message(pattern: str) -> str:
    is_ours = pattern.casefold().startswith(PREFIX)
    if is_ours and ("*" in pattern or "?" in pattern):
        return f"{pattern!r} matches no action of CodeArtifact"
    return f"{pattern!r} is no action of CodeArtifact"


def _fix(pattern: str) -> str:
    meant = nearest(pattern.partition(":")[2], ACTIONS)
    return f"did you mean {PREFIX + meant!r}?" if meant else f"actions begin with {PREFIX!r}"
