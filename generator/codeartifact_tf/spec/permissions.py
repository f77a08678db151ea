"""`permissions` of a spec → the statements of a resource policy, and what such a policy grants.

An intent becomes one statement, and a second one if it names organizations; the ids of these
statements never change, so a new principal is one more line. Only the types of values are relied
on: what the schema refuses otherwise is left out, so that the rules can speak of the rest.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from codeartifact_tf.aws.catalog import (
    ACTIONS,
    ADMINISTER_ACTIONS,
    CREATE_ACTIONS,
    DOMAIN_READ_ACTIONS,
    LOGIN_ACTIONS,
    PACKAGE_FORMATS,
    PUBLISH_ACTIONS,
    READ_ACTIONS,
)
from codeartifact_tf.domain.model import EVERYONE, Condition, Effect, Policy, Principals, Statement
from codeartifact_tf.spec.source import YamlPath

PREFIX = "codeartifact:"


class Written(NamedTuple):
    """A statement, and the paths below `permissions` of it, of its principals and its actions."""

    statement: Statement
    path: YamlPath
    principals: tuple[tuple[str, YamlPath], ...]
    actions: tuple[tuple[str, YamlPath], ...] = ()


_SIDS = {
    "login": "Login",
    "read": "Read",
    "publish": "Publish",
    "create_repositories": "CreateRepositories",
    "administer": "Administer",
}
_KINDS = ("AWS", "CanonicalUser", "Federated", "Service")
_ORGANIZATION = "aws:PrincipalOrgID"


def of_domain(permissions: Mapping[str, Any]) -> Iterator[Written]:
    """The statements of `domain.permissions`."""
    return _statements(permissions, DOMAIN_READ_ACTIONS, PACKAGE_FORMATS)


def of_repository(permissions: Mapping[str, Any], formats: Iterable[str]) -> Iterator[Written]:
    """The statements of a repository's `permissions`; `formats` are those to be published."""
    return _statements(permissions, READ_ACTIONS, formats)


def _statements(
    permissions: Mapping[str, Any], read: tuple[str, ...], formats: Iterable[str]
) -> Iterator[Written]:
    actions = {
        "login": LOGIN_ACTIONS,
        "read": read,
        "publish": tuple(action for name in formats for action in PUBLISH_ACTIONS.get(name, ())),
        "create_repositories": CREATE_ACTIONS,
        "administer": ADMINISTER_ACTIONS,
    }
    for intent, sid in _SIDS.items():
        allowed = tuple(sorted({f"{PREFIX}{action}" for action in actions[intent]}))
        yield from _intent(intent, sid, permissions.get(intent, []), allowed)
    for index, body in enumerate(permissions.get("policy", [])):
        path = ("policy", index)
        aws = body["Principal"] if isinstance(body.get("Principal"), Mapping) else {}
        principals = _written(aws, "AWS", (*path, "Principal"))
        yield Written(_own(body), path, principals, _written(body, "Action", path))


def _intent(
    intent: str, sid: str, principals: list[Any], actions: tuple[str, ...]
) -> Iterator[Written]:
    found = [(principal, (intent, index)) for index, principal in enumerate(principals)]
    named = [(_arn(who), at) for who, at in found if isinstance(who, str)]
    organizations = [
        (who["organization"], at)
        for who, at in found
        if isinstance(who, Mapping) and "organization" in who
    ]
    if named:
        aws = (("AWS", _sorted(name for name, _ in named)),)
        yield Written(Statement(Effect.ALLOW, aws, actions, sid=sid), (intent,), tuple(named))
    if organizations:
        ids = _sorted(name for name, _ in organizations)
        statement = Statement(
            Effect.ALLOW,
            EVERYONE,
            actions,
            conditions=(Condition("StringEquals", _ORGANIZATION, ids),),
            sid=f"{sid}ByOrganization",
        )
        yield Written(statement, (intent,), tuple(organizations))


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


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


def _written(body: Mapping[str, Any], key: str, path: YamlPath) -> tuple[tuple[str, YamlPath], ...]:
    """The texts at a key, one or a list of them, each with its path."""
    value = body.get(key, [])
    if isinstance(value, str):
        return ((value, (*path, key)),)
    return tuple((text, (*path, key, index)) for index, text in enumerate(value))


# What a policy grants


def known_actions(pattern: str) -> tuple[str, ...]:
    """The actions of CodeArtifact that a pattern means, in any case of its letters, as IAM does."""
    wanted = pattern.casefold().removeprefix(PREFIX)
    return tuple(action for action in ACTIONS if fnmatchcase(action.casefold(), wanted))


def allows(statement: Statement, action: str) -> bool:
    """Whether a statement allows an action, to whomever it is about."""
    is_named = any(action in known_actions(pattern) for pattern in statement.actions)
    return statement.effect is Effect.ALLOW and is_named is not statement.not_actions


def account_of(principal: str) -> str | None:
    """The account of a principal: an account id, or an ARN of IAM or STS."""
    if principal.isdigit():
        return principal
    parts = principal.split(":")
    return parts[4] if len(parts) > 5 and parts[4].isdigit() else None  # noqa: PLR2004 - an ARN


def is_whole_account(principal: str) -> bool:
    """Whether a principal is an account as a whole."""
    return principal.isdigit() or principal.endswith(":root")


def organizations(statement: Statement) -> tuple[str, ...]:
    """The organizations to which a statement is limited by name."""
    return tuple(
        value
        for condition in statement.conditions
        if condition.operator == "StringEquals"
        and condition.key.casefold() == _ORGANIZATION.casefold()
        for value in condition.values
    )


# As JSON


def document(policy: Policy) -> dict[str, Any]:
    """A policy as IAM writes it."""
    return {"Version": "2012-10-17", "Statement": [_statement(each) for each in policy]}


def _statement(statement: Statement) -> dict[str, Any]:
    body: dict[str, Any] = {"Sid": statement.sid} if statement.sid is not None else {}
    body["Effect"] = str(statement.effect)
    principals = {kind: list(names) for kind, names in statement.principals}
    body[_key("Principal", negated=statement.not_principals)] = (
        "*" if statement.is_for_everyone else principals
    )
    body[_key("Action", negated=statement.not_actions)] = list(statement.actions)
    resources = statement.resources
    body[_key("Resource", negated=statement.not_resources)] = (
        "*" if resources == ("*",) else list(resources)
    )
    for condition in statement.conditions:
        keys = body.setdefault("Condition", {}).setdefault(condition.operator, {})
        keys[condition.key] = list(condition.values)
    return body


def _key(name: str, *, negated: bool) -> str:
    return f"Not{name}" if negated else name


# Go's encoding/json, by which the provider writes a policy, escapes these in six characters.
_ESCAPED = ("<", ">", "&", "\u2028", "\u2029")


def size(policy: Policy) -> int:
    """The characters of a policy as the Terraform provider sends it: JSON without white space."""
    text = json.dumps(document(policy), ensure_ascii=False, separators=(",", ":"))
    return len(text) + 5 * sum(text.count(character) for character in _ESCAPED)
