"""Who gains and loses access, between two versions of a spec."""

from typing import Any

import pytest

from codeartifact_tf.changes.access import AccessChange, access
from codeartifact_tf.domain.principals import PrincipalKind
from codeartifact_tf.findings.phrases import plain
from codeartifact_tf.review.access import alike, summary
from codeartifact_tf.spec.spec import Spec
from tests.support.policies import ACCOUNT, OTHER, OWNER, ROLE
from tests.support.reviews import reviewed, spec_of

OWN_ROLE = f"arn:aws:iam::{OWNER}:role/ci"
DENY = {"Effect": "Deny", "Principal": "*", "Action": "codeartifact:Delete*", "Resource": "*"}


def _spec(
    permissions: dict[str, Any] | None = None, /, owner: str | None = OWNER, **repositories: Any
) -> Spec:
    domain: dict[str, Any] = {"name": "acme", "region": "eu-west-1"}
    if owner:
        domain["owner"] = owner
    if permissions is not None:
        domain["permissions"] = permissions
    bodies = {
        name: {"formats": ["npm", "generic"], **({"permissions": body} if body else {})}
        for name, body in (repositories or {"shared": None}).items()
    }
    return spec_of({"domain": domain, "repositories": bodies})


def _unmanaged(**repositories: Any) -> Spec:
    domain = {"name": "acme", "region": "eu-west-1", "owner": OWNER, "managed": False}
    bodies = {name: {"permissions": body} if body else {} for name, body in repositories.items()}
    return spec_of({"domain": domain, "repositories": bodies})


def _told(old: Spec | None, new: Spec) -> list[str]:
    return [plain(summary(group)) for group in alike(access(old, new).changes)]


def test_what_nobody_changes_is_no_change() -> None:
    same = {"read": [ACCOUNT], "policy": [DENY]}
    assert access(_spec(same, shared=same), _spec(same, shared=same)).changes == ()


def test_another_way_to_say_the_same_is_no_change() -> None:
    body = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Resource": "*"}
    old = _spec({"policy": [{**body, "Action": "codeartifact:GetAuthorizationToken"}]})
    new = _spec({"policy": [{**body, "Action": "codeartifact:getauthorizationtoken"}]})
    assert _told(old, new) == []


def test_what_the_domain_gives_is_not_gained_again_at_a_repository() -> None:
    assert (
        _told(_spec({"read": [ACCOUNT]}), _spec({"read": [ACCOUNT]}, shared={"read": [ACCOUNT]}))
        == []
    )


def test_what_an_account_has_is_not_gained_by_its_role() -> None:
    assert _told(_spec({"login": [ACCOUNT]}), _spec({"login": [ACCOUNT, ROLE]})) == []


def test_what_an_account_loses_its_role_can_keep() -> None:
    told = _told(_spec({"login": [ACCOUNT]}), _spec({"login": [ROLE]}))
    assert len(told) == 1
    assert told[0].startswith(f"account {ACCOUNT} loses `login` at the domain;")


def test_what_the_domain_takes_a_repository_can_leave() -> None:
    (told,) = _told(
        _spec({"read": [ACCOUNT]}, one=None, two=None),
        _spec(one={"read": [ACCOUNT]}, two=None),
    )
    assert (
        told == f"account {ACCOUNT} loses `read` at the domain and all its repositories except one"
    )


def test_what_an_organization_or_a_wider_unit_gains_is_not_gained_again_by_a_unit() -> None:
    path = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111"
    wide, narrow = (
        {"organizational_unit": path},
        {"organizational_unit": f"{path}/ou-ab12-22222222"},
    )
    whole = {"organization": "o-a1b2c3d4e5"}
    new = _spec(shared={"link": [wide], "copy": [narrow, whole], "read": [narrow]})
    assert _told(_spec(), new) == [
        "organization o-a1b2c3d4e5 gains `copy` at repository shared",
        f"organizational unit {path}/* gains `link` at repository shared",
        f"organizational unit {path}/ou-ab12-22222222/* gains `read` at repository shared",
    ]
    assert _told(_spec(shared={"read": [whole]}), _spec(shared={"read": [whole, wide]})) == []


def test_only_takes_from_others_and_nothing_from_those_it_names() -> None:
    old = _spec(shared={"copy": [ACCOUNT, OWN_ROLE, OTHER]})
    new = _spec(shared={"copy": {"principals": [ACCOUNT, OWN_ROLE], "only": True}})
    lost, denied = _told(old, new)
    assert lost == f"account {OTHER} loses `copy` at repository shared"
    assert denied.startswith(
        f"the owner's account {OWNER} may be denied `copy` at repository shared;"
        f" depends on the condition ArnNotEquals aws:PrincipalArn: {OWN_ROLE}"
    )


def test_only_takes_nothing_from_the_organizations_and_units_that_it_names() -> None:
    unit = {"organizational_unit": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111"}
    listed = [ACCOUNT, {"organization": "o-bbbbbbbbbb"}, unit]
    old = _spec(shared={"copy": listed})
    new = _spec(shared={"copy": {"principals": listed, "only": True}})
    assert {each.principal.name for each in access(old, new).changes} == {OWNER}


def test_repositories_with_the_same_change_are_told_together() -> None:
    names = [f"team-{n}" for n in range(40)]
    readers: Any = {"read": [ACCOUNT, OTHER]}
    old, new = _spec(**dict.fromkeys(names)), _spec(**dict.fromkeys(names, readers))
    changes = access(old, new).changes
    assert [len(each.repositories) for each in changes] == [40, 40]
    (told,) = [plain(summary(group)) for group in alike(changes)]
    assert told.startswith(
        f"2 accounts gain `read` at 40 repositories; {ACCOUNT}, {OTHER}; at team-0"
    )


def test_a_new_repository_counts_and_one_that_goes_does_not() -> None:
    one, both = _spec(one=None), _spec(one=None, two={"publish": [ACCOUNT]})
    assert _told(one, both) == [f"account {ACCOUNT} gains `publish` at repository two"]
    assert _told(both, one) == []


def test_in_a_new_spec_everything_is_gained_and_nothing_lost() -> None:
    new = _spec({"login": [ACCOUNT], "policy": [DENY]})
    assert _told(None, new) == [f"account {ACCOUNT} gains `login` at the domain"]


def test_of_the_owners_account_an_allow_is_only_told() -> None:
    (change,) = access(_spec(), _spec({"publish": [OWN_ROLE]})).changes
    assert (change.is_own, change.is_only_allowed) == (True, True)


@pytest.mark.parametrize("is_gain", [True, False])
def test_of_the_owners_account_a_deny_takes_and_gives(*, is_gain: bool) -> None:
    sides = [_spec({"login": [ACCOUNT]}), _spec({"login": [ACCOUNT], "policy": [DENY]})]
    (change,) = access(*(sides[::-1] if is_gain else sides)).changes
    assert change.principal.name == OWNER
    assert (change.is_gain, change.is_only_allowed) == (is_gain, False)
    assert "DeleteRepository" in change.actions


def test_where_the_owner_is_unknown_a_deny_binds_that_account_too() -> None:
    (change,) = access(_spec(owner=None), _spec({"policy": [DENY]}, owner=None)).changes
    assert change.principal.kind is PrincipalKind.OWNER
    (change,) = access(_spec(owner=None), _spec({"read": [ACCOUNT]}, owner=None)).changes
    assert change.is_own is None


def test_a_domain_that_is_no_longer_managed_keeps_its_policy() -> None:
    old = _spec({"login": [ACCOUNT], "read": [ACCOUNT]})
    assert _told(old, _unmanaged(shared=None)) == []


def test_what_an_organization_gains_is_told_of_it_alone() -> None:
    new = _spec({"login": [ACCOUNT, {"organization": "o-a1b2c3d4e5"}], "read": [ACCOUNT]})
    told = _told(_spec({"login": [ACCOUNT], "read": [ACCOUNT]}), new)
    assert told == ["organization o-a1b2c3d4e5 gains `login` at the domain"]


def test_an_account_that_only_its_organization_lets_in_loses_for_certain_only_that() -> None:
    new = _spec({"login": [{"organization": "o-a1b2c3d4e5"}]})
    gained, lost = access(_spec({"login": [ACCOUNT]}), new).changes
    assert (gained.principal.name, gained.undecided) == ("o-a1b2c3d4e5", False)
    assert (lost.principal.name, lost.undecided) == (ACCOUNT, True)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ({"ArnEquals": {"aws:PrincipalArn": ROLE}}, f"{ROLE} gains"),
        ({"ArnLike": {"aws:PrincipalArn": ROLE + "-*"}}, f"each principal like {ROLE}-* gains"),
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, f"account {ACCOUNT} gains"),
        ({"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}, "everyone on AWS gains"),
    ],
    ids=["role", "pattern", "account", "all but one"],
)
def test_a_condition_says_who_everyone_is(condition: dict[str, Any], told: str) -> None:
    action = "codeartifact:GetAuthorizationToken"
    body = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*"}
    found = _told(_spec(), _spec({"policy": [{**body, "Condition": condition}]}))
    assert found == [f"{told} `login` at the domain"]


def test_everyone_is_told_once() -> None:
    body = {"Effect": "Allow", "Principal": "*", "Action": "codeartifact:*", "Resource": "*"}
    told = _told(_spec({"read": [ACCOUNT]}), _spec({"read": [ACCOUNT], "policy": [body]}))
    assert told == ["everyone on AWS gains everything at the domain and all its repositories"]


def test_a_condition_that_goes_is_a_gain_and_one_that_comes_a_loss() -> None:
    body = {
        "Effect": "Allow",
        "Principal": {"AWS": ACCOUNT},
        "Action": "codeartifact:*",
        "Resource": "*",
    }
    bound = {**body, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}
    sides = [_spec({"policy": [each]}) for each in (bound, body)]
    (gained,), (lost,) = access(*sides).changes, access(*sides[::-1]).changes
    assert (gained.is_gain, gained.undecided) == (True, False)
    assert (lost.is_gain, lost.undecided) == (False, True)


def test_another_condition_is_gained_and_lost() -> None:
    sides = [
        _spec(
            {
                "policy": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": ACCOUNT},
                        "Action": "codeartifact:ReadFromRepository",
                        "Resource": "*",
                        "Condition": {"IpAddress": {"aws:SourceIp": address}},
                    }
                ]
            }
        )
        for address in ("10.0.0.0/8", "0.0.0.0/0")
    ]
    found = access(*sides).changes
    assert [(each.is_gain, each.undecided) for each in found] == [(True, True), (False, True)]
    assert found[0].limits[0].values == ("0.0.0.0/0",)


def test_a_statement_that_names_repositories_is_told_at_them() -> None:
    arn = f"arn:aws:codeartifact:eu-west-1:{OWNER}:repository/acme/team-*"
    body = {
        "Effect": "Allow",
        "Principal": {"AWS": ACCOUNT},
        "Action": "codeartifact:DeleteRepository",
        "Resource": arn,
    }
    names: dict[str, Any] = {"shared": None, "team-1": None, "team-2": None}
    changes = access(_spec(**names), _spec({"policy": [body]}, **names)).changes
    sure = [each for each in changes if not each.undecided]
    assert [each.repositories for each in sure] == [("team-1", "team-2")]
    # Repositories with such names may come: the domain's row says which.
    (rest,) = [each for each in changes if each.undecided]
    assert rest.limits[0].values == (arn,)


def test_a_statement_that_names_one_repository_is_told_there_alone() -> None:
    arn = f"arn:aws:codeartifact:eu-west-1:{OWNER}:repository/acme/"
    body = {
        "Effect": "Allow",
        "Principal": {"AWS": ACCOUNT},
        "Action": "codeartifact:DeleteRepository",
        "Resource": [f"{arn}shared", f"{arn}elsewhere"],
    }
    told = _told(_spec(shared=None), _spec({"policy": [body]}, shared=None))
    gains = f"account {ACCOUNT} gains DeleteRepository at repository shared"
    # One that the spec does not have can exist all the same.
    assert gains in told
    assert [f"like {arn}elsewhere;" in each for each in told if each != gains] == [True]


def test_the_first_policy_is_told() -> None:
    found = access(
        _spec(one=None, two=None), _spec({"login": [ACCOUNT]}, one={"read": [OTHER]}, two=None)
    )
    assert found.first_policies == (None, "one")
    assert access(None, _spec({"login": [ACCOUNT]})).first_policies == ()


def _severities(old: Spec | None, new: Spec) -> list[tuple[str, str]]:
    found = reviewed((old, new)).problems
    return [(p.rule, str(p.severity)) for p in found if p.rule.startswith("access-")]


_MORE = {"publish": [ACCOUNT]}
_READS = {"login": [ACCOUNT], "read": [ACCOUNT]}


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        (_spec(), _spec(_MORE), "error"),
        (_spec(), _spec(_READS), "warning"),
        (None, _spec(_MORE), "warning"),
        (_spec(owner=None), _spec(_MORE, owner=None), "warning"),
        (_spec({"policy": [DENY]}), _spec(), "warning"),
        (_spec(), _spec({"publish": [{"organization": "o-a1b2c3d4e5"}]}), "error"),
    ],
    ids=["publish", "read", "new spec", "owner unknown", "own deny", "organization"],
)
def test_severity_of_a_gain(old: Spec | None, new: Spec, severity: str) -> None:
    assert _severities(old, new) == [("access-gained", severity)]


def test_a_loss_of_what_builds_need_is_a_warning_and_of_anything_else_none() -> None:
    assert _severities(_spec(_READS), _spec()) == [("access-lost", "warning")]
    assert _severities(_spec({"create_repositories": [ACCOUNT]}), _spec()) == []


def test_rows_name_actions_in_the_order_of_the_table() -> None:
    (change,) = access(_spec(), _spec({"login": [ACCOUNT]})).changes
    assert isinstance(change, AccessChange)
    assert change.actions == ("GetAuthorizationToken",)
