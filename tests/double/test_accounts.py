"""Accounts and Regions, and STS."""

from tests.support.codeartifact_double import DEFAULT_ACCOUNT
from tests.support.double_client import (
    NOT_FOUND,
    OTHER_ACCOUNT,
    Serve,
    Service,
    client_for,
    kind_of,
    named,
    refused,
)


def test_other_account_works_in_a_domain_that_it_names_the_owner_of(served: Serve) -> None:
    service = served(accounts={"OTHER": OTHER_ACCOUNT})
    other = client_for(service.url, access_key="OTHER")
    assert kind_of(refused(other.describe_domain, domain="acme")) == NOT_FOUND
    where = {"domain": "acme", "domainOwner": DEFAULT_ACCOUNT}
    service.create("lib")
    other.create_repository(**where, repository="app", upstreams=named("lib"))
    found = service.describe("app")
    assert (found["administratorAccount"], found["domainOwner"]) == (OTHER_ACCOUNT, DEFAULT_ACCOUNT)
    assert f":{DEFAULT_ACCOUNT}:repository/acme/app" in found["arn"]
    listed = [repository["name"] for repository in other.list_repositories()["repositories"]]
    assert listed == ["app"]
    answer = other.list_repositories_in_domain(**where, administratorAccount=DEFAULT_ACCOUNT)
    assert [repository["name"] for repository in answer["repositories"]] == ["lib"]
    assert other.list_domains()["domains"] == []


def test_accounts_and_regions_have_domains_of_their_own(served: Serve) -> None:
    service = served(accounts={"OTHER": OTHER_ACCOUNT})
    client_for(service.url, access_key="OTHER").create_domain(domain="acme")
    client_for(service.url, region="us-east-1").create_domain(domain="acme")
    assert list(service.double.snapshot()) == [
        f"arn:aws:codeartifact:eu-west-1:{DEFAULT_ACCOUNT}:domain/acme",
        f"arn:aws:codeartifact:us-east-1:{DEFAULT_ACCOUNT}:domain/acme",
        f"arn:aws:codeartifact:eu-west-1:{OTHER_ACCOUNT}:domain/acme",
    ]


def test_sts_tells_the_account_of_the_key(served: Serve) -> None:
    service = served(accounts={"OTHER": OTHER_ACCOUNT})
    for key, account in {"double": DEFAULT_ACCOUNT, "OTHER": OTHER_ACCOUNT}.items():
        identity = client_for(service.url, access_key=key, service="sts").get_caller_identity()
        assert identity["Account"] == account
        assert identity["Arn"] == f"arn:aws:iam::{account}:user/double"


def test_sts_refuses_everything_else(service: Service) -> None:
    sts = client_for(service.url, service="sts")
    assert kind_of(refused(sts.get_session_token)) == ("InvalidAction", 400)
