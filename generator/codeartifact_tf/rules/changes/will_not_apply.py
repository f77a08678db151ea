"""One apply does what the change asks for.

Reported by `review`: the provider never sends some changes, and AWS refuses others, so that a plan
or an apply fails, or succeeds and changes nothing. `review` prints the remedy; `--format shell`
makes a script of it. It is an error where the plan fails, which stops every other change of the
domain too, and where nothing helps but to take the change back; else a warning. Repositories with
the same change are one finding. The page docs/transitions.md has the whole table.
"""

from collections.abc import Iterator

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.domain.model import Repository
from codeartifact_tf.domain.search import counted
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding, Place
from codeartifact_tf.transitions import Change, Plan, failure


@about_change(Severity.WARNING, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    groups: dict[tuple[str, str, Severity], list[Change]] = {}
    for change in comparison.blocked:
        title = f"{change.row.title[0].lower()}{change.row.title[1:]}".replace("`", "")
        fix = next((remedy.title for remedy in change.row.remedies), "")
        what = f"{title}; {failure(change.outcome)}"
        groups.setdefault((what, fix, _severity(change)), []).append(change)
    for (what, fix, severity), changes in groups.items():
        names = [change.repository for change in changes if change.repository is not None]
        where = counted(names) if names else "the domain"
        place, *others = (_place(comparison, change) for change in changes)
        yield Finding(place, f"{where}: {what}", fix, severity, tuple(others))


def _severity(change: Change) -> Severity:
    remedies = change.row.remedies
    is_taken_back = bool(remedies) and all(remedy.reverts for remedy in remedies)
    is_stuck = change.outcome.plan == (Plan.ERROR,) or is_taken_back
    return Severity.ERROR if is_stuck else Severity.WARNING


def _place(comparison: Comparison, change: Change) -> Place:
    declaration = comparison.spec.declarations.get(_name(change) or "")
    return declaration.place if declaration else comparison.spec.place("domain", "name")


def _name(change: Change) -> str | None:
    """The repository as the new version calls it."""
    return change.after.name if isinstance(change.after, Repository) else change.repository
