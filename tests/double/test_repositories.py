"""Repositories of the double."""

import pytest

from tests.support.codeartifact_double import (
    DEFAULT_ACCOUNT,
    Limits,
    Switches,
)
from tests.support.double_client import (
    CONFLICT,
    NOON,
    NOT_FOUND,
    QUOTA,
    Serve,
    Service,
    kind_of,
    named,
    refused,
)


def test_repository_is_created_described_updated_and_deleted(service: Service) -> None:
    service.create("npm-store")
    service.create("app", "npm-store", description="ours")
    found = service.describe("app")
    assert found == {
        "name": "app",
        "administratorAccount": DEFAULT_ACCOUNT,
        "domainName": "acme",
        "domainOwner": DEFAULT_ACCOUNT,
        "arn": f"arn:aws:codeartifact:eu-west-1:{DEFAULT_ACCOUNT}:repository/acme/app",
        "description": "ours",
        "upstreams": named("npm-store"),
        "externalConnections": [],
        "createdTime": found["createdTime"],
    }
    assert found["createdTime"].timestamp() == NOON
    assert "description" not in service.describe("npm-store")
    service.client.update_repository(domain="acme", repository="app", description="")
    assert service.describe("app") == {**found, "description": ""}
    service.delete("app")
    assert kind_of(refused(service.describe, "app")) == NOT_FOUND


def test_repository_that_exists_is_a_conflict(service: Service) -> None:
    service.create("app")
    refusal = refused(service.create, "app")
    assert kind_of(refusal) == CONFLICT
    assert (refusal.answer["resourceType"], refusal.answer["resourceId"]) == ("repository", "app")


@pytest.mark.parametrize("insensitive", [False, True])
def test_names_that_differ_in_case(served: Serve, insensitive: bool) -> None:
    service = served(switches=Switches(case_insensitive_names=insensitive))
    service.create("app")
    if insensitive:
        assert kind_of(refused(service.create, "App")) == CONFLICT
    else:
        service.create("App")


def test_repository_beyond_the_quota(served: Serve) -> None:
    service = served(limits=Limits(repositories=2))
    service.create("app")
    service.create("lib")
    assert kind_of(refused(service.create, "one-more")) == QUOTA
    assert list(service.double.domain("acme")["repositories"]) == ["app", "lib"]


@pytest.mark.parametrize("is_not_found", [True, False])
def test_deleting_an_absent_repository(served: Serve, is_not_found: bool) -> None:
    service = served(switches=Switches(delete_absent_repository_is_not_found=is_not_found))
    if is_not_found:
        assert kind_of(refused(service.delete, "app")) == NOT_FOUND
    else:
        service.delete("app")


def test_updating_an_absent_repository_is_not_found(service: Service) -> None:
    assert kind_of(refused(service.update, "app")) == NOT_FOUND
