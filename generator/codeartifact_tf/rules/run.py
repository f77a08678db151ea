"""The runner: rules → problems, with the severities of the spec, less what comments silence."""

from collections.abc import Iterable, Iterator

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.problem import Problem, Severity
from codeartifact_tf.rules.rule import Check, Rule, Subject
from codeartifact_tf.rules.table import ABOUT_CHANGES, ABOUT_SPECS, BY_NAME, UNUSED_IGNORE
from codeartifact_tf.spec.source import Ignore
from codeartifact_tf.spec.spec import Spec

_ABOUT_CHANGES = frozenset(check.rule.name for check in ABOUT_CHANGES)


def check(spec: Spec) -> tuple[Problem, ...]:
    """What in a spec violates the rules about specs."""
    kept, silenced = _silence(_problems(ABOUT_SPECS, spec, spec), spec)
    return (*kept, *_faulty_comments(spec), *_unused_comments(spec, silenced, of_changes=False))


def compare(comparison: Comparison) -> tuple[Problem, ...]:
    """What in a change violates the rules about changes; the new version sets the severities."""
    spec = comparison.spec
    kept, silenced = _silence(_problems(ABOUT_CHANGES, comparison, spec), spec)
    return (*kept, *_unused_comments(spec, silenced, of_changes=True))


def _problems(checks: Iterable[Check[Subject]], subject: Subject, spec: Spec) -> Iterator[Problem]:
    for each in checks:
        force = severity(each.rule, spec)
        if force is None:
            continue
        is_chosen = each.rule.name in spec.severities and not each.rule.fixed
        for place, message, fix, own in each.run(subject):
            span = place.source.span(place.path, on_key=place.on_key)
            as_bad_as = force if is_chosen or own is None else own
            yield place.source.problem(span, each.rule.name, message, fix, as_bad_as)


def severity(rule: Rule, spec: Spec) -> Severity | None:
    """What a spec makes of a rule; None: it is off."""
    chosen = rule.severity if rule.fixed else spec.severities.get(rule.name, rule.severity)
    return None if chosen == "off" else Severity(chosen)


def _silence(
    problems: Iterable[Problem], spec: Spec
) -> tuple[list[Problem], set[tuple[str, int, str]]]:
    ignores = {
        (source.file, ignore.line, rule)
        for source in spec.sources
        for ignore in source.ignores
        if ignore.reason
        for rule in ignore.rules
        if rule in BY_NAME and not BY_NAME[rule].fixed
    }
    kept, silenced = [], set()
    for problem in problems:
        key = (problem.location.file, problem.location.line, problem.rule)
        if key in ignores:
            silenced.add(key)
        else:
            kept.append(problem)
    return kept, silenced


def _faulty_comments(spec: Spec) -> Iterator[Problem]:
    for source in spec.sources:
        for ignore in source.ignores:
            fault = _fault(ignore)
            if fault:
                yield source.problem((ignore.start, ignore.end), "ignore-comment", *fault)


def _unused_comments(
    spec: Spec, silenced: set[tuple[str, int, str]], *, of_changes: bool
) -> Iterator[Problem]:
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
