"""The operations that the double has; it says of every other one that it has it not."""

from collections.abc import Mapping
from types import MappingProxyType

from tests.support.codeartifact_double.access import (
    get_authorization_token,
    get_repository_endpoint,
)
from tests.support.codeartifact_double.connections import (
    associate_external_connection,
    disassociate_external_connection,
)
from tests.support.codeartifact_double.domains import (
    create_domain,
    delete_domain,
    describe_domain,
    list_domains,
)
from tests.support.codeartifact_double.permissions import (
    delete_domain_permissions_policy,
    delete_repository_permissions_policy,
    get_domain_permissions_policy,
    get_repository_permissions_policy,
    put_domain_permissions_policy,
    put_repository_permissions_policy,
)
from tests.support.codeartifact_double.repositories import (
    create_repository,
    delete_repository,
    describe_repository,
    list_repositories,
    list_repositories_in_domain,
    update_repository,
)
from tests.support.codeartifact_double.state import Operation
from tests.support.codeartifact_double.tags import (
    list_tags_for_resource,
    tag_resource,
    untag_resource,
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "CreateDomain": create_domain,
        "DescribeDomain": describe_domain,
        "DeleteDomain": delete_domain,
        "ListDomains": list_domains,
        "CreateRepository": create_repository,
        "DescribeRepository": describe_repository,
        "UpdateRepository": update_repository,
        "DeleteRepository": delete_repository,
        "ListRepositories": list_repositories,
        "ListRepositoriesInDomain": list_repositories_in_domain,
        "AssociateExternalConnection": associate_external_connection,
        "DisassociateExternalConnection": disassociate_external_connection,
        "GetDomainPermissionsPolicy": get_domain_permissions_policy,
        "PutDomainPermissionsPolicy": put_domain_permissions_policy,
        "DeleteDomainPermissionsPolicy": delete_domain_permissions_policy,
        "GetRepositoryPermissionsPolicy": get_repository_permissions_policy,
        "PutRepositoryPermissionsPolicy": put_repository_permissions_policy,
        "DeleteRepositoryPermissionsPolicy": delete_repository_permissions_policy,
        "GetRepositoryEndpoint": get_repository_endpoint,
        "GetAuthorizationToken": get_authorization_token,
        "ListTagsForResource": list_tags_for_resource,
        "TagResource": tag_resource,
        "UntagResource": untag_resource,
    }
)

# The rest only looks. Names of operations are the service's, so this is a rule about AWS's naming.
WRITES = frozenset(name for name in OPERATIONS if not name.startswith(("Describe", "List", "Get")))
