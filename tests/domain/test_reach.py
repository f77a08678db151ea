"""Assertions against a search that knows no graph theory, and whom a finding blames."""

import json
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from codeartifact_tf.domain.model import Domain
from codeartifact_tf.domain.name_patterns import NamePatterns
from codeartifact_tf.domain.reach import Crossing, Graph, forbidden, reaching, unlisted
from codeartifact_tf.domain.search import by_name, search_order
from tests.conftest import Run
from tests.support.amounts import examples
from tests.support.strategies import domains


def _meets(text: str | None, globs: list[str]) -> bool:
    return text is not None and any(fnmatchcase(text, glob) for glob in globs)


def _reached(graph: Graph, name: str) -> list[tuple[str | None, str | None]]:
    """The name and the connection of all that a repository reaches, by the order of its search."""
    steps = [step.repository for step in search_order(graph, name)]
    own = [(None, graph[name].external_connection)]
    return [*own, *((step.name, step.external_connection) for step in steps[1:])]


def _globs(domain: Domain) -> st.SearchStrategy[list[str]]:
    names = [repository.name for repository in domain.repositories]
    parts = [f"{name[:1]}*" for name in names]
    globs = st.sampled_from([*names, *parts, "*", "public:*", "public:npmjs", "?a*", "zz"])
    return st.lists(globs, max_size=3)


def _check_ways(graph: Graph, asserted: frozenset[str], found: list[Crossing]) -> None:
    """Every way exists, and what is to blame for it lies on it."""
    for crossing in found:
        steps = [name for name in crossing.path if name in graph]
        for name, upstream in pairwise(steps):
            assert upstream in graph[name].upstreams
        for connection in crossing.path[len(steps) :]:
            assert graph[steps[-1]].external_connection == connection
        name, opened = crossing.entry
        assert opened is None or (name, opened) in pairwise(steps)
        assert crossing.path[0] in crossing.repositories
        assert asserted.issuperset(crossing.repositories)


@settings(max_examples=examples(60))
@given(st.data())
def test_who_breaks_an_assertion_is_who_a_search_finds(data: st.DataObject) -> None:
    domain = data.draw(domains())
    graph = by_name(domain)
    asserted = NamePatterns(data.draw(_globs(domain))).named(graph)
    globs = data.draw(_globs(domain))
    patterns = NamePatterns(globs)
    reached = {name: _reached(graph, name) for name in asserted}

    bad = list(forbidden(graph, asserted, patterns))
    _check_ways(graph, asserted, bad)
    assert {name for crossing in bad for name in crossing.repositories} == {
        name
        for name, found in reached.items()
        if any(_meets(each, globs) for pair in found for each in pair)
    }

    bad = list(unlisted(graph, asserted, patterns))
    _check_ways(graph, asserted, bad)
    assert {name for crossing in bad for name in crossing.repositories} == {
        name
        for name, found in reached.items()
        if (found[0][1] is not None and not _meets(found[0][1], globs))
        or any(not _meets(one, globs) and not _meets(other, globs) for one, other in found[1:])
    }

    assert reaching(graph, patterns) & asserted == {
        name
        for name, found in reached.items()
        if any(_meets(each, globs) for pair in found for each in pair)
    }


@settings(max_examples=examples(30))
@given(st.data())
def test_without_what_is_blamed_nobody_comes_that_way(data: st.DataObject) -> None:
    domain = data.draw(domains())
    graph = by_name(domain)
    asserted = frozenset(graph)
    patterns = NamePatterns(data.draw(_globs(domain)))
    crossings = list(forbidden(graph, asserted, patterns))
    assume(crossings)
    for crossing in crossings:
        _, opened = crossing.entry
        # What serves everybody is held to a promise of everybody: the last step is to blame.
        assert opened is None or patterns.mean(graph[opened])


def test_two_hundred_repositories_are_one_finding(run: Run, tmp_path: Path) -> None:
    teams = "".join(f"  prod-{n:03}: {{upstreams: [vetted]}}\n" for n in range(200))
    (tmp_path / "domain.yaml").write_text(
        "domain: {name: acme, region: eu-west-1}\nrepositories:\n"
        "  vetted: {upstreams: [public:npmjs]}\n"
        f"  development: {{upstreams: [vetted]}}\n{teams}"
        "assertions:\n  - {repositories: prod-*, must_not_reach: public:*}\n"
    )
    (finding,) = json.loads(run("lint", "--format", "json", tmp_path).out)["findings"]
    assert (finding["line"], finding["column"]) == (3, 24)
    assert (
        "200 repositories ('prod-000', 'prod-001', 'prod-002' and 197 more)" in finding["message"]
    )
    assert finding["message"].endswith("prod-000 → vetted → npm-store → public:npmjs")
