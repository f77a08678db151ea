"""What new repositories reach: a change opens a public registry to them as well."""

from collections.abc import Iterator
from typing import NamedTuple

from codeartifact_tf.aws.catalog import MAX_SEARCHED
from codeartifact_tf.domain.search import Step, by_name, public_registries, search_order
from codeartifact_tf.spec.spec import Spec


class Arrival(NamedTuple):
    """A new repository that reaches public registries, each by the step that asks it first."""

    repository: str
    registries: tuple[Step, ...]

    @property
    def connections(self) -> tuple[str, ...]:
        """The external connections that it reaches, sorted."""
        steps = (step.repository.external_connection for step in self.registries)
        return tuple(sorted({connection for connection in steps if connection}))


def arrivals(old: Spec | None, new: Spec) -> Iterator[Arrival]:
    """The new repositories that somebody wrote and that reach a public registry, by name."""
    known = by_name(old.domain).keys() if old else frozenset()
    repositories = by_name(new.domain)
    for name, declared in sorted(new.declarations.items()):
        if name not in known and not declared.synthesised:
            registries = public_registries(search_order(repositories, name, MAX_SEARCHED))
            if registries:
                yield Arrival(name, registries)
