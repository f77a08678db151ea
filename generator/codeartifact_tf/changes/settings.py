"""Differences that cost nothing, and for which the transition table has no row."""

from collections.abc import Iterator
from dataclasses import dataclass

from codeartifact_tf.domain.differences import Difference, Field, Subject, differences
from codeartifact_tf.terraform.configuration import Configuration, Deployment
from codeartifact_tf.transitions import Change, Setting


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting that only Terraform knows of, before and after.

    `of` is the label of an entry of `removed`, or the pattern of a package group; else None.
    """

    setting: Setting
    of: str | None
    before: object
    after: object


_VERSIONS = (
    Setting.REQUIRED_VERSION,
    Setting.AWS_PROVIDER_VERSION,
    Setting.AWSCC_PROVIDER_VERSION,
)


def without_rows(
    old: Deployment, new: Deployment, rows: tuple[Change, ...]
) -> Iterator[Difference | SettingChange]:
    """What differs and is in none of the rows that apply, always in the same order."""
    found = differences(old.domain, new.domain)
    was, now = old.configuration, new.configuration
    has_row = any(row.row.subject is Subject.POLICY and row.repository is None for row in rows)
    for difference in found:
        if difference.subject is Subject.POLICY and difference.name is None and not has_row:
            yield difference
    for setting in _VERSIONS:
        before, after = getattr(was, setting), getattr(now, setting)
        if before != after:
            yield SettingChange(setting, None, before, after)
    yield from _package_groups(was, now, found)
    yield from _removed(was, now)
    for difference in found:
        if difference.field is Field.FORMATS:
            yield difference


def _package_groups(
    old: Configuration, new: Configuration, found: tuple[Difference, ...]
) -> Iterator[Difference | SettingChange]:
    """What changes of package groups, by pattern; of each first its label."""
    before, after = old.package_groups, new.package_groups
    of_pattern: dict[str, list[Difference | SettingChange]] = {
        pattern: [SettingChange(Setting.LABEL, pattern, before[pattern], after[pattern])]
        for pattern in before.keys() & after.keys()
        if before[pattern] != after[pattern]
    }
    for difference in found:
        if difference.subject is Subject.PACKAGE_GROUP and difference.name is not None:
            of_pattern.setdefault(difference.name, []).append(difference)
    for pattern in sorted(of_pattern):
        yield from of_pattern[pattern]


def _removed(old: Configuration, new: Configuration) -> Iterator[SettingChange]:
    """Entries of `removed` that come or go, except of what leaves now: that has a row."""
    leaving = {resource.label for resource in old.repositories.values()}
    before, after = ({r.label: r.destroy for r in side.removed} for side in (old, new))
    for label in sorted(before.keys() | after.keys()):
        was, now = before.get(label), after.get(label)
        if was != now and not (was is None and label in leaving):
            yield SettingChange(Setting.REMOVED, label, was, now)
