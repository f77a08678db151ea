"""Upstreams, and what the deletion of one leaves behind."""

import pytest

from tests.support.codeartifact_double import Switches
from tests.support.double_client import (
    CONFLICT,
    NOT_FOUND,
    QUOTA,
    VALIDATION,
    Serve,
    Service,
    kind_of,
    named,
    refused,
)


def test_upstreams_keep_their_order(service: Service) -> None:
    for name in ("lib", "npm-store", "pypi-store"):
        service.create(name)
    service.create("app", "pypi-store", "lib")
    assert service.describe("app")["upstreams"] == named("pypi-store", "lib")
    service.update("app", "npm-store", "lib", "pypi-store")
    assert service.upstreams("app") == ["npm-store", "lib", "pypi-store"]


def test_update_replaces_the_whole_list(service: Service) -> None:
    service.create("lib")
    service.create("npm-store")
    service.create("app", "lib")
    service.update("app", "npm-store")
    assert service.upstreams("app") == ["npm-store"]
    service.update("app")
    assert service.upstreams("app") == []


@pytest.mark.parametrize("stay", [True, False])
def test_upstreams_that_an_update_leaves_out(served: Serve, stay: bool) -> None:
    service = served(switches=Switches(omitted_upstreams_stay=stay))
    service.create("lib")
    service.create("app", "lib")
    service.client.update_repository(domain="acme", repository="app", description="ours")
    assert service.upstreams("app") == (["lib"] if stay else [])


def test_update_of_a_description_leaves_a_connection_alone(served: Serve) -> None:
    service = served(switches=Switches(omitted_upstreams_stay=False))
    service.create("npm-store")
    service.connect("npm-store", "public:npmjs")
    service.client.update_repository(domain="acme", repository="npm-store", description="npm")
    assert service.describe("npm-store")["description"] == "npm"


def test_absent_upstream_is_not_found(service: Service) -> None:
    refusal = refused(service.create, "app", "lib")
    assert kind_of(refusal) == NOT_FOUND
    assert refusal.answer["resourceId"] == "lib"
    service.create("app")
    assert kind_of(refused(service.update, "app", "lib")) == NOT_FOUND
    assert service.upstreams("app") == []


@pytest.mark.parametrize("is_quota", [True, False])
def test_eleven_upstreams_are_too_many(served: Serve, is_quota: bool) -> None:
    service = served(switches=Switches(too_many_upstreams_is_quota=is_quota))
    names = [f"lib-{number}" for number in range(11)]
    for name in names:
        service.create(name)
    service.create("app", *names[:10])
    assert kind_of(refused(service.create, "web", *names)) == (QUOTA if is_quota else VALIDATION)
    assert kind_of(refused(service.update, "app", *names)) == (QUOTA if is_quota else VALIDATION)


@pytest.mark.parametrize("refuse", [True, False])
def test_upstream_that_is_listed_twice(served: Serve, refuse: bool) -> None:
    service = served(switches=Switches(refuse_duplicate_upstreams=refuse))
    service.create("lib")
    if refuse:
        assert kind_of(refused(service.create, "app", "lib", "lib")) == VALIDATION
    else:
        service.create("app", "lib", "lib")
        assert service.upstreams("app") == ["lib", "lib"]


@pytest.mark.parametrize("refuse", [True, False])
@pytest.mark.parametrize("cycle", [("app",), ("lib",), ("base",)], ids=str)
def test_repository_that_would_be_its_own_upstream(
    served: Serve, cycle: tuple[str], refuse: bool
) -> None:
    service = served(switches=Switches(refuse_cycles=refuse))
    service.create("app")
    service.create("lib", "app")
    service.create("base", "lib")
    if refuse:
        assert kind_of(refused(service.update, "app", *cycle)) == VALIDATION
        assert service.upstreams("app") == []
    else:
        service.update("app", *cycle)
        assert service.upstreams("app") == list(cycle)


def test_two_ways_to_a_repository_are_no_cycle(service: Service) -> None:
    service.create("base")
    service.create("lib", "base")
    service.create("app")
    service.update("app", "lib", "base")
    assert service.upstreams("app") == ["lib", "base"]


def test_deleted_upstream_leaves_a_link_that_recreation_does_not_mend(service: Service) -> None:
    service.create("lib")
    service.create("app", "lib")
    service.delete("lib")
    assert service.upstreams("app") == ["lib (deleted)"]
    service.create("lib")
    assert service.upstreams("app") == ["lib (deleted)"]
    assert service.describe("app")["upstreams"] == named("lib")
    service.client.update_repository(domain="acme", repository="app", description="ours")
    assert service.upstreams("app") == ["lib (deleted)"]
    service.update("app", "lib")
    assert service.upstreams("app") == ["lib"]


def test_deleted_upstream_cannot_be_named_again(service: Service) -> None:
    service.create("lib")
    service.create("app", "lib")
    service.delete("lib")
    assert kind_of(refused(service.update, "app", "lib")) == NOT_FOUND
    service.update("app")
    assert service.upstreams("app") == []


def test_dead_upstream_forbids_a_connection_all_the_same(service: Service) -> None:
    service.create("lib")
    service.create("app", "lib")
    service.delete("lib")
    assert kind_of(refused(service.connect, "app", "public:npmjs")) == VALIDATION


def test_dead_upstream_is_no_part_of_a_cycle(service: Service) -> None:
    service.create("app")
    service.create("lib", "app")
    service.delete("app")
    service.create("app")
    service.update("app", "lib")
    assert service.upstreams("app") == ["lib"]


@pytest.mark.parametrize("hides", [False, True])
def test_description_with_a_dead_upstream(served: Serve, hides: bool) -> None:
    service = served(switches=Switches(describe_hides_dead_upstreams=hides))
    service.create("lib")
    service.create("base")
    service.create("app", "lib", "base")
    service.delete("lib")
    shown = named("base") if hides else named("lib", "base")
    assert service.describe("app")["upstreams"] == shown
    assert service.upstreams("app") == ["lib (deleted)", "base"]


@pytest.mark.parametrize("refuse", [False, True])
def test_deletion_of_an_upstream_in_use(served: Serve, refuse: bool) -> None:
    service = served(switches=Switches(refuse_delete_of_used_upstream=refuse))
    service.create("lib")
    service.create("app", "lib")
    if refuse:
        refusal = refused(service.delete, "lib")
        assert kind_of(refusal) == CONFLICT
        assert "is an upstream of app" in refusal.message
        service.update("app")
    service.delete("lib")
