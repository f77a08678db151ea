"""External connections of the double."""

import pytest

from tests.support.codeartifact_double import Switches
from tests.support.codeartifact_double import catalog as catalog_of_the_double
from tests.support.double_client import NOT_FOUND, VALIDATION, Serve, Service, kind_of, refused


@pytest.mark.parametrize(("name", "package_format"), catalog_of_the_double.PACKAGE_FORMATS.items())
def test_connection_is_associated_and_disassociated(
    service: Service, name: str, package_format: str
) -> None:
    service.create("store")
    service.connect("store", name)
    assert service.describe("store")["externalConnections"] == [
        {"externalConnectionName": name, "packageFormat": package_format, "status": "Available"}
    ]
    answer = service.client.disassociate_external_connection(
        domain="acme", repository="store", externalConnection=name
    )
    assert answer["repository"]["externalConnections"] == []


def test_status_of_a_connection_as_the_user_guide_prints_it(served: Serve) -> None:
    service = served(switches=Switches(connection_status="AVAILABLE"))
    service.create("store")
    service.connect("store", "public:npmjs")
    (connection,) = service.describe("store")["externalConnections"]
    assert connection["status"] == "AVAILABLE"


def test_second_connection_is_refused(service: Service) -> None:
    service.create("store")
    service.connect("store", "public:npmjs")
    refusal = refused(service.connect, "store", "public:pypi")
    assert kind_of(refusal) == VALIDATION
    assert refusal.message == "ExternalConnections for repositories are currently limited to 1"
    assert service.double.domain("acme")["repositories"]["store"]["connection"] == "public:npmjs"


@pytest.mark.parametrize("is_ok", [True, False])
def test_same_connection_again(served: Serve, is_ok: bool) -> None:
    service = served(switches=Switches(associate_same_connection_twice_is_ok=is_ok))
    service.create("store")
    service.connect("store", "public:npmjs")
    if is_ok:
        service.connect("store", "public:npmjs")
    else:
        assert kind_of(refused(service.connect, "store", "public:npmjs")) == VALIDATION


@pytest.mark.parametrize("is_not_found", [True, False])
def test_connection_that_does_not_exist(served: Serve, is_not_found: bool) -> None:
    service = served(switches=Switches(unknown_connection_is_not_found=is_not_found))
    service.create("store")
    expected = NOT_FOUND if is_not_found else VALIDATION
    assert kind_of(refused(service.connect, "store", "public:npm")) == expected


def test_connection_that_a_repository_lacks_is_not_found(service: Service) -> None:
    service.create("store")
    service.connect("store", "public:npmjs")
    refusal = refused(
        service.client.disassociate_external_connection,
        domain="acme",
        repository="store",
        externalConnection="public:pypi",
    )
    assert kind_of(refusal) == NOT_FOUND


def test_repository_with_upstreams_gets_no_connection(service: Service) -> None:
    service.create("lib")
    service.create("app", "lib")
    assert kind_of(refused(service.connect, "app", "public:npmjs")) == VALIDATION
    service.update("app")
    service.connect("app", "public:npmjs")


def test_repository_with_a_connection_gets_no_upstreams(service: Service) -> None:
    service.create("lib")
    service.create("app")
    service.connect("app", "public:npmjs")
    assert kind_of(refused(service.update, "app", "lib")) == VALIDATION
    assert kind_of(refused(service.update, "app")) == VALIDATION  # an empty list
    service.client.update_repository(domain="acme", repository="app", description="no list")
