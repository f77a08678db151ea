"""Pages of listings, and prefixes."""

from typing import Any

import pytest

from tests.support.double_client import VALIDATION, Service, kind_of, refused


def test_repositories_come_in_pages(service: Service) -> None:
    names = [f"app-{number:03}" for number in range(120)]
    for name in reversed(names):
        service.create(name)
    lister = service.client.list_repositories_in_domain
    first = lister(domain="acme")
    assert [found["name"] for found in first["repositories"]] == names[:50]
    second = lister(domain="acme", nextToken=first["nextToken"], maxResults=70)
    assert [found["name"] for found in second["repositories"]] == names[50:]
    assert "nextToken" not in second
    assert "upstreams" not in second["repositories"][0]


@pytest.mark.parametrize("operation", ["list_repositories", "list_repositories_in_domain"])
def test_pages_of_repositories_make_the_whole(service: Service, operation: str) -> None:
    names = ["App", "app", "app-1", "lib", "web"]
    for name in names:
        service.create(name)
    where = {"domain": "acme"} if operation.endswith("domain") else {}
    pages = service.client.get_paginator(operation).paginate(
        **where, PaginationConfig={"PageSize": 2}
    )
    found = [[repository["name"] for repository in page["repositories"]] for page in pages]
    assert found == [["App", "app"], ["app-1", "lib"], ["web"]]


def test_pages_of_domains_make_the_whole(service: Service) -> None:
    for name in ("beta", "gamma"):
        service.client.create_domain(domain=name)
    pages = service.client.get_paginator("list_domains").paginate(PaginationConfig={"PageSize": 2})
    found = [[domain["name"] for domain in page["domains"]] for page in pages]
    assert found == [["acme", "beta"], ["gamma"]]


@pytest.mark.parametrize("operation", ["list_repositories", "list_repositories_in_domain"])
def test_listing_by_prefix(service: Service, operation: str) -> None:
    for name in ("app", "app-1", "lib"):
        service.create(name)
    where = {"domain": "acme"} if operation.endswith("domain") else {}
    answer = getattr(service.client, operation)(**where, repositoryPrefix="app")
    assert [found["name"] for found in answer["repositories"]] == ["app", "app-1"]


@pytest.mark.parametrize("wrong", [{"maxResults": 0}, {"maxResults": 1001}, {"nextToken": "?"}])
def test_page_that_is_none_is_refused(service: Service, wrong: dict[str, Any]) -> None:
    lister = service.client.list_repositories_in_domain
    assert kind_of(refused(lister, domain="acme", **wrong)) == VALIDATION
    assert kind_of(refused(service.client.list_domains, **wrong)) == VALIDATION
