"""Package groups as AWS's own schema judges them: that of CloudFormation, as cfn-lint carries it.

The provider hashicorp/awscc, which is not on every machine, makes its resources from this schema:
an attribute is the name of a property in snake case. Here tfparse evaluates the rendered HCL, its
attributes get back their names, and cfn-lint's validator holds them against the schema.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import tfparse  # type: ignore[import-untyped, unused-ignore]
from cfnlint.jsonschema import StandardValidator
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from codeartifact_tf.domain.model import Control, Domain, Mode, PackageGroup, Repository
from codeartifact_tf.terraform.render import render
from tests.conftest import EXAMPLES, Run
from tests.support import service_model
from tests.support.deployments import configured
from tests.support.plans import write
from tests.support.strategies import sample

_OF_TERRAFORM = {"__tfmeta", "id", "lifecycle"}


@cache
def _schema() -> dict[str, Any]:
    found = PROVIDER_SCHEMA_MANAGER.get_resource_schema(
        "eu-west-1", "AWS::CodeArtifact::PackageGroup"
    )
    schema: dict[str, Any] = found.schema
    return schema


def _properties(value: Any) -> Any:
    """Attributes of Terraform → properties of CloudFormation."""
    if isinstance(value, Mapping):
        return {
            "".join(word.capitalize() for word in key.split("_")): _properties(inner)
            for key, inner in value.items()
            if key not in _OF_TERRAFORM
        }
    return [_properties(inner) for inner in value] if isinstance(value, list) else value


def _faults(properties: Mapping[str, Any]) -> list[str]:
    errors = StandardValidator(_schema()).iter_errors(properties)
    return [f"{list(error.path)}: {error.message}" for error in errors]


def _groups(folder: Path) -> list[Any]:
    groups = tfparse.load_from_path(folder).get("awscc_codeartifact_package_group", [])
    return [_properties(group) for group in groups]


def test_groups_of_random_domains_are_what_the_schema_of_cloudformation_takes(
    tmp_path: Path,
) -> None:
    modes = set()
    for number, some in enumerate(sample()):
        if not some.domain.package_groups:
            continue
        write(tmp_path / f"d{number}", render(some, "domain.yaml"))
        found = _groups(tmp_path / f"d{number}")
        assert len(found) == len(some.domain.package_groups)
        assert [fault for group in found for fault in _faults(group)] == []
        restrictions = [group["OriginConfiguration"]["Restrictions"] for group in found]
        modes |= {each["RestrictionMode"] for three in restrictions for each in three.values()}
    assert modes == {*Mode}


@pytest.mark.parametrize(
    "path", sorted(EXAMPLES.glob("*/terraform/packages.tf")), ids=lambda path: path.parts[-3]
)
def test_groups_of_an_example_are_what_the_schema_of_cloudformation_takes(path: Path) -> None:
    found = _groups(path.parent)
    assert found
    assert [fault for group in found for fault in _faults(group)] == []


_GROUP = PackageGroup(
    "/npm/acme/*",
    publish=Control(Mode.ALLOW_SPECIFIC_REPOSITORIES, ("app",)),
    description="Ours",
    contact_info="platform@acme.example",
    tags=(("a", "b"),),
)
_DOMAIN = configured(
    Domain(
        "acme",
        "eu-west-1",
        repositories=(Repository("app"),),
        package_groups=(_GROUP,),
    ),
    awscc_provider_version="~> 1.0",
)


def test_every_property_of_the_schema_is_rendered_but_those_that_follow(tmp_path: Path) -> None:
    write(tmp_path / "d", render(_DOMAIN, "domain.yaml"))
    (group,) = _groups(tmp_path / "d")
    assert _faults(group) == []
    # The ARN is AWS's to say, and the owner is the domain's.
    assert set(group) == set(_schema()["properties"]) - {"Arn", "DomainOwner"}
    definitions = _schema()["definitions"]
    restrictions = group["OriginConfiguration"]["Restrictions"]
    assert set(restrictions) == set(definitions["Restrictions"]["properties"])
    assert set(restrictions["Publish"]) == set(definitions["RestrictionType"]["properties"])
    assert group["DomainName"] == "acme"
    assert restrictions["Publish"]["Repositories"] == ["app"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("INHERIT", "INHERITED"),
        ("restriction_mode", "mode"),
        ("external_upstream", "external"),
        ("domain_name", "domain"),
        ("contact_info", "contact"),
        ('value = "b"', 'value = ""'),
        ("  key   =", "  name  ="),
        ("/npm/acme/*", "/"),
    ],
)
def test_the_schema_can_say_no(old: str, new: str, tmp_path: Path) -> None:
    files = dict(render(_DOMAIN, "domain.yaml"))
    assert old in files["packages.tf"]
    files["packages.tf"] = files["packages.tf"].replace(old, new)
    write(tmp_path / "d", files)
    (group,) = _groups(tmp_path / "d")
    assert _faults(group)


def test_modes_are_those_of_the_schema_and_of_the_service() -> None:
    modes = _schema()["definitions"]["RestrictionType"]["properties"]["RestrictionMode"]["enum"]
    assert (
        {*Mode} == {*modes} == {*service_model.shape("PackageGroupOriginRestrictionMode")["enum"]}
    )


def test_what_cannot_be_changed_is_known() -> None:
    assert _schema()["createOnlyProperties"] == ["/properties/DomainName", "/properties/Pattern"]


# From a spec.

_SPEC = """\
domain: {name: acme, region: eu-west-1}
repositories:
  app: {upstreams: [public:npmjs]}
"""


def _rendered(run: Run, folder: Path, more: str) -> Mapping[str, str]:
    (folder / "domain.yaml").write_text(f"{_SPEC}{more}")
    ran = run("generate", folder)
    assert ran.code == 0, ran.out
    return {path.name: path.read_text() for path in (folder / "terraform").iterdir()}


def test_without_groups_no_second_provider_is_needed(run: Run, tmp_path: Path) -> None:
    files = _rendered(run, tmp_path, "terraform: {awscc_provider_version: ~> 1.2}\n")
    assert "packages.tf" not in files
    assert "awscc" not in "".join(files.values())


def test_a_module_requires_the_provider_and_leaves_it_to_its_caller(
    run: Run, tmp_path: Path
) -> None:
    more = "package_groups: {/npm/acme/*: }\nterraform: {layout: module}\n"
    files = _rendered(run, tmp_path, more)
    assert "providers.tf" not in files
    assert 'source  = "hashicorp/awscc"' in files["terraform.tf"]


def test_what_is_not_said_is_inherited_and_allowed_at_the_root(run: Run, tmp_path: Path) -> None:
    more = "package_groups:\n  /*: {publish: BLOCK}\n  /npm/acme/*: {publish: ALLOW}\n"
    _rendered(run, tmp_path, more)
    modes = {
        group["Pattern"]: [
            group["OriginConfiguration"]["Restrictions"][name]["RestrictionMode"]
            for name in ("Publish", "ExternalUpstream", "InternalUpstream")
        ]
        for group in _groups(tmp_path / "terraform")
    }
    assert modes == {"/*": ["BLOCK", "ALLOW", "ALLOW"], "/npm/acme/*": ["ALLOW"] + ["INHERIT"] * 2}


def test_globs_and_connections_become_the_repositories_that_they_mean(
    run: Run, tmp_path: Path
) -> None:
    more = (
        "  api: {upstreams: [public:npmjs]}\n"
        "package_groups:\n  /npm//left~: {external_upstream: [public:*], internal_upstream: [a*]}\n"
    )
    text = _rendered(run, tmp_path, more)["packages.tf"]
    for label in ("npm_store", "api", "app"):
        assert f"          aws_codeartifact_repository.{label}.repository,\n" in text


def test_every_message_about_a_pattern_says_what_to_write(run: Run, tmp_path: Path) -> None:
    patterns = ["/npm/@acme/*", "/npm/acme*", "/pypi//Acme~", "/python//acme~", "/maven//x$"]
    groups = "".join(f"  {json.dumps(pattern)}:\n" for pattern in patterns)
    (tmp_path / "domain.yaml").write_text(f"{_SPEC}package_groups:\n{groups}")
    found = json.loads(run("lint", "--format", "json", tmp_path).out)["findings"]
    assert [f["rule"] for f in found] == ["package-group-pattern"] * len(patterns)
    assert sum(bool(f["fix"]) for f in found) == len(patterns) - 1
