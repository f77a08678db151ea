"""Ignore comments: what they silence, and which of them are faulty or silence nothing."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from codeartifact_tf.findings.problem import Problem, Silenced
from codeartifact_tf.rules.severities import severity
from codeartifact_tf.rules.table import BY_NAME, NAMES_ABOUT_CHANGES, UNUSED_IGNORE
from codeartifact_tf.spec.source import Ignore, Source
from codeartifact_tf.spec.spec import Spec

Key: TypeAlias = tuple[str, int, str]


def keys_of(problem: Problem) -> frozenset[Key]:
    """What comments must silence, all of it: a rule on a line of a file, for each place."""
    places = (problem.location, *problem.others)
    return frozenset((place.file, place.line, problem.rule) for place in places)


def comments_in(spec: Spec) -> Iterator[tuple[Source, Ignore, str]]:
    """Every comment of the files of a spec, once for each rule that it names."""
    for source in spec.sources:
        for ignore in source.ignores:
            yield from ((source, ignore, rule) for rule in ignore.rules)


def reasons_in(spec: Spec) -> dict[Key, str]:
    """What comments silence, and why. What the spec promises only its own comments can lift."""
    return {
        (source.file, ignore.line, name): ignore.reason
        for source, ignore, name in comments_in(spec)
        if ignore.reason and _counts(name, source, spec)
    }


def _counts(name: str, source: Source, spec: Spec) -> bool:
    """Whether a comment of a file may silence a rule."""
    rule = BY_NAME.get(name)
    return rule is not None and not rule.fixed and (not rule.promise or source is spec.source)


def silence(
    problems: Iterable[Problem], reasons: Mapping[Key, str]
) -> tuple[list[Problem], list[Silenced]]:
    """The findings that are left, and those that comments silence at all of their places."""
    kept: list[Problem] = []
    silenced: list[Silenced] = []
    for problem in problems:
        reason = reason_for(problem, reasons)
        if reason is None:
            kept.append(problem)
        else:
            silenced.append(Silenced(problem, reason))
    return kept, silenced


def reason_for(problem: Problem, reasons: Mapping[Key, str]) -> str | None:
    """Why a finding is silenced; None: it is not, at one of its places at least."""
    found = {key: reasons[key] for key in sorted(keys_of(problem)) if key in reasons}
    return "; ".join(dict.fromkeys(found.values())) if len(found) == len(keys_of(problem)) else None


def faulty(spec: Spec) -> Iterator[Problem]:
    """The comments that are no comments of ours as they stand."""
    for source in spec.sources:
        for ignore in source.ignores:
            fault = _fault(ignore)
            if fault:
                yield source.problem((ignore.start, ignore.end), "ignore-comment", *fault)


def unused(spec: Spec, problems: Iterable[Problem], *, of_changes: bool) -> Iterator[Problem]:
    """The comments beside no problem; those about changes can only be judged beside one."""
    chosen = severity(UNUSED_IGNORE, spec)
    if chosen is None:
        return
    used = {key for problem in problems for key in keys_of(problem)}
    for source, ignore, name in comments_in(spec):
        if _fault(ignore) or (name in NAMES_ABOUT_CHANGES) is not of_changes:
            continue
        is_used = (source.file, ignore.line, name) in used
        counts = _counts(name, source, spec)
        if severity(BY_NAME[name], spec) is None or (is_used and counts):
            continue
        message, fix = f"nothing here violates {name!r}", "remove it"
        if not counts:
            message = f"a comment in a team file does not silence {name!r}: the spec promises it"
            fix = f"remove it; {spec.source.file} decides"
        yield source.problem((ignore.start, ignore.end), UNUSED_IGNORE.name, message, fix, chosen)


def _fault(ignore: Ignore) -> tuple[str, str] | None:
    form = "write `# codeartifact-tf: ignore[rule-name] reason`"
    if not ignore.rules:
        return "this comment names no rule to ignore", form
    for rule in ignore.rules:
        if rule not in BY_NAME:
            return f"there is no rule {rule!r}", "`codeartifact-tf rules` lists them"
        if BY_NAME[rule].fixed:
            return f"the rule {rule!r} cannot be ignored", "remove the cause"
    if not ignore.reason:
        return "this comment gives no reason", form
    return None
