"""The runner: rules → problems, with the severities of the spec, less what comments silence."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from codeartifact_tf.findings.problem import Problem, Severity, Silenced
from codeartifact_tf.rules import comments
from codeartifact_tf.rules.rule import Check, Rule, Subject
from codeartifact_tf.rules.severities import severity
from codeartifact_tf.rules.table import ABOUT_SPECS
from codeartifact_tf.spec.spec import Spec


class Judged(NamedTuple):
    """What violates the rules, and what would, if no comment silenced it."""

    problems: tuple[Problem, ...]
    silenced: tuple[Silenced, ...] = ()


def check(spec: Spec) -> Judged:
    """What in a spec violates the rules about specs."""
    problems = list(found_by(ABOUT_SPECS, spec, lambda rule, own: severity(rule, spec, own)))
    kept, silenced = comments.silence(problems, comments.reasons_in(spec))
    more = (*comments.faulty(spec), *comments.unused(spec, problems, of_changes=False))
    return Judged((*kept, *more), tuple(silenced))


def found_by(
    checks: Iterable[Check[Subject]],
    subject: Subject,
    severity_of: Callable[[Rule, Severity | None], Severity | None],
) -> Iterator[Problem]:
    """What the checks find, with the severities that a subject gives them; None is off."""
    for each in checks:
        chosen = severity_of(each.rule, None)
        if chosen is None:
            continue
        for place, message, fix, own, others in each.run(subject):
            found = severity_of(each.rule, own) or chosen
            problem = place.source.problem(place.bounds(), each.rule.name, message, fix, found)
            where = (other.source.location(other.bounds()[0]) for other in others)
            yield replace(problem, others=tuple(where)) if others else problem
