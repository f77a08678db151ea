"""What AWS CodeArtifact allows, as tables: connections, formats, quotas, Regions.

Read on 2026-11-23. Sources: the user guide pages "Connect a CodeArtifact repository to a public
repository" (external-connection), "Quotas" (service-limits), "Working with upstream repositories"
(repos-upstream), the AWS General Reference page of CodeArtifact endpoints, and the service model
`codeartifact/2018-09-22/service-2.json` of botocore 1.43.11.
"""

from dataclasses import dataclass
from types import MappingProxyType

from codeartifact_tf.findings.nearest import nearest


@dataclass(frozen=True, slots=True)
class ExternalConnection:
    """A public registry: its connection name, what it serves, and the console's store repository.

    The store names are the console's ("Create a repository", step "Public upstream
    repositories"); only two of them follow from the connection name, hence a table.
    """

    name: str
    registry: str
    package_format: str
    store: str


_CONNECTIONS = (
    ExternalConnection("public:npmjs", "npmjs.com", "npm", "npm-store"),
    ExternalConnection("public:pypi", "Python Package Index", "pypi", "pypi-store"),
    ExternalConnection("public:maven-central", "Maven Central", "maven", "maven-central-store"),
    ExternalConnection(
        "public:maven-googleandroid", "Google Android", "maven", "google-android-store"
    ),
    ExternalConnection(
        "public:maven-gradleplugins", "Gradle plugins portal", "maven", "gradle-plugins-store"
    ),
    ExternalConnection(
        "public:maven-commonsware", "CommonsWare Android", "maven", "commonsware-store"
    ),
    ExternalConnection("public:maven-clojars", "Clojars", "maven", "clojars-store"),
    ExternalConnection("public:nuget-org", "NuGet Gallery", "nuget", "nuget-store"),
    ExternalConnection("public:ruby-gems-org", "RubyGems.org", "ruby", "rubygems-store"),
    ExternalConnection("public:crates-io", "crates.io", "cargo", "cargo-store"),
)

EXTERNAL_CONNECTIONS = MappingProxyType({c.name: c for c in _CONNECTIONS})
CONNECTION_OF_STORE = MappingProxyType({c.store: c.name for c in _CONNECTIONS})

# `PackageFormat` of the service model. No public registry serves generic or swift.
PACKAGE_FORMATS = ("npm", "pypi", "maven", "nuget", "generic", "ruby", "swift", "cargo")

# What people write when they mean a connection: an early revision of the user guide printed
# `npm-plugins-store` for the Gradle plugins; the rest are names that circulate in public modules.
MISTAKEN_CONNECTIONS = MappingProxyType(
    {
        "npm-plugins-store": "public:maven-gradleplugins",
        "crates-io-store": "public:crates-io",
        "ruby-gems-store": "public:ruby-gems-org",
        "nuget-org-store": "public:nuget-org",
        "maven-store": "public:maven-central",
        "npm": "public:npmjs",
        "maven": "public:maven-central",
        "nuget": "public:nuget-org",
        "gradle": "public:maven-gradleplugins",
        "rubygems": "public:ruby-gems-org",
        "cargo": "public:crates-io",
        "clojars": "public:maven-clojars",
        "public:npm": "public:npmjs",
        "public:maven": "public:maven-central",
        "public:maven-apache": "public:maven-central",
        "public:gradle-plugins": "public:maven-gradleplugins",
        "public:maven-google": "public:maven-googleandroid",
        "public:rubygems": "public:ruby-gems-org",
        "public:cargo": "public:crates-io",
    }
)


def meant_connection(text: str) -> ExternalConnection | None:
    """The external connection that somebody means who writes `text`, as far as one can tell."""
    short = text.removeprefix("public:")
    name = MISTAKEN_CONNECTIONS.get(text) or MISTAKEN_CONNECTIONS.get(short)
    name = name or CONNECTION_OF_STORE.get(short)
    # The common prefix would make any two names look alike.
    by_short = {known.removeprefix("public:"): known for known in EXTERNAL_CONNECTIONS}
    name = name or by_short.get(nearest(short, by_short) or "")
    return EXTERNAL_CONNECTIONS[name] if name else None


# Quotas, user guide page "Quotas in AWS CodeArtifact". The first two cannot be raised.
MAX_DIRECT_UPSTREAMS = 10
MAX_SEARCHED = 25
MAX_REPOSITORIES = 1000
# `PolicyDocument` of the service model: characters of the policy as JSON without white space.
MAX_POLICY = 7168
# "Tag repositories": 50 tags per resource, although the API's list type would hold 200.
MAX_TAGS = 50

# AWS General Reference, "AWS CodeArtifact endpoints and quotas"; botocore's endpoints agree.
REGIONS = frozenset(
    {
        "ap-northeast-1",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-central-1",
        "eu-north-1",
        "eu-south-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "us-east-1",
        "us-east-2",
        "us-west-2",
    }
)

# Regions of AWS without an endpoint of CodeArtifact, by botocore's endpoints.
OTHER_REGIONS = frozenset(
    {
        *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-2", "ap-northeast-3", "ap-south-2"),
        *("ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6"),
        *("ap-southeast-7", "ca-central-1", "ca-west-1", "cn-north-1", "cn-northwest-1"),
        *("eu-central-2", "eu-south-2", "eusc-de-east-1", "il-central-1", "me-central-1"),
        *("me-south-1", "mx-central-1", "sa-east-1", "us-gov-east-1", "us-gov-west-1"),
        "us-west-1",
    }
)
