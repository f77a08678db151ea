"""By which ways a stranger's package could answer, against a search for one package at a time."""

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from codeartifact_tf.aws.package_patterns import of_own_names
from codeartifact_tf.domain.model import Control, Domain, Mode, PackageGroup, Repository
from codeartifact_tf.domain.package_origins import Origins, openings
from codeartifact_tf.domain.search import by_name, search_order
from tests.conftest import EXAMPLES, Run
from tests.support.amounts import examples

ALLOW, BLOCK, INHERIT = (Control(mode) for mode in (Mode.ALLOW, Mode.BLOCK, Mode.INHERIT))


def only(*repositories: str) -> Control:
    return Control(Mode.ALLOW_SPECIFIC_REPOSITORIES, repositories)


def group(pattern: str, external: Control = INHERIT, internal: Control = INHERIT) -> PackageGroup:
    return PackageGroup(pattern, external_upstream=external, internal_upstream=internal)


_REPOSITORIES = (
    Repository("app", upstreams=("shared",)),
    Repository("npm-one", external_connection="public:npmjs"),
    Repository("npm-two", external_connection="public:npmjs"),
    Repository("pypi-store", external_connection="public:pypi"),
    Repository("quarantine", upstreams=("npm-two",)),
    Repository("releases"),
    Repository("shared", upstreams=("releases", "npm-one", "pypi-store")),
)


def _domain(*groups: PackageGroup) -> Domain:
    return Domain("acme", "eu-west-1", repositories=_REPOSITORIES, package_groups=groups)


def _exposed(domain: Domain, package_format: str, text: str) -> dict[str, set[str]]:
    """The repositories that can get a stranger's package, by the store that it comes through."""
    found: dict[str, set[str]] = {}
    for exposure in Origins(domain).exposures(of_own_names(package_format, text)):
        found.setdefault(exposure.registry.store, set()).update(exposure.repositories)
    return found


# The scenarios of the user guide, "Package group origin controls".


def test_without_groups_everyone_who_reaches_the_registry_is_exposed() -> None:
    assert _exposed(_domain(), "npm", "@acme/*") == {
        "npm-one": {"npm-one", "shared", "app"},
        "npm-two": {"npm-two", "quarantine"},
    }
    assert _exposed(_domain(), "pypi", "acme-*") == {"pypi-store": {"pypi-store", "shared", "app"}}
    assert _exposed(_domain(), "maven", "com.acme.*") == {}


def test_private_names_are_published_but_not_ingested() -> None:
    domain = _domain(group("/npm/acme/*", BLOCK))
    assert _exposed(domain, "npm", "@acme/*") == {}
    assert _exposed(domain, "npm", "@acme-labs/*") != {}


def test_ingestion_through_one_store_reaches_those_whom_the_internal_list_names() -> None:
    domain = _domain(group("/npm/*", only("npm-one"), only("app")))
    assert _exposed(domain, "npm", "@acme/*") == {"npm-one": {"npm-one", "app"}}


def test_a_store_that_is_named_only_as_internal_gets_nothing() -> None:
    assert _exposed(_domain(group("/npm/*", only("app"), only("npm-one"))), "npm", "acme-*") == {}


def test_the_root_group_holds_for_what_has_no_other() -> None:
    domain = _domain(group("/*", BLOCK, ALLOW), group("/npm/acme/open$", ALLOW))
    assert _exposed(domain, "pypi", "acme-*") == {}
    assert _exposed(domain, "npm", "@acme/ui") == {}
    assert _exposed(domain, "npm", "@acme/*") == _exposed(_domain(), "npm", "@acme/open")


def test_what_is_only_spelled_like_the_names_of_a_group_is_blocked() -> None:
    assert _exposed(_domain(group("/npm//Acme-Ui$", ALLOW, ALLOW)), "npm", "acme-ui") == {}


# Against a search for one package after the other.

_PATTERNS = (
    *("/*", "/npm/*", "/npm/acme/*", "/npm/acme~", "/npm/acme/ui~", "/npm/acme/ui$", "/npm//acme~"),
    *("/npm/acme/ui-core~", "/npm/acme/ui-core$", "/npm//acme$", "/npm//acme-x$", "/pypi/*"),
)
_NAMES = ("@acme/*", "@acme/ui", "@acme/ui-*", "acme", "acme-*", "@acme-labs/*")
_CONTROLS = (
    *(ALLOW, BLOCK, INHERIT, INHERIT, only("npm-one"), only("npm-two", "shared")),
    *(only("app", "npm-one"), only()),
)


def _groups() -> st.SearchStrategy[tuple[PackageGroup, ...]]:
    control = st.sampled_from(_CONTROLS)
    drawn = st.dictionaries(st.sampled_from(_PATTERNS), st.tuples(control, control))
    return drawn.map(
        lambda found: tuple(
            group(
                pattern, *(ALLOW if pattern == "/*" and one == INHERIT else one for one in controls)
            )
            for pattern, controls in sorted(found.items())
        )
    )


def _means(pattern: str, package: str) -> bool:
    tail = {"$": "", "~": r"(?!\w).*", "*": ".*"}[pattern[-1]]
    return re.fullmatch(re.escape(pattern[:-1]) + tail, package) is not None


def _witnesses(patterns: list[str], own: str) -> set[str]:
    """Packages of one's own names, at least one for each group."""
    tails = ("", "-zzz", "zzz", "/zzz", "-zzz/zzz")
    made = {pattern[:-1] + tail for pattern in patterns for tail in tails}
    return {one for one in made if re.fullmatch("/npm/[a-z-]*/[a-z-]+", one) and _means(own, one)}


def _gets(domain: Domain, store: str, repository: str, package: str) -> bool:
    """Whether a repository gets this package from the registry of a store that it reaches."""
    found = [one for one in domain.package_groups if _means(one.pattern, package)]
    found.sort(key=lambda one: (len(one.pattern), one.pattern[-1] == "$"), reverse=True)
    for name, asked in (("external_upstream", store), ("internal_upstream", repository)):
        if name == "internal_upstream" and repository == store:
            continue
        controls = (getattr(one, name) for one in found)
        control = next((one for one in controls if one != INHERIT), ALLOW)
        if control != ALLOW and asked not in control.repositories:
            return False
    return True


@settings(max_examples=examples(400))
@given(_groups(), st.sampled_from(_NAMES))
def test_who_is_exposed_is_who_gets_one_of_the_packages(
    groups: tuple[PackageGroup, ...], text: str
) -> None:
    domain = _domain(*groups)
    graph, own = by_name(domain), str(of_own_names("npm", text))
    packages = _witnesses([own, *(one.pattern for one in groups)], own)
    assert packages
    expected: dict[str, set[str]] = {}
    for name in graph:
        for step in search_order(graph, name):
            store = step.repository
            if store.external_connection == "public:npmjs" and any(
                _gets(domain, store.name, name, package) for package in packages
            ):
                expected.setdefault(store.name, set()).add(name)
    assert _exposed(domain, "npm", text) == expected


@given(_groups(), st.sampled_from(_NAMES))
def test_a_way_leads_along_upstreams_to_the_connection(
    groups: tuple[PackageGroup, ...], text: str
) -> None:
    graph = by_name(_domain(*groups))
    exposures = list(Origins(_domain(*groups)).exposures(of_own_names("npm", text)))
    assume(exposures)
    for exposure in exposures:
        assert exposure.repositories
        for name in exposure.repositories:
            *path, connection = exposure.registry.path(name)
            assert (path[0], path[-1]) == (name, exposure.registry.store)
            assert connection == exposure.registry.connection == graph[path[-1]].external_connection
            assert all(upstream in graph[one].upstreams for one, upstream in pairwise(path))
        ways = [exposure.registry.path(name) for name in exposure.repositories]
        assert len(exposure.registry.longest(exposure.repositories)) == max(map(len, ways))


@given(_groups(), st.sampled_from(_NAMES))
def test_who_follows_the_help_is_exposed_no_more(
    groups: tuple[PackageGroup, ...], text: str
) -> None:
    domain, own = _domain(*groups), of_own_names("npm", text)
    found = list(Origins(domain).exposures(own))
    by_pattern = {one.pattern: one for one in groups}
    for exposure in found:
        pattern = str(exposure.packages)
        known = by_pattern.get(pattern, group(pattern))
        by_pattern[pattern] = replace(known, external_upstream=BLOCK)
    left = list(Origins(_domain(*by_pattern.values())).exposures(own))
    # What a wider group had opened already is not told of those within; they are the next.
    assert {str(one.packages) for one in left}.isdisjoint(str(one.packages) for one in found)
    assert found or not left


# Two versions.


def _open(domain: Domain, packages: set[str]) -> set[tuple[str, str]]:
    """Each repository with each package that it gets from npmjs.com, by whatever store."""
    graph = by_name(domain)
    return {
        (name, package)
        for name in graph
        for step in search_order(graph, name)
        if step.repository.external_connection == "public:npmjs"
        for package in packages
        if _gets(domain, step.repository.name, name, package)
    }


@settings(max_examples=examples(300))
@given(_groups(), _groups(), st.sampled_from(_NAMES))
def test_what_a_change_opens_is_what_was_closed_before(
    old: tuple[PackageGroup, ...], new: tuple[PackageGroup, ...], text: str
) -> None:
    own, before, after = of_own_names("npm", text), _domain(*old), _domain(*new)
    found = list(openings(Origins(before), Origins(after), own))
    patterns = [str(own), *(one.pattern for one in (*old, *new))]
    packages = _witnesses(patterns, str(own))
    opened = _open(after, packages) - _open(before, packages)
    names = {name for opening in found for name in opening.repositories}
    assert names == {name for name, _ in opened}
    for opening in found:
        assert opening.path[-1] == opening.connection == "public:npmjs"
        assert opening.path[0] in opening.repositories
        # The graph has stayed, so what has opened was closed by a group.
        assert opening.barriers


@given(_groups(), st.sampled_from(_NAMES))
def test_a_version_opens_nothing_to_itself(groups: tuple[PackageGroup, ...], text: str) -> None:
    own = of_own_names("npm", text)
    assert not list(openings(Origins(_domain(*groups)), Origins(_domain(*groups)), own))


# As findings, and in `explain`.


@pytest.mark.parametrize("count", [1, 200])
def test_there_is_one_finding_however_many_repositories_there_are(
    count: int, run: Run, tmp_path: Path
) -> None:
    teams = "".join(f"  team-{n}: {{upstreams: [public:npmjs]}}\n" for n in range(count))
    (tmp_path / "domain.yaml").write_text(
        f"domain: {{name: acme, region: eu-west-1}}\nrepositories:\n{teams}"
        'internal_packages:\n  - {format: npm, pattern: "@acme/*"}\n'
    )
    (found,) = json.loads(run("lint", "--format", "json", tmp_path).out)["findings"]
    assert (found["rule"], found["severity"]) == ("internal-package-exposed", "warning")
    assert found["message"].startswith(f"{count + 1} repositories ('npm-store', 'team-0'")
    assert found["message"].endswith(" → npm-store → public:npmjs")


_SPEC = """\
domain: {name: acme, region: eu-west-1}
repositories:
  releases: {protect: true}
  shared: {upstreams: [releases, public:npmjs]}
  app: {upstreams: [shared]}
internal_packages:
  - {format: npm, pattern: "@acme/*"}
  - {format: npm, pattern: acme-*}
  - {format: pypi, pattern: acme-*}
package_groups:
  /*: {publish: BLOCK}
  /npm/acme/*: {publish: [releases], external_upstream: BLOCK}
  /npm/acme/open$: {external_upstream: ALLOW}
  /npm//Acme-Ui$: {external_upstream: [public:npmjs], internal_upstream: [shared]}
"""


def _explained(run: Run, folder: Path, repository: str) -> tuple[str, dict[str, Any]]:
    (folder / "domain.yaml").write_text(_SPEC)
    text = run("explain", folder, repository).out
    (shown,) = json.loads(run("explain", "--format", "json", folder, repository).out)[
        "repositories"
    ]
    return text, shown


def test_explain_says_which_names_a_stranger_could_answer_for(run: Run, tmp_path: Path) -> None:
    text, shown = _explained(run, tmp_path, "app")
    assert (
        """
Package groups: how a version may enter
  /*               from upstreams, from public:npmjs
  /npm//Acme-Ui$   in no way
  /npm/acme/*      from upstreams
  /npm/acme/open$  from upstreams, from public:npmjs

Internal packages: from where a stranger's could come
  npm @acme/*: not from public:npmjs, blocked by external_upstream of '/npm/acme/*'
  npm @acme/*, its group /npm/acme/open$: from public:npmjs by app → shared → npm-store
  npm acme-*: from public:npmjs by app → shared → npm-store
  pypi acme-*: from nowhere, no public registry of this format is reached
"""
        in text
    )
    path = ["app", "shared", "npm-store"]
    common = {"external_connection": "public:npmjs", "path": path}
    assert shown["internal_packages"] == [
        {
            "format": "npm",
            "pattern": "@acme/*",
            "package_group_pattern": "/npm/acme/*",
            **common,
            "blocked_by": {"group": "/npm/acme/*", "control": "external_upstream"},
        },
        {
            "format": "npm",
            "pattern": "@acme/*",
            "package_group_pattern": "/npm/acme/open$",
            **common,
            "blocked_by": None,
        },
        {
            "format": "npm",
            "pattern": "acme-*",
            "package_group_pattern": "/npm//acme~",
            **common,
            "blocked_by": None,
        },
    ]


def test_explain_says_how_versions_may_enter(run: Run, tmp_path: Path) -> None:
    text, shown = _explained(run, tmp_path, "releases")
    assert "  /npm/acme/*      published\n" in text
    assert "  /*               in no way\n" in text
    assert {"pattern": "/npm/acme/*", "publish": True} in [
        {key: entry[key] for key in ("pattern", "publish")} for entry in shown["package_groups"]
    ]
    assert shown["internal_packages"] == []


def test_in_the_example_nobody_but_the_company_answers(run: Run) -> None:
    text = run("explain", EXAMPLES / "own-names", "payments").out
    for name in ("npm @acme/*", "maven com.acme.*", "pypi acme-*"):
        assert f"  {name}: not from public:" in text
