"""Domains: create, describe, delete, list."""

from functools import partial

from tests.support.codeartifact_double.descriptions import domain_description, domain_summary
from tests.support.codeartifact_double.errors import Conflict, QuotaExceeded
from tests.support.codeartifact_double.paging import page
from tests.support.codeartifact_double.state import Call, Domain, Output, World, domain_of, key_arn
from tests.support.codeartifact_double.tags import tags_from


def create_domain(world: World, call: Call) -> tuple[World, Output]:
    """API CreateDomain: the name is unique in account and Region, domains are limited."""
    key = call.domain_key()
    if key in world.domains:
        raise Conflict(f"Domain already exists: '{key.name}'", "domain", key.name)
    mine = [other for other in world.domains if other[:2] == key[:2]]
    if len(mine) >= call.limits.domains:
        # UG service-limits: domains per account (and, as every quota there, per Region).
        raise QuotaExceeded(
            f"An account cannot have more than {call.limits.domains} domains", "domain", key.name
        )
    domain = Domain(
        key=key,
        created=call.now,
        encryption_key=key_arn(call.get("encryptionKey"), key.owner, key.region),
        tags=tags_from(call.get("tags") or (), {}),
    )
    return world.with_domain(domain), {"domain": domain_description(domain)}


def describe_domain(world: World, call: Call) -> tuple[World, Output]:
    """API DescribeDomain."""
    return world, {"domain": domain_description(domain_of(world, call))}


def delete_domain(world: World, call: Call) -> tuple[World, Output]:
    """API DeleteDomain: "You cannot delete a domain that contains repositories" (model).

    The text and the 409 are those of CFN's pull request 63. An absent domain is no error: the model
    has no ResourceNotFoundException here, and CFN's DeleteHandler says so in a comment.
    """
    key = call.domain_key()
    if key not in world.domains:
        return world, {}
    domain = world.domains[key]
    if domain.repositories:
        raise Conflict("Domain must contain 0 repositories before deletion", "domain", key.name)
    deleted = {**domain_description(domain), "status": "Deleted"}  # CLI delete-domain
    return world.without_domain(key), {"domain": deleted}


def list_domains(world: World, call: Call) -> tuple[World, Output]:
    """API ListDomains: those "owned by the AWS account that makes this call" (model)."""
    rows = [
        (key.name, partial(domain_summary, domain))
        for key, domain in world.domains.items()
        if (key.owner, key.region) == (call.account, call.region)
    ]
    return world, page(call, "domains", rows)
