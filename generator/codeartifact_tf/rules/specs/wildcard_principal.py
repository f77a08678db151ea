"""A policy allows nothing to everyone on AWS.

`Principal: "*"`, and NotPrincipal, mean every account of every customer. A condition must limit who
they are: `aws:PrincipalOrgID`, `aws:PrincipalOrgPaths`, `aws:PrincipalAccount`, `aws:PrincipalArn`,
`aws:SourceAccount` and its like, or `aws:SourceVpc` and `aws:SourceVpce`; with an operator that
asks for equality, without IfExists and ForAllValues, which also hold where the key is missing.
Source: IAM user guide, "AWS JSON policy elements: Principal".
"""

from collections.abc import Iterator

from codeartifact_tf.domain.model import Condition, Effect, Statement
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec

_LIMITING_KEYS = frozenset(
    f"aws:{key}"
    for key in (
        *("principalaccount", "principalarn", "principalorgid", "principalorgpaths"),
        *("sourceaccount", "sourcearn", "sourceorgid", "sourceorgpaths", "sourcevpc", "sourcevpce"),
    )
)
_LIMITING_OPERATORS = frozenset(
    {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"}
)


@about_spec(Severity.ERROR, fixed=False)
def check(spec: Spec) -> Iterator[Finding]:
    for permissions in spec.permissions:
        for grant in permissions.grants:
            if _is_open(grant.statement):
                key = "NotPrincipal" if grant.statement.not_principals else "Principal"
                message = f"this statement of {permissions.holder} allows something to everyone"
                fix = (
                    "name accounts or roles, or limit it, as"
                    " Condition: {StringEquals: {aws:PrincipalOrgID: o-...}} does"
                )
                yield Finding(grant.place / key, f"{message} on AWS", fix)


def _is_open(statement: Statement) -> bool:
    names = dict(statement.principals).get("AWS", ())
    is_everyone = statement.not_principals or statement.is_for_everyone or "*" in names
    is_limited = any(_limits(condition) for condition in statement.conditions)
    return statement.effect is Effect.ALLOW and is_everyone and not is_limited


def _limits(condition: Condition) -> bool:
    return (
        condition.operator.removeprefix("ForAnyValue:") in _LIMITING_OPERATORS
        and condition.key.casefold() in _LIMITING_KEYS
        and all(value.strip("*?") for value in condition.values)
    )
