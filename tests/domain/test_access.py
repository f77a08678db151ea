"""What policies let principals do: cases from AWS's documentation, and what must always hold."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeartifact_tf.aws.policy_patterns import PolicyPattern, arn_matches
from codeartifact_tf.domain.access import (
    Gain,
    Home,
    Limit,
    Placed,
    Rights,
    clauses,
    gain,
    names_of,
    placed,
    rights,
)
from codeartifact_tf.domain.model import Policy
from codeartifact_tf.domain.principals import EVERYONE, Principal, PrincipalKind
from tests.support.policies import (
    ACCOUNT,
    OTHER,
    OWNER,
    ROLE,
    policy_of,
    statements,
)

HOME = Home("eu-west-1", OWNER, "acme")
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/build-1"
READ = "codeartifact:ReadFromRepository"
DELETE = "codeartifact:DeletePackage"
EVERY_REPOSITORY = f"arn:aws:codeartifact:eu-west-1:{OWNER}:repository/acme/*"

P = PrincipalKind
WHO = {
    "account": Principal(P.ACCOUNT, ACCOUNT),
    "other": Principal(P.ACCOUNT, OTHER),
    "role": Principal(P.IAM, ROLE),
    "session": Principal(P.IAM, SESSION),
    "everyone": EVERYONE,
    "organization": Principal(P.ORGANIZATION, "o-a1b2c3d4e5"),
    "unit": Principal(P.ORGANIZATIONAL_UNIT, "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"),
    "service": Principal(P.SERVICE, "codebuild.amazonaws.com"),
}


def _root(account: str) -> dict[str, Any]:
    return {"AWS": f"arn:aws:iam::{account}:root"}


def _statement(effect: str = "Allow", **parts: Any) -> dict[str, Any]:
    body = {"Effect": effect, "Principal": _root(ACCOUNT), "Action": READ, "Resource": "*", **parts}
    return {key: value for key, value in body.items() if value is not None}


def _at(policy: Policy, repository: str = "shared", home: Home = HOME) -> tuple[Placed, ...]:
    return placed(clauses(policy), home.of_repository(repository), home.owner)


def _answer(found: Rights, action: str) -> str:
    """Whether an action is allowed, denied or not, or whether that is undecided."""
    live = [limits for limits, actions in found.live.items() if action in names_of(actions)]
    hinders = any(action in names_of(actions) for actions in found.denied.values())
    if not live:
        return "no"
    return "yes" if frozenset() in live and not hinders else "undecided"


def _condition(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {"Condition": {operator: {key: [*values]}}}


_ALLOW = _statement()
_FOR_ALL = {"Principal": "*"}
_ORG = _condition("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5")
_CASES = [
    # IAM user guide, "Policy evaluation logic": implicit deny, explicit allow, explicit deny.
    ("nothing is said", [], "account", "no"),
    ("an account is allowed", [_ALLOW], "account", "yes"),
    ("another account", [_ALLOW], "other", "no"),
    ("explicit deny wins", [_ALLOW, _statement("Deny")], "account", "no"),
    ("deny of another action", [_ALLOW, _statement("Deny", Action=DELETE)], "account", "yes"),
    # "AWS JSON policy elements: Principal": an account delegates to its principals.
    ("an account is its roles", [_ALLOW], "role", "yes"),
    ("a role is not its account", [_statement(Principal={"AWS": ROLE})], "account", "no"),
    ("a session is its role", [_statement(Principal={"AWS": ROLE})], "session", "yes"),
    ("deny of an account binds its roles", [_ALLOW, _statement("Deny")], "role", "no"),
    ("a deny of a role", [_ALLOW, _statement("Deny", Principal={"AWS": ROLE})], "account", "yes"),
    ("everyone in a list", [_statement(Principal={"AWS": "*"})], "other", "yes"),
    ("a service", [_statement(Principal={"Service": "codebuild.amazonaws.com"})], "service", "yes"),
    ("an account is no service", [_ALLOW], "service", "no"),
    # "AWS JSON policy elements: NotPrincipal".
    (
        "allow with NotPrincipal",
        [_statement(Principal=None, NotPrincipal=_root(ACCOUNT))],
        "other",
        "yes",
    ),
    (
        "allow with NotPrincipal leaves out the roles of an account",
        [_statement(Principal=None, NotPrincipal=_root(ACCOUNT))],
        "role",
        "no",
    ),
    (
        "deny with NotPrincipal exempts a role that is listed with its account",
        [
            _ALLOW,
            _statement(
                "Deny",
                Principal=None,
                NotPrincipal={"AWS": [ROLE, f"arn:aws:iam::{ACCOUNT}:root"]},
            ),
        ],
        "role",
        "yes",
    ),
    (
        "without its account nobody knows",
        [_ALLOW, _statement("Deny", Principal=None, NotPrincipal={"AWS": ROLE})],
        "role",
        "undecided",
    ),
    (
        "deny with NotPrincipal denies all others",
        [
            _statement(**_FOR_ALL),
            _statement("Deny", Principal=None, NotPrincipal=_root(ACCOUNT)),
        ],
        "other",
        "no",
    ),
    (
        "whom an account that is listed alone exempts nobody knows",
        [_ALLOW, _statement("Deny", Principal=None, NotPrincipal=_root(ACCOUNT))],
        "role",
        "undecided",
    ),
    # "AWS JSON policy elements: NotAction", "Action": wildcards, in any case of letters.
    ("a wildcard", [_statement(Action="codeartifact:*")], "account", "yes"),
    ("a wildcard within", [_statement(Action="codeartifact:Read*repos?tory")], "account", "yes"),
    ("all services", [_statement(Action="*")], "account", "yes"),
    ("a wildcard in the prefix", [_statement(Action="code*:Read*")], "account", "yes"),
    ("a bracket is no wildcard", [_statement(Action="codeartifact:[R]ead*")], "account", "no"),
    ("NotAction of others", [_statement(Action=None, NotAction=DELETE)], "account", "yes"),
    ("NotAction of this", [_statement(Action=None, NotAction="*:read*")], "account", "no"),
    # "AWS JSON policy elements: Resource"; each action acts on its own kind of resource.
    ("all repositories", [_statement(Resource=EVERY_REPOSITORY)], "account", "yes"),
    (
        "another repository",
        [_statement(Resource=EVERY_REPOSITORY.replace("*", "team"))],
        "account",
        "no",
    ),
    (
        "another Region",
        [_statement(Resource=EVERY_REPOSITORY.replace("eu-west-1", "us-east-1"))],
        "account",
        "no",
    ),
    (
        "packages are no repository",
        [_statement(Resource=EVERY_REPOSITORY.replace("repository", "package"))],
        "account",
        "no",
    ),
    (
        "NotResource of another",
        [_statement(Resource=None, NotResource=EVERY_REPOSITORY.replace("*", "team"))],
        "account",
        "yes",
    ),
    (
        "NotResource of this",
        [_statement(Resource=None, NotResource=EVERY_REPOSITORY)],
        "account",
        "no",
    ),
    # "AWS JSON policy elements: Condition operators", "AWS global condition context keys".
    ("an organization", [_statement(**_FOR_ALL, **_ORG)], "organization", "yes"),
    ("strangers are in no organization", [_statement(**_FOR_ALL, **_ORG)], "everyone", "no"),
    ("a unit is in its organization", [_statement(**_FOR_ALL, **_ORG)], "unit", "yes"),
    ("who knows where an account is", [_statement(**_FOR_ALL, **_ORG)], "account", "undecided"),
    (
        "a unit",
        [
            _statement(
                **_FOR_ALL,
                **_condition(
                    "ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/*"
                ),
            )
        ],
        "unit",
        "yes",
    ),
    (
        "all values of none: the key may be missing",
        [
            _statement(
                **_FOR_ALL,
                **_condition("ForAllValues:StringLike", "aws:PrincipalOrgPaths", "o-1/*"),
            )
        ],
        "everyone",
        "undecided",
    ),
    (
        "IfExists: the key may be missing",
        [
            _statement(
                **_FOR_ALL,
                **_condition("StringEqualsIfExists", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
            )
        ],
        "everyone",
        "undecided",
    ),
    (
        "the account of a principal",
        [_statement(**_FOR_ALL, **_condition("StringEquals", "aws:PrincipalAccount", ACCOUNT))],
        "role",
        "yes",
    ),
    (
        "the ARN of a principal",
        [
            _statement(
                **_FOR_ALL,
                **_condition("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/c?"),
            )
        ],
        "role",
        "yes",
    ),
    (
        "no part of an ARN reaches into the next",
        [_statement(**_FOR_ALL, **_condition("ArnLike", "aws:PrincipalArn", "arn:*:role/ci"))],
        "role",
        "no",
    ),
    (
        "all but one",
        [_ALLOW, _statement("Deny", **_condition("ArnNotEquals", "aws:PrincipalArn", ROLE))],
        "role",
        "yes",
    ),
    (
        "all but one, and this is another",
        [
            _statement(Principal=_root(OTHER)),
            _statement("Deny", **_FOR_ALL, **_condition("ArnNotEquals", "aws:PrincipalArn", ROLE)),
        ],
        "other",
        "no",
    ),
    (
        "an address is the request's",
        [_statement(**_condition("IpAddress", "aws:SourceIp", "10.0.0.0/8"))],
        "account",
        "undecided",
    ),
    (
        "a policy variable is the request's",
        [_statement(**_condition("StringEquals", "aws:PrincipalAccount", "${aws:x}"))],
        "account",
        "undecided",
    ),
    (
        "a deny from an address",
        [_ALLOW, _statement("Deny", **_condition("IpAddress", "aws:SourceIp", "10.0.0.0/8"))],
        "account",
        "undecided",
    ),
    (
        "all conditions must hold",
        [
            _statement(
                Condition={
                    "StringEquals": {"aws:PrincipalAccount": [OTHER]},
                    "IpAddress": {"aws:SourceIp": ["10.0.0.0/8"]},
                }
            )
        ],
        "account",
        "no",
    ),
    (
        "one of the values is enough",
        [_statement(**_condition("StringEquals", "aws:PrincipalAccount", OTHER, ACCOUNT))],
        "account",
        "yes",
    ),
]


@pytest.mark.parametrize(
    ("bodies", "who", "answer"), [c[1:] for c in _CASES], ids=[c[0] for c in _CASES]
)
def test_cases_of_the_documentation(bodies: list[dict[str, Any]], who: str, answer: str) -> None:
    found = rights(_at(policy_of(*bodies)), WHO[who])
    assert _answer(found, "ReadFromRepository") == answer


def test_a_part_of_the_packages_is_a_limit() -> None:
    billing = f"arn:aws:codeartifact:eu-west-1:{OWNER}:package/acme/shared/pypi//billing"
    body = _statement(Action="codeartifact:PublishPackageVersion", Resource=billing)
    (limits,) = rights(_at(policy_of(body)), WHO["account"]).allowed
    assert [limit.values for limit in limits] == [(billing,)]
    assert not rights(_at(policy_of(body), "team"), WHO["account"]).allowed


def test_where_the_owner_is_unknown_an_arn_of_any_account_is_the_domain() -> None:
    home = Home("eu-west-1", None, "acme")
    body = _statement(Resource=EVERY_REPOSITORY)
    assert (
        _answer(rights(_at(policy_of(body), home=home), WHO["account"]), "ReadFromRepository")
        == "yes"
    )


def test_actions_of_the_domain_need_the_domain() -> None:
    targets = HOME.of_domain()
    found = placed(clauses(policy_of(_statement(Action="*"))), targets, OWNER)
    names = {name for placed in found for a in placed.terms.values() for name in names_of(a)}
    assert {"GetAuthorizationToken", "CreateRepository", "TagResource"} <= names
    assert not {"ReadFromRepository", "PublishPackageVersion", "ListDomains"} & names


@pytest.mark.parametrize(
    ("wider", "narrower"),
    [
        (("IpAddress", "aws:SourceIp", "1", "2"), ("IpAddress", "aws:SourceIp", "1")),
        (("StringNotEquals", "aws:x", "1"), ("StringNotEquals", "AWS:X", "1", "2")),
    ],
)
def test_a_condition_with_other_values_is_wider_or_narrower(
    wider: tuple[str, ...], narrower: tuple[str, ...]
) -> None:
    sides = []
    for operator, key, *values in (wider, narrower):
        body = _statement(**_condition(operator, key, *values))
        sides.append(rights(_at(policy_of(body)), WHO["account"]))
    assert gain(sides[1], sides[0]).terms
    assert not gain(sides[0], sides[1]).terms


# What must always hold, whatever the policies.


@pytest.mark.parametrize("texts", [("a*b", "a"), ("*", ""), ("a?c*", "abc"), ("*a*", "xax")])
def test_a_pattern_meets_what_it_can_go_on_to_match(texts: tuple[str, str]) -> None:
    assert PolicyPattern(texts[0]).meets(texts[1])


_SMALL = st.text("ab*?", max_size=7)


@given(_SMALL, st.text("ab", max_size=7))
def test_a_pattern_matches_as_a_slow_comparison_does(wanted: str, text: str) -> None:
    pattern = PolicyPattern(wanted)
    assert pattern.matches(text) is _slowly(wanted, text)
    if pattern.covers(text):
        assert all(pattern.matches(text + more) for more in ("", "a", "bab"))
    assert pattern.meets(text) or not any(pattern.matches(text + m) for m in ("", "a", "b", "ab"))


def _slowly(wanted: str, text: str) -> bool:
    if not wanted:
        return not text
    if wanted[0] == "*":
        return any(_slowly(wanted[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and wanted[0] in {"?", text[0]} and _slowly(wanted[1:], text[1:])


def test_stars_cost_no_more_than_other_characters() -> None:
    assert not PolicyPattern("*a" * 2000 + "b").matches("a" * 2000)


def test_arns_are_compared_part_by_part() -> None:
    assert arn_matches("arn:aws:iam::*:role/*", ROLE)
    assert not arn_matches("arn:*", ROLE)


def _changed(before: Policy, after: Policy) -> Iterator[Gain]:
    for who in WHO.values():
        yield gain(rights(_at(before), who), rights(_at(after), who))


@given(st.lists(statements(), max_size=4), statements("Allow"))
def test_an_allow_more_never_takes(policy: list[Policy], more: Policy) -> None:
    before = tuple(s for each in policy for s in each)
    assert [found.terms for found in _changed((*before, *more), before) if found.terms] == []


@given(st.lists(statements(), max_size=4), statements("Deny"))
def test_a_deny_more_never_gives(policy: list[Policy], more: Policy) -> None:
    before = tuple(s for each in policy for s in each)
    assert [found.terms for found in _changed(before, (*before, *more)) if found.terms] == []


def test_a_hundred_conditions_are_compared_by_equality_alone() -> None:
    many = [
        _statement(**_condition("IpAddress", "aws:SourceIp", f"10.0.0.{n}", "::1"))
        for n in range(100)
    ]
    few = _statement(**_condition("IpAddress", "aws:SourceIp", "10.0.0.7"))
    before, after = (
        rights(_at(policy_of(*bodies)), WHO["account"]) for bodies in (many, [*many, few])
    )
    assert len(gain(before, after).terms) == 1
    assert not gain(after, before).terms
    assert not gain(*(rights(_at(policy_of(*p)), WHO["account"]) for p in (many[7:9], [few]))).terms


def test_limits_of_others_are_marked() -> None:
    found = rights(_at(policy_of(_statement(**_FOR_ALL, **_ORG))), WHO["account"])
    ((limit,),) = found.allowed
    assert isinstance(limit, Limit)
    assert limit.is_of_others
