"""Permissions and endpoints: what they become, and what the real Terraform makes of them.

The judge is the real provider, applied to the double of CodeArtifact: what the service is sent is
what the spec says, the second plan is empty, and an endpoint is what the data source would give.
"""

import difflib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped, unused-ignore]
import pytest

from codeartifact_tf.aws.catalog import PACKAGE_FORMATS
from codeartifact_tf.domain.model import (
    Condition,
    Domain,
    Effect,
    Policy,
    Repository,
    Statement,
)
from codeartifact_tf.domain.policies import document, size
from codeartifact_tf.domain.search import by_name, formats, search_order
from codeartifact_tf.spec import loader
from codeartifact_tf.spec.permissions import of_domain, of_repository
from codeartifact_tf.spec.source import Source
from codeartifact_tf.spec.spec import Place
from codeartifact_tf.terraform.configuration import (
    Configuration,
    Deployment,
    RepositoryResource,
)
from codeartifact_tf.terraform.render import render
from tests.conftest import Run, Terraform
from tests.support.cases import OF_RULES
from tests.support.codeartifact_double import Double, environment, provider_override, serve
from tests.support.deployments import changed, configured
from tests.support.strategies import sample

OWNER, OTHER = "111122223333", "444455556666"


# What intents become

_NOWHERE = Place(Source("domain.yaml", Path("domain.yaml")), ())


def _repository(permissions: Mapping[str, Any], *names: str) -> Policy:
    return of_repository("app", permissions, names or PACKAGE_FORMATS, _NOWHERE).policy


def _domain(permissions: Mapping[str, Any]) -> Policy:
    return of_domain(permissions, _NOWHERE).policy


def _actions(policy: Policy) -> list[str]:
    return [action.removeprefix("codeartifact:") for action in policy[0].actions]


def test_reading_a_repository_is_what_the_user_guide_shows() -> None:
    # User guide, "Repository policies", the sample "Grant read access to packages".
    assert _actions(_repository({"read": [OTHER]}, "npm")) == [
        "DescribePackageVersion",
        "DescribeRepository",
        "GetPackageVersionReadme",
        "GetRepositoryEndpoint",
        "ListPackageVersionAssets",
        "ListPackageVersionDependencies",
        "ListPackageVersions",
        "ListPackages",
        "ReadFromRepository",
    ]


@pytest.mark.parametrize("names", [["generic"], ["npm", "generic"], []])
def test_reading_generic_packages_downloads_their_assets(names: list[str]) -> None:
    # User guide, "Download package version assets": no client installs generic packages.
    of_all = set(_actions(_repository({"read": [OTHER]}, *names)))
    of_npm = set(_actions(_repository({"read": [OTHER]}, "npm")))
    assert of_all - of_npm == {"GetPackageVersionAsset"}


def test_reading_a_domain_also_lists_its_repositories() -> None:
    of_all = set(_actions(_domain({"read": [OTHER]})))
    of_one = set(_actions(_repository({"read": [OTHER]})))
    assert of_all - of_one == {"DescribeDomain", "ListRepositoriesInDomain"}


@pytest.mark.parametrize(
    ("names", "actions"),
    [
        (["npm"], ["PublishPackageVersion"]),
        (["generic", "swift", "pypi", "ruby", "cargo"], ["PublishPackageVersion"]),
        (["maven"], ["PublishPackageVersion", "PutPackageMetadata"]),
        (["npm", "nuget"], ["PublishPackageVersion", "ReadFromRepository"]),
        ([], ["PublishPackageVersion", "PutPackageMetadata", "ReadFromRepository"]),
    ],
)
def test_publishing_allows_what_the_formats_need(names: list[str], actions: list[str]) -> None:
    assert _actions(_repository({"publish": [OTHER]}, *names)) == actions


def test_login_creation_and_administration_allow_the_documented_actions() -> None:
    assert _actions(_domain({"login": [OTHER]})) == ["GetAuthorizationToken"]
    assert _actions(_domain({"create_repositories": [OTHER]})) == [
        "CreateRepository",
        "DescribeDomain",
        "ListRepositoriesInDomain",
        "TagResource",
    ]
    assert _actions(_domain({"administer": [OTHER]})) == ["*"]
    assert _actions(_repository({"administer": [OTHER]})) == ["*"]


def test_principals_are_sorted_and_once_and_organizations_have_a_statement_of_their_own() -> None:
    role = "arn:aws:iam::444455556666:role/ci"
    organizations = [{"organization": "o-bbbbbbbbbb"}, {"organization": "o-aaaaaaaaaa"}]
    policy = _repository({"read": [organizations[0], role, OTHER, role, organizations[1]]})
    named, organized = policy
    assert named.principals == (
        ("AWS", ("arn:aws:iam::444455556666:role/ci", f"arn:aws:iam::{OTHER}:root")),
    )
    assert organized.is_for_everyone
    assert organized.conditions == (
        Condition("StringEquals", "aws:PrincipalOrgID", ("o-aaaaaaaaaa", "o-bbbbbbbbbb")),
    )
    assert [named.sid, organized.sid] == ["Read", "ReadByOrganization"]
    assert named.actions == organized.actions


def test_linking_and_copying_allow_the_action_that_the_user_guide_names() -> None:
    # User guide, "Create a repository" and "Copy packages between repositories".
    for permissions in (_repository, _domain):
        assert _actions(permissions({"link": [OTHER]})) == ["AssociateWithDownstreamRepository"]
        assert _actions(permissions({"copy": [OTHER]})) == ["CopyPackageVersions"]


@pytest.mark.parametrize("end", ["", "/", "/*"])
def test_a_unit_is_its_accounts_and_those_of_all_units_below(end: str) -> None:
    path = "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111"
    (statement,) = _repository({"copy": [{"organizational_unit": path + end}]})
    assert (statement.sid, statement.is_for_everyone) == ("CopyByOrganizationalUnit", True)
    assert statement.conditions == (
        Condition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", (f"{path}/*",)),
    )


def test_only_denies_the_deed_to_all_whom_the_word_does_not_name() -> None:
    role, unit = "arn:aws:iam::444455556666:role/ci", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111"
    groups = [{"organization": "o-bbbbbbbbbb"}, {"organizational_unit": unit}]
    listed = [role, OTHER, OWNER, *groups]
    *allowed, denied = _repository({"publish": {"principals": listed, "only": True}})
    assert allowed == [*_repository({"publish": listed})]
    assert denied == Statement(
        Effect.DENY,
        (("*", ()),),
        ("codeartifact:PublishPackageVersion", "codeartifact:PutPackageMetadata"),
        conditions=(
            Condition("ArnNotEquals", "aws:PrincipalArn", (role,)),
            Condition("ForAllValues:StringNotLike", "aws:PrincipalOrgPaths", (f"{unit}/*",)),
            Condition("StringNotEquals", "aws:PrincipalAccount", (OWNER, OTHER)),
            Condition("StringNotEquals", "aws:PrincipalOrgID", ("o-bbbbbbbbbb",)),
        ),
        sid="PublishOnly",
    )


def test_only_never_denies_what_terraform_reads() -> None:
    words = ("login", "read", "publish", "link", "copy", "create_repositories")
    policy = _domain({word: {"principals": [OTHER], "only": True} for word in words})
    denied = {a for each in policy if each.effect is Effect.DENY for a in each.actions}
    assert denied == {
        f"codeartifact:{action}"
        for action in (
            *("GetAuthorizationToken", "ReadFromRepository", "GetPackageVersionAsset"),
            *("PublishPackageVersion", "PutPackageMetadata", "AssociateWithDownstreamRepository"),
            *("CopyPackageVersions", "CreateRepository"),
        )
    }


def test_without_only_or_principals_nobody_is_denied() -> None:
    listed = {"principals": [OTHER]}
    assert _repository({"read": {**listed, "only": False}}) == _repository({"read": [OTHER]})
    assert _repository({"read": listed}) == _repository({"read": [OTHER]})
    assert _repository({"read": {"principals": [], "only": True}}) == ()


def test_statements_of_ones_own_come_last_in_the_order_written() -> None:
    own = [
        {"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
        for sid in ("Z", "A")
    ]
    words = ("copy", "administer", "link", "read", "publish")
    intents = {**{word: [OTHER] for word in words}, "policy": own}
    sids = [statement.sid for statement in _repository(intents)]
    assert sids == ["Read", "Publish", "Link", "Copy", "Administer", "Z", "A"]


def test_a_list_of_one_and_a_text_are_the_same_statement() -> None:
    body = {"Effect": "Deny", "Principal": {"AWS": OTHER}, "Action": "codeartifact:Get*"}
    lists = {**body, "Principal": {"AWS": [OTHER]}, "Action": ["codeartifact:Get*"]}
    one = _repository({"policy": [{**body, "Resource": "*"}]})
    other = _repository({"policy": [{**lists, "Resource": ["*"]}]})
    assert one == other


def test_empty_lists_are_no_policy() -> None:
    assert _repository({"read": [], "publish": [], "policy": []}) == ()


def test_what_the_schema_refuses_is_left_out() -> None:
    # The rules speak of the rest of such a spec, so building it cannot fail.
    assert _repository({"publish": [OTHER]}, "npm", "pip") == _repository(
        {"publish": [OTHER]}, "npm"
    )
    assert _repository({"read": [{"organisation": "o-aaaaaaaaaa"}]}) == ()
    (statement,) = _repository({"policy": [{"Effect": "allow", "Principal": {"aws": 7}}]})
    assert (statement.principals, statement.actions) == ((), ())


# Changes are small


def _hunks(one: Deployment, other: Deployment) -> dict[str, list[list[str]]]:
    """For each file the changed lines, hunk by hunk."""
    before, after = render(one, "domain.yaml"), render(other, "domain.yaml")
    found: dict[str, list[list[str]]] = {}
    for name in after:
        for line in difflib.unified_diff(
            before.get(name, "").splitlines(), after[name].splitlines(), lineterm=""
        ):
            if line.startswith("@@"):
                found.setdefault(name, []).append([])
            elif line[0] in "+-" and not line.startswith(("+++", "---")):
                found[name][-1].append(line)
    return found


def _spec(folder: Path, text: str) -> Deployment:
    path = folder / "domain.yaml"
    path.write_text(text, encoding="utf-8")
    spec = loader.load(path).spec
    assert spec
    return spec.deployment


_HEAD = "domain: {name: acme, region: eu-west-1}\nrepositories:\n"


def test_one_more_principal_is_one_line(tmp_path: Path) -> None:
    text = _HEAD + '  app: {permissions: {read: ["111122223333"%s, "999900001111"]}}\n'
    one, other = _spec(tmp_path, text % ""), _spec(tmp_path, text % ', "444455556666"')
    changed = ['+            "arn:aws:iam::444455556666:root",']
    assert _hunks(one, other) == {"permissions.tf": [changed]}


def test_one_more_registry_is_one_hunk_in_each_file_however_many_reach_it(tmp_path: Path) -> None:
    teams = "".join(f"  team-{n}: {{upstreams: [shared]}}\n" for n in range(50))
    text = (
        f"{_HEAD}  other: {{upstreams: [public:pypi]}}\n  shared: {{upstreams: [public:npmjs%s]}}\n"
    )
    one = _spec(tmp_path, text % "" + teams)
    other = _spec(tmp_path, text % ", public:pypi" + teams)
    hunks = _hunks(one, other)
    assert {name: len(found) for name, found in hunks.items()} == {
        "formats.tf": 1,
        "repositories.tf": 1,
    }
    assert len(hunks["formats.tf"][0]) == 2


def test_one_more_repository_is_one_hunk_in_each_file(tmp_path: Path) -> None:
    teams = "".join(f"  team-{n}: {{upstreams: [public:npmjs]}}\n" for n in range(20))
    new = (
        '  team-11-and-a-half: {upstreams: [public:npmjs], permissions: {read: ["111122223333"]}}\n'
    )
    hunks = _hunks(_spec(tmp_path, _HEAD + teams), _spec(tmp_path, _HEAD + teams + new))
    assert {name: len(found) for name, found in hunks.items()} == {
        "formats.tf": 1,
        "outputs.tf": 1,
        "permissions.tf": 1,
        "repositories.tf": 1,
    }
    assert not [line for found in hunks.values() for line in found[0] if line.startswith("-")]


# Formats


def _served(domain: Domain, name: str) -> tuple[str, ...]:
    return formats(search_order(by_name(domain), name))


_DIAMOND = (
    _HEAD
    + """\
  top: {upstreams: [left, right], formats: [generic]}
  left: {upstreams: [bottom, public:npmjs]}
  right: {upstreams: [bottom], formats: [swift, npm]}
  bottom: {upstreams: [public:pypi, public:maven-central, public:maven-clojars]}
  plain: {}
"""
)


def test_formats_are_those_of_everything_that_is_reached(tmp_path: Path) -> None:
    domain = _spec(tmp_path, _DIAMOND).domain
    assert _served(domain, "bottom") == ("maven", "pypi")
    assert _served(domain, "left") == ("maven", "npm", "pypi")
    assert _served(domain, "right") == ("maven", "npm", "pypi", "swift")
    assert _served(domain, "top") == ("generic", "maven", "npm", "pypi", "swift")
    assert _served(domain, "plain") == ()
    assert _served(domain, "npm-store") == ("npm",)


def test_a_connection_that_is_not_known_yet_has_no_format(tmp_path: Path) -> None:
    rules = 'rules: {unknown-connection: "off"}\n'
    text = rules + _HEAD + "  a1: {external_connection: public:newest, formats: [swift]}\n"
    assert _served(_spec(tmp_path, text).domain, "a1") == ("swift",)


def test_explain_lists_the_formats(run: Run, tmp_path: Path) -> None:
    _spec(tmp_path, _DIAMOND)
    out = run("explain", tmp_path, "right").out
    assert "Package formats with an endpoint\n  maven, npm, pypi, swift\n" in out
    shown = json.loads(run("explain", "--format", "json", tmp_path, "right").out)
    assert shown["repositories"][0]["formats"] == ["maven", "npm", "pypi", "swift"]


# The real provider

needs_terraform = pytest.mark.terraform

_SETTLED = ("plan", "-input=false", "-no-color", "-detailed-exitcode")


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _apply(terraform: Terraform, folder: Path, url: str) -> dict[str, Any]:
    """Apply a folder, look that the next plan is empty, and give the outputs."""
    variables = environment(url)
    terraform.init(folder)
    terraform(folder, "apply", "-auto-approve", "-input=false", "-no-color", environment=variables)
    done = terraform.try_(folder, *_SETTLED, environment=variables)
    assert done.returncode == 0, done.stdout + done.stderr
    outputs = json.loads(terraform(folder, "output", "-json", environment=variables))
    return {name: output["value"] for name, output in outputs.items()}


def _assert_policies(double: Double, domain: Domain) -> None:
    """What the service holds is what the domain says, and as long as we count it."""
    kept = double.domain(domain.name)
    pairs = [(domain.policy, kept["policy"])]
    pairs += [(r.policy, kept["repositories"][r.name]["policy"]) for r in domain.repositories]
    for policy, found in pairs:
        if not policy:
            assert found is None
            continue
        assert found
        assert json.loads(found["document"]) == document(policy)
        assert len(found["document"]) == size(policy)


# The same URL from the provider's data source, for every endpoint of the output of a module.
_ENDPOINTS = """
locals {
  endpoints = merge([for key, domain in local.domains : {
    for pair in flatten([
      for name, repository in domain.repositories : [
        for format, url in repository.endpoints : { name = name, format = format }
      ]
    ]) : "${key}/${pair.name}/${pair.format}" => merge(pair, { domain = domain.name })
  }]...)
}

data "aws_codeartifact_repository_endpoint" "of" {
  for_each   = local.endpoints
  domain     = each.value.domain
  repository = each.value.name
  format     = each.value.format
  depends_on = [%s]
}

output "wanted" {
  value = {
    for key, found in data.aws_codeartifact_repository_endpoint.of :
    key => found.repository_endpoint
  }
}

output "repositories" {
  value = { for key, domain in local.domains : key => domain.repositories }
}
"""


def _root(domains: Mapping[str, Deployment]) -> str:
    modules = "".join(f'module "{key}" {{\n  source = "./{key}"\n}}\n\n' for key in domains)
    rows = "".join(
        f'    {key} = {{ name = "{some.domain.name}", repositories = module.{key}.repositories }}\n'
        for key, some in domains.items()
    )
    depends = ", ".join(f"module.{key}" for key in domains)
    return f"{modules}locals {{\n  domains = {{\n{rows}  }}\n}}\n{_ENDPOINTS % depends}"


def _applicable(some: Deployment, number: int) -> Deployment:
    """A random domain as one of several in one account of the double.

    Tags are not the business of these tests, and the provider loses some at creation.
    """
    resources = some.configuration.repositories
    return Deployment(
        Domain(
            name=f"domain-{number}",
            region="eu-west-1",
            policy=some.domain.policy,
            repositories=tuple(replace(r, tags=()) for r in some.domain.repositories),
        ),
        Configuration(
            protect=False,
            repositories={name: RepositoryResource(r.label) for name, r in resources.items()},
        ),
    )


def _rich_domains() -> list[Deployment]:
    """Those of the sample that say most about permissions and formats."""

    def says(some: Deployment) -> int:
        domain = some.domain
        policies = [domain.policy, *(r.policy for r in domain.repositories)]
        return sum(map(len, policies)) + len(domain.repositories)

    return sorted(sample(), key=says)[-3:]


@needs_terraform
def test_policies_and_endpoints_of_random_domains_are_applied_as_they_are_meant(
    terraform: Terraform, tmp_path: Path
) -> None:
    domains = {f"d{n}": _applicable(domain, n) for n, domain in enumerate(_rich_domains())}
    diamond = tmp_path / "diamond"
    diamond.mkdir()
    domains["diamond"] = changed(_spec(diamond, _DIAMOND), name="diamond", protect=False)
    domains["chain"] = configured(
        Domain(
            "chain",
            "eu-west-1",
            repositories=tuple(
                Repository(
                    f"r{n:02}",
                    upstreams=(f"r{n + 1:02}",) if n < 23 else (),
                    formats=(PACKAGE_FORMATS[n % 8],) if n % 5 == 0 else (),
                )
                for n in range(24)
            ),
        )
    )
    root = tmp_path / "root"
    _write(root, {"main.tf": _root(domains)})
    for key, domain in domains.items():
        files = {n: t for n, t in render(domain, "domain.yaml").items() if n != "providers.tf"}
        _write(root / key, files)
    assert sum(len(r.policy) for d in domains.values() for r in d.domain.repositories) > 20
    double = Double()
    with serve(double) as url:
        (root / "provider.tf").write_text(
            provider_override(url).replace(
                'provider "aws" {', 'provider "aws" {\n  region = "eu-west-1"\n'
            )
        )
        outputs = _apply(terraform, root, url)
    found = {
        f"{key}/{name}/{package_format}": endpoint
        for key, repositories in outputs["repositories"].items()
        for name, repository in repositories.items()
        for package_format, endpoint in repository["endpoints"].items()
    }
    assert found == outputs["wanted"]
    assert found.keys() == {
        f"{key}/{repository.name}/{package_format}"
        for key, some in domains.items()
        for repository in some.domain.repositories
        for package_format in _served(some.domain, repository.name)
    }
    assert len(found) > 100
    for some in domains.values():
        _assert_policies(double, some.domain)


@needs_terraform
def test_a_domain_of_another_account_has_policies_and_endpoints(
    terraform: Terraform, tmp_path: Path
) -> None:
    statement = Statement(
        Effect.ALLOW, (("AWS", (f"arn:aws:iam::{OTHER}:root",)),), ("codeartifact:*",)
    )
    domain = Domain(
        "acme",
        "eu-west-1",
        owner=OWNER,
        repositories=(Repository("app", formats=("npm",), policy=(statement,)),),
    )
    double = Double(accounts={"double": OTHER, "owner": OWNER})
    _write(tmp_path / "root", render(configured(domain, managed=False), "domain.yaml"))
    with serve(double) as url:
        client = boto3.client(
            "codeartifact",
            region_name="eu-west-1",
            endpoint_url=url,
            aws_access_key_id="owner",
            aws_secret_access_key="double",
        )
        client.create_domain(domain="acme")
        (tmp_path / "root" / "double_override.tf").write_text(provider_override(url))
        outputs = _apply(terraform, tmp_path / "root", url)
        endpoint = client.get_repository_endpoint(domain="acme", repository="app", format="npm")
    wanted = {"npm": endpoint["repositoryEndpoint"]}
    assert outputs["repositories"]["app"]["endpoints"] == wanted
    _assert_policies(double, domain)


_LARGE = OF_RULES / "policy-size"


@needs_terraform
def test_the_largest_policy_is_taken_and_a_larger_one_is_refused(
    terraform: Terraform, tmp_path: Path
) -> None:
    double = Double()
    with serve(double) as url:
        for name in ("good", "bad"):
            spec = loader.load(_LARGE / f"{name}.yaml").spec
            assert spec
            folder = tmp_path / name
            files = render(changed(spec.deployment, name=name), "domain.yaml")
            _write(folder, {**files, "double_override.tf": provider_override(url)})
        _apply(terraform, tmp_path / "good", url)
        terraform.init(tmp_path / "bad")
        done = terraform.try_(
            tmp_path / "bad",
            "apply",
            "-auto-approve",
            "-input=false",
            "-no-color",
            environment=environment(url),
        )
    assert done.returncode == 1
    assert "7168" in done.stderr
