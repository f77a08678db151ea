"""The permission policies of domains and repositories; they are kept and checked, not obeyed."""

import json
from dataclasses import replace
from typing import Any

from tests.support.codeartifact_double.errors import Conflict, NotFound, ResourceType, Validation
from tests.support.codeartifact_double.state import (
    Call,
    Domain,
    Output,
    Policy,
    Repository,
    World,
    domain_arn,
    domain_of,
    repository_arn,
    repository_of,
    revision,
)


def get_domain_permissions_policy(world: World, call: Call) -> tuple[World, Output]:
    """API GetDomainPermissionsPolicy."""
    return _get(world, call, domain_of(world, call))


def put_domain_permissions_policy(world: World, call: Call) -> tuple[World, Output]:
    """API PutDomainPermissionsPolicy."""
    return _put(world, call, domain_of(world, call))


def delete_domain_permissions_policy(world: World, call: Call) -> tuple[World, Output]:
    """API DeleteDomainPermissionsPolicy."""
    return _delete(world, call, domain_of(world, call))


def get_repository_permissions_policy(world: World, call: Call) -> tuple[World, Output]:
    """API GetRepositoryPermissionsPolicy."""
    return _get(world, call, _repository(world, call))


def put_repository_permissions_policy(world: World, call: Call) -> tuple[World, Output]:
    """API PutRepositoryPermissionsPolicy."""
    return _put(world, call, _repository(world, call))


def delete_repository_permissions_policy(world: World, call: Call) -> tuple[World, Output]:
    """API DeleteRepositoryPermissionsPolicy."""
    return _delete(world, call, _repository(world, call))


def _get(world: World, call: Call, holder: Domain | Repository) -> tuple[World, Output]:
    return world, {"policy": _described(world, call, holder, _policy_of(holder))}


def _put(world: World, call: Call, holder: Domain | Repository) -> tuple[World, Output]:
    """Put replaces the whole policy (UG repo-policies)."""
    document: str = call["policyDocument"]
    _refuse_malformed(document)
    _refuse_stale(call, holder)
    world, number = world.numbered()
    policy = Policy(document, revision(number))
    before = holder.policy
    if call.switches.equal_policy_keeps_revision and before and before.document == document:
        policy = before
    world = _with_policy(world, call, holder, policy)
    return world, {"policy": _described(world, call, holder, policy)}


def _delete(world: World, call: Call, holder: Domain | Repository) -> tuple[World, Output]:
    policy = _policy_of(holder)
    _refuse_stale(call, holder)
    described = _described(world, call, holder, policy)
    return _with_policy(world, call, holder, None), {"policy": described}


def _policy_of(holder: Domain | Repository) -> Policy:
    """No policy is a ResourceNotFoundException: the provider and CFN read it so."""
    if not holder.policy:
        kind, name = _kind_and_name(holder)
        raise NotFound(f"The {kind} '{name}' has no permissions policy", kind, name)
    return holder.policy


def _refuse_stale(call: Call, holder: Domain | Repository) -> None:
    """Model, `policyRevision`: "optimistic locking, which prevents others from overwriting"."""
    wanted = call.get("policyRevision")
    if wanted is not None and wanted != (holder.policy.revision if holder.policy else None):
        kind, name = _kind_and_name(holder)
        raise Conflict(f"The policy of {kind} '{name}' has another revision", kind, name)


def _with_policy(
    world: World, call: Call, holder: Domain | Repository, policy: Policy | None
) -> World:
    if isinstance(holder, Domain):
        return world.with_domain(replace(holder, policy=policy))
    domain = domain_of(world, call)
    return world.with_domain(domain.with_repository(replace(holder, policy=policy)))


def _described(world: World, call: Call, holder: Domain | Repository, policy: Policy) -> Output:
    key = domain_of(world, call).key
    is_domain = isinstance(holder, Domain)
    arn = domain_arn(key) if is_domain else repository_arn(key, call["repository"])
    return {"resourceArn": arn, "revision": policy.revision, "document": policy.document}


def _kind_and_name(holder: Domain | Repository) -> tuple[ResourceType, str]:
    if isinstance(holder, Domain):
        return "domain", holder.key.name
    return "repository", holder.name


def _repository(world: World, call: Call) -> Repository:
    return repository_of(domain_of(world, call), call["repository"])


# The form of a policy: IAM User Guide, "Grammar of the IAM JSON policy language". A policy of a
# resource has principals; its length (7168) is in the model. Which actions exist is not checked.
# That CodeArtifact asks for a Resource is inferred: every sample of UG domain-policies has one.

_EITHER = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
_ELEMENTS = {"Sid", "Effect", "Condition", *(name for pair in _EITHER for name in pair)}


def _refuse_malformed(document: str) -> None:
    problem = _problem_of(document)
    if problem:
        raise Validation(f"Invalid policy document: {problem}")


def _problem_of(document: str) -> str | None:
    try:
        policy = json.loads(document)
    except ValueError:
        return "it is not JSON"
    if not isinstance(policy, dict) or not policy.keys() <= {"Version", "Id", "Statement"}:
        return "it is not an object of Version, Id and Statement"
    if policy.get("Version", "2012-10-17") not in {"2008-10-17", "2012-10-17"}:
        return "its Version is unknown"
    statements = policy.get("Statement")
    listed = [statements] if isinstance(statements, dict) else statements
    if not isinstance(listed, list) or not listed:
        return "it has no Statement"
    return next(filter(None, map(_problem_of_statement, listed)), None)


def _problem_of_statement(statement: Any) -> str | None:
    if not isinstance(statement, dict):
        return "a statement is not an object"
    if unknown := statement.keys() - _ELEMENTS:
        return f"a statement has the unknown element {min(unknown)}"
    if statement.get("Effect") not in {"Allow", "Deny"}:
        return "a statement's Effect is neither Allow nor Deny"
    for names in _EITHER:
        if len(statement.keys() & set(names)) != 1:
            return f"a statement needs {' or '.join(names)}"
    return None
