"""What tfparse and a plan of Terraform read in generated files, held against the domain.

They share nothing with the reader: they take what those tools evaluated, names where the files have
references.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import tfparse  # type: ignore[import-untyped, unused-ignore]

from codeartifact_tf.domain.model import (
    Control,
    Domain,
    Mode,
    PackageGroup,
    Repository,
    Tags,
)
from codeartifact_tf.terraform.configuration import (
    Configuration,
    Deployment,
    Layout,
    RepositoryResource,
)
from tests.conftest import OFFLINE_PROVIDER, Terraform
from tests.support.deployments import changed
from tests.support.plans import plan, policies, without_groups, without_policies, write

_Attributes = Mapping[str, Any]
_POLICIES = (
    "aws_codeartifact_domain_permissions_policy",
    "aws_codeartifact_repository_permissions_policy",
)


def _blocks(value: Any) -> list[Any]:
    """tfparse gives one block as it is, and several as a list."""
    return value if isinstance(value, list) else [value]


def _tags(values: _Attributes) -> Tags:
    return tuple(sorted((values.get("tags") or {}).items()))


# tfparse


def assert_tfparse_reads(some: Deployment, folder: Path) -> None:
    """Go's HCL with Trivy's evaluation reads the domain in a folder of its files."""
    # It has never heard of `removed` blocks, and shows of a postcondition only whether it holds,
    # while the pattern in it is all that a module says of its owner.
    configuration = some.configuration
    is_bare = configuration.managed and configuration.layout is Layout.MODULE
    owner = None if is_bare else some.domain.owner
    found = _from_tfparse(folder)
    assert found == changed(without_policies(some), removed=(), owner=owner)
    assert _policies_of_tfparse(folder) == policies(some)


def _from_tfparse(folder: Path) -> Deployment:
    parsed = tfparse.load_from_path(folder)
    found = parsed.get("aws_codeartifact_domain", [])
    repositories = parsed.get("aws_codeartifact_repository", [])
    outputs = {block["__tfmeta"]["label"]: block["value"] for block in parsed["output"]}
    groups = parsed.get("awscc_codeartifact_package_group", [])
    (versions,) = parsed["terraform"]
    required = versions["required_providers"]
    providers = parsed.get("provider", [])
    shown = outputs["domain"]
    names = {block["domain"] for block in [*found, *repositories]}
    (name,) = {shown["name"], *names, *(block["domain_name"] for block in groups)}
    (region,) = {shown["region"], *(block["region"] for block in providers)}
    domain = Domain(
        name,
        region,
        owner=None if found else shown.get("owner"),
        repositories=tuple(sorted(map(_tfparse_repository, repositories), key=lambda r: r.name)),
        package_groups=tuple(sorted(map(_tfparse_group, groups), key=lambda g: g.pattern)),
    )
    configuration = Configuration(
        managed=bool(found),
        protect=any(_is_protected(block) for block in found),
        layout=Layout.ROOT if providers else Layout.MODULE,
        required_version=versions["required_version"],
        aws_provider_version=required["aws"]["version"],
        awscc_provider_version=required.get("awscc", {}).get("version"),
        repositories={
            block["repository"]: RepositoryResource(_tfparse_label(block), _is_protected(block))
            for block in repositories
        },
        package_groups={block["pattern"]: _tfparse_label(block) for block in groups},
    )
    assert {block.get("domain_owner") for block in [*repositories, *groups]} <= {domain.owner}
    for block in found:
        accounts = [
            account for each in providers for account in each.get("allowed_account_ids", ())
        ]
        domain = replace(
            domain,
            owner=next(iter(accounts), None),
            encryption_key=block.get("encryption_key"),
            tags=_tags(block),
        )
    return Deployment(domain, configuration)


def _is_protected(block: _Attributes) -> bool:
    protect = block["lifecycle"].get("prevent_destroy", False)
    assert isinstance(protect, bool)
    return protect


def _tfparse_label(block: _Attributes) -> str:
    return str(block["__tfmeta"]["path"].partition(".")[2])


def _tfparse_repository(block: _Attributes) -> Repository:
    (connection,) = [
        inner["external_connection_name"]
        for inner in _blocks(block.get("external_connections", []))
    ] or [None]
    return Repository(
        name=block["repository"],
        description=block.get("description"),
        upstreams=tuple(u["repository_name"] for u in _blocks(block.get("upstream", []))),
        external_connection=connection,
        tags=_tags(block),
    )


def _tfparse_group(block: _Attributes) -> PackageGroup:
    controls = {
        name: Control(Mode(body["restriction_mode"]), tuple(body.get("repositories", ())))
        for name, body in block["origin_configuration"]["restrictions"].items()
    }
    return PackageGroup(
        pattern=block["pattern"],
        description=block.get("description"),
        contact_info=block.get("contact_info"),
        tags=tuple((tag["key"], tag["value"]) for tag in block.get("tags", ())),
        **controls,
    )


def _policies_of_tfparse(folder: Path) -> dict[tuple[str, str], Any]:
    parsed = tfparse.load_from_path(folder)
    return {
        (kind, block["__tfmeta"]["path"].removeprefix(f"{kind}.")): json.loads(
            block["policy_document"]
        )
        for kind in _POLICIES
        for block in parsed.get(kind, [])
    }


# Terraform


def plan_of_modules(
    terraform: Terraform, root: Path, files: Mapping[str, Mapping[str, str]]
) -> Any:
    """One plan of folders of files, each a module of its name.

    Loading the provider takes longer than all of them.
    """
    calls = [OFFLINE_PROVIDER]
    for name, texts in files.items():
        write(root / name, {n: text for n, text in texts.items() if n != "providers.tf"})
        calls.append(
            f'module "{name}" {{\n  source = "./{name}"\n}}\n'
            f'output "{name}" {{\n  value = module.{name}.domain\n}}\n'
        )
    (root / "main.tf").write_text("".join(calls), encoding="utf-8")
    terraform.init(root)
    return plan(terraform, root)


def assert_plan_shows(some: Deployment, shown: Any, name: str) -> None:
    """The plan of modules shows the domain in the one of this name, as far as one provider goes."""
    assert _from_plan(shown, name) == _as_planned(without_policies(without_groups(some)))
    resources = _modules(shown).get(f"module.{name}", {}).get("resources", ())
    assert policies(some) == {
        (r["type"], r["name"]): json.loads(r["values"]["policy_document"])
        for r in resources
        if r["type"] in _POLICIES
    }


def _modules(shown: Any) -> dict[str, Any]:
    """The modules by address; one with nothing to create is absent."""
    return {m["address"]: m for m in shown["planned_values"]["root_module"]["child_modules"]}


def _from_plan(shown: Any, case: str) -> Deployment:
    resources = _modules(shown).get(f"module.{case}", {}).get("resources", ())
    found = [r["values"] for r in resources if r["type"] == "aws_codeartifact_domain"]
    repositories = [r for r in resources if r["type"] == "aws_codeartifact_repository"]
    output = shown["output_changes"][case]["after"]
    (name,) = {
        output["name"],
        *(v["domain"] for v in [*found, *(r["values"] for r in repositories)]),
    }
    domain = Domain(
        name,
        output["region"],
        owner=output.get("owner"),  # of a domain that has yet to be created it is not known
        repositories=tuple(sorted(map(_planned_repository, repositories), key=lambda r: r.name)),
    )
    assert {r["values"].get("domain_owner") for r in repositories} <= {domain.owner}
    for values in found:
        key = values.get("encryption_key")
        domain = replace(domain, encryption_key=key, tags=_tags(values))
    labels = {r["values"]["repository"]: RepositoryResource(r["name"]) for r in repositories}
    configuration = Configuration(managed=bool(found), protect=False, repositories=labels)
    return Deployment(domain, configuration)


def _planned_repository(resource: _Attributes) -> Repository:
    values = resource["values"]
    (connection,) = [
        inner["external_connection_name"] for inner in values["external_connections"]
    ] or [None]
    return Repository(
        name=values["repository"],
        description=values["description"],
        upstreams=tuple(upstream["repository_name"] for upstream in values["upstream"]),
        external_connection=connection,
        tags=_tags(values),
    )


def _as_planned(some: Deployment) -> Deployment:
    """What a plan can show: neither `lifecycle` nor `removed`, and no settings of Terraform."""
    resources = some.configuration.repositories
    configuration = Configuration(
        managed=some.configuration.managed,
        protect=False,
        repositories={name: RepositoryResource(r.label) for name, r in resources.items()},
    )
    owner = None if configuration.managed else some.domain.owner
    return Deployment(replace(some.domain, owner=owner), configuration)
