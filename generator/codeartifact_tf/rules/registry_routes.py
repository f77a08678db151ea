"""The routes to public registries that a change opens or closes, by what opened or closed them."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from codeartifact_tf.domain.search import registry_of
from codeartifact_tf.findings.phrases import count, path, plain, repositories
from codeartifact_tf.spec.spec import Finding, Place

# A repository, its upstreams one after another, and at the end the one that holds the connection.
Route: TypeAlias = tuple[str, ...]
# The edited repository, and its upstream that came or went; None: its own connection.
Entry: TypeAlias = tuple[str, str | None]


def findings(
    routes: Iterable[tuple[str, Route]],
    entry_of: Callable[[Route], Entry],
    place_of: Callable[[Entry], Place],
    sentence: tuple[str, str],
    fix: str,
) -> Iterator[Finding]:
    """A finding for each connection and each upstream that came or went, in however many entries.

    `routes` are pairs of a connection and a route; `sentence` has the adverb, and what stands
    before the route.
    """
    found: dict[tuple[str, str | None], dict[Entry, list[Route]]] = {}
    for connection, route in routes:
        entry = entry_of(route)
        found.setdefault((connection, entry[1]), {}).setdefault(entry, []).append(route)
    for (connection, _), entries in found.items():
        by = [route for routes in entries.values() for route in routes]
        place, *others = (place_of(entry) for entry in entries)
        message = _sentence(connection, by, *sentence)
        if others:
            message += f"; {count(len(entries), 'entry', 'entries')} of this kind were edited"
        yield Finding(place, message, fix, others=tuple(others))


def _sentence(connection: str, routes: list[Route], adverb: str, link: str) -> str:
    """Who reaches a registry (now, or no longer), and by which route, the shortest of several."""
    registry = f"{connection}{registry_of(connection)}"
    by = plain(path(min(routes, key=len)))
    if len(routes) == 1:
        return f"repository {routes[0][0]!r} {adverb} reaches {registry}{link} {by}"
    return f"{repositories(len(routes))} {adverb} reach {registry}, one of them by {by}"
