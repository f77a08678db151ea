"""Permission policies of the double."""

import json
from typing import Any, NamedTuple

import pytest

from tests.support.codeartifact_double import Switches
from tests.support.double_client import (
    CONFLICT,
    NOT_FOUND,
    OTHER_ACCOUNT,
    VALIDATION,
    Client,
    Serve,
    Service,
    kind_of,
    refused,
)

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
