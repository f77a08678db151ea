"""What people read about a change, word by word, where no scenario shows it."""

import pytest

from codeartifact_tf.changes.comparison import compare
from codeartifact_tf.changes.guards import Guard, Weakened
from codeartifact_tf.changes.settings import SettingChange
from codeartifact_tf.domain.differences import Difference, Field, Subject
from codeartifact_tf.domain.model import PackageGroup, Statement
from codeartifact_tf.findings.phrases import plain
from codeartifact_tf.review import words
from codeartifact_tf.review.review import DomainReview, Review
from codeartifact_tf.review.text import text
from codeartifact_tf.spec.spec import Spec
from codeartifact_tf.terraform.configuration import Deployment, Removed
from codeartifact_tf.transitions.kinds import Setting
from tests.support.deployments import changed
from tests.support.reviews import bare, said, spec_of, spec_with
from tests.support.transitions.cases import CASES, KEY, OTHER_KEY, OWNER, domain, repository

_APP = repository("app")


def _said(old: Deployment, new: Deployment) -> list[str]:
    return [line.strip() for line in said(bare(old), bare(new)).splitlines()]


def test_tags_are_told_key_by_key() -> None:
    old = domain(_APP, tags=(("a", "1"), ("b", "2"), ("same", "x")))
    new = domain(_APP, tags=(("b", "3"), ("c", "4"), ("same", "x")))
    lines = _said(old, new)
    start = lines.index("Tags of the domain added, changed or removed")
    assert lines[start + 1 : start + 4] == ["removed a: 1", "b: 2 → 3", "added c: 4"]
    assert not [line for line in lines if "same:" in line]


def test_an_identity_that_changes_is_told_with_both_values() -> None:
    old = domain(_APP, encryption_key=KEY)
    assert f"{KEY} → {OTHER_KEY}" in _said(old, changed(old, encryption_key=OTHER_KEY))
    assert f"{KEY} → none" in _said(old, changed(old, encryption_key=None))
    assert f"none → {KEY}" in _said(changed(old, encryption_key=None), old)
    assert f"{OWNER} → 444455556666" in _said(old, changed(old, owner="444455556666"))
    assert "eu-west-1 → eu-west-3" in _said(old, changed(old, region="eu-west-3"))


def test_entries_of_removed_are_told_with_what_becomes_of_the_repository() -> None:
    old = domain(_APP, removed=(Removed("turns", destroy=False), Removed("goes", destroy=True)))
    new = domain(_APP, removed=(Removed("turns", destroy=True),))
    lines = _said(old, new)
    assert lines[lines.index("removed: turns changed") + 1] == "destroy: false → destroy: true"
    assert lines[lines.index("removed: goes changed") + 1] == "destroy: true → none"


def test_formats_that_are_named_first_or_no_more_are_told() -> None:
    named, free = domain(repository("app", formats=("npm", "pypi"))), domain(_APP)
    assert "none → npm, pypi" in _said(free, named)
    assert "npm, pypi → none" in _said(named, free)


@pytest.mark.parametrize("number", [1, 2])
def test_a_policy_is_told_by_its_statements(number: int) -> None:
    (statement,) = next(c.new.domain.policy for c in CASES if c.new.domain.policy)
    assert isinstance(statement, Statement)
    new = domain(_APP, policy=(statement,) * number)
    expected = "0 statements → " + ("1 statement" if number == 1 else "2 statements")
    assert expected in _said(domain(_APP, managed=False), new)


def test_an_assertion_is_told_with_all_that_it_demands() -> None:
    def spec(**assertion: list[str]) -> Spec:
        rest = {"assertions": [{"repositories": "app", **assertion}]} if assertion else {}
        data = {"domain": {"name": "acme", "region": "eu-west-1"}, "repositories": {"app": {}}}
        return spec_of({**data, **rest})

    demands = {
        "must_not_reach": ["public:pypi"],
        "only_reach": ["public:npmjs", "lib"],
        "must_reach": ["lib"],
    }
    old, new = spec(**demands), spec()
    review = Review([DomainReview(compare(old, new), "terraform")], [])
    assert "app must_not_reach public:pypi only_reach public:npmjs, lib must_reach lib" in text(
        review
    )


def test_a_file_of_a_team_that_is_no_longer_read_is_told_with_its_entry() -> None:
    spec = spec_of({"domain": {"name": "acme", "region": "eu-west-1"}, "repositories": {}})
    found = Weakened(Guard.TEAM_FILE, "teams/a.yaml", "teams/*.yaml", None, spec.place("domain"))
    told = plain(words.guard_weakened([found]))
    assert told == "the file teams/a.yaml is no longer read; the entry was teams/*.yaml"


def test_names_that_a_guard_cannot_give_in_its_sentence_are_given_below() -> None:
    def spec(number: int, *, protect: bool) -> Spec:
        bodies = {f"app-{n}": {"protect": protect} for n in range(number)}
        return spec_of({"domain": {"name": "acme", "region": "eu-west-1"}, "repositories": bodies})

    def names(number: int) -> list[tuple[str, ...]]:
        comparison = compare(spec(number, protect=True), spec(number, protect=False))
        return [entry.names for entry in DomainReview(comparison, "").sections[0].entries]

    assert names(5) == [()]
    assert names(6) == [tuple(f"app-{n}" for n in range(6))]


_UNPROVEN = "No test shows what an apply does to package groups: see docs/transitions.md."


def test_changes_of_package_groups_are_told_with_what_nobody_has_proven() -> None:
    plain_group = PackageGroup("/npm/acme/*")
    tagged = PackageGroup("/npm/acme/*", tags=(("a", "b"), ("c", "d")))
    old, new = domain(package_groups=(plain_group,)), domain(package_groups=(tagged,))
    lines = _said(old, new)
    assert lines[lines.index("package group /npm/acme/*: tags changed") + 1] == "none → a: b, c: d"
    assert _UNPROVEN in lines
    assert _UNPROVEN in _said(old, changed(old, labels={"/npm/acme/*": "other"}))
    assert _UNPROVEN not in _said(old, changed(old, required_version=">= 1.9.0"))


def test_a_change_that_costs_nothing_is_summed_up_as_such() -> None:
    lines = _said(domain(_APP), domain(repository("app", tags=(("a", "b"),))))
    assert "Nothing is lost, and nobody's packages move." in lines


def test_a_domain_that_comes_or_goes_is_called_so() -> None:
    spec = bare(domain(_APP))
    for old, new, what in ((None, spec, " (new)"), (spec, None, " (gone)")):
        report = text(Review([DomainReview(compare(old, new), "terraform")], []))
        assert f"Domain acme in eu-west-1{what}" in report.splitlines()


def test_two_repositories_with_the_same_change_are_counted() -> None:
    old, new = spec_with(aa=["x"], bb=["x"], x=[]), spec_with(aa=[], bb=[], x=[])
    assert "  all formats: for 2 repositories x is no longer searched\n" in said(old, new)


def test_formats_that_were_all_are_called_so() -> None:
    spec = spec_of({"domain": {"name": "acme", "region": "eu-west-1"}, "repositories": {}})
    found = Weakened(Guard.FORMATS, "app", (), ("npm", "pypi"), spec.place("domain"))
    told = plain(words.guard_weakened([found]))
    assert told == "the formats of repository app are now only npm, pypi, before all"


@pytest.mark.parametrize(
    ("change", "title"),
    [
        (Difference(Subject.POLICY, "app", None, (), (1,)), "permissions"),
        (Difference(Subject.POLICY, None, None, (), (1,)), "permissions"),
        (Difference(Subject.REPOSITORY, "app", Field.FORMATS, (), ("npm",)), "formats"),
        (
            Difference(Subject.PACKAGE_GROUP, "/npm/*", None, None, PackageGroup("/npm/*")),
            "package group /npm/*",
        ),
        (
            Difference(Subject.PACKAGE_GROUP, "/npm/*", Field.CONTACT_INFO, None, "x"),
            "package group /npm/*: contact_info",
        ),
        (SettingChange(Setting.REMOVED, "app", None, False), "removed: app"),
        (SettingChange(Setting.LABEL, "/npm/*", "a", "b"), "package group /npm/*: label"),
    ],
)
def test_what_changes_is_called_by_its_key_in_the_spec(
    change: Difference | SettingChange, title: str
) -> None:
    assert words.title(change) == title
