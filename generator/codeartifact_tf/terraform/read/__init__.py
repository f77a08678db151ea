"""Generated Terraform → the domain and the configuration that it describes.

Reads strictly: a block, an attribute or an expression that is never generated is refused, so that
nothing can hide in a file that this reader calls equal to a spec. It shares nothing with the
renderer but the model, the configuration and the spelling of HCL.
"""

from collections.abc import Mapping

from codeartifact_tf.domain.model import Domain
from codeartifact_tf.terraform.configuration import Configuration, Deployment, Layout
from codeartifact_tf.terraform.hcl import HclError
from codeartifact_tf.terraform.read import outputs, providers, resources
from codeartifact_tf.terraform.read.blocks import Blocks
from codeartifact_tf.terraform.read.resources import Home


def read(files: Mapping[str, str]) -> Deployment:
    """All files of a folder (name → text) → what they describe. Raises HclError."""
    blocks = Blocks(files)
    versions = providers.versions(blocks.take("terraform"))
    place = providers.place_of_providers(blocks, with_awscc=versions.awscc is not None)
    layout = Layout.ROOT if place else Layout.MODULE
    domain = resources.domain_resource(blocks)
    policy = resources.domain_policy(blocks) if domain else None
    removed = resources.removed(blocks, managed=domain is not None)
    with blocks.take("locals") as local:
        repositories = resources.repositories(blocks, local)
        labels = {each.repository.name: each.resource.label for each in repositories}
        outputs.check_collection(local, labels)
    names = {label: name for name, label in labels.items()}
    groups = resources.package_groups(blocks, names)
    stated = outputs.domain_output(blocks.take("output", "domain"), managed=domain is not None)
    region_of_endpoints = outputs.region_of_endpoints(blocks.take("output", "repositories"))
    blocks.refuse_rest()

    if bool(groups) is not (versions.awscc is not None):
        raise HclError("the provider awscc is there for package groups, and only for them")
    if domain and (layout is Layout.MODULE) is not (domain.place is not None):
        raise HclError("a module, and only a module, checks its account and Region")
    homes = {home for each in repositories for home in each.homes}
    homes |= {each.home for each in groups}
    homes |= {policy.home} if policy else set()
    homes |= {Home() if domain else Home(stated.name, stated.owner)}
    if len(homes) != 1:
        raise HclError("repositories and output do not name one and the same domain")
    # The Region and the account of a domain that is managed here are those that are checked.
    checked = (domain.place if domain else None) or place
    if checked and checked.region != stated.region:
        raise HclError("the output names another Region")
    if region_of_endpoints != stated.region:
        raise HclError("the endpoints are in another Region")
    if not domain and checked and checked.owner:
        raise HclError("the provider is held to the account of a domain that is not managed here")
    name = domain.name if domain else stated.name
    if name is None:
        raise HclError("the output names no domain")
    owner = stated.owner if not domain else checked.owner if checked else None
    return Deployment(
        Domain(
            name=name,
            region=stated.region,
            owner=owner,
            encryption_key=domain.encryption_key if domain else None,
            tags=domain.tags if domain else (),
            policy=policy.policy if policy else (),
            repositories=tuple(each.repository for each in repositories),
            package_groups=tuple(each.group for each in groups),
        ),
        Configuration(
            managed=domain is not None,
            protect=domain.protect if domain else False,
            layout=layout,
            required_version=versions.terraform,
            aws_provider_version=versions.aws,
            awscc_provider_version=versions.awscc,
            repositories={each.repository.name: each.resource for each in repositories},
            package_groups={each.group.pattern: each.label for each in groups},
            removed=removed,
        ),
    )
