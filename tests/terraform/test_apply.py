"""The real Terraform applies what is generated, to a double of CodeArtifact.

A plan accepts nearly everything that the service refuses, so here every file is applied, nothing is
left to do afterwards, and what the double then holds is what the spec says.
"""

import copy
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from threading import Condition
from typing import Any, NamedTuple

import pytest
import yaml

from codeartifact_tf import committed, pipeline
from codeartifact_tf.domain.model import Domain, Policy, Repository
from codeartifact_tf.domain.policies import document
from codeartifact_tf.domain.search import by_name, formats, search_order
from codeartifact_tf.terraform.configuration import Deployment, Layout
from codeartifact_tf.terraform.render import render
from tests.conftest import EXAMPLES, Ran, Run, Terraform
from tests.support import bench
from tests.support.bounds import HANG
from tests.support.codeartifact_double import (
    DomainSnapshot,
    Double,
    Limits,
    PolicySnapshot,
    RepositorySnapshot,
    Request,
    Snapshot,
    environment,
    serve,
)
from tests.support.codeartifact_double.state import (
    DomainKey,
    Output,
    domain_arn,
    key_arn,
    repository_arn,
)
from tests.support.deployments import changed, configured
from tests.support.plans import PLANNABLE, as_module, richest, write

pytestmark = pytest.mark.terraform

_ACCOUNTS = ("111122223333", "444455556666")
_DEFAULT_PARALLELISM = 10  # Terraform's


@dataclass(frozen=True, slots=True)
class _Site:
    """An initialised folder for Terraform, pointed to a double."""

    terraform: Terraform
    folder: Path
    environment: Mapping[str, str]

    def try_(self, *arguments: str) -> Ran:
        done = self.terraform.try_(
            self.folder, *arguments, "-input=false", "-no-color", environment=self.environment
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def apply(self, *arguments: str) -> None:
        done = self.try_("apply", "-auto-approve", *arguments)
        assert done.code == 0, done.out + done.err

    def changes(self) -> str:
        """What the next plan would do, as Terraform says it; nothing is the empty text."""
        done = self.try_("plan", "-detailed-exitcode")
        return "" if done.code == 0 else done.out + done.err

    def outputs(self) -> dict[str, Any]:
        shown = json.loads(self.terraform(self.folder, "output", "-json"))
        return {name: output["value"] for name, output in shown.items()}

    def destroy(self) -> None:
        """Only here a file is edited: what is protected has to be released before it can go."""
        for path in self.folder.parent.rglob("*.tf"):
            text = path.read_text(encoding="utf-8")
            released = re.sub(r"^( +prevent_destroy +=) true$", r"\1 false", text, flags=re.M)
            path.write_text(released, encoding="utf-8")
        self.apply("-destroy")


@contextmanager
def _site(
    terraform: Terraform, folder: Path, double: Double, access_key: str = "double"
) -> Iterator[_Site]:
    terraform.init(folder)
    with serve(double) as url:
        variables = environment(url, access_key=access_key)
        yield _Site(terraform, folder, variables)


# What the double and the outputs have to be


def _key(domain: Domain, caller: str) -> DomainKey:
    return DomainKey(domain.owner or caller, domain.region, domain.name)


def _expected(domain: Domain, caller: str) -> Snapshot:
    """The whole state of an account that holds nothing but this domain."""
    key = _key(domain, caller)
    expected: DomainSnapshot = {
        "name": domain.name,
        "owner": key.owner,
        "region": domain.region,
        # Without one of the spec's it is the key that AWS manages.
        "encryption_key": domain.encryption_key or key_arn(None, key.owner, key.region),
        "tags": dict(domain.tags),
        "policy": _expected_policy(domain.policy),
        "repositories": {r.name: _expected_repository(r, caller) for r in domain.repositories},
    }
    return {domain_arn(key): expected}


def _expected_repository(repository: Repository, caller: str) -> RepositorySnapshot:
    return {
        "administrator": caller,
        "description": repository.description or "",
        "upstreams": [*repository.upstreams],
        "connection": repository.external_connection,
        "tags": dict(repository.tags),
        "policy": _expected_policy(repository.policy),
    }


def _expected_policy(policy: Policy) -> PolicySnapshot | None:
    """A policy as the provider sends it; the revision is what the double made of it."""
    text = json.dumps(document(policy), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {"document": text, "revision": ""} if policy else None


def _without_revisions(snapshot: Snapshot) -> Snapshot:
    """A snapshot whose policies can be compared."""
    plain = copy.deepcopy(snapshot)
    for domain in plain.values():
        for holder in (domain, *domain["repositories"].values()):
            if holder["policy"]:
                body = json.loads(holder["policy"]["document"])
                text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                holder["policy"] = {"document": text, "revision": ""}
    return plain


def _expected_outputs(some: Deployment, caller: str) -> dict[str, Any]:
    domain = some.domain
    key = _key(domain, caller)
    shown = {"name": domain.name, "region": domain.region}
    if some.configuration.managed:
        shown |= {"arn": domain_arn(key), "owner": key.owner}
    elif domain.owner:
        shown |= {"owner": domain.owner}
    return {
        "domain": shown,
        "repositories": {
            r.name: {
                "arn": repository_arn(key, r.name),
                "endpoints": _expected_endpoints(domain, r.name, key),
                "name": r.name,
            }
            for r in domain.repositories
        },
    }


def _expected_endpoints(domain: Domain, name: str, key: DomainKey) -> dict[str, str]:
    """The documented form of the URL, for every format that the repository serves."""
    host = f"{key.name}-{key.owner}.d.codeartifact.{key.region}.amazonaws.com"
    served = formats(search_order(by_name(domain), name))
    return {package_format: f"https://{host}/{package_format}/{name}/" for package_format in served}


def _found(double: Double, domain: Domain, caller: str) -> None:
    """Create a domain that the spec does not manage, as its owner."""
    key = _key(domain, caller)
    double.answer(Request("CreateDomain", {"domain": key.name}, key.owner, key.region))


# Examples


def _caller(some: Deployment) -> str:
    """An account that may apply the domain; if the spec names none, not the double's default."""
    owner = some.domain.owner
    if some.configuration.managed and owner:
        return owner
    return next(account for account in reversed(_ACCOUNTS) if account != owner)


@pytest.mark.parametrize("path", PLANNABLE)
def test_an_example_applies_as_committed_and_then_nothing_is_left_to_do(
    path: Path, terraform: Terraform, tmp_path: Path
) -> None:
    spec = pipeline.lint(path).spec
    assert spec
    domain, caller = spec.domain, _caller(spec.deployment)
    double = Double(accounts={"caller": caller})
    if not spec.configuration.managed:
        _found(double, domain, caller)
    folder = shutil.copytree(path.parent, tmp_path / "example")
    is_module = spec.configuration.layout is Layout.MODULE
    with _site(
        terraform, folder / ("root" if is_module else "terraform"), double, "caller"
    ) as site:
        site.apply()
        assert site.changes() == ""
        assert _without_revisions(double.snapshot()) == _expected(domain, caller)
        expected = _expected_outputs(spec.deployment, caller)
        if is_module:  # its root passes on only these
            expected = {"repositories": expected["repositories"]}
        assert site.outputs() == expected


def test_two_specs_of_one_domain_apply_side_by_side(terraform: Terraform, tmp_path: Path) -> None:
    """The owner's domain, and what a member account has in it: two states, one domain."""
    accounts = {"shared-across-accounts": "111122223333", "shared-domain": "444455556666"}
    double = Double(accounts=accounts)
    with serve(double) as url:
        sites = []
        for name in accounts:
            folder = shutil.copytree(EXAMPLES / name / "terraform", tmp_path / name)
            terraform.init(folder)
            sites.append(_Site(terraform, folder, environment(url, access_key=name)))
            sites[-1].apply()
        assert [site.changes() for site in sites] == ["", ""]
    (home,) = double.snapshot().values()
    assert home["owner"] == "111122223333"
    administrators = {name: each["administrator"] for name, each in home["repositories"].items()}
    assert administrators == {
        **dict.fromkeys(("npm-store", "payments", "pypi-store", "shared"), "111122223333"),
        **dict.fromkeys(("research", "research-pypi", "research-release"), "444455556666"),
    }


# Random domains

_AT_ONCE = 3


@dataclass
class _Watched(Double):
    """A double that looks at repositories on their way in.

    The first ones wait at the door until there are three: how fast a machine is decides nothing.
    """

    most_at_once: int = field(default=0, init=False)
    too_early: list[str] = field(default_factory=list, init=False)
    _under_way: int = field(default=0, init=False, repr=False)
    _door: Condition = field(default_factory=Condition, init=False, repr=False)

    def answer(self, request: Request) -> Output:
        if request.operation != "CreateRepository":
            return super().answer(request)
        with self._door:
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
            self.too_early += self._absent(request)
            self._door.notify_all()
            self._door.wait_for(lambda: self.most_at_once >= _AT_ONCE, HANG / 10)
        try:
            return super().answer(request)
        finally:
            with self._door:
                self._under_way -= 1

    def _absent(self, request: Request) -> list[str]:
        """The upstreams of a repository that nobody has created yet."""
        asked = request.parameters
        owner = asked.get("domainOwner") or request.account
        home = self.snapshot()[domain_arn(DomainKey(owner, request.region, asked["domain"]))]
        names = [upstream["repositoryName"] for upstream in asked.get("upstreams") or ()]
        return [name for name in names if name not in home["repositories"]]


class _Home(NamedTuple):
    """Where a domain of the batch is applied: one provider block for each."""

    account: str
    region: str


_HOMES = (_Home(_ACCOUNTS[0], "eu-west-1"), _Home(_ACCOUNTS[1], "us-east-1"))


class _Batch(NamedTuple):
    """Domains in their homes, and what became of them."""

    domains: tuple[tuple[Deployment, _Home], ...]
    double: _Watched
    applied: Snapshot
    changes: str
    outputs: Mapping[str, Any]
    founded: Snapshot
    destroyed: Snapshot


def _batch_at_home() -> tuple[tuple[Deployment, _Home], ...]:
    """One domain of each name, in turn in each home; who owns another's is in the other home."""
    named = {some.domain.name: some for some in richest()}
    placed = []
    for number, some in enumerate(named.values()):
        home, other = _HOMES[number % 2], _HOMES[1 - number % 2]
        account = (home if some.configuration.managed else other).account
        owner = account if some.domain.owner else None
        placed.append((changed(some, region=home.region, owner=owner), home))
    return tuple(placed)


def _root(domains: tuple[tuple[Deployment, _Home], ...]) -> str:
    """The root module that calls them all, each with the provider of its home."""
    lines = [
        f'provider "aws" {{\n  alias = "{home.region}"\n  region = "{home.region}"\n'
        f'  access_key = "{home.account}"\n  secret_key = "double"\n}}\n'
        for home in _HOMES
    ]
    lines += [
        f'module "d{number}" {{\n  source = "./d{number}"\n'
        f"  providers = {{\n    aws = aws.{home.region}\n  }}\n}}\n"
        f'output "d{number}" {{\n  value = module.d{number}\n}}\n'
        for number, (_, home) in enumerate(domains)
    ]
    return "".join(lines)


@pytest.fixture(scope="module")
def batch(terraform: Terraform, tmp_path_factory: pytest.TempPathFactory) -> _Batch:
    """Random domains of two accounts in two Regions, all in one apply, and then destroyed."""
    domains, root = _batch_at_home(), tmp_path_factory.mktemp("batch") / "root"
    write(root, {"main.tf": _root(domains)})
    accounts = {home.account: home.account for home in _HOMES}
    double = _Watched(accounts=accounts, limits=Limits(domains=len(domains)))
    for number, (some, home) in enumerate(domains):
        write(root / f"d{number}", as_module(some))
        if not some.configuration.managed:
            _found(double, some.domain, home.account)
    founded = double.snapshot()
    with _site(terraform, root, double) as site:
        site.apply()
        applied, changes, outputs = double.snapshot(), site.changes(), site.outputs()
        site.destroy()
    return _Batch(domains, double, applied, changes, outputs, founded, double.snapshot())


# One worker applies the batch for all of these.
_of_the_batch = pytest.mark.xdist_group("apply-batch")


@_of_the_batch
def test_random_domains_become_what_they_say(batch: _Batch) -> None:
    expected: Snapshot = {}
    for some, home in batch.domains:
        expected |= _expected(some.domain, home.account)
    assert len(expected) == len(batch.domains) >= 5
    assert _without_revisions(batch.applied) == expected


@_of_the_batch
def test_random_domains_leave_nothing_to_do(batch: _Batch) -> None:
    assert batch.changes == ""


@_of_the_batch
def test_random_domains_have_the_outputs_that_they_promise(batch: _Batch) -> None:
    expected = {
        f"d{number}": _expected_outputs(some, home.account)
        for number, (some, home) in enumerate(batch.domains)
    }
    assert batch.outputs == expected


@_of_the_batch
def test_random_domains_are_destroyed_without_a_rest(batch: _Batch) -> None:
    assert batch.destroyed == batch.founded
    assert not [request for request in batch.double.requests if request.error]


@_of_the_batch
def test_repositories_are_created_in_parallel_but_after_their_upstreams(batch: _Batch) -> None:
    assert _AT_ONCE <= batch.double.most_at_once <= _DEFAULT_PARALLELISM
    assert batch.double.too_early == []


# Domains that are made for one question each

_CHAIN = Domain(
    "acme",
    "eu-west-1",
    repositories=(
        Repository("aa", upstreams=("bb",)),
        Repository("bb", upstreams=("cc", "npm-store")),
        Repository("cc", description="The first of three", tags=(("team", "c"),)),
        Repository("npm-store", external_connection="public:npmjs"),
    ),
)


def test_names_in_place_of_references_would_be_sent_too_early(
    terraform: Terraform, tmp_path: Path
) -> None:
    files = dict(render(configured(_CHAIN), "domain.yaml"))
    reference = re.compile(r"repository_name = aws_codeartifact_repository\.(\w+)\.repository")
    files["repositories.tf"] = reference.sub(
        lambda found: f'repository_name = "{found[1].replace("_", "-")}"', files["repositories.tf"]
    )
    write(tmp_path / "root", files)
    double = _Watched()
    with _site(terraform, tmp_path / "root", double) as site:
        site.try_("apply", "-auto-approve")
    assert double.too_early


def test_a_hundred_repositories_take_one_request_each(
    run: Run, terraform: Terraform, tmp_path: Path
) -> None:
    path, double = tmp_path / "domain.yaml", Double()
    path.write_text(yaml.safe_dump(bench.domain(0, 100)), encoding="utf-8")
    assert run("generate", path).code == 0
    spec = pipeline.lint(path).spec
    assert spec
    caller = double.account_of("double")
    reads = {"DescribeDomain": 1, "DescribeRepository": 100, "ListTagsForResource": 101}
    writes = {"CreateDomain": 1, "CreateRepository": 100, "AssociateExternalConnection": 3}
    with _site(terraform, tmp_path / committed.OUTPUT_FOLDER, double) as site:
        site.apply()
        assert _operations(double) == reads | writes
        assert double.snapshot() == _expected(spec.domain, caller)
        double.forget_requests()
        assert site.changes() == ""
        assert _operations(double) == reads


def _operations(double: Double) -> Counter[str]:
    return Counter(request.operation for request in double.requests)


def _created(double: Double) -> list[str]:
    """The repositories that were created, as often as they were."""
    requests = (r for r in double.requests if r.operation == "CreateRepository" and not r.error)
    return sorted(request.parameters["repository"] for request in requests)


def test_throttling_only_takes_time(terraform: Terraform, tmp_path: Path) -> None:
    write(tmp_path / "root", render(configured(_CHAIN), "domain.yaml"))
    # Its clock goes on with each request, so that no machine is too slow to be throttled.
    ticks = count()
    double = Double(writes_per_second=2, clock=lambda: next(ticks) / 10)
    with _site(terraform, tmp_path / "root", double) as site:
        site.apply()
    assert "ThrottlingException" in {request.error for request in double.requests}
    assert _created(double) == [repository.name for repository in _CHAIN.repositories]
    assert double.snapshot() == _expected(_CHAIN, double.account_of("double"))


def test_an_apply_that_met_a_quota_is_completed_by_the_next(
    terraform: Terraform, tmp_path: Path
) -> None:
    write(tmp_path / "root", render(configured(_CHAIN), "domain.yaml"))
    double = Double(limits=Limits(repositories=2))
    with _site(terraform, tmp_path / "root", double) as site:
        failed = site.try_("apply", "-auto-approve")
        assert failed.code == 1
        assert "StatusCode: 402" in failed.err
        assert "ServiceQuotaExceededException" in failed.err
        assert len(double.domain("acme")["repositories"]) == 2
        double.limits = Limits()
        site.apply()
    assert _created(double) == [repository.name for repository in _CHAIN.repositories]
    assert double.snapshot() == _expected(_CHAIN, double.account_of("double"))


def test_a_tag_key_that_begins_with_a_percent_sign_is_lost(
    terraform: Terraform, tmp_path: Path
) -> None:
    """The SDK of the provider takes it for the entry that counts the others.

    https://github.com/hashicorp/terraform-plugin-sdk, helper/schema/field_reader_diff.go, readMap.
    """
    tags = (("%", "lost"), ("%team", "lost"), ("100%", "kept"), ("a.%b", "kept"))
    domain = replace(_CHAIN, repositories=(Repository("aa", tags=tags),))
    write(tmp_path / "root", render(configured(domain), "domain.yaml"))
    double = Double()
    with _site(terraform, tmp_path / "root", double) as site:
        site.apply()
    assert double.domain("acme")["repositories"]["aa"]["tags"] == {"100%": "kept", "a.%b": "kept"}
