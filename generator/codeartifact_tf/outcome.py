"""What became of one spec: the findings, the spec, and what changes on disk."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from codeartifact_tf import rules
from codeartifact_tf.files.output import Changes
from codeartifact_tf.findings.problem import Problem, Severity, Silenced, ordered
from codeartifact_tf.spec.spec import Spec


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one spec. `changes` is None where an error or the command stopped earlier.

    `is_unreadable` says that a file could not be read at all; `silenced` is what comments silence.
    """

    problems: tuple[Problem, ...]
    is_unreadable: bool
    spec: Spec | None = None
    changes: Changes | None = None
    silenced: tuple[Silenced, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that prevent writing anything."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    def reporting(self, more: Iterable[Problem]) -> "Outcome":
        """The same with more problems."""
        return replace(self, problems=ordered((*self.problems, *more)))


def held_together(outcomes: Iterable[Outcome], number: int) -> list[Outcome]:
    """Hold the specs of one domain against each other; the outcomes are then without their specs.

    `number` is how many they are: they may be made one by one, because each spec holds its text
    and a tree of it, and of an only one nothing need be kept.
    """
    light, siblings = [], []
    for outcome in outcomes:
        spec = outcome.spec if number > 1 else None
        siblings.append(rules.sibling(spec) if spec else None)
        light.append(replace(outcome, spec=None))
    return [
        outcome.reporting(more) if more else outcome
        for outcome, more in zip(light, rules.conflicts(siblings), strict=True)
    ]
