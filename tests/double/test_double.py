"""The double of CodeArtifact is tested by AWS's own clients: boto3 and the aws CLI."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import boto3  # type: ignore[import-untyped, unused-ignore]
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from codeartifact_tf.aws import catalog
from tests.support.codeartifact_double import (
    DEFAULT_ACCOUNT,
    Double,
    Limits,
    Switches,
    environment,
    serve,
)
from tests.support.codeartifact_double import catalog as catalog_of_the_double
from tests.support.codeartifact_double.operations import OPERATIONS
from tests.support.codeartifact_double.protocol import model
from tests.support.codeartifact_double.tags import MAX_TAGS
from tests.support.codeartifact_double.upstreams import MAX_UPSTREAMS

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


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    """A double that is served as long as this file runs: making a client takes a while."""
    clock = Clock()
    double = Double(clock=clock)
    with serve(double) as url:
        client = client_for(url)
        yield Service(double, url, client, clock)
        client.close()


@pytest.fixture
def served(running: Service) -> Serve:
    """Makes the double a new one; the domain `acme` is there if not told otherwise."""

    def start(with_domain: bool = True, **settings: Any) -> Service:
        running.clock.now = NOON
        vars(running.double).update(vars(Double(clock=running.clock, **settings)))
        if with_domain:
            running.client.create_domain(domain="acme")
            running.double.forget_requests()
        return running

    return start


@pytest.fixture
def service(served: Serve) -> Service:
    """A double with the default answers to what is unconfirmed, and the domain `acme`."""
    return served()


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


# Domains.


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


# Repositories.


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


# Upstreams.


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


# What the deletion of an upstream leaves behind.


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


# External connections.


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


# Permission policies.

STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": OTHER_ACCOUNT},
    "Action": "codeartifact:ReadFromRepository",
    "Resource": "*",
}


def policy(**changes: object) -> str:
    statement = {key: value for key, value in {**STATEMENT, **changes}.items() if value}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(params=["domain", "repository"])
def policies(request: pytest.FixtureRequest, service: Service) -> "Policies":
    """The three operations on the policy of the domain `acme`, or of its repository `app`."""
    service.create("app")
    return Policies(service.client, request.param)


class Policies(NamedTuple):
    """The operations on a policy."""

    client: Client
    kind: str

    def get(self) -> dict[str, Any]:
        return self._call("get")

    def put(self, document: str, **others: str) -> dict[str, Any]:
        return self._call("put", policyDocument=document, **others)

    def delete(self, **others: str) -> dict[str, Any]:
        return self._call("delete", **others)

    def _call(self, verb: str, **others: str) -> dict[str, Any]:
        where = {"repository": "app"} if self.kind == "repository" else {}
        operation = getattr(self.client, f"{verb}_{self.kind}_permissions_policy")
        answer: dict[str, Any] = operation(domain="acme", **where, **others)["policy"]
        return answer


def test_policy_is_put_read_and_deleted(policies: Policies) -> None:
    assert kind_of(refused(policies.get)) == NOT_FOUND
    put = policies.put(policy())
    suffix = {"domain": ":domain/acme", "repository": ":repository/acme/app"}[policies.kind]
    assert put["resourceArn"].endswith(suffix)
    assert put["document"] == policy()
    assert policies.get() == put
    assert policies.delete() == put
    assert kind_of(refused(policies.get)) == NOT_FOUND
    assert kind_of(refused(policies.delete)) == NOT_FOUND


def test_policies_of_domain_and_repository_are_two(service: Service) -> None:
    service.create("app")
    service.client.put_domain_permissions_policy(domain="acme", policyDocument=policy())
    domain = service.double.domain("acme")
    assert domain["policy"] is not None
    assert domain["repositories"]["app"]["policy"] is None


def test_revision_locks_a_policy(policies: Policies) -> None:
    first = policies.put(policy())["revision"]
    second = policies.put(policy(Effect="Deny"), policyRevision=first)["revision"]
    assert second != first
    assert kind_of(refused(policies.put, policy(), policyRevision=first)) == CONFLICT
    assert kind_of(refused(policies.delete, policyRevision=first)) == CONFLICT
    assert policies.get()["document"] == policy(Effect="Deny")
    policies.put(policy())  # who names no revision does not ask for the lock
    third = policies.get()["revision"]
    policies.delete(policyRevision=third)


def test_revision_of_no_policy_is_a_conflict(policies: Policies) -> None:
    assert kind_of(refused(policies.put, policy(), policyRevision="AAAA")) == CONFLICT


@pytest.mark.parametrize("keeps", [False, True])
def test_revision_of_an_equal_policy(served: Serve, keeps: bool) -> None:
    service = served(switches=Switches(equal_policy_keeps_revision=keeps))
    put = service.client.put_domain_permissions_policy
    first, second = (
        put(domain="acme", policyDocument=policy())["policy"]["revision"] for _ in range(2)
    )
    assert (first == second) == keeps


@pytest.mark.parametrize(
    "document",
    [
        "Allow everything",
        "[]",
        "{}",
        '{"Statement": []}',
        '{"Statement": ["Allow"]}',
        '{"Version": "2020-01-01", "Statement": []}',
        '{"Statements": []}',
        policy(Effect="Permit"),
        policy(Principal=None),
        policy(Action=None),
        policy(Resource=None),
        policy(NotAction="codeartifact:DeleteDomain"),
        policy(Actions="codeartifact:*"),
        policy(Sid="x" * 7168),
        policy()[:-1] + "\u200b}",
        "",
    ],
)
def test_malformed_policy_is_refused(policies: Policies, document: str) -> None:
    assert kind_of(refused(policies.put, document)) == VALIDATION


@pytest.mark.parametrize(
    "document",
    [
        json.dumps({"Statement": STATEMENT}),
        policy(Condition={"StringEquals": {"aws:PrincipalOrgID": ["o-acme"]}}, Principal="*"),
        policy(NotAction="codeartifact:DeleteDomain", Action=None),
        json.dumps(json.loads(policy()), indent=4),
        policy(Sid="x" * (7168 - len(policy(Sid="x")) + 1)),
    ],
)
def test_well_formed_policy_is_kept_as_it_is(policies: Policies, document: str) -> None:
    policies.put(document)
    assert policies.get()["document"] == document


# Tags.


@pytest.fixture(params=["domain/acme", "repository/acme/app"])
def arn(request: pytest.FixtureRequest, service: Service) -> str:
    """The ARN of a resource that can have tags."""
    service.create("app")
    return f"arn:aws:codeartifact:eu-west-1:{DEFAULT_ACCOUNT}:{request.param}"


def pairs(**tags: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


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


# Endpoints and tokens.


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


# Listings.


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


# Accounts and Regions.


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


# The protocol.


@pytest.mark.parametrize(
    "name", ["a", "my_domain", "Acme", "acme-", "1acme", "a" * 51, "acme\n", "a.b", ""]
)
def test_names_that_no_domain_can_have(service: Service, name: str) -> None:
    assert kind_of(refused(service.client.create_domain, domain=name)) == VALIDATION


@pytest.mark.parametrize("name", ["a", "-app", "a/b", "a b", "a" * 101, "appé", "app\n", ""])
def test_names_that_no_repository_can_have(service: Service, name: str) -> None:
    assert kind_of(refused(service.create, name)) == VALIDATION


@pytest.mark.parametrize("text", ["a\nb", "\t", "zero\u200bwidth", "x" * 1001])
def test_descriptions_that_are_refused(service: Service, text: str) -> None:
    assert kind_of(refused(service.create, "app", description=text)) == VALIDATION


@pytest.mark.parametrize("text", ["", "é 漢字 🎉 \u00a0", "x" * 1000])
def test_descriptions_that_are_accepted(service: Service, text: str) -> None:
    service.create("app", description=text)
    assert service.describe("app")["description"] == text


def test_every_problem_of_a_request_is_told(service: Service) -> None:
    refusal = refused(service.create, "a", upstreams=[{}], description=1)
    assert kind_of(refusal) == VALIDATION
    assert refusal.answer["reason"] == "FIELD_VALIDATION_FAILED"
    assert refusal.message == (
        "4 validation errors detected: "
        "Value at 'repository' failed to satisfy constraint:"
        " Member must have length greater than or equal to 2; "
        "Value at 'repository' failed to satisfy constraint:"
        " Member must satisfy regular expression pattern: [A-Za-z0-9][A-Za-z0-9._\\-]{1,99}; "
        "Value at 'description' failed to satisfy constraint: Member must be of type string; "
        "Value at 'upstreams.1.member.repositoryName' failed to satisfy constraint:"
        " Member must not be null"
    )


def post(
    url: str, path: str, body: bytes, scope: str = "codeartifact", method: str = "POST"
) -> tuple[int, Any]:
    """A request as no client would make it."""
    authorization = f"AWS4-HMAC-SHA256 Credential=k/20270115/eu-west-1/{scope}/aws4_request, S=x"
    request = HttpRequest(url + path, body, {"Authorization": authorization}, method=method)
    try:
        with urlopen(request) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_body_that_is_no_object_is_refused(service: Service, body: bytes) -> None:
    status, answer = post(service.url, "/v1/repository?domain=acme&repository=app", body)
    assert (status, answer["reason"]) == (400, "CANNOT_PARSE")


def test_null_is_the_same_as_nothing(service: Service) -> None:
    body = b'{"description": null, "upstreams": null}'
    status, answer = post(service.url, "/v1/repository?domain=acme&repository=app", body)
    assert (status, "description" in answer["repository"]) == (200, False)
    assert answer["repository"]["createdTime"] == NOON


def test_path_that_is_none_of_the_service_is_refused(service: Service) -> None:
    assert post(service.url, "/v2/domain", b"{}")[1]["reason"] == "UNKNOWN_OPERATION"
    assert post(service.url, "/v1/package/version/asset", b"{}")[0] == 400  # it is a GET


def test_request_that_is_not_signed_for_the_service_is_refused(service: Service) -> None:
    assert post(service.url, "/v1/domains", b"{}", scope="s3")[0] == 403


@pytest.mark.parametrize("name", sorted(set(model().operation_names) - set(OPERATIONS)))
def test_operation_without_a_double_says_so(service: Service, name: str) -> None:
    http = model().operation_model(name).http
    status, answer = post(service.url, http["requestUri"], b"\0", method=http["method"])
    assert status == 501  # which clients do not retry
    assert answer["message"] == f"The double does not implement {name}"
    assert service.double.requests[-1].operation == name
    assert service.double.requests[-1].error == "NotImplemented"


def test_mistake_of_the_double_is_not_retried_and_tells_itself(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.double, "clock", lambda: 1 / 0)
    refusal = refused(service.client.list_domains)
    assert kind_of(refusal) == ("DoubleFailed", 501)
    assert "ZeroDivisionError" in refusal.message


# What the double tells of itself, and how it can be hindered.


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


# The double and the rest.


def test_every_operation_of_the_double_is_one_of_the_service() -> None:
    assert set(OPERATIONS) <= set(model().operation_names)


def test_catalogue_of_the_product_says_the_same() -> None:
    formats = {c.name: c.package_format for c in catalog.EXTERNAL_CONNECTIONS.values()}
    assert formats == dict(catalog_of_the_double.PACKAGE_FORMATS)
    assert Limits().repositories == catalog.MAX_REPOSITORIES
    assert (catalog.MAX_DIRECT_UPSTREAMS, catalog.MAX_TAGS) == (MAX_UPSTREAMS, MAX_TAGS)


# The aws CLI.


@pytest.fixture
def aws(service: Service) -> Callable[..., Any]:
    """Runs `aws codeartifact` against the double, in the domain `acme`."""
    executable = Path(sys.executable).with_name("aws")
    variables = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}

    def call(command: str, *arguments: str) -> Any:
        done = subprocess.run(
            [executable, "codeartifact", command, *arguments, "--output", "json"],
            env=variables | environment(service.url),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return call


def test_cli_creates_changes_and_lists(aws: Callable[..., Any], service: Service) -> None:
    assert aws("create-domain", "--domain", "beta")["domain"]["name"] == "beta"
    service.create("lib")
    acme = ("--domain", "acme", "--repository", "app")
    aws("create-repository", *acme, "--upstreams", "repositoryName=lib")
    assert service.upstreams("app") == ["lib"]
    # The one way to remove all upstreams: the option without a value (UG repo-upstream-add).
    assert aws("update-repository", *acme, "--upstreams")["repository"]["upstreams"] == []
    assert service.double.requests[-1].parameters["upstreams"] == []
    arguments = ("--domain", "acme", "--page-size", "1")
    listed = aws("list-repositories-in-domain", *arguments)["repositories"]
    assert [found["name"] for found in listed] == ["app", "lib"]


def test_cli_connects_and_asks_for_access(aws: Callable[..., Any], service: Service) -> None:
    service.create("app")
    acme = ("--domain", "acme", "--repository", "app")
    npm = ("--external-connection", "public:npmjs")
    (found,) = aws("associate-external-connection", *acme, *npm)["repository"][
        "externalConnections"
    ]
    assert found["status"] == "Available"
    answer = aws("disassociate-external-connection", *acme, *npm)
    assert answer["repository"]["externalConnections"] == []
    endpoint = aws("get-repository-endpoint", *acme, "--format", "npm")["repositoryEndpoint"]
    assert endpoint.endswith(".d.codeartifact.eu-west-1.amazonaws.com/npm/app/")
    answer = aws("get-authorization-token", "--domain", "acme", "--duration-seconds", "900")
    assert answer["authorizationToken"]
