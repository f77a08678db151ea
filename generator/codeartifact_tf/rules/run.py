"""The runner: rules → problems, with the severities of the spec, less what comments silence."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.changes.guards import new_comments
from codeartifact_tf.findings.problem import Problem, Severity, Silenced
from codeartifact_tf.rules.rule import Check, Rule, Subject
from codeartifact_tf.rules.table import ABOUT_CHANGES, ABOUT_SPECS, BY_NAME, UNUSED_IGNORE
from codeartifact_tf.spec.source import Ignore, Source
from codeartifact_tf.spec.spec import Spec

_ABOUT_CHANGES = frozenset(check.rule.name for check in ABOUT_CHANGES)


class Judged(NamedTuple):
    """What violates the rules, and what would, if no comment silenced it."""

    problems: tuple[Problem, ...]
    silenced: tuple[Silenced, ...] = ()


def check(spec: Spec) -> Judged:
    """What in a spec violates the rules about specs."""
    problems = list(_problems(ABOUT_SPECS, spec, lambda rule, own: severity(rule, spec, own)))
    kept, silenced = _silence(problems, _reasons(spec))
    more = (*_faulty_comments(spec), *_unused_comments(spec, problems, of_changes=False))
    return Judged((*kept, *more), tuple(silenced))


def compare(comparison: Comparison, of_spec: Sequence[Silenced] = ()) -> Judged:
    """What in a change violates the rules about changes; `of_spec` is silenced in the new version.

    Of the severities of both versions the stricter one counts. A comment that the change itself
    adds hides nothing: it makes an error a warning, which quotes its reason, and what breaks a
    promise of the spec it leaves as it is.
    """
    spec = comparison.spec

    def stricter(rule: Rule, own: Severity | None) -> Severity | None:
        sides = (side for side in (comparison.old, comparison.new) if side)
        return strictest(severity(rule, side, own) for side in sides)

    problems = list(_problems(ABOUT_CHANGES, comparison, stricter))
    reasons = _reasons(spec)
    new = _new(comparison)
    kept, silenced = _silence(problems, {k: why for k, why in reasons.items() if k not in new})
    found = [_quoting(problem, reasons) if _keys(problem) & new else problem for problem in kept]
    unused = _unused_comments(spec, problems, of_changes=True)
    broken = [each for each in of_spec if _keys(each.problem) & new and _is_promise(each.problem)]
    left = (each for each in of_spec if each not in broken)
    return Judged((*found, *(each.problem for each in broken), *unused), (*left, *silenced))


def _new(comparison: Comparison) -> frozenset["_Key"]:
    """What the comments that the change adds would silence."""
    new = new_comments(comparison.guards)
    return frozenset(
        (source.file, ignore.line, rule)
        for source, ignore, rule in _comments(comparison.spec)
        if (source.file, (ignore.start, ignore.end), rule) in new
    )


def _quoting(problem: Problem, reasons: Mapping["_Key", str]) -> Problem:
    """A finding at which the change adds a comment."""
    reason = _reason(problem, reasons)
    if reason is None or _is_promise(problem):
        return problem
    message = f"{problem.message} (the change adds a comment: {reason})"
    return replace(problem, severity=Severity.WARNING, message=message)


def _is_promise(problem: Problem) -> bool:
    return BY_NAME[problem.rule].promise


def _problems(
    checks: Iterable[Check[Subject]],
    subject: Subject,
    severity_of: Callable[[Rule, Severity | None], Severity | None],
) -> Iterator[Problem]:
    for each in checks:
        chosen = severity_of(each.rule, None)
        if chosen is None:
            continue
        for place, message, fix, own, others in each.run(subject):
            found = severity_of(each.rule, own) or chosen
            problem = place.source.problem(place.bounds(), each.rule.name, message, fix, found)
            where = (other.source.location(other.bounds()[0]) for other in others)
            yield replace(problem, others=tuple(where)) if others else problem


def severity(rule: Rule, spec: Spec, own: Severity | None = None) -> Severity | None:
    """What a spec makes of a rule, or of a finding with a severity of its own; None: it is off."""
    default = own or rule.severity
    chosen = default if rule.fixed else spec.severities.get(rule.name, default)
    return None if chosen == "off" else Severity(chosen)


def strictest(severities: Iterable[Severity | None]) -> Severity | None:
    """The worst of several severities; None is off."""
    found = set(severities)
    return next((each for each in (Severity.ERROR, Severity.WARNING) if each in found), None)


_Key: TypeAlias = tuple[str, int, str]


def _keys(problem: Problem) -> frozenset[_Key]:
    """What comments must silence, all of it: a rule on a line of a file, for each place."""
    places = (problem.location, *problem.others)
    return frozenset((place.file, place.line, problem.rule) for place in places)


def _comments(spec: Spec) -> Iterator[tuple[Source, Ignore, str]]:
    """Every comment of the files of a spec, once for each rule that it names."""
    for source in spec.sources:
        for ignore in source.ignores:
            yield from ((source, ignore, rule) for rule in ignore.rules)


def _reasons(spec: Spec) -> dict[_Key, str]:
    """What comments silence, and why. What the spec promises only its own comments can lift."""
    return {
        (source.file, ignore.line, name): ignore.reason
        for source, ignore, name in _comments(spec)
        if ignore.reason and _counts(name, source, spec)
    }


def _counts(name: str, source: Source, spec: Spec) -> bool:
    """Whether a comment of a file may silence a rule."""
    rule = BY_NAME.get(name)
    return rule is not None and not rule.fixed and (not rule.promise or source is spec.source)


def _silence(
    problems: Iterable[Problem], reasons: Mapping[_Key, str]
) -> tuple[list[Problem], list[Silenced]]:
    kept: list[Problem] = []
    silenced: list[Silenced] = []
    for problem in problems:
        reason = _reason(problem, reasons)
        if reason is None:
            kept.append(problem)
        else:
            silenced.append(Silenced(problem, reason))
    return kept, silenced


def _reason(problem: Problem, reasons: Mapping[_Key, str]) -> str | None:
    """Why a finding is silenced; None: it is not, at one of its places at least."""
    found = {key: reasons[key] for key in sorted(_keys(problem)) if key in reasons}
    return "; ".join(dict.fromkeys(found.values())) if len(found) == len(_keys(problem)) else None


def _faulty_comments(spec: Spec) -> Iterator[Problem]:
    for source in spec.sources:
        for ignore in source.ignores:
            fault = _fault(ignore)
            if fault:
                yield source.problem((ignore.start, ignore.end), "ignore-comment", *fault)


def _unused_comments(
    spec: Spec, problems: Iterable[Problem], *, of_changes: bool
) -> Iterator[Problem]:
    """The comments beside no problem; those about changes can only be judged beside one."""
    unused = severity(UNUSED_IGNORE, spec)
    if unused is None:
        return
    used = {key for problem in problems for key in _keys(problem)}
    for source, ignore, name in _comments(spec):
        if _fault(ignore) or (name in _ABOUT_CHANGES) is not of_changes:
            continue
        is_used = (source.file, ignore.line, name) in used
        counts = _counts(name, source, spec)
        if severity(BY_NAME[name], spec) is None or (is_used and counts):
            continue
        message, fix = f"nothing here violates {name!r}", "remove it"
        if not counts:
            message = f"a comment in a team file does not silence {name!r}: the spec promises it"
            fix = f"remove it; {spec.source.file} decides"
        yield source.problem((ignore.start, ignore.end), UNUSED_IGNORE.name, message, fix, unused)


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
