"""What the double says of itself, how it can be hindered, and what it shares with the product."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from codeartifact_tf.aws import catalog
from tests.support.codeartifact_double import (
    DEFAULT_ACCOUNT,
    Limits,
)
from tests.support.codeartifact_double import catalog as catalog_of_the_double
from tests.support.codeartifact_double.operations import OPERATIONS
from tests.support.codeartifact_double.protocol import model
from tests.support.codeartifact_double.tags import MAX_TAGS
from tests.support.codeartifact_double.upstreams import MAX_UPSTREAMS
from tests.support.double_client import Serve, Service, kind_of, named, pairs, refused


def test_log_has_the_requests_in_order_with_their_errors(service: Service) -> None:
    service.create("lib")
    service.create("app", "lib")
    refused(service.create, "app")
    refused(service.create, "?")
    service.describe("app")
    assert [(found.operation, found.error) for found in service.double.requests] == [
        ("CreateRepository", None),
        ("CreateRepository", None),
        ("CreateRepository", "ConflictException"),
        ("CreateRepository", "ValidationException"),
        ("DescribeRepository", None),
    ]
    assert service.double.requests[1].parameters == {
        "domain": "acme",
        "repository": "app",
        "upstreams": named("lib"),
    }
    assert len(service.double.writes) == 4
    service.double.forget_requests()
    assert service.double.requests == ()


def test_everything_can_be_forgotten(service: Service) -> None:
    service.create("app")
    service.double.forget_everything()
    assert service.double.snapshot() == {}
    assert service.double.requests == ()


def test_snapshot_is_plain_data(service: Service) -> None:
    service.create("npm-store", tags=pairs(team="platform"))
    service.connect("npm-store", "public:npmjs")
    service.create("app", "npm-store", description="ours")
    snapshot = service.double.snapshot()
    assert json.loads(json.dumps(snapshot)) == snapshot
    assert service.double.domain("acme")["repositories"] == {
        "app": {
            "administrator": DEFAULT_ACCOUNT,
            "description": "ours",
            "upstreams": ["npm-store"],
            "connection": None,
            "tags": {},
            "policy": None,
        },
        "npm-store": {
            "administrator": DEFAULT_ACCOUNT,
            "description": "",
            "upstreams": [],
            "connection": "public:npmjs",
            "tags": {"team": "platform"},
            "policy": None,
        },
    }


def test_requests_at_the_same_time_all_take_effect(service: Service) -> None:
    names = [f"app-{number}" for number in range(40)]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(service.create, names))
    assert sorted(service.double.domain("acme")["repositories"]) == sorted(names)


def test_writes_beyond_the_rate_are_throttled(served: Serve) -> None:
    service = served(writes_per_second=2)
    service.create("app")  # the second write: the first created the domain
    refusal = refused(service.create, "lib")
    assert kind_of(refusal) == ("ThrottlingException", 429)
    assert refusal.answer["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"
    assert refusal.answer["retryAfterSeconds"] == 1
    service.describe("app")
    service.clock.now += 1
    service.create("lib")


def test_latency_is_waited_for(served: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    service = served(latency=150)
    monkeypatch.setattr("tests.support.codeartifact_double.double.time.sleep", waits.append)
    service.client.list_domains()
    assert waits == [0.15]


def test_every_operation_of_the_double_is_one_of_the_service() -> None:
    assert set(OPERATIONS) <= set(model().operation_names)


def test_catalogue_of_the_product_says_the_same() -> None:
    formats = {c.name: c.package_format for c in catalog.EXTERNAL_CONNECTIONS.values()}
    assert formats == dict(catalog_of_the_double.PACKAGE_FORMATS)
    assert Limits().repositories == catalog.MAX_REPOSITORIES
    assert (catalog.MAX_DIRECT_UPSTREAMS, catalog.MAX_TAGS) == (MAX_UPSTREAMS, MAX_TAGS)
