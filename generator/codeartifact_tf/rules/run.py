"""The runner: rules → problems, with the severities of the spec, less what comments silence."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.changes.guards import new_comments
from codeartifact_tf.findings.problem import Problem, Severity
from codeartifact_tf.rules.rule import Check, Rule, Subject
from codeartifact_tf.rules.table import ABOUT_CHANGES, ABOUT_SPECS, BY_NAME, UNUSED_IGNORE
from codeartifact_tf.spec.source import Ignore
from codeartifact_tf.spec.spec import Spec

_ABOUT_CHANGES = frozenset(check.rule.name for check in ABOUT_CHANGES)


def check(spec: Spec) -> tuple[Problem, ...]:
    """What in a spec violates the rules about specs."""
    kept, silenced = _silence(
        _problems(ABOUT_SPECS, spec, lambda rule, own: severity(rule, spec, own)), spec
    )
    return (*kept, *_faulty_comments(spec), *_unused_comments(spec, silenced, of_changes=False))


def compare(comparison: Comparison) -> tuple[Problem, ...]:
    """What in a change violates the rules about changes.

    Of the severities of both versions the stricter one counts. A comment that the change itself
    adds hides nothing: it makes an error a warning, which quotes its reason.
    """
    spec = comparison.spec

    def stricter(rule: Rule, own: Severity | None) -> Severity | None:
        sides = (side for side in (comparison.old, comparison.new) if side)
        return strictest(severity(rule, side, own) for side in sides)

    problems = list(_problems(ABOUT_CHANGES, comparison, stricter))
    kept, silenced = _silence(problems, spec)
    new = new_comments(comparison.guards)
    added = {
        (source.file, ignore.line, rule): ignore.reason
        for source in spec.sources
        for ignore in source.ignores
        for rule in ignore.rules
        if (source.file, (ignore.start, ignore.end), rule) in new
    }
    kept += [
        replace(
            problem,
            severity=Severity.WARNING,
            message=f"{problem.message} (the change adds a comment: {added[_key(problem)]})",
        )
        for problem in problems
        if _key(problem) in silenced & added.keys()
    ]
    return (*kept, *_unused_comments(spec, silenced, of_changes=True))


def _problems(
    checks: Iterable[Check[Subject]],
    subject: Subject,
    severity_of: Callable[[Rule, Severity | None], Severity | None],
) -> Iterator[Problem]:
    for each in checks:
        chosen = severity_of(each.rule, None)
        if chosen is None:
            continue
        for place, message, fix, own, _ in each.run(subject):
            found = severity_of(each.rule, own) or chosen
            yield place.source.problem(place.bounds(), each.rule.name, message, fix, found)


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


def _key(problem: Problem) -> _Key:
    """What a comment silences: a rule on a line of a file."""
    return problem.location.file, problem.location.line, problem.rule


def _silence(problems: Iterable[Problem], spec: Spec) -> tuple[list[Problem], set[_Key]]:
    ignores = {
        (source.file, ignore.line, rule)
        for source in spec.sources
        for ignore in source.ignores
        if ignore.reason
        for rule in ignore.rules
        if rule in BY_NAME and not BY_NAME[rule].fixed
    }
    kept: list[Problem] = []
    silenced: set[_Key] = set()
    for problem in problems:
        if _key(problem) in ignores:
            silenced.add(_key(problem))
        else:
            kept.append(problem)
    return kept, silenced


def _faulty_comments(spec: Spec) -> Iterator[Problem]:
    for source in spec.sources:
        for ignore in source.ignores:
            fault = _fault(ignore)
            if fault:
                yield source.problem((ignore.start, ignore.end), "ignore-comment", *fault)


def _unused_comments(spec: Spec, silenced: set[_Key], *, of_changes: bool) -> Iterator[Problem]:
    """The comments that silence nothing; those about changes can only be judged beside one."""
    unused = severity(UNUSED_IGNORE, spec)
    if unused is None:
        return
    for source in spec.sources:
        for ignore in source.ignores:
            for name in () if _fault(ignore) else ignore.rules:
                rule = BY_NAME[name]
                if (name in _ABOUT_CHANGES) is not of_changes or severity(rule, spec) is None:
                    continue
                if (source.file, ignore.line, name) not in silenced:
                    span = (ignore.start, ignore.end)
                    message = f"nothing here violates {name!r}"
                    yield source.problem(span, UNUSED_IGNORE.name, message, "remove it", unused)


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
