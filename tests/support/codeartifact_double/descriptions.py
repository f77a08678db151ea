"""What the service tells about a domain or a repository (the shapes of the model)."""

from tests.support.codeartifact_double.catalog import PACKAGE_FORMATS
from tests.support.codeartifact_double.settings import Switches
from tests.support.codeartifact_double.state import (
    Domain,
    Output,
    Repository,
    domain_arn,
    repository_arn,
)


def domain_summary(domain: Domain) -> Output:
    """DomainSummary."""
    return {
        "name": domain.key.name,
        "owner": domain.key.owner,
        "arn": domain_arn(domain.key),
        "status": "Active",
        "createdTime": domain.created,
        "encryptionKey": domain.encryption_key,
    }


def domain_description(domain: Domain) -> Output:
    """DomainDescription; the bucket's name is made in the manner of API DescribeDomain."""
    return {
        **domain_summary(domain),
        "repositoryCount": len(domain.repositories),
        "assetSizeBytes": 0,
        "s3BucketArn": f"arn:aws:s3:::assets-000000000000-{domain.key.region}",
    }


def repository_summary(domain: Domain, repository: Repository) -> Output:
    """RepositorySummary; a description that was never set is left out (CLI describe-repository)."""
    return {
        "name": repository.name,
        "administratorAccount": repository.administrator,
        "domainName": domain.key.name,
        "domainOwner": domain.key.owner,
        "arn": repository_arn(domain.key, repository.name),
        "description": repository.description,
        "createdTime": repository.created,
    }


def repository_description(domain: Domain, repository: Repository, switches: Switches) -> Output:
    """RepositoryDescription, upstreams "in order" (UG repo-upstream-search-order)."""
    shown = (
        link
        for link in repository.upstreams
        if domain.is_live(link) or not switches.describe_hides_dead_upstreams
    )
    connections = (
        {
            "externalConnectionName": name,
            "packageFormat": PACKAGE_FORMATS[name],
            "status": switches.connection_status,
        }
        for name in filter(None, [repository.connection])
    )
    return {
        **repository_summary(domain, repository),
        "upstreams": [{"repositoryName": link.name} for link in shown],
        "externalConnections": list(connections),
    }
