"""The old and the new version of specs → their comparisons, and the findings about the change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from codeartifact_tf import rules
from codeartifact_tf.changes.comparison import Comparison, compare
from codeartifact_tf.changes.pairing import pairs
from codeartifact_tf.findings.problem import Problem, Silenced
from codeartifact_tf.rules.run_on_change import judge_change
from codeartifact_tf.rules.table import severities
from codeartifact_tf.spec.spec import Spec
from codeartifact_tf.terraform.neighbours import NOTHING, Beside


@dataclass(frozen=True, slots=True)
class Version:
    """A spec as one of the two versions has it, None if it cannot be built, and its errors.

    `silenced` are the findings that its comments silence; `beside` is what lies beside its
    Terraform; `file` is the spec as reports show it.
    """

    spec: Spec | None
    errors: tuple[Problem, ...]
    beside: Beside = NOTHING
    silenced: tuple[Silenced, ...] = ()
    file: str = ""


class Compared(NamedTuple):
    """The comparisons of the specs of two versions, and the findings about the change.

    `silenced` are those of a domain in which something changes. `unknown` are the files of the
    specs of which nothing is compared, because a version of them is invalid.
    """

    comparisons: tuple[Comparison, ...] = ()
    problems: tuple[Problem, ...] = ()
    silenced: tuple[Silenced, ...] = ()
    unknown: tuple[str, ...] = ()


def compare_versions(old: Mapping[str, Version], new: Mapping[str, Version]) -> Compared:
    """Compare each spec of two versions with its counterpart; the keys help to find it."""
    specs = [{key: version.spec for key, version in side.items()} for side in (old, new)]
    found = []
    for before, after in pairs(*specs):
        moved = (before, after) if before and after and before != after else None
        was = None if before is None else old[before]
        found.append(_compare(was, None if after is None else new[after], moved))
    return Compared(*(tuple(chain.from_iterable(parts)) for parts in zip(*found, strict=True)))


def _compare(old: Version | None, new: Version | None, moved: tuple[str, str] | None) -> Compared:
    """What the change does to one spec, which may have moved. None is a version without the spec.

    Of the new version only errors are reported. With an error that no spec may lower nothing is
    compared: a broken assertion is no reason to be silent about what the change does; a cycle is.
    """
    errors = new.errors if new else ()
    if new and any(rules.BY_NAME[problem.rule].fixed for problem in errors):
        return Compared((), errors, (), (new.file,))
    if old and old.spec is None:
        faults = tuple(_unreadable(fault) for fault in old.errors)
        return Compared((), (*errors, *faults), (), (old.file,))
    specs = (old.spec if old else None, new.spec if new else None)
    sides = [version.beside if version else NOTHING for version in (old, new)]
    comparison = replace(compare(*specs, severities(), (sides[0], sides[1])), moved=moved)
    judged = judge_change(comparison, new.silenced if new else ())
    faulty = _faulty(old, comparison.spec) if old else []
    silenced = () if comparison.is_empty else judged.silenced
    return Compared((comparison,), (*errors, *judged.problems, *faulty), silenced)


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
