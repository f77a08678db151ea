"""The rules as text: for `codeartifact-tf rules` and for docs/rules.md."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codeartifact_tf.reports.findings import Rule


def force(rule: "Rule") -> str:
    """The severity of a rule, whether a spec may set another, and whether it is a promise."""
    more = ", fixed" if rule.fixed else ", promise" if rule.promise else ""
    return f"{rule.severity}{more}"


def text(rules: "Sequence[Rule]") -> str:
    """Name, force and documentation."""
    return "\n".join(
        f"{rule.name} ({force(rule)})\n\n{rule.summary}\n"
        + (f"\n{rule.details}\n" if rule.details else "")
        for rule in rules
    )


def json_(rules: "Sequence[Rule]") -> str:
    """For programs."""
    import json  # noqa: PLC0415 - `--help` need not pay for it

    rows = [
        {
            "name": rule.name,
            "severity": rule.severity,
            "fixed": rule.fixed,
            "promise": rule.promise,
            "summary": rule.summary,
            "details": rule.details,
        }
        for rule in rules
    ]
    return json.dumps({"version": 1, "rules": rows}, indent=2, ensure_ascii=False) + "\n"


def markdown(rules: "Sequence[Rule]") -> str:
    """The page docs/rules.md."""
    parts = [
        "# Rules\n",
        "`codeartifact-tf rules --format markdown` writes this page. A fixed rule cannot be\n"
        "silenced or given another severity: Terraform or AWS would refuse what violates it.\n"
        "A comment in a team file does not silence what breaks a promise of the spec, and\n"
        "none does in the change that adds it.\n",
        "| rule | severity | what must hold |\n|---|---|---|\n"
        + "\n".join(f"| [{r.name}](#{r.name}) | {force(r)} | {r.summary} |" for r in rules)
        + "\n",
    ]
    parts += [
        f"## {rule.name}\n\n{force(rule).capitalize()}. {rule.summary}\n\n{rule.details}\n"
        for rule in rules
        if rule.details
    ]
    return "\n".join(parts)


FORMATS: Mapping[str, Callable[["Sequence[Rule]"], str]] = MappingProxyType(
    {"text": text, "json": json_, "markdown": markdown}
)
