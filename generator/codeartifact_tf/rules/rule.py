"""A rule, and the two decorators that make one of a function.

A rule about a spec is a module of `rules/specs/`, a rule about a change one of `rules/changes/`.
The file has the name of the rule, with underscores. Its docstring documents the rule: the first
line says what must hold. Its function `check` yields what violates the rule.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.spec.spec import Finding, Spec

if TYPE_CHECKING:
    from codeartifact_tf.changes.comparison import Comparison

Subject = TypeVar("Subject")
Run: TypeAlias = Callable[[Subject], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """What people read about a rule.

    A rule is fixed if no spec may change its severity and no comment may silence it: Terraform or
    AWS would certainly refuse the result. It is a promise if it holds what the spec itself
    promises: then only a comment in the spec silences it, not one in a team file, and not in the
    change that adds the comment.
    """

    name: str
    summary: str
    details: str
    severity: Severity
    fixed: bool
    promise: bool = False


@dataclass(frozen=True, slots=True)
class Check(Generic[Subject]):
    """A rule and the function that finds what violates it."""

    rule: Rule
    run: Run[Subject]


# Two decorators and not a generic one: so mypy refuses a function that takes something else.


def about_spec(
    severity: Severity, *, fixed: bool, promise: bool = False
) -> Callable[[Run[Spec]], Check[Spec]]:
    """Declare that a function is the check of a rule about a spec."""
    return lambda run: Check(_rule(run, severity, fixed=fixed, promise=promise), run)


def about_change(
    severity: Severity, *, fixed: bool, promise: bool = False
) -> "Callable[[Run[Comparison]], Check[Comparison]]":
    """Declare that a function is the check of a rule about a change."""
    return lambda run: Check(_rule(run, severity, fixed=fixed, promise=promise), run)


def _rule(run: Run[Any], severity: Severity, *, fixed: bool, promise: bool) -> Rule:
    summary, _, details = (sys.modules[run.__module__].__doc__ or "").strip().partition("\n")
    name = run.__module__.rpartition(".")[2].replace("_", "-")
    return Rule(name, summary, details.strip(), severity, fixed, promise)


def names_in(package: str) -> tuple[str, ...]:
    """The names of the rules of a package, sorted: the folder is the list."""
    modules = iter_modules(import_module(package).__path__)
    return tuple(sorted(module.name.replace("_", "-") for module in modules))


def checks_in(package: str) -> tuple[Check[Any], ...]:
    """The checks of the rules of a package, by name."""
    modules = (name.replace("-", "_") for name in names_in(package))
    return tuple(import_module(f"{package}.{module}").check for module in modules)
