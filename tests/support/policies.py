"""Small resource policies: from JSON as people write it, and drawn from few values that meet."""

from typing import Any

from hypothesis import strategies as st

from codeartifact_tf.domain.model import Policy
from codeartifact_tf.spec.spec import Spec
from tests.support.reviews import spec_of

OWNER, ACCOUNT, OTHER = "111122223333", "444455556666", "777788889999"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ci"
USER = f"arn:aws:iam::{ACCOUNT}:user/eve"
ORGANIZATION = "o-a1b2c3d4e5"


def policy_of(*bodies: dict[str, Any]) -> Policy:
    """The policy of statements as JSON has them."""
    return _spec(bodies).domain.policy


def _spec(bodies: tuple[dict[str, Any], ...]) -> Spec:
    return spec_of(
        {
            "domain": {
                "name": "acme",
                "region": "eu-west-1",
                "owner": OWNER,
                "permissions": {"policy": [*bodies]},
            },
            "repositories": {"shared": {}},
        }
    )


_ARN = f"arn:aws:codeartifact:eu-west-1:{OWNER}:"
_PRINCIPALS = st.one_of(
    st.just("*"),
    st.lists(
        st.sampled_from([f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{OTHER}:root", ROLE, USER]),
        min_size=1,
        max_size=3,
        unique=True,
    ).map(lambda names: {"AWS": names}),
)
_ACTIONS = st.lists(
    st.sampled_from(
        [
            *("codeartifact:*", "*", "codeartifact:Read*", "codeartifact:ReadFromRepository"),
            *("codeartifact:*Package*", "CODEARTIFACT:publishpackageversion", "s3:*"),
        ]
    ),
    min_size=1,
    max_size=2,
    unique=True,
)
_RESOURCES = st.lists(
    st.sampled_from(
        [
            *("*", f"{_ARN}*", f"{_ARN}repository/acme/*", f"{_ARN}repository/acme/shared"),
            *(f"{_ARN}repository/acme/s*d", f"{_ARN}repository/other/*", f"{_ARN}package/acme/*"),
        ]
    ),
    min_size=1,
    max_size=2,
    unique=True,
)
_CONDITIONS = st.sampled_from(
    [
        *({}, {}, {}),
        {"StringEquals": {"aws:PrincipalOrgID": [ORGANIZATION]}},
        {"StringNotEquals": {"aws:PrincipalOrgID": [ORGANIZATION]}},
        {"StringEquals": {"aws:PrincipalAccount": [ACCOUNT]}},
        {"StringNotEquals": {"aws:PrincipalAccount": [ACCOUNT, OTHER]}},
        {"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/*"]}},
        {"ArnNotEquals": {"aws:PrincipalArn": [ROLE]}},
        {"StringLike": {"aws:PrincipalArn": ["arn:*:role/c?"]}},
        {"StringNotLike": {"aws:PrincipalArn": [f"arn:aws:iam::{ACCOUNT}:*"]}},
        {"ArnEqualsIfExists": {"aws:PrincipalArn": [USER]}},
        {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}},
        {"Bool": {"aws:SecureTransport": ["true"]}},
    ]
)


def bodies(*effects: str) -> st.SearchStrategy[dict[str, Any]]:
    """Statements as JSON has them."""
    return st.builds(
        _body,
        st.sampled_from(effects or ("Allow", "Deny")),
        _PRINCIPALS,
        _ACTIONS,
        _RESOURCES,
        _CONDITIONS,
        st.sampled_from([(), (), (), (), ("Principal",), ("Action",), ("Resource",)]),
    )


def _body(
    effect: str,
    principal: Any,
    actions: list[str],
    resources: list[str],
    condition: dict[str, Any],
    negated: tuple[str, ...],
) -> dict[str, Any]:
    parts = {"Principal": principal, "Action": actions, "Resource": resources}
    # AWS refuses these two, because they mean nobody, or nothing.
    is_all = principal == "*" and "Principal" in negated
    named = {f"Not{k}" if k in negated and not is_all else k: v for k, v in parts.items()}
    return {"Effect": effect, **named, **({"Condition": condition} if condition else {})}


def statements(*effects: str) -> st.SearchStrategy[Policy]:
    """Policies of one statement."""
    return bodies(*effects).map(policy_of)
