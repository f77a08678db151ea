"""Search order, reach and retention: AWS's own examples, and graphs that could hurt."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from codeartifact_tf.domain.model import Domain, Repository
from codeartifact_tf.domain.search import (
    by_name,
    package_format,
    public_registries,
    retained_in,
    search_order,
    searched,
)
from tests.support.amounts import examples
from tests.support.strategies import domains


def _graph(
    upstreams: Mapping[str, str], connections: Mapping[str, str] | None = None
) -> dict[str, Repository]:
    """Repositories by name, each with its upstreams as words; those only named are leaves."""
    names = {*upstreams, *(name for text in upstreams.values() for name in text.split())}
    return {
        name: Repository(
            name,
            upstreams=tuple(upstreams.get(name, "").split()),
            external_connection=(connections or {}).get(name),
        )
        for name in names
    }


class Counted(dict[str, Repository]):
    """Repositories that count how often one is looked up, and end a search that has no end."""

    lookups = 0
    _MOST = 1_000_000

    def get(self, name: str, default: object = None) -> Any:
        """As of any dict."""
        self.lookups += 1
        assert self.lookups < self._MOST
        return super().get(name, default)

    def __getitem__(self, name: str) -> Repository:
        self.lookups += 1
        assert self.lookups < self._MOST
        return super().__getitem__(name)


def _names(repositories: Mapping[str, Repository], name: str) -> list[str]:
    return [step.repository.name for step in search_order(repositories, name)]


# User guide, "Upstream repository priority order" (repo-upstream-search-order)


def test_direct_upstreams_are_searched_in_the_order_of_the_list() -> None:
    graph = _graph({"my_repo": "upstream-1 upstream-2 upstream-3"})
    assert _names(graph, "my_repo") == ["my_repo", "upstream-1", "upstream-2", "upstream-3"]


def test_an_upstream_is_searched_with_all_its_own_before_the_next() -> None:
    graph = _graph({"my_repo": "A B", "A": "C D", "D": "E"})
    assert _names(graph, "my_repo") == ["my_repo", "A", "C", "D", "E", "B"]


def test_the_path_leads_from_the_requested_repository() -> None:
    order = search_order(_graph({"my_repo": "A B", "A": "C D", "D": "E"}), "my_repo")
    paths = {step.repository.name: step.path for step in order}
    assert paths["my_repo"] == ("my_repo",)
    assert paths["E"] == ("my_repo", "A", "D", "E")
    assert paths["B"] == ("my_repo", "B")


# User guide, "Requesting a package version with upstream repositories" (repo-upstream-behavior)


@pytest.mark.parametrize(
    ("way", "kept"),
    [("A B", ("A", "B")), ("A B C", ("A", "C")), ("A B C D", ("A", "D")), ("A", ("A",))],
)
def test_a_version_is_kept_where_it_was_asked_for_and_where_it_was_found(
    way: str, kept: tuple[str, ...]
) -> None:
    names = way.split()
    graph = _graph({names[-1]: "", **dict(pairwise(names))})
    (*_, found) = search_order(graph, "A")
    assert retained_in(found) == kept


def test_a_version_from_a_public_registry_is_kept_at_both_ends_only() -> None:
    graph = _graph({"A": "B", "B": "C"}, {"C": "public:npmjs"})
    (step,) = public_registries(search_order(graph, "A"))
    assert step.path == ("A", "B", "C")
    assert retained_in(step) == ("A", "C")


def test_public_registries_come_in_search_order() -> None:
    graph = _graph({"a": "b p", "b": "n"}, {"p": "public:pypi", "n": "public:npmjs"})
    found = public_registries(search_order(graph, "a"))
    assert [step.repository.external_connection for step in found] == [
        "public:npmjs",
        "public:pypi",
    ]


def test_a_repository_with_a_connection_reaches_it_itself() -> None:
    (step,) = public_registries(search_order(_graph({"a": ""}, {"a": "public:npmjs"}), "a"))
    assert retained_in(step) == ("a",)


@pytest.mark.parametrize(
    ("connection", "expected"),
    [("public:npmjs", "npm"), ("public:crates-io", "cargo"), ("public:nothing", None)],
)
def test_a_connection_serves_one_format(connection: str, expected: str | None) -> None:
    assert package_format(connection) == expected


# Graphs that could hurt


def test_a_diamond_is_searched_once_where_it_is_met_first() -> None:
    graph = _graph({"top": "left right", "left": "bottom", "right": "bottom last"})
    assert _names(graph, "top") == ["top", "left", "bottom", "right", "last"]


def test_a_direct_upstream_met_earlier_behind_another_keeps_the_earlier_place() -> None:
    graph = _graph({"top": "left bottom", "left": "bottom"})
    order = search_order(graph, "top")
    assert [step.path for step in order][-1] == ("top", "left", "bottom")


@pytest.mark.parametrize(
    "edges", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b c", "b": "c", "c": "b a"}]
)
def test_a_cycle_comes_to_an_end(edges: dict[str, str]) -> None:
    graph = _graph(edges)
    assert sorted(_names(graph, "a")) == sorted(graph)
    assert sorted(searched(graph, "a", 100)) == sorted(graph)


def test_an_unknown_repository_is_passed_over() -> None:
    graph = _graph({"a": "b"})
    del graph["b"]
    assert _names(graph, "a") == ["a"]
    assert _names(graph, "nothing") == []
    assert searched(graph, "nothing", 5) == ()


def test_many_paths_to_the_same_repositories_are_not_walked_one_by_one() -> None:
    layers = {
        f"{layer}-{n}": " ".join(f"{layer + 1}-{m}" for m in range(10))
        for layer in range(40)
        for n in range(10)
    }
    graph = Counted(_graph(layers))
    assert len(_names(graph, "0-0")) == 1 + 40 * 10
    assert graph.lookups <= 1 + 40 * 10 * 10  # each upstream of each once


_DEEP = 5_000


def _chain() -> dict[str, Repository]:
    return _graph({f"r{n}": f"r{n + 1}" for n in range(_DEEP)})


def test_a_deep_chain_is_searched_without_recursion() -> None:
    chain = Counted(_chain())
    assert len(searched(chain, "r0", _DEEP * 2)) == _DEEP + 1
    assert chain.lookups == _DEEP + 1


def test_a_deep_chain_has_a_search_order() -> None:
    order = search_order(_chain(), "r0")
    assert len(order) == _DEEP + 1
    assert order[-1].path[:2] == ("r0", "r1")
    assert retained_in(order[-1]) == ("r0", f"r{_DEEP}")


def test_the_first_of_a_deep_chain_are_found_at_once() -> None:
    chain = Counted(_chain())
    for name in chain:
        searched(chain, name, 26)
    assert chain.lookups <= 26 * len(chain)


@settings(deadline=None, max_examples=examples(40))
@given(domains())
def test_searched_agrees_with_the_search_order(domain: Domain) -> None:
    repositories = by_name(domain)
    for name in repositories:
        order = _names(repositories, name)
        assert order[0] == name
        assert [*searched(repositories, name, len(repositories))] == order
        assert [*searched(repositories, name, 3)] == order[:3]
        assert len(order) == len(set(order))


@settings(deadline=None, max_examples=examples(40))
@given(domains())
def test_every_step_of_a_path_is_an_upstream_of_the_one_before(domain: Domain) -> None:
    repositories = by_name(domain)
    for name in repositories:
        for step in search_order(repositories, name):
            assert step.path[-1] == step.repository.name
            for downstream, upstream in pairwise(step.path):
                assert upstream in repositories[downstream].upstreams
