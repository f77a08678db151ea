"""What a test can choose: answers to what nobody documents, and the quotas that AWS adjusts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switches:
    """What is unconfirmed, one field a question; the default is the likelier answer.

    "Question" numbers are those of section 13 of the project's notes on CodeArtifact, which only a
    live account can answer.
    """

    # Neither UG delete-repo nor API DeleteRepository forbids it, and
    # https://github.com/hashicorp/terraform-provider-aws/issues/31092 (2023) tells of it happening.
    # ConflictException is an error of the operation (model), so it may have changed since.
    refuse_delete_of_used_upstream: bool = False
    # Whether DescribeRepository still lists an upstream that was deleted: no source.
    describe_hides_dead_upstreams: bool = False
    # Question 1: whether a repository may be its own upstream, directly or not: no source.
    refuse_cycles: bool = True
    # Question 1: the same upstream twice. The model's list has no `uniqueItems`.
    refuse_duplicate_upstreams: bool = True
    # UG service-limits lists ten upstreams among the quotas (402), and UpdateRepository can raise
    # ServiceQuotaExceededException (model); the limit of one connection is a 400 all the same.
    too_many_upstreams_is_quota: bool = True
    # Question 4: CFN omits the list to leave upstreams as they are, which is the source of True.
    omitted_upstreams_stay: bool = True
    # Whether associating the connection that a repository already has succeeds: no source.
    associate_same_connection_twice_is_ok: bool = True
    # An external connection is a resource that exists or not (API AssociateExternalConnection:
    # "Adds an existing external connection"), and ResourceNotFoundException is an error of the
    # operation (model); but the model's ResourceType has no name for it, hence the doubt.
    unknown_connection_is_not_found: bool = True
    # The model's only value is `Available`; the user guide and CLI examples print `AVAILABLE`.
    connection_status: str = "Available"
    # Question 5: whether `App` can be created beside `app`. Look-ups are exact either way.
    case_insensitive_names: bool = False
    # The model gives DeleteRepository a ResourceNotFoundException; a comment in CFN's DeleteHandler
    # says that deleting an absent repository raises nothing.
    delete_absent_repository_is_not_found: bool = True
    # Whether putting an equal policy gives it a new revision: no source.
    equal_policy_keeps_revision: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The quotas that AWS raises on request (UG service-limits), so that tests can lower them."""

    domains: int = 10
    repositories: int = 1000
    # UG list-repos: "Its default is 50".
    page: int = 50
