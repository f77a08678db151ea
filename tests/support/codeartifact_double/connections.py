"""External connections: associate, disassociate."""

from dataclasses import replace

from tests.support.codeartifact_double.catalog import PACKAGE_FORMATS
from tests.support.codeartifact_double.descriptions import repository_description
from tests.support.codeartifact_double.errors import NotFound, Validation
from tests.support.codeartifact_double.state import (
    Call,
    Output,
    Repository,
    World,
    domain_of,
    repository_of,
)


def associate_external_connection(world: World, call: Call) -> tuple[World, Output]:
    """API AssociateExternalConnection."""
    repository = repository_of(domain_of(world, call), call["repository"])
    name: str = call["externalConnection"]
    if name not in PACKAGE_FORMATS:
        _refuse_unknown(call, name)
    if repository.upstreams:
        # API AssociateExternalConnection: "one or more upstream repositories, or an external
        # connection". That the error is a ValidationException is question 3 of the notes.
        raise Validation(
            f"Repository '{repository.name}' has upstreams; a repository can have upstreams or an"
            " external connection, but not both",
            "OTHER",
        )
    is_repeated = repository.connection == name
    allowed = is_repeated and call.switches.associate_same_connection_twice_is_ok
    if repository.connection and not allowed:
        # "One external connection is allowed per repository" (model). Text and status 400 are the
        # service's, in https://github.com/awsdocs/aws-cloudformation-user-guide/pull/1127.
        raise Validation("ExternalConnections for repositories are currently limited to 1", "OTHER")
    return _with_connection(world, call, repository, name)


def disassociate_external_connection(world: World, call: Call) -> tuple[World, Output]:
    """API DisassociateExternalConnection.

    CFN's UpdateHandler expects ResourceNotFoundException if the repository lacks the connection.
    """
    repository = repository_of(domain_of(world, call), call["repository"])
    name: str = call["externalConnection"]
    if repository.connection != name:
        raise NotFound(f"External connection '{name}' is not one of repository '{repository.name}'")
    return _with_connection(world, call, repository, None)


def _refuse_unknown(call: Call, name: str) -> None:
    message = f"External connection '{name}' does not exist"
    if call.switches.unknown_connection_is_not_found:
        raise NotFound(message)
    raise Validation(message)


def _with_connection(
    world: World, call: Call, repository: Repository, connection: str | None
) -> tuple[World, Output]:
    repository = replace(repository, connection=connection)
    domain = domain_of(world, call).with_repository(repository)
    return world.with_domain(domain), {
        "repository": repository_description(domain, repository, call.switches)
    }
