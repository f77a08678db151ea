"""Folders of generated files for the real Terraform, and its offline plan of them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codeartifact_tf.domain.model import (
    DEFAULT_AWS_PROVIDER_VERSION,
    DEFAULT_REQUIRED_VERSION,
    Domain,
)
from codeartifact_tf.domain.policies import document
from codeartifact_tf.terraform.render import render
from tests.conftest import EXAMPLES, OFFLINE_PROVIDER, Terraform
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


def agreed(domain: Domain) -> Domain:
    """The domain with the versions that all modules of one root can agree on."""
    return replace(
        domain,
        required_version=DEFAULT_REQUIRED_VERSION,
        aws_provider_version=DEFAULT_AWS_PROVIDER_VERSION,
    )


def without_groups(domain: Domain) -> Domain:
    """The domain as far as hashicorp/aws goes."""
    return replace(domain, package_groups=(), awscc_provider_version=None)


def as_module(domain: Domain) -> Mapping[str, str]:
    """The files as a module of a batch, which has one provider block for all."""
    files = render(agreed(without_groups(domain)), "domain.yaml")
    return {name: text for name, text in files.items() if name != "providers.tf"}


def policies(domain: Domain) -> dict[tuple[str, str], Any]:
    """The policies, as IAM writes them, by type and label of their resource."""
    of_repository = "aws_codeartifact_repository_permissions_policy"
    found = {(of_repository, r.label): r.policy for r in domain.repositories}
    found["aws_codeartifact_domain_permissions_policy", "this"] = domain.policy
    return {address: document(policy) for address, policy in found.items() if policy}


def without_policies(domain: Domain) -> Domain:
    """What is left of a domain where policies and formats are held against it in another way."""
    repositories = (replace(r, policy=(), formats=()) for r in domain.repositories)
    return replace(domain, policy=(), repositories=tuple(repositories))


def richest_domains() -> tuple[Domain, ...]:
    """Of a larger sample those that say most: the first ones that are drawn are nearly empty."""
    richest = sorted(sample(), key=lambda d: len(d.repositories) + 5 * bool(d.removed))
    return tuple(richest[-RICHEST:])
