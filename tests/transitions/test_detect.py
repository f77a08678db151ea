"""Which rows apply to a change, and on what their outcomes depend."""

from typing import Any

import pytest

from codeartifact_tf.domain.model import EVERYONE, Effect, Policy, Statement
from codeartifact_tf.terraform.configuration import Deployment, Layout, Removed
from codeartifact_tf.transitions import Kind, StepKind, When, changes, placeholders
from tests.support.deployments import changed, edited
from tests.support.transitions.cases import domain, repository

_SHARED = repository("shared")
_POLICY = (Statement(Effect.ALLOW, EVERYONE, ("codeartifact:ReadFromRepository",)),)


def test_only_what_nobody_documents_brings_other_outcomes() -> None:
    old = domain(_SHARED)
    (change,) = changes(old, changed(old, name="apex"))
    assert change.row.outcome({When.PROTECTED}) != change.outcome
    assert change.outcomes == (change.outcome,)


def test_a_repository_that_loses_its_last_upstream_for_a_connection_is_not_left_bare() -> None:
    old = domain(repository("app", "shared"), _SHARED)
    new = domain(repository("app", external_connection="public:npmjs"))
    assert {(change.row.kind, change.repository) for change in changes(old, new)} == {
        (Kind.UPSTREAMS_TO_CONNECTION, "app"),
        (Kind.USED_REPOSITORY_DELETED, "shared"),
    }


def test_a_deleted_upstream_of_several_has_a_row_if_one_of_its_users_keeps_others() -> None:
    more = repository("more")
    old = domain(repository("app", "shared"), repository("web", "shared", "more"), _SHARED, more)
    new = domain(repository("app"), repository("web", "more"), more)
    assert {(change.row.kind, change.repository) for change in changes(old, new)} == {
        (Kind.LAST_UPSTREAM_DELETED, "app"),
        (Kind.USED_REPOSITORY_DELETED, "shared"),
    }


def test_addresses_in_the_root_have_no_prefix() -> None:
    old = domain(_SHARED, managed=False)
    (change,) = changes(old, domain(_SHARED))
    (file,) = (s for s in change.steps(change.row.remedies[0]) if s.kind is StepKind.FILE)
    assert "  to = aws_codeartifact_domain.this\n" in file.text


def test_two_with_the_same_users_alone_are_taken_for_a_renaming() -> None:
    old = domain(repository("app", "aa"), repository("aa"))
    new = domain(repository("app", "bb"), repository("bb"))
    (change,) = changes(old, new)
    assert (change.row.kind, change.repository) == (Kind.REPOSITORY_RENAMED_AND_RELABELLED, "aa")


def test_what_removed_names_is_not_taken_for_a_renaming() -> None:
    old = domain(repository("aa", description="x"))
    new = domain(repository("bb", description="x"), removed=(Removed("aa", destroy=True),))
    assert [change.row.kind for change in changes(old, new)] == [
        Kind.REPOSITORY_REMOVED_AND_DESTROYED,
        Kind.REPOSITORY_CREATED,
    ]


def test_what_a_renamed_repository_becomes_nothing_else_becomes() -> None:
    old = domain(*(repository(name, description="x") for name in ("aa", "bb")))
    new = domain(edited(repository("cc", description="x"), label="aa"))
    assert {(change.row.kind, change.repository) for change in changes(old, new)} == {
        (Kind.REPOSITORY_RENAMED, "aa"),
        (Kind.REPOSITORY_DELETED, "bb"),
    }


def test_a_policy_moves_with_its_label_if_both_versions_have_one() -> None:
    def moved(before: Policy, after: Policy) -> str:
        old = domain(repository("app", policy=before))
        new = domain(edited(repository("app", policy=after), label="other"))
        (change,) = (c for c in changes(old, new) if c.row.kind is Kind.LABEL_CHANGED)
        return dict(change.values)["moved"]

    address = "aws_codeartifact_repository_permissions_policy.app"
    assert address in moved(_POLICY, _POLICY)
    assert address not in moved(_POLICY, ()) + moved((), _POLICY) + moved((), ())


@pytest.mark.parametrize(("stays", "facts"), [([], set()), (["more"], {When.PARTLY})])
def test_a_last_upstream_that_is_deleted_goes_alone_or_with_one_that_stays(
    stays: list[str], facts: set[When]
) -> None:
    others = [repository(name) for name in stays]
    old = domain(repository("app", "shared", *stays), _SHARED, *others)
    (change,) = changes(old, domain(repository("app"), *others))
    assert change.row.kind is Kind.LAST_UPSTREAM_DELETED
    assert change.facts == facts


def test_addresses_are_those_of_the_new_layout_and_commands_those_of_the_old_domain() -> None:
    old = domain(repository("app", description="x"))
    new = domain(repository("app", description="y"), layout=Layout.MODULE, region="eu-west-3")
    (change,) = (c for c in changes(old, new) if c.row.kind is Kind.DESCRIPTION_CHANGED)
    values = dict(change.values)
    assert values["module"] == "module.NAME."
    assert values["address"] == "module.NAME.aws_codeartifact_repository.app"
    assert values["region"] == "eu-west-1"
    assert placeholders(new)["module"] == "module.NAME."


def test_of_two_that_go_and_are_like_the_one_that_comes_none_is_renamed() -> None:
    old = domain(*(repository(name, description="x") for name in ("aa", "bb")))
    new = domain(repository("cc", description="x"))
    assert [change.row.kind for change in changes(old, new)] == [
        Kind.REPOSITORY_DELETED,
        Kind.REPOSITORY_DELETED,
        Kind.REPOSITORY_CREATED,
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"description": "y"},
        {"external_connection": "public:npmjs"},
        {"tags": (("a", "b"),)},
        {"policy": _POLICY},
    ],
    ids=lambda other: next(iter(other)),
)
def test_two_that_differ_in_anything_are_not_taken_for_a_renaming(other: dict[str, Any]) -> None:
    old = domain(repository("app", "aa"), repository("aa"))
    new = domain(repository("app", "bb"), repository("bb", **other))
    assert Kind.REPOSITORY_RENAMED_AND_RELABELLED not in {
        change.row.kind for change in changes(old, new)
    }


def _moved_with_layout(old: Deployment, new: Deployment) -> list[str]:
    (change,) = (c for c in changes(old, new) if c.row.kind is Kind.LAYOUT_TO_MODULE)
    lines = dict(change.values)["moved"].splitlines()
    return [line.split()[-1] for line in lines if line.startswith("  from")]


def test_with_the_layout_moves_what_both_versions_have() -> None:
    old = domain(repository("app", policy=_POLICY), repository("gone"), policy=_POLICY)
    new = domain(repository("app"), repository("new"), layout=Layout.MODULE)
    group = "aws_codeartifact_"
    assert _moved_with_layout(old, new) == [f"{group}domain.this", f"{group}repository.app"]
    kept = domain(repository("app", policy=_POLICY), layout=Layout.MODULE, policy=_POLICY)
    assert _moved_with_layout(old, kept) == [
        f"{group}domain.this",
        f"{group}domain_permissions_policy.this",
        f"{group}repository.app",
        f"{group}repository_permissions_policy.app",
    ]
    assert _moved_with_layout(old, changed(new, managed=False)) == [f"{group}repository.app"]


def test_a_label_that_changes_with_the_layout_is_told_with_it_alone() -> None:
    old = domain(repository("app"))
    new = domain(edited(repository("app"), label="other"), layout=Layout.MODULE)
    assert [change.row.kind for change in changes(old, new)] == [Kind.LAYOUT_TO_MODULE]


def test_a_renamed_repository_has_become_one_thing_only() -> None:
    old = domain(repository("aa", description="x"))
    new = domain(
        edited(repository("cc", description="x"), label="aa"), repository("dd", description="x")
    )
    found = {(c.row.kind, c.repository): dict(c.values) for c in changes(old, new)}
    assert found.keys() == {(Kind.REPOSITORY_RENAMED, "aa"), (Kind.REPOSITORY_CREATED, "dd")}
    assert found[Kind.REPOSITORY_RENAMED, "aa"]["new_repository"] == "cc"
