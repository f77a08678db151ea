"""The aws CLI as a client of the double."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.codeartifact_double import environment
from tests.support.double_client import Service


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
