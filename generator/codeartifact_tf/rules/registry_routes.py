"""The routes to public registries that a change opens or closes, by the place that is to blame."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from codeartifact_tf.domain.search import registry_of
from codeartifact_tf.findings.phrases import path, plain, repositories
from codeartifact_tf.spec.spec import Place

# A repository, its upstreams one after another, and at the end the one that holds the connection.
Route: TypeAlias = tuple[str, ...]


def by_place(
    routes: Iterable[tuple[str, Route]], place_of: Callable[[Route], Place]
) -> Iterator[tuple[Place, str, list[Route]]]:
    """Pairs of a connection and a route → each place, a connection, the routes from there to it."""
    found: dict[tuple[Place, str], list[Route]] = {}
    for connection, route in routes:
        found.setdefault((place_of(route), connection), []).append(route)
    return ((place, connection, routes) for (place, connection), routes in found.items())


def sentence(connection: str, routes: list[Route], adverb: str, link: str) -> str:
    """Who reaches a registry (now, or no longer), and by which route, the shortest of several."""
    registry = f"{connection}{registry_of(connection)}"
    by = plain(path(min(routes, key=len)))
    if len(routes) == 1:
        return f"repository {routes[0][0]!r} {adverb} reaches {registry}{link} {by}"
    return f"{repositories(len(routes))} {adverb} reach {registry}, one of them by {by}"
