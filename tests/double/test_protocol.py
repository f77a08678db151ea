"""What is no valid request, and how the double answers it."""

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

import pytest

from tests.support.codeartifact_double.operations import OPERATIONS
from tests.support.codeartifact_double.protocol import model
from tests.support.double_client import NOON, VALIDATION, Service, kind_of, refused


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
