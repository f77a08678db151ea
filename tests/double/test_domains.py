"""Domains of the double."""

import pytest

from tests.support.codeartifact_double import DEFAULT_ACCOUNT
from tests.support.double_client import (
    CONFLICT,
    NOON,
    NOT_FOUND,
    QUOTA,
    Serve,
    Service,
    client_for,
    kind_of,
    refused,
)


def test_domain_is_created_described_listed_and_deleted(served: Serve) -> None:
    service = served(with_domain=False)
    created = service.client.create_domain(domain="acme")["domain"]
    assert created["arn"] == f"arn:aws:codeartifact:eu-west-1:{DEFAULT_ACCOUNT}:domain/acme"
    assert (created["owner"], created["status"]) == (DEFAULT_ACCOUNT, "Active")
    assert created["createdTime"].timestamp() == NOON
    assert (created["repositoryCount"], created["assetSizeBytes"]) == (0, 0)
    assert service.client.describe_domain(domain="acme")["domain"] == created
    (listed,) = service.client.list_domains()["domains"]
    assert listed.items() <= created.items()
    deleted = service.client.delete_domain(domain="acme")["domain"]
    assert deleted == {**created, "status": "Deleted"}
    assert service.double.snapshot() == {}


def test_domain_counts_its_repositories(service: Service) -> None:
    service.create("app")
    assert service.client.describe_domain(domain="acme")["domain"]["repositoryCount"] == 1


@pytest.mark.parametrize(
    "key", ["1234abcd-12ab-34cd-56ef-1234567890ab", "alias/packages", None], ids=str
)
def test_key_of_a_domain_comes_back_as_an_arn(served: Serve, key: str | None) -> None:
    service = served(with_domain=False)
    wanted = {"encryptionKey": key} if key else {}
    found = service.client.create_domain(domain="acme", **wanted)["domain"]["encryptionKey"]
    assert found.startswith(f"arn:aws:kms:eu-west-1:{DEFAULT_ACCOUNT}:key/")


def test_arn_of_a_key_comes_back_as_it_is(served: Serve) -> None:
    service = served(with_domain=False)
    arn = f"arn:aws:kms:eu-west-1:{DEFAULT_ACCOUNT}:key/1234abcd"
    service.client.create_domain(domain="acme", encryptionKey=arn)
    assert service.double.domain("acme")["encryption_key"] == arn


def test_domain_that_exists_is_a_conflict(service: Service) -> None:
    refusal = refused(service.client.create_domain, domain="acme")
    assert kind_of(refusal) == CONFLICT
    assert (refusal.answer["resourceType"], refusal.answer["resourceId"]) == ("domain", "acme")


def test_eleventh_domain_exceeds_the_quota(service: Service) -> None:
    for number in range(9):
        service.client.create_domain(domain=f"domain-{number}")
    assert kind_of(refused(service.client.create_domain, domain="one-more")) == QUOTA
    other_region = client_for(service.url, region="us-east-1")
    other_region.create_domain(domain="one-more")


def test_domain_with_repositories_is_not_deleted(service: Service) -> None:
    service.create("app")
    refusal = refused(service.client.delete_domain, domain="acme")
    assert kind_of(refusal) == CONFLICT
    assert refusal.message == "Domain must contain 0 repositories before deletion"
    service.delete("app")
    service.client.delete_domain(domain="acme")


def test_deleting_an_absent_domain_is_no_error(served: Serve) -> None:
    answer = served(with_domain=False).client.delete_domain(domain="acme")
    assert "domain" not in answer


def test_absent_domain_is_not_found(served: Serve) -> None:
    service = served(with_domain=False)
    refusal = refused(service.client.describe_domain, domain="acme")
    assert kind_of(refusal) == NOT_FOUND
    assert f"Domain 'acme' owned by account '{DEFAULT_ACCOUNT}' does not exist" in refusal.message
    assert kind_of(refused(service.create, "app")) == NOT_FOUND
