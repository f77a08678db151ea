"""How bad a finding is: what the rule says, and what a spec makes of it."""

from collections.abc import Iterable

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import Rule
from codeartifact_tf.spec.spec import Spec


def severity(rule: Rule, spec: Spec, own: Severity | None = None) -> Severity | None:
    """What a spec makes of a rule, or of a finding with a severity of its own; None: it is off."""
    default = own or rule.severity
    chosen = default if rule.fixed else spec.severities.get(rule.name, default)
    return None if chosen == "off" else Severity(chosen)


def strictest(severities: Iterable[Severity | None]) -> Severity | None:
    """The worst of several severities; None is off."""
    found = set(severities)
    return next((each for each in (Severity.ERROR, Severity.WARNING) if each in found), None)
