"""Repositories: create, describe, update, delete, list."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from tests.support.codeartifact_double.descriptions import (
    repository_description,
    repository_summary,
)
from tests.support.codeartifact_double.errors import Conflict, NotFound, QuotaExceeded
from tests.support.codeartifact_double.paging import page
from tests.support.codeartifact_double.state import Call, Output, Repository, World, domain_of
from tests.support.codeartifact_double.state import repository_of as find
from tests.support.codeartifact_double.tags import tags_from
from tests.support.codeartifact_double.upstreams import links_for, refuse_cycle, users_of


def create_repository(world: World, call: Call) -> tuple[World, Output]:
    """API CreateRepository. The caller's account becomes its administrator (UG domain-overview)."""
    domain = domain_of(world, call)
    name: str = call["repository"]
    if _is_taken(call, name, domain.repositories):
        raise Conflict(f"Repository already exists: '{name}'", "repository", name)
    if len(domain.repositories) >= call.limits.repositories:
        # UG service-limits: repositories per domain.
        raise QuotaExceeded(
            f"A domain cannot have more than {call.limits.repositories} repositories",
            "repository",
            name,
        )
    world, identity = world.numbered()
    repository = Repository(
        identity=identity,
        name=name,
        administrator=call.account,
        created=call.now,
        description=call.get("description"),
        upstreams=links_for(domain, call.get("upstreams") or (), call.switches),
        tags=tags_from(call.get("tags") or (), {}),
    )
    domain = domain.with_repository(repository)
    return world.with_domain(domain), {
        "repository": repository_description(domain, repository, call.switches)
    }


def describe_repository(world: World, call: Call) -> tuple[World, Output]:
    """API DescribeRepository."""
    domain = domain_of(world, call)
    found = find(domain, call["repository"])
    return world, {"repository": repository_description(domain, found, call.switches)}


def update_repository(world: World, call: Call) -> tuple[World, Output]:
    """API UpdateRepository: `upstreams` replaces the whole list (UG repo-upstream-add).

    Names are looked up anew, which is what mends a link to a repository that was deleted and
    created again (https://github.com/hashicorp/terraform-provider-aws/issues/31092).
    """
    domain = domain_of(world, call)
    repository = find(domain, call["repository"])
    upstreams = call.get("upstreams")
    if upstreams is None and not call.switches.omitted_upstreams_stay:
        upstreams = None if repository.connection else ()
    if call.get("description") is not None:
        repository = replace(repository, description=call["description"])
    if upstreams is not None:
        links = links_for(domain, upstreams, call.switches, repository)
        repository = replace(repository, upstreams=links)
    domain = domain.with_repository(repository)
    if call.switches.refuse_cycles:
        refuse_cycle(domain, repository)
    return world.with_domain(domain), {
        "repository": repository_description(domain, repository, call.switches)
    }


def delete_repository(world: World, call: Call) -> tuple[World, Output]:
    """API DeleteRepository; repositories that have it upstream keep a link that leads nowhere."""
    domain = domain_of(world, call)
    name: str = call["repository"]
    try:
        repository = find(domain, name)
    except NotFound:
        if call.switches.delete_absent_repository_is_not_found:
            raise
        return world, {}
    users = users_of(domain, repository)
    if users and call.switches.refuse_delete_of_used_upstream:
        raise Conflict(
            f"Repository '{name}' is an upstream of {', '.join(users)}", "repository", name
        )
    deleted = repository_description(domain, repository, call.switches)
    return world.with_domain(domain.without_repository(name)), {"repository": deleted}


def list_repositories(world: World, call: Call) -> tuple[World, Output]:
    """API ListRepositories: "all of the repositories in your AWS account" (UG list-repos).

    Taken as those that the account administers, which the page's sample shows and does not say.
    """
    rows = [
        (f"{name} {'/'.join(key)}", partial(repository_summary, domain, repository))
        for key, domain in world.domains.items()
        for name, repository in domain.repositories.items()
        if (repository.administrator, key.region) == (call.account, call.region)
        and name.startswith(call.get("repositoryPrefix") or "")
    ]
    return world, page(call, "repositories", rows)


def list_repositories_in_domain(world: World, call: Call) -> tuple[World, Output]:
    """API ListRepositoriesInDomain: of every administrator, or of the one that is named."""
    domain = domain_of(world, call)
    rows = [
        (name, partial(repository_summary, domain, repository))
        for name, repository in domain.repositories.items()
        if name.startswith(call.get("repositoryPrefix") or "")
        and call.get("administratorAccount") in {None, repository.administrator}
    ]
    return world, page(call, "repositories", rows)


def _is_taken(call: Call, name: str, names: Iterable[str]) -> bool:
    if call.switches.case_insensitive_names:
        return name.lower() in {other.lower() for other in names}
    return name in names
