"""Folders of generated files for the real Terraform, and its offline plan of them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codeartifact_tf.domain.policies import document
from codeartifact_tf.terraform.configuration import (
    DEFAULT_AWS_PROVIDER_VERSION,
    DEFAULT_REQUIRED_VERSION,
    Deployment,
)
from codeartifact_tf.terraform.render import render
from tests.conftest import EXAMPLES, OFFLINE_PROVIDER, Terraform
from tests.support.deployments import changed
from tests.support.strategies import sample

RICHEST = 25

# Merged over the generated provider block. With `allowed_account_ids` the provider would ask STS
# who is calling; what the committed block says is proven by reading it back.
OFFLINE_OVERRIDE = OFFLINE_PROVIDER.replace(
    '  region                      = "eu-west-1"\n', "  allowed_account_ids         = null\n"
)


# The examples for a run of Terraform. Package groups need a second provider, hashicorp/awscc, which
# no test asks for; they are held against the schema from which that provider is made.
PLANNABLE = [
    pytest.param(
        path,
        id=path.parent.name,
        marks=pytest.mark.skipif(
            (path.parent / "terraform" / "packages.tf").is_file(),
            reason=f"{path.parent.name} needs the provider hashicorp/awscc",
        ),
    )
    for path in sorted(EXAMPLES.glob("*/domain.yaml"))
]


def plan(terraform: Terraform, folder: Path) -> Any:
    """What an offline plan on an empty state shows, as Terraform's JSON."""
    terraform(folder, "plan", "-refresh=false", "-input=false", "-no-color", "-out=tfplan")
    return json.loads(terraform(folder, "show", "-json", "tfplan"))


def write(folder: Path, files: Mapping[str, str]) -> None:
    """A new folder with these files."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def agreed(some: Deployment) -> Deployment:
    """The same with the versions that all modules of one root can agree on."""
    return changed(
        some,
        required_version=DEFAULT_REQUIRED_VERSION,
        aws_provider_version=DEFAULT_AWS_PROVIDER_VERSION,
    )


def without_groups(some: Deployment) -> Deployment:
    """The same as far as hashicorp/aws goes."""
    return changed(some, package_groups=(), awscc_provider_version=None)


def as_module(some: Deployment) -> Mapping[str, str]:
    """The files as a module of a batch, which has one provider block for all."""
    files = render(agreed(without_groups(some)), "domain.yaml")
    return {name: text for name, text in files.items() if name != "providers.tf"}


def policies(some: Deployment) -> dict[tuple[str, str], Any]:
    """The policies, as IAM writes them, by type and label of their resource."""
    of_repository = "aws_codeartifact_repository_permissions_policy"
    labels = {name: r.label for name, r in some.configuration.repositories.items()}
    found = {(of_repository, labels[r.name]): r.policy for r in some.domain.repositories}
    found["aws_codeartifact_domain_permissions_policy", "this"] = some.domain.policy
    return {address: document(policy) for address, policy in found.items() if policy}


def without_policies(some: Deployment) -> Deployment:
    """What is left of a domain where policies and formats are held against it in another way."""
    repositories = (replace(r, policy=(), formats=()) for r in some.domain.repositories)
    return changed(some, policy=(), repositories=tuple(repositories))


def richest() -> tuple[Deployment, ...]:
    """Of a larger sample those that say most: the first ones that are drawn are nearly empty."""

    def says(some: Deployment) -> int:
        return len(some.domain.repositories) + 5 * bool(some.configuration.removed)

    return tuple(sorted(sample(), key=says)[-RICHEST:])
