"""What is lost for good, and who depends on it."""

from collections.abc import Iterator
from dataclasses import dataclass

from codeartifact_tf.domain.search import all_downstreams, by_name, downstreams
from codeartifact_tf.terraform.configuration import Deployment
from codeartifact_tf.transitions import Change, Kind


@dataclass(frozen=True, slots=True)
class Loss:
    """A repository, or the whole domain (no name), that goes with its packages.

    `change` is the row that says how; None if the spec itself is gone, or if the row is that of a
    downstream. `in_removed` says whether `removed` lists it. `dependants` are the repositories that
    stay and searched the lost one, sorted.
    """

    repository: str | None
    change: Change | None
    in_removed: bool
    dependants: tuple[str, ...] = ()


def losses(old: Deployment, new: Deployment, found: tuple[Change, ...]) -> Iterator[Loss]:
    """The domain first, then repositories by name; `found` are the rows that apply."""
    stay = {repository.name for repository in new.domain.repositories}
    removed = {each.label for each in new.configuration.removed}
    below = downstreams(by_name(old.domain))
    costly = {}
    harmless = set()
    for change in found:
        if change.row.kind is Kind.LAST_UPSTREAM_DELETED:
            continue  # this row names the downstream; the lost upstream has a row of its own
        if change.outcome.lost:
            costly[change.repository] = change
        elif change.repository not in stay:
            harmless.add(change.repository)  # forgotten, or what a plan refuses
    if None in costly:
        yield Loss(None, costly[None], in_removed=False)
    for name, resource in old.configuration.repositories.items():
        is_gone = name not in stay and name not in harmless
        if is_gone or name in costly:
            dependants = tuple(sorted((all_downstreams([name], below) & stay) - {name}))
            in_removed = name not in stay and resource.label in removed
            yield Loss(name, costly.get(name), in_removed, dependants)
