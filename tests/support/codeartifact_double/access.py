"""Endpoints and authorization tokens."""

from tests.support.codeartifact_double.errors import Validation
from tests.support.codeartifact_double.state import Call, Output, World, domain_of, repository_of

# Model, GetAuthorizationToken: "0 and any number between 900 (15 minutes) and 43200 (12 hours)".
SHORTEST_TOKEN = 900
LONGEST_TOKEN = 43200


def get_repository_endpoint(world: World, call: Call) -> tuple[World, Output]:
    """API GetRepositoryEndpoint.

    The address is that of CLI get-repository-endpoint. That of `dualstack` is inferred from the
    user guide's `codeartifact.REGION.on.aws` (question 6 of the notes).
    """
    domain = domain_of(world, call)
    repository = repository_of(domain, call["repository"])
    suffix = "on.aws" if call.get("endpointType") == "dualstack" else "amazonaws.com"
    host = f"{domain.key.name}-{domain.key.owner}.d.codeartifact.{domain.key.region}.{suffix}"
    return world, {"repositoryEndpoint": f"https://{host}/{call['format']}/{repository.name}/"}


def get_authorization_token(world: World, call: Call) -> tuple[World, Output]:
    """API GetAuthorizationToken. Zero, the rest of the role's session, is an hour here."""
    domain = domain_of(world, call)
    seconds = call.get("durationSeconds")
    if seconds is None:
        seconds = LONGEST_TOKEN
    if seconds != 0 and not SHORTEST_TOKEN <= seconds <= LONGEST_TOKEN:
        raise Validation("The duration must be 0 or between 900 and 43200 seconds")
    token = f"token-of-the-double-for-{domain.key.owner}-{domain.key.name}"
    return world, {"authorizationToken": token, "expiration": call.now + (seconds or 3600)}
