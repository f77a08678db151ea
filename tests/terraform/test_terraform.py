"""The real Terraform, with the real AWS provider, judges the generated files.

`validate` sees neither cycles through a repository itself nor names that do not exist, so every
verdict here is that of an offline plan: all resources to be created, and no request to AWS.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from codeartifact_tf import pipeline
from codeartifact_tf.domain.model import Domain, Repository
from codeartifact_tf.terraform.configuration import Deployment, Layout
from codeartifact_tf.terraform.hcl import quote, quote_key
from codeartifact_tf.terraform.render import render
from tests.conftest import EXAMPLES, OFFLINE_PROVIDER, Terraform
from tests.support.deployments import configured
from tests.support.plans import (
    OFFLINE_OVERRIDE,
    as_module,
    plan,
    policies,
    richest,
    write,
)
from tests.support.strategies import sample

pytestmark = pytest.mark.terraform

_SPECS = sorted(EXAMPLES.glob("*/domain.yaml"))


def _assert_planned(
    some: Deployment, planned: Mapping[str, Any], configured: Mapping[str, Any]
) -> None:
    """Hold Terraform's view of one module, its plan and its configuration, against ours."""
    domain, resources = some.domain, some.configuration.repositories
    values = {(r["type"], r["name"]): r["values"] for r in planned.get("resources", ())}
    expressions = {
        (r["type"], r["name"]): r["expressions"] for r in configured.get("resources", ())
    }
    assert values.keys() == expressions.keys() == _addresses(some)
    if some.configuration.managed:
        _assert_domain(domain, values["aws_codeartifact_domain", "this"])
    for repository in domain.repositories:
        address = ("aws_codeartifact_repository", resources[repository.name].label)
        _assert_repository(some, repository, values[address])
        _assert_references(some, repository, expressions[address])
    for (kind, label), policy in policies(some).items():
        assert json.loads(values[kind, label]["policy_document"]) == policy
        assert "policy_revision" not in expressions[kind, label]


def _addresses(some: Deployment) -> set[tuple[str, str]]:
    resources = some.configuration.repositories.values()
    addresses = {("aws_codeartifact_repository", resource.label) for resource in resources}
    addresses |= policies(some).keys()
    managed = some.configuration.managed
    return addresses | ({("aws_codeartifact_domain", "this")} if managed else set())


def _assert_domain(domain: Domain, values: Mapping[str, Any]) -> None:
    assert values["domain"] == domain.name
    assert values.get("encryption_key") == domain.encryption_key
    assert values["tags"] == (dict(domain.tags) or None)


def _assert_repository(some: Deployment, repository: Repository, values: Mapping[str, Any]) -> None:
    domain = some.domain
    assert values["repository"] == repository.name
    assert values["domain"] == domain.name
    assert values.get("domain_owner") == (None if some.configuration.managed else domain.owner)
    assert values["description"] == repository.description
    assert values["tags"] == (dict(repository.tags) or None)
    assert [u["repository_name"] for u in values["upstream"]] == [*repository.upstreams]
    connections = [c["external_connection_name"] for c in values["external_connections"]]
    assert connections == [c for c in (repository.external_connection,) if c]


def _assert_references(
    some: Deployment, repository: Repository, expressions: Mapping[str, Any]
) -> None:
    """Names alone would plan as well, but Terraform would not know the order of creation."""
    resources = some.configuration.repositories
    references = [u["repository_name"]["references"][0] for u in expressions.get("upstream", ())]
    assert references == [
        f"aws_codeartifact_repository.{resources[name].label}.repository"
        for name in repository.upstreams
    ]
    if some.configuration.managed:
        assert "aws_codeartifact_domain.this.domain" in expressions["domain"]["references"]


@pytest.mark.skipif(not _SPECS, reason="there are no examples")
def test_every_layout_has_an_example() -> None:
    specs = [pipeline.lint(path).spec for path in _SPECS]
    assert {spec.configuration.layout for spec in specs if spec} == {*Layout}


# Text


def _outputs(terraform: Terraform, folder: Path, texts: list[str]) -> list[object]:
    """What Terraform reads where `quote` and `quote_key` wrote: each text as a value and a key."""
    body = "".join(
        f'output "o{n}" {{\n  value = {{\n    {quote_key(t)} = {quote(t)}\n  }}\n}}\n'
        for n, t in enumerate(texts)
    )
    write(folder, {"main.tf": body})
    outputs = plan(terraform, folder)["planned_values"]["outputs"]
    return [outputs[f"o{n}"]["value"] for n in range(len(texts))]


def test_terraform_reads_text_as_it_was_meant(terraform: Terraform, tmp_path: Path) -> None:
    texts = sorted({text for some in sample() for text in _texts(some.domain)})
    assert len(texts) > 150
    assert _outputs(terraform, tmp_path / "root", texts) == [{text: text} for text in texts]


def _texts(domain: Domain) -> Iterator[str]:
    for repository in domain.repositories:
        yield repository.description or ""
        yield from (text for tag in repository.tags for text in tag)


# Examples and random domains


def test_terraform_plans_what_examples_and_random_domains_say(
    terraform: Terraform, tmp_path: Path
) -> None:
    """All in one plan: loading the provider takes longer than all of them.

    The provider blocks of the examples are those with which tests/terraform/test_apply.py applies.
    """
    root = tmp_path / "root"
    batch: dict[str, Deployment] = {}
    for path in sorted(EXAMPLES.glob("*/domain.yaml")):
        spec = pipeline.lint(path).spec
        assert spec
        if not spec.domain.package_groups:  # they need a second provider
            name = path.parent.name
            batch[name] = spec.deployment
            write(root / name, _committed(path.parent / "terraform"))
    assert len(batch) > 5
    for number, domain in enumerate(richest()):
        batch[f"d{number}"] = domain
        write(root / f"d{number}", as_module(domain))
    (root / "main.tf").write_text(OFFLINE_PROVIDER + _calls(batch), encoding="utf-8")
    terraform.init(root)
    terraform(root, "validate", "-no-color")
    shown = plan(terraform, root)
    modules = {m["address"]: m for m in shown["planned_values"]["root_module"]["child_modules"]}
    calls = shown["configuration"]["root_module"]["module_calls"]
    for name, domain in batch.items():
        planned = modules.get(f"module.{name}", {})  # absent where there is nothing to create
        _assert_planned(domain, planned, calls[name]["module"])


def _committed(folder: Path) -> Mapping[str, str]:
    """The files of an example as a module, which has no provider block of its own."""
    files = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.tf")}
    return {name: text for name, text in files.items() if name != "providers.tf"}


def _calls(names: Iterable[str]) -> str:
    return "".join(f'\nmodule "{name}" {{\n  source = "./{name}"\n}}\n' for name in names)


def test_terraform_fmt_has_nothing_to_change(terraform: Terraform, tmp_path: Path) -> None:
    for number, domain in enumerate(sample()):
        write(tmp_path / f"d{number}", render(domain, "domain.yaml"))
    terraform(tmp_path, "fmt", "-check", "-recursive", "-diff")
    terraform(EXAMPLES, "fmt", "-check", "-recursive", "-diff")


# The judge can say no

_PAIR = configured(
    Domain(
        "acme",
        "eu-west-1",
        owner="111122223333",
        repositories=(
            Repository("aa", upstreams=("bb",)),
            Repository("bb", upstreams=("cc",)),
            Repository("cc"),
        ),
    )
)
_TO_CC = "aws_codeartifact_repository.cc.repository"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("aws_codeartifact_repository.aa.repository", "Cycle"),
        ("aws_codeartifact_repository.bb.repository", "Self-referential block"),
        ("aws_codeartifact_repository.dd.repository", "Reference to undeclared resource"),
        ("aws_codeartifact_repository.cc.repo", "Unsupported attribute"),
    ],
)
def test_terraform_refuses_what_leads_nowhere(
    reference: str, said: str, terraform: Terraform, tmp_path: Path
) -> None:
    files = dict(render(_PAIR, "domain.yaml"))
    assert files["repositories.tf"].count(f"repository_name = {_TO_CC}") == 1
    files["repositories.tf"] = files["repositories.tf"].replace(
        f"repository_name = {_TO_CC}", f"repository_name = {reference}"
    )
    write(tmp_path / "root", {**files, "offline_override.tf": OFFLINE_OVERRIDE})
    terraform.init(tmp_path / "root")
    done = terraform.try_(tmp_path / "root", "plan", "-refresh=false", "-input=false", "-no-color")
    assert done.returncode == 1
    assert said in done.stderr


def test_another_account_is_refused(terraform: Terraform, tmp_path: Path) -> None:
    override = OFFLINE_OVERRIDE.replace("  allowed_account_ids         = null\n", "")
    write(tmp_path / "root", {**render(_PAIR, "domain.yaml"), "offline_override.tf": override})
    terraform.init(tmp_path / "root")
    done = terraform.try_(tmp_path / "root", "plan", "-refresh=false", "-input=false", "-no-color")
    assert done.returncode == 1
    assert "AWS account ID not allowed" in done.stderr
