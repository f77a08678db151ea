"""Tags of the double."""

import pytest

from tests.support.codeartifact_double import DEFAULT_ACCOUNT
from tests.support.double_client import (
    NOT_FOUND,
    OTHER_ACCOUNT,
    QUOTA,
    VALIDATION,
    Serve,
    Service,
    kind_of,
    pairs,
    refused,
)


@pytest.fixture(params=["domain/acme", "repository/acme/app"])
def arn(request: pytest.FixtureRequest, service: Service) -> str:
    """The ARN of a resource that can have tags."""
    service.create("app")
    return f"arn:aws:codeartifact:eu-west-1:{DEFAULT_ACCOUNT}:{request.param}"


def test_tags_are_set_changed_and_removed(service: Service, arn: str) -> None:
    client = service.client
    client.tag_resource(resourceArn=arn, tags=pairs(team="payments", cost="12"))
    client.tag_resource(resourceArn=arn, tags=pairs(cost="", stage="prod"))
    client.untag_resource(resourceArn=arn, tagKeys=["team", "absent"])
    found = client.list_tags_for_resource(resourceArn=arn)["tags"]
    assert found == pairs(cost="", stage="prod")


def test_tags_come_with_creation(served: Serve) -> None:
    service = served(with_domain=False)
    service.client.create_domain(domain="acme", tags=pairs(team="platform"))
    service.create("app", tags=pairs(team="payments"))
    domain = service.double.domain("acme")
    assert domain["tags"] == {"team": "platform"}
    assert domain["repositories"]["app"]["tags"] == {"team": "payments"}


def test_fifty_first_tag_exceeds_the_quota(service: Service, arn: str) -> None:
    fifty = pairs(**{f"key-{number}": "" for number in range(50)})
    service.client.tag_resource(resourceArn=arn, tags=fifty)
    service.client.tag_resource(resourceArn=arn, tags=pairs(**{"key-1": "again"}))
    more = pairs(more="")
    assert kind_of(refused(service.client.tag_resource, resourceArn=arn, tags=more)) == QUOTA
    assert kind_of(refused(service.create, "lib", tags=fifty + more)) == QUOTA


@pytest.mark.parametrize(
    "tags",
    [
        pairs(a="1") * 2,
        pairs(**{"aws:team": "x"}),
        pairs(**{"": "x"}),
        pairs(**{"a\tb": "x"}),
        pairs(a="x" * 257),
        pairs(**{"x" * 129: ""}),
        [{"key": "a"}],
    ],
    ids=["twice", "reserved", "empty", "control", "long value", "long key", "no value"],
)
def test_tags_that_are_refused(service: Service, arn: str, tags: list[dict[str, str]]) -> None:
    assert kind_of(refused(service.client.tag_resource, resourceArn=arn, tags=tags)) == VALIDATION


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (f"eu-west-1:{DEFAULT_ACCOUNT}:domain/absent", NOT_FOUND),
        (f"eu-west-1:{DEFAULT_ACCOUNT}:repository/acme/absent", NOT_FOUND),
        (f"eu-west-1:{OTHER_ACCOUNT}:domain/acme", NOT_FOUND),
        (f"us-east-1:{DEFAULT_ACCOUNT}:domain/acme", VALIDATION),
        (f"eu-west-1:{DEFAULT_ACCOUNT}:bucket/acme", VALIDATION),
    ],
)
def test_arns_that_lead_nowhere(service: Service, end: str, expected: tuple[str, int]) -> None:
    wanted = f"arn:aws:codeartifact:{end}"
    refusal = refused(service.client.list_tags_for_resource, resourceArn=wanted)
    assert kind_of(refusal) == expected
