"""The old and the new version of specs → their comparisons, and the findings about the change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from codeartifact_tf import rules
from codeartifact_tf.changes.beside import NOTHING, Beside
from codeartifact_tf.changes.comparison import Comparison, compare
from codeartifact_tf.changes.pairing import pairs
from codeartifact_tf.findings.problem import Problem
from codeartifact_tf.spec.spec import Spec


@dataclass(frozen=True, slots=True)
class Version:
    """A spec as one of the two versions has it, None if it cannot be built, and its errors.

    `beside` is what lies beside its Terraform.
    """

    spec: Spec | None
    errors: tuple[Problem, ...]
    beside: Beside = NOTHING


def compare_versions(
    old: Mapping[str, Version], new: Mapping[str, Version]
) -> tuple[list[Comparison], list[Problem]]:
    """Compare each spec of two versions with its counterpart; the keys help to find it."""
    comparisons, problems = [], []
    specs = [{key: version.spec for key, version in side.items()} for side in (old, new)]
    for before, after in pairs(*specs):
        found, comparison = _compare(
            None if before is None else old[before], None if after is None else new[after]
        )
        problems += found
        comparisons += [comparison] if comparison else []
    return comparisons, problems


def _compare(old: Version | None, new: Version | None) -> tuple[list[Problem], Comparison | None]:
    """The findings about a change, and the comparison. None is a version without the spec.

    Of the new version only errors are reported. With an error that no spec may lower nothing is
    compared: a broken assertion is no reason to be silent about what the change does; a cycle is.
    """
    errors = [*new.errors] if new else []
    if any(rules.BY_NAME[problem.rule].fixed for problem in errors):
        return errors, None
    if old and old.spec is None:
        return [*errors, *(_unreadable(fault) for fault in old.errors)], None
    specs = (old.spec if old else None, new.spec if new else None)
    sides = [version.beside if version else NOTHING for version in (old, new)]
    comparison = compare(*specs, rules.SEVERITIES, (sides[0], sides[1]))
    faulty = _faulty(old, comparison.spec) if old else []
    return [*errors, *rules.compare(comparison), *faulty], comparison


def _unreadable(fault: Problem) -> Problem:
    message = f"the old version cannot be compared with: {fault.message}"
    return replace(fault, rule="old-version-unreadable", message=message)


def _faulty(old: Version, spec: Spec) -> list[Problem]:
    """The finding that the old version has errors, at the severity that the spec sets."""
    rule = rules.OLD_VERSION_FAULTY
    severity = rules.severity(rule, spec)
    if not old.errors or not severity:
        return []
    first, count = old.errors[0], len(old.errors)
    message = (
        f"the old version has {count} error{'s' * (count != 1)}, the first is {first.rule}: "
        f"{first.message}"
    )
    return [replace(first, severity=severity, rule=rule.name, message=message, fix="")]
