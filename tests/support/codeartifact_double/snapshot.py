"""The state of the double as plain data, to compare with what a spec says."""

from typing import TypedDict

from tests.support.codeartifact_double.state import Domain, Policy, Repository, World, domain_arn


class PolicySnapshot(TypedDict):
    """A permissions policy."""

    document: str
    revision: str


class RepositorySnapshot(TypedDict):
    """A repository. An upstream that was deleted reads `NAME (deleted)`, also after one of its
    name has come; never set and set to nothing are both the description ""."""

    administrator: str
    description: str
    upstreams: list[str]
    connection: str | None
    tags: dict[str, str]
    policy: PolicySnapshot | None


class DomainSnapshot(TypedDict):
    """A domain."""

    name: str
    owner: str
    region: str
    encryption_key: str
    tags: dict[str, str]
    policy: PolicySnapshot | None
    repositories: dict[str, RepositorySnapshot]


Snapshot = dict[str, DomainSnapshot]


def snapshot(world: World) -> Snapshot:
    """Every domain by its ARN."""
    return {domain_arn(key): _domain(domain) for key, domain in sorted(world.domains.items())}


def _domain(domain: Domain) -> DomainSnapshot:
    return {
        "name": domain.key.name,
        "owner": domain.key.owner,
        "region": domain.key.region,
        "encryption_key": domain.encryption_key,
        "tags": dict(domain.tags),
        "policy": _policy(domain.policy),
        "repositories": {
            name: _repository(domain, repository)
            for name, repository in sorted(domain.repositories.items())
        },
    }


def _repository(domain: Domain, repository: Repository) -> RepositorySnapshot:
    return {
        "administrator": repository.administrator,
        "description": repository.description or "",
        "upstreams": [
            link.name if domain.is_live(link) else f"{link.name} (deleted)"
            for link in repository.upstreams
        ],
        "connection": repository.connection,
        "tags": dict(repository.tags),
        "policy": _policy(repository.policy),
    }


def _policy(policy: Policy | None) -> PolicySnapshot | None:
    return {"document": policy.document, "revision": policy.revision} if policy else None
