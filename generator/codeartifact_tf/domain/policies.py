"""Questions about a resource policy: whom it names, what it allows, how long it is as JSON."""

import json
from typing import Any

from codeartifact_tf.aws.actions import known_actions
from codeartifact_tf.domain.model import Effect, Policy, Statement

ORGANIZATION_KEY = "aws:PrincipalOrgID"
PATHS_KEY = "aws:PrincipalOrgPaths"


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


_GROUPS = {
    ("StringEquals", ORGANIZATION_KEY.casefold()),
    ("ForAnyValue:StringEquals", PATHS_KEY.casefold()),
    ("ForAnyValue:StringLike", PATHS_KEY.casefold()),
}


def groups(statement: Statement) -> tuple[str, ...]:
    """The organizations and the paths of their units to which a statement is limited by name."""
    return tuple(
        value
        for condition in statement.conditions
        if (condition.operator, condition.key.casefold()) in _GROUPS
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
