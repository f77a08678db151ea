"""AWS's own clients of the double of CodeArtifact, and what they see."""

from collections.abc import Callable
from typing import Any, NamedTuple

import boto3  # type: ignore[import-untyped, unused-ignore]
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support.codeartifact_double import Double

OTHER_ACCOUNT = "444455556666"
NOON = 1_800_000_000.0
Client = Any  # botocore has no types


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


class Service(NamedTuple):
    """A double that is served, and a client to it."""

    double: Double
    url: str
    client: Client
    clock: Clock

    def create(self, name: str, *upstreams: str, **others: object) -> None:
        """Create a repository in the domain `acme`."""
        if upstreams:
            others["upstreams"] = named(*upstreams)
        self.client.create_repository(domain="acme", repository=name, **others)

    def update(self, name: str, *upstreams: str) -> None:
        """Set the upstreams of a repository of the domain `acme`."""
        self.client.update_repository(domain="acme", repository=name, upstreams=named(*upstreams))

    def delete(self, name: str) -> None:
        """Delete a repository of the domain `acme`."""
        self.client.delete_repository(domain="acme", repository=name)

    def connect(self, name: str, connection: str) -> None:
        """Associate a connection with a repository of the domain `acme`."""
        self.client.associate_external_connection(
            domain="acme", repository=name, externalConnection=connection
        )

    def describe(self, name: str) -> dict[str, Any]:
        """A repository of the domain `acme`, as the service describes it."""
        answer = self.client.describe_repository(domain="acme", repository=name)
        described: dict[str, Any] = answer["repository"]
        return described

    def upstreams(self, name: str) -> list[str]:
        """The upstreams of a repository as the double knows them."""
        return self.double.domain("acme")["repositories"][name]["upstreams"]


Serve = Callable[..., Service]


def client_for(
    url: str, region: str = "eu-west-1", access_key: str = "double", service: str = "codeartifact"
) -> Client:
    """A client that trusts the service to refuse what is wrong, and does not retry."""
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=region,
        aws_access_key_id=access_key,
        aws_secret_access_key="double",
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )


def named(*names: str) -> list[dict[str, str]]:
    return [{"repositoryName": name} for name in names]


class Refusal(NamedTuple):
    """An error as a client sees it."""

    code: str
    status: int
    message: str
    answer: dict[str, Any]


def refused(call: Callable[..., object], *arguments: object, **parameters: object) -> Refusal:
    """The error that a call must end with."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **parameters)
    answer = caught.value.response
    error = answer["Error"]
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return Refusal(error["Code"], status, error["Message"], answer)


def kind_of(refusal: Refusal) -> tuple[str, int]:
    return refusal.code, refusal.status


VALIDATION = ("ValidationException", 400)
QUOTA = ("ServiceQuotaExceededException", 402)
DENIED = ("AccessDeniedException", 403)
NOT_FOUND = ("ResourceNotFoundException", 404)
CONFLICT = ("ConflictException", 409)


def pairs(**tags: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]
