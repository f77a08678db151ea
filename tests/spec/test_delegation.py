"""What the entries of `include` add to the repositories of their team files."""

from pathlib import Path

import pytest

from codeartifact_tf.spec import loader
from codeartifact_tf.spec.spec import Bound, Spec

_SPEC = """\
domain: {name: acme, region: eu-west-1}
defaults: {tags: {by: platform, division: none}, upstreams: [shared], description: Ours}
include:
  - files: "teams/*.yaml"
    defaults: {tags: {division: all, team: some}, protect: true}
  - teams/plain.yaml
  - files: "teams/retail*.yaml"
    names: [retail, "retail-*"]
    defaults: {tags: {division: retail}, upstreams: [public:npmjs], description: Retail}
repositories:
  shared: {}
"""
_RETAIL = """\
repositories:
  retail:
  retail-own: {upstreams: [shared], tags: {team: own}, protect: false, description: Own}
  retail-store: {external_connection: public:pypi}
"""


@pytest.fixture(name="spec")
def _spec(tmp_path: Path) -> Spec:
    (tmp_path / "domain.yaml").write_text(_SPEC)
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams" / "retail.yaml").write_text(_RETAIL)
    (tmp_path / "teams" / "plain.yaml").write_text("repositories: {plain: }\n")
    spec = loader.load(tmp_path / "domain.yaml").spec
    assert spec is not None
    return spec


def test_defaults_of_entries_lie_between_those_of_the_spec_and_the_own_values(spec: Spec) -> None:
    def found(name: str) -> tuple[object, ...]:
        repository = spec.declarations[name].repository
        protect = spec.declarations[name].resource.protect
        return dict(repository.tags), repository.upstreams, repository.description, protect

    ours = {"by": "platform", "division": "none"}
    of_all = {"by": "platform", "division": "all", "team": "some"}
    retail = {**of_all, "division": "retail"}
    assert found("shared") == (ours, ("shared",), "Ours", False)
    assert found("plain") == (of_all, ("shared",), "Ours", True)
    assert found("retail") == (retail, ("npm-store",), "Retail", True)
    assert found("retail-own") == ({**retail, "team": "own"}, ("shared",), "Own", False)
    assert found("retail-store") == (retail, (), "Retail", True)
    # A store that is created serves everybody, whichever entry names it first.
    assert found("npm-store") == (ours, (), "Ours", True)


def test_a_default_upstream_is_found_at_its_entry(spec: Spec) -> None:
    (upstream,) = spec.declarations["retail"].upstreams
    assert upstream.from_defaults
    assert upstream.place.path == ("include", 2, "defaults", "upstreams", 0)
    assert spec.declarations["retail"].packages_from.path == ("include", 2, "defaults", "upstreams")


def test_a_text_and_a_list_are_bounds(spec: Spec) -> None:
    assert [dict(include.bounds) for include in spec.includes] == [
        {},
        {},
        {Bound.NAMES: ("retail", "retail-*")},
    ]
