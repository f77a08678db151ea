"""The blocks `terraform` and `provider`: versions, the layout, and where the providers work."""

from dataclasses import dataclass

from codeartifact_tf.terraform.hcl import HclError
from codeartifact_tf.terraform.read.blocks import Blocks, Parts
from codeartifact_tf.terraform.tree import Object


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions that are required; that of awscc is None if it is not required."""

    terraform: str
    aws: str
    awscc: str | None


def versions(block: Parts) -> Versions:
    """The block `terraform`."""
    with block, block.one("required_providers") as providers:
        aws = _version("aws", providers.required("aws", Object))
        awscc = providers.optional("awscc", Object)
        return Versions(
            block.required("required_version", str),
            aws,
            None if awscc is None else _version("awscc", awscc),
        )


def _version(name: str, provider: Object) -> str:
    found = dict(provider.items)
    version = found.get("version")
    expected = {"source": f"hashicorp/{name}", "version": version}
    if found != expected or not isinstance(version, str):
        raise HclError(f"the provider {name} is {found!r}")
    return version


@dataclass(frozen=True, slots=True)
class Place:
    """A Region, and an account if one is named."""

    region: str
    owner: str | None


def place_of_providers(blocks: Blocks, *, with_awscc: bool) -> Place | None:
    """Where the providers of a root module work; None for a module, which has no provider."""
    if ("provider", "aws") not in blocks:
        return None
    with blocks.take("provider", "aws") as aws:
        accounts = aws.optional("allowed_account_ids", tuple)
        if accounts is not None and (len(accounts) != 1 or not isinstance(accounts[0], str)):
            raise HclError(f"allowed_account_ids is {accounts!r}")
        place = Place(aws.required("region", str), accounts[0] if accounts else None)
    if with_awscc:
        with blocks.take("provider", "awscc") as awscc:
            if awscc.required("region", str) != place.region:
                raise HclError("the providers are in two Regions")
    return place
