"""Endpoints and tokens of the double."""

import pytest

from tests.support.codeartifact_double import DEFAULT_ACCOUNT
from tests.support.codeartifact_double import catalog as catalog_of_the_double
from tests.support.double_client import NOON, NOT_FOUND, VALIDATION, Service, kind_of, refused


@pytest.mark.parametrize("package_format", catalog_of_the_double.PACKAGE_FORMATS.values())
def test_endpoint(service: Service, package_format: str) -> None:
    service.create("app")
    answer = service.client.get_repository_endpoint(
        domain="acme", repository="app", format=package_format
    )
    host = f"acme-{DEFAULT_ACCOUNT}.d.codeartifact.eu-west-1.amazonaws.com"
    assert answer["repositoryEndpoint"] == f"https://{host}/{package_format}/app/"


def test_endpoint_for_both_versions_of_ip(service: Service) -> None:
    service.create("app")
    answer = service.client.get_repository_endpoint(
        domain="acme", repository="app", format="npm", endpointType="dualstack"
    )
    host = f"acme-{DEFAULT_ACCOUNT}.d.codeartifact.eu-west-1.on.aws"
    assert answer["repositoryEndpoint"] == f"https://{host}/npm/app/"


def test_endpoint_of_an_unknown_format_or_repository_is_refused(service: Service) -> None:
    endpoint = service.client.get_repository_endpoint
    refusal = refused(endpoint, domain="acme", repository="app", format="npm")
    assert kind_of(refusal) == NOT_FOUND
    refusal = refused(endpoint, domain="acme", repository="app", format="conda")
    assert kind_of(refusal) == VALIDATION


@pytest.mark.parametrize(("asked", "given"), [(None, 43200), (0, 3600), (900, 900)])
def test_token_expires(service: Service, asked: int | None, given: int) -> None:
    wanted = {} if asked is None else {"durationSeconds": asked}
    answer = service.client.get_authorization_token(domain="acme", **wanted)
    assert answer["authorizationToken"]
    assert answer["expiration"].timestamp() == NOON + given


@pytest.mark.parametrize("seconds", [-1, 1, 899, 43201])
def test_token_of_a_wrong_duration_is_refused(service: Service, seconds: int) -> None:
    token = service.client.get_authorization_token
    assert kind_of(refused(token, domain="acme", durationSeconds=seconds)) == VALIDATION
