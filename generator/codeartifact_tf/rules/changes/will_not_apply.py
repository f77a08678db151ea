"""One apply does what the change asks for.

Reported by `review`: the provider never sends some changes, and AWS refuses others, so that a plan
or an apply fails, or succeeds and changes nothing. `review` prints the remedy; `--format shell`
makes a script of it. The page docs/transitions.md has the whole table.
"""

from collections.abc import Iterator

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.domain.model import Repository
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_change
from codeartifact_tf.spec.spec import Finding
from codeartifact_tf.transitions import Change, failure


@about_change(Severity.WARNING, fixed=False)
def check(comparison: Comparison) -> Iterator[Finding]:
    spec = comparison.spec
    for change in comparison.blocked:
        where = "the domain" if change.repository is None else f"repository {change.repository!r}"
        title = f"{change.row.title[0].lower()}{change.row.title[1:]}".replace("`", "")
        message = f"{where}: {title}; {failure(change.outcome)}"
        fix = next((remedy.title for remedy in change.row.remedies), "")
        declaration = spec.declarations.get(_name(change) or "")
        place = declaration.place if declaration else spec.place("domain", "name")
        yield Finding(place, message, fix)


def _name(change: Change) -> str | None:
    """The repository as the new version calls it."""
    return change.after.name if isinstance(change.after, Repository) else change.repository
