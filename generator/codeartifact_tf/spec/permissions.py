"""`permissions` of a spec → the statements of a resource policy, each with its places.

An intent becomes one statement, and a second one if it names organizations; the ids of these
statements never change, so a new principal is one more line. Only the types of values are relied
on: what the schema refuses otherwise is left out, and the rules check the rest.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from codeartifact_tf.aws.actions import (
    ADMINISTER_ACTIONS,
    CREATE_ACTIONS,
    DOMAIN_READ_ACTIONS,
    DOWNLOAD_ACTIONS,
    LOGIN_ACTIONS,
    PREFIX,
    PUBLISH_ACTIONS,
    READ_ACTIONS,
)
from codeartifact_tf.aws.catalog import PACKAGE_FORMATS
from codeartifact_tf.domain.model import EVERYONE, Condition, Effect, Principals, Statement
from codeartifact_tf.domain.policies import ORGANIZATION_KEY
from codeartifact_tf.spec.spec import Grant, Permissions, Place
from codeartifact_tf.terraform.strings import normal

_SIDS = {
    "login": "Login",
    "read": "Read",
    "publish": "Publish",
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
        "create_repositories": CREATE_ACTIONS,
        "administer": ADMINISTER_ACTIONS,
    }
    for intent, sid in _SIDS.items():
        allowed = tuple(sorted({f"{PREFIX}{action}" for action in actions[intent]}))
        yield from _intent(written.get(intent, []), place / intent, sid, allowed)
    for index, body in enumerate(written.get("policy", [])):
        at = place / "policy" / index
        aws = body["Principal"] if isinstance(body.get("Principal"), Mapping) else {}
        principals = _written(aws, "AWS", at / "Principal")
        yield Grant(_own(body), at, principals, _written(body, "Action", at))


def _intent(
    principals: list[Any], place: Place, sid: str, actions: tuple[str, ...]
) -> Iterator[Grant]:
    found = [(principal, place / index) for index, principal in enumerate(principals)]
    named = [(_arn(who), at) for who, at in found if isinstance(who, str)]
    organizations = [
        (who["organization"], at)
        for who, at in found
        if isinstance(who, Mapping) and "organization" in who
    ]
    if named:
        aws = (("AWS", _sorted(name for name, _ in named)),)
        yield Grant(Statement(Effect.ALLOW, aws, actions, sid=sid), place, tuple(named), ())
    if organizations:
        ids = _sorted(name for name, _ in organizations)
        statement = Statement(
            Effect.ALLOW,
            EVERYONE,
            actions,
            conditions=(Condition("StringEquals", ORGANIZATION_KEY, ids),),
            sid=f"{sid}ByOrganization",
        )
        yield Grant(statement, place, tuple(organizations), ())


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
