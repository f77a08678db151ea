"""Tags of domains and repositories."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from tests.support.codeartifact_double.errors import QuotaExceeded, Validation
from tests.support.codeartifact_double.state import (
    Call,
    Domain,
    DomainKey,
    Output,
    Repository,
    World,
    domain_at,
    repository_of,
)

# UG tag-repositories and tag-domains: "up to 50 tags"; the model's list would hold 200.
MAX_TAGS = 50

_ARN = re.compile(
    r"arn:aws:codeartifact:([a-z0-9-]+):([0-9]{12}):(?:domain/([^/]+)|repository/([^/]+)/([^/]+))"
)


def tags_from(pairs: Iterable[Mapping[str, str]], before: Mapping[str, str]) -> dict[str, str]:
    """The tags of a resource after some were set."""
    pairs = tuple(pairs)
    if len({pair["key"] for pair in pairs}) < len(pairs):
        # AWS General Reference, "Tagging AWS resources": each tag key must be unique.
        raise Validation("Tag keys must be unique")
    if any(pair["key"].lower().startswith("aws:") for pair in pairs):
        # The same page: the prefix is reserved for AWS.
        raise Validation("Tag keys must not begin with 'aws:'")
    after = {**before, **{pair["key"]: pair["value"] for pair in pairs}}
    if len(after) > MAX_TAGS:
        # ServiceQuotaExceededException is TagResource's only error that fits (model).
        raise QuotaExceeded(f"A resource cannot have more than {MAX_TAGS} tags")
    return after


def list_tags_for_resource(world: World, call: Call) -> tuple[World, Output]:
    """API ListTagsForResource. The user guide shows a map; the model's list is right."""
    _, resource = _resource(world, call)
    return world, {"tags": [{"key": k, "value": v} for k, v in sorted(resource.tags.items())]}


def tag_resource(world: World, call: Call) -> tuple[World, Output]:
    """API TagResource: adds tags, or changes the values of those there are."""
    domain, resource = _resource(world, call)
    return _with_tags(world, domain, resource, tags_from(call["tags"], resource.tags)), {}


def untag_resource(world: World, call: Call) -> tuple[World, Output]:
    """API UntagResource; a key that is not there is no error (none of the model's fits)."""
    domain, resource = _resource(world, call)
    rest = {key: value for key, value in resource.tags.items() if key not in call["tagKeys"]}
    return _with_tags(world, domain, resource, rest), {}


def _with_tags(
    world: World, domain: Domain, resource: Domain | Repository, tags: Mapping[str, str]
) -> World:
    if isinstance(resource, Domain):
        return world.with_domain(replace(resource, tags=tags))
    return world.with_domain(domain.with_repository(replace(resource, tags=tags)))


def _resource(world: World, call: Call) -> tuple[Domain, Domain | Repository]:
    match = _ARN.fullmatch(call["resourceArn"])
    if not match:
        raise Validation(f"'{call['resourceArn']}' is not the ARN of a domain or a repository")
    region, owner, domain_name, home, repository_name = match.groups()
    if region != call.region:
        raise Validation(f"The resource is in {region}, the request is for {call.region}")
    domain = domain_at(world, DomainKey(owner, region, domain_name or home))
    return domain, repository_of(domain, repository_name) if repository_name else domain
