"""`permissions` of a spec → the statements of a resource policy, each with its places.

A word becomes one statement for accounts and ARNs, one for organizations, one for their units, and
one that denies the deed to everybody else if it says `only`; the ids of these statements never
change, so a new principal is one more line. Only the types of values are relied on: what the schema
refuses otherwise is left out, and the rules check the rest.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from codeartifact_tf.aws.actions import (
    ADMINISTER_ACTIONS,
    COPY_ACTIONS,
    CREATE_ACTIONS,
    DEEDS,
    DOMAIN_READ_ACTIONS,
    DOWNLOAD_ACTIONS,
    LINK_ACTIONS,
    LOGIN_ACTIONS,
    PREFIX,
    PUBLISH_ACTIONS,
    READ_ACTIONS,
)
from codeartifact_tf.aws.catalog import PACKAGE_FORMATS
from codeartifact_tf.domain.model import EVERYONE, Condition, Effect, Principals, Statement
from codeartifact_tf.domain.policies import ORGANIZATION_KEY, PATHS_KEY, is_whole_account
from codeartifact_tf.spec.spec import Grant, Permissions, Place
from codeartifact_tf.terraform.strings import normal

_SIDS = {
    "login": "Login",
    "read": "Read",
    "publish": "Publish",
    "link": "Link",
    "copy": "Copy",
    "create_repositories": "CreateRepositories",
    "administer": "Administer",
}
_KINDS = ("AWS", "CanonicalUser", "Federated", "Service")


def of_domain(written: Mapping[str, Any], place: Place) -> Permissions:
    """The permissions of `domain.permissions`, which are at this place."""
    return Permissions(
        None, place, tuple(_grants(written, place, DOMAIN_READ_ACTIONS, PACKAGE_FORMATS))
    )


def of_repository(
    name: str, written: Mapping[str, Any], formats: Iterable[str], place: Place
) -> Permissions:
    """The permissions of a repository; `formats` are those to be published."""
    formats = tuple(formats)
    read = (*READ_ACTIONS, *DOWNLOAD_ACTIONS) if "generic" in formats else READ_ACTIONS
    return Permissions(name, place, tuple(_grants(written, place, read, formats)))


def _grants(
    written: Mapping[str, Any], place: Place, read: tuple[str, ...], formats: Iterable[str]
) -> Iterator[Grant]:
    actions = {
        "login": LOGIN_ACTIONS,
        "read": read,
        "publish": tuple(action for name in formats for action in PUBLISH_ACTIONS.get(name, ())),
        "link": LINK_ACTIONS,
        "copy": COPY_ACTIONS,
        "create_repositories": CREATE_ACTIONS,
        "administer": ADMINISTER_ACTIONS,
    }
    for intent, sid in _SIDS.items():
        allowed = tuple(sorted({f"{PREFIX}{action}" for action in actions[intent]}))
        yield from _word(intent, written.get(intent, []), place / intent, sid, allowed)
    for index, body in enumerate(written.get("policy", [])):
        at = place / "policy" / index
        aws = body["Principal"] if isinstance(body.get("Principal"), Mapping) else {}
        principals = _written(aws, "AWS", at / "Principal")
        resources = _written(body, "NotResource" if "NotResource" in body else "Resource", at)
        yield Grant(_own(body), at, principals, _written(body, "Action", at), resources)


def _word(
    word: str, written: Any, place: Place, sid: str, actions: tuple[str, ...]
) -> Iterator[Grant]:
    """The statements of a word: its value is a list, or a mapping with the list and `only`."""
    listed, at = written, place
    if isinstance(written, Mapping):
        listed, at = written.get("principals", []), place / "principals"
    granted = [*_allowed(listed, at, sid, actions)]
    for statement, principals in granted:
        yield Grant(statement, at, principals, (), word=word)
    if granted and isinstance(written, Mapping) and written.get("only") is True:
        deeds = tuple(sorted(f"{PREFIX}{action}" for action in DEEDS.get(word, ())))
        if deeds:
            denied = _denied_to_others([s for s, _ in granted], f"{sid}Only", deeds)
            yield Grant(denied, place / "only", (), (), word=word)


def _allowed(
    principals: list[Any], place: Place, sid: str, actions: tuple[str, ...]
) -> Iterator[tuple[Statement, tuple[tuple[str, Place], ...]]]:
    """The statements that allow something to principals, each with those it names."""
    found = [(principal, place / index) for index, principal in enumerate(principals)]
    named = [(_arn(who), at) for who, at in found if isinstance(who, str)]
    if named:
        aws = (("AWS", _sorted(name for name, _ in named)),)
        yield Statement(Effect.ALLOW, aws, actions, sid=sid), tuple(named)
    for group in _GROUPS:
        members = [
            (group.value(who[group.key]), at)
            for who, at in found
            if isinstance(who, Mapping) and group.key in who
        ]
        if members:
            values = _sorted(name for name, _ in members)
            condition = Condition(group.operator, group.condition_key, values)
            statement = Statement(
                Effect.ALLOW, EVERYONE, actions, conditions=(condition,), sid=sid + group.suffix
            )
            yield statement, tuple(members)


def _denied_to_others(
    allowed: Iterable[Statement], sid: str, actions: tuple[str, ...]
) -> Statement:
    """A Deny for those whom none of these statements names: all of its conditions must hold."""
    conditions = []
    for statement in allowed:
        names = dict(statement.principals).get("AWS", ())
        accounts = tuple(sorted(name.split(":")[4] for name in names if is_whole_account(name)))
        arns = tuple(name for name in names if not is_whole_account(name))
        if accounts:
            conditions.append(Condition("StringNotEquals", "aws:PrincipalAccount", accounts))
        if arns:
            conditions.append(Condition("ArnNotEquals", "aws:PrincipalArn", arns))
        conditions.extend(
            Condition(_NEGATED[each.operator], each.key, each.values)
            for each in statement.conditions
        )
    return Statement(Effect.DENY, EVERYONE, actions, conditions=tuple(sorted(conditions)), sid=sid)


# A key that is missing meets each of these: who is in no organization is denied.
_NEGATED = {
    "StringEquals": "StringNotEquals",
    "ForAnyValue:StringLike": "ForAllValues:StringNotLike",
}


class _Group(NamedTuple):
    """Principals that a condition names: their key in a spec, and what they become."""

    key: str
    suffix: str
    operator: str
    condition_key: str
    value: Callable[[str], str]


def _unit(path: str) -> str:
    """The accounts of a unit and of all units below it, as a pattern of their paths."""
    return f"{path.removesuffix('*').removesuffix('/')}/*"


_GROUPS = (
    _Group("organization", "ByOrganization", "StringEquals", ORGANIZATION_KEY, str),
    # Of a key with many values one must match, and each ends with a slash: IAM user guide, "AWS
    # global condition context keys", aws:PrincipalOrgPaths.
    _Group(
        key="organizational_unit",
        suffix="ByOrganizationalUnit",
        operator="ForAnyValue:StringLike",
        condition_key=PATHS_KEY,
        value=_unit,
    ),
)


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({normal(value) for value in values}))


def _arn(principal: str) -> str:
    return f"arn:aws:iam::{principal}:root" if principal.isdigit() else principal


def _texts(value: str | list[str]) -> tuple[str, ...]:
    return _sorted([value] if isinstance(value, str) else value)


def _own(body: Mapping[str, Any]) -> Statement:
    """A statement of the user's own."""
    not_principals, principals = _either(body, "Principal")
    not_actions, actions = _either(body, "Action")
    not_resources, resources = _either(body, "Resource")
    conditions = (
        Condition(operator, key, _texts(values))
        for operator, keys in body.get("Condition", {}).items()
        for key, values in keys.items()
    )
    return Statement(
        effect=Effect.DENY if body.get("Effect") == "Deny" else Effect.ALLOW,
        principals=_principals(principals),
        actions=_texts(actions),
        resources=_texts(resources),
        conditions=tuple(sorted(conditions)),
        sid=body.get("Sid"),
        not_principals=not_principals,
        not_actions=not_actions,
        not_resources=not_resources,
    )


def _either(body: Mapping[str, Any], name: str) -> tuple[bool, Any]:
    is_not = f"Not{name}" in body
    return is_not, body.get(f"Not{name}" if is_not else name, [])


def _principals(value: Any) -> Principals:
    if value == "*":
        return EVERYONE
    names = value if isinstance(value, Mapping) else {}
    return tuple((kind, _texts(names[kind])) for kind in _KINDS if kind in names)


def _written(body: Mapping[str, Any], key: str, place: Place) -> tuple[tuple[str, Place], ...]:
    """The texts at a key, one or a list of them, each with its place."""
    value = body.get(key, [])
    if isinstance(value, str):
        return ((value, place / key),)
    return tuple((text, place / key / index) for index, text in enumerate(value))
