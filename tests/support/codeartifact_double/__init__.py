"""A double of AWS CodeArtifact for tests: its REST-JSON and its documented rules, no packages.

It takes routes, parameters and limits from botocore's service model and its behaviour from AWS's
documentation; each rule names its source, by these tags:

- `model`: `codeartifact/2018-09-22/service-2.json` of botocore;
- `UG page`: the user guide, https://docs.aws.amazon.com/codeartifact/latest/ug/PAGE.html;
- `API page`: https://docs.aws.amazon.com/codeartifact/latest/APIReference/API_PAGE.html;
- `CFN`: AWS's own CloudFormation handlers, repository
  aws-cloudformation/aws-cloudformation-resource-providers-codeartifact at 37beffa;
- `CLI`: the examples in awscli, `awscli/examples/codeartifact/`;
- an issue by its address.

What no source says is a field of `Switches`, and tests that depend on it run both ways.

    double = Double()
    with serve(double) as url:
        ...  # environment(url) points boto3, the aws CLI and Terraform to it
    assert double.domain("acme")["repositories"]["app"]["upstreams"] == ["npm-store"]
"""

from tests.support.codeartifact_double.double import DEFAULT_ACCOUNT, Double, Request
from tests.support.codeartifact_double.server import environment, provider_override, serve
from tests.support.codeartifact_double.settings import Limits, Switches
from tests.support.codeartifact_double.snapshot import (
    DomainSnapshot,
    PolicySnapshot,
    RepositorySnapshot,
    Snapshot,
)

__all__ = [
    "DEFAULT_ACCOUNT",
    "DomainSnapshot",
    "Double",
    "Limits",
    "PolicySnapshot",
    "RepositorySnapshot",
    "Request",
    "Snapshot",
    "Switches",
    "environment",
    "provider_override",
    "serve",
]
