"""Facts about any change: each difference is found, and nothing else."""

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeartifact_tf import rules
from codeartifact_tf.changes.comparison import Comparison, compare, is_done
from codeartifact_tf.domain.differences import Subject
from codeartifact_tf.domain.model import (
    EVERYONE,
    Control,
    Domain,
    Effect,
    Mode,
    PackageGroup,
    Repository,
    Statement,
)
from codeartifact_tf.review import words
from codeartifact_tf.review.markdown import MAX_CHARACTERS, markdown
from codeartifact_tf.review.reports import REPORTS
from codeartifact_tf.review.review import DomainReview, Review
from codeartifact_tf.review.text import text
from codeartifact_tf.rules.run_on_change import judge_change
from codeartifact_tf.terraform.configuration import (
    Configuration,
    Layout,
    Removed,
    RepositoryResource,
)
from codeartifact_tf.transitions import Answer, Change, Kind, Lost, Outcome, Row
from tests.support.amounts import examples
from tests.support.deployments import changed, edited
from tests.support.reviews import bare, lost_by, spec_of
from tests.support.strategies import reordered, specs
from tests.support.transitions.cases import domain, repository


@settings(max_examples=examples(40))
@given(specs())
def test_a_spec_is_the_same_as_itself(data: dict[str, Any]) -> None:
    comparison = compare(spec_of(data), spec_of(data, "other.yaml"))
    assert comparison.is_empty
    assert "Nothing changes in " in text(Review([DomainReview(comparison, "terraform")], []))


@settings(max_examples=examples(40))
@given(st.data())
def test_the_order_of_keys_is_no_change(data: st.DataObject) -> None:
    old = data.draw(specs())
    assert compare(spec_of(old), spec_of(data.draw(reordered(old)))).is_empty


@settings(max_examples=examples(80))
@given(specs(), specs())
def test_every_difference_is_told(old: dict[str, Any], new: dict[str, Any]) -> None:
    was, now = spec_of(old), spec_of(new)
    comparison = compare(was, now)
    assert comparison.is_empty is (was.deployment == now.deployment and not comparison.guards)
    review = Review(
        [DomainReview(comparison, "terraform")], judge_change(comparison).problems, rules.BY_NAME
    )
    for report in REPORTS.values():
        assert isinstance(report(review), str)
    assert len(markdown(review)) <= MAX_CHARACTERS


_STATEMENT = Statement(Effect.ALLOW, EVERYONE, ("codeartifact:ReadFromRepository",))
_PLAIN = domain(repository("app", "shared", "more"), repository("more"), repository("shared"))
# One other value for each field of the model; a new field has no row and so fails.
_OF_REPOSITORY: dict[str, Any] = {
    "name": "other",
    "description": "new",
    "upstreams": ("more", "shared"),
    "external_connection": "public:npmjs",
    "formats": ("npm",),
    "tags": (("a", "b"),),
    "policy": (_STATEMENT,),
}
_SPECIFIC = Mode.ALLOW_SPECIFIC_REPOSITORIES
_OF_GROUP: dict[str, Any] = {
    "pattern": "/npm/acme~",
    "publish": Control(_SPECIFIC, ("app",)),
    "external_upstream": Control(Mode.BLOCK),
    "internal_upstream": Control(Mode.ALLOW),
    "description": "new",
    "contact_info": "new",
    "tags": (("a", "b"),),
}
_OF_DOMAIN: dict[str, Any] = {
    "name": "other",
    "region": "eu-north-1",
    "owner": "444455556666",
    "encryption_key": "arn:aws:kms:eu-west-1:111122223333:key/1",
    "tags": (("a", "b"),),
    "policy": (_STATEMENT,),
    "repositories": (),
    "package_groups": (PackageGroup("/npm/acme/*"),),
}
_OF_RESOURCE: dict[str, Any] = {"label": "other", "protect": True}
_GROUPED = changed(_PLAIN, package_groups=(PackageGroup("/npm/acme/*"),))
_OF_CONFIGURATION: dict[str, Any] = {
    "managed": False,
    "protect": True,
    "layout": Layout.MODULE,
    "required_version": ">= 1.9.0",
    "aws_provider_version": ">= 6.0.0",
    "awscc_provider_version": ">= 1.40",
    "repositories": {
        **_GROUPED.configuration.repositories,
        "app": RepositoryResource("other"),
    },
    "package_groups": {"/npm/acme/*": "other"},
    "removed": (Removed("gone", destroy=False),),
}


def _told(comparison: Comparison) -> tuple[object, ...]:
    """What is said of the change itself: where searches lead elsewhere is only what follows."""
    return (
        *comparison.losses,
        *comparison.blocked,
        *comparison.done,
        *comparison.settings,
    )


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Repository)])
def test_a_change_of_any_field_of_a_repository_is_told(field: str) -> None:
    first, *rest = _PLAIN.domain.repositories
    if field == "external_connection":  # which no repository has beside upstreams
        first = replace(first, upstreams=())
    second = replace(first, **{field: _OF_REPOSITORY[field]})
    old, new = (changed(_PLAIN, repositories=(one, *rest)) for one in (first, second))
    assert _told(compare(bare(old), bare(new)))


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(RepositoryResource)])
def test_a_change_of_any_field_of_a_resource_is_told(field: str) -> None:
    resources = dict(_PLAIN.configuration.repositories)
    resources["app"] = replace(resources["app"], **{field: _OF_RESOURCE[field]})
    configuration = replace(_PLAIN.configuration, repositories=resources)
    assert _told(compare(bare(_PLAIN), bare(replace(_PLAIN, configuration=configuration))))


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(PackageGroup)])
def test_a_change_of_any_field_of_a_package_group_is_told(field: str) -> None:
    group = replace(_GROUPED.domain.package_groups[0], **{field: _OF_GROUP[field]})
    comparison = compare(bare(_GROUPED), bare(changed(_GROUPED, package_groups=(group,))))
    assert comparison.settings
    assert [one for one in comparison.settings if one.before == one.after] == []
    assert "package group /npm/acme" in text(Review([DomainReview(comparison, "terraform")], []))


def test_of_long_lists_of_repositories_the_difference_is_told() -> None:
    some = tuple(f"r{n:02}" for n in range(20))
    shown = []
    for names in (some, (*some, "zz")):
        group = PackageGroup("/npm/acme/*", publish=Control(_SPECIFIC, names))
        shown.append(bare(changed(_PLAIN, package_groups=(group,))))
    (setting,) = compare(shown[0], shown[1]).settings
    assert words.values(setting)[1] == "[zz, r00, r01, r02, r03 and 16 more]"


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Domain)])
def test_a_change_of_any_field_of_a_domain_is_told(field: str) -> None:
    new = changed(_PLAIN, **{field: _OF_DOMAIN[field]})
    assert _told(compare(bare(_PLAIN), bare(new)))


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Configuration)])
def test_a_change_of_any_field_of_a_configuration_is_told(field: str) -> None:
    configuration = replace(_GROUPED.configuration, **{field: _OF_CONFIGURATION[field]})
    new = replace(_GROUPED, configuration=configuration)
    assert _told(compare(bare(_GROUPED), bare(new)))


@settings(max_examples=examples(80))
@given(specs(), specs())
def test_every_repository_is_told_of_or_counted_as_the_same(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    comparison = compare(spec_of(old), spec_of(new))
    told = {name for shift in comparison.shifts for name in [shift.repository]}
    told |= {name for access in comparison.exposures for name in access.opening.repositories}
    told |= {loss.repository for loss in comparison.losses if loss.repository}
    told |= {c.repository for c in (*comparison.blocked, *comparison.done) if c.repository}
    told |= {
        c.after.name if isinstance(c.after, Repository) else ""
        for c in (*comparison.blocked, *comparison.done, *lost_by(comparison))
    }
    told |= {words.repository_of(setting) or "" for setting in comparison.settings}
    names = comparison.before.keys() | comparison.after.keys()
    assert {*comparison.same} <= names
    assert names <= told | {*comparison.same}


@settings(max_examples=examples(60))
@given(specs(), specs())
def test_shifts_are_those_of_a_plain_comparison_of_all_searches(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    from codeartifact_tf.domain.search import public_registries, search_order

    def searches(comparison: Comparison) -> Iterator[str]:
        for name in comparison.before.keys() & comparison.after.keys():
            sides = []
            for side in (comparison.before, comparison.after):
                order = search_order(side, name, 25)
                ways = [
                    (s.repository.external_connection, s.path) for s in public_registries(order)
                ]
                sides.append(([step.repository.name for step in order], ways))
            if sides[0] != sides[1]:
                yield name

    comparison = compare(spec_of(old), spec_of(new))
    assert [s.repository for s in comparison.shifts] == sorted(searches(comparison))


@pytest.mark.parametrize(
    "some",
    [
        {"description": "new"},
        {"formats": ("npm",)},
        {"protect": True},
        {"upstreams": ()},
    ],
    ids=lambda some: next(iter(some)),
)
def test_a_repository_that_changes_does_not_stay(some: dict[str, Any]) -> None:
    others = [repository("more"), repository("shared"), repository("web", "app")]
    old, new = (
        domain(edited(repository("app", "shared"), **named), *others)
        for named in (dict[str, Any](), some)
    )
    same = compare(bare(old), bare(new)).same
    # What lies below it is searched on other ways, if its upstreams change.
    below = () if "upstreams" in some else ("web",)
    assert same == ("more", "shared", *below)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ({}, True),
        ({"succeeds": Answer.EITHER}, False),
        ({"second_plan_is_empty": Answer.NO}, False),
        ({"is_right": Answer.NO}, False),
        ({"lost": (Lost.BUILDS,)}, False),
    ],
)
def test_a_change_is_done_if_one_apply_does_all_of_it(
    named: dict[str, Any], *, expected: bool
) -> None:
    row = Row(Kind.TAGS_ADDED, Subject.REPOSITORY, None, "", (Outcome((), **named),), "")
    assert is_done(Change(row, "app", None, None, ())) is expected
