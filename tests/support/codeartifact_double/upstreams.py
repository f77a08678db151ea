"""Upstreams: what a list of names may be, and who uses a repository."""

from collections.abc import Iterable, Mapping

from tests.support.codeartifact_double.errors import NotFound, QuotaExceeded, Validation
from tests.support.codeartifact_double.settings import Switches
from tests.support.codeartifact_double.state import Domain, Link, Repository

# UG service-limits and repos-upstream: ten, and not adjustable.
MAX_UPSTREAMS = 10


def links_for(
    domain: Domain,
    wanted: Iterable[Mapping[str, str]],
    switches: Switches,
    repository: Repository | None = None,
) -> tuple[Link, ...]:
    """The links that a list of names makes, in its order, which is that of the search."""
    if repository and repository.connection:
        # UG config-repos: upstreams or an external connection, "but not both". CFN, Translator
        # (translateToUpdateRepository): an empty list raises a ValidationException as well.
        raise Validation(
            f"Repository '{repository.name}' has an external connection; a repository can have"
            " upstreams or an external connection, but not both",
            "OTHER",
        )
    names = [upstream["repositoryName"] for upstream in wanted]
    _refuse_too_many(names, switches)
    if switches.refuse_duplicate_upstreams and len(set(names)) < len(names):
        raise Validation("An upstream repository is listed twice")
    return tuple(_link(domain, name) for name in names)


def _refuse_too_many(names: list[str], switches: Switches) -> None:
    if len(names) <= MAX_UPSTREAMS:
        return
    message = f"A repository cannot have more than {MAX_UPSTREAMS} upstream repositories"
    if switches.too_many_upstreams_is_quota:
        raise QuotaExceeded(message, "repository", names[MAX_UPSTREAMS])
    raise Validation(message)


def _link(domain: Domain, name: str) -> Link:
    """Upstreams are "in the same domain" (UG repo-upstream-add), and exist (model: 404)."""
    found = domain.repositories.get(name)
    if not found:
        raise NotFound(
            f"Upstream repository not found. Repository '{name}' in domain '{domain.key.name}'"
            " does not exist",
            "repository",
            name,
        )
    return Link(found.identity, name)


def refuse_cycle(domain: Domain, repository: Repository) -> None:
    """Refuse a repository that reaches itself; only links that lead somewhere count."""
    seen: set[str] = set()
    waiting = [repository]
    while waiting:
        for link in waiting.pop().upstreams:
            if link.identity == repository.identity:
                raise Validation(f"Repository '{repository.name}' would be its own upstream")
            if link.name not in seen and domain.is_live(link):
                seen.add(link.name)
                waiting.append(domain.repositories[link.name])


def users_of(domain: Domain, repository: Repository) -> list[str]:
    """The other repositories that have this one directly upstream."""
    return [
        other.name
        for other in domain.repositories.values()
        if other.identity != repository.identity
        and any(link.identity == repository.identity for link in other.upstreams)
    ]
