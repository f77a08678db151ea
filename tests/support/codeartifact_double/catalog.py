"""The external connections, told a second time: a double that asks the product cannot judge it."""

from types import MappingProxyType

# UG external-connection; the same ten names are in the model (AssociateExternalConnectionRequest).
PACKAGE_FORMATS = MappingProxyType(
    {
        "public:npmjs": "npm",
        "public:pypi": "pypi",
        "public:maven-central": "maven",
        "public:maven-googleandroid": "maven",
        "public:maven-gradleplugins": "maven",
        "public:maven-commonsware": "maven",
        "public:maven-clojars": "maven",
        "public:nuget-org": "nuget",
        "public:ruby-gems-org": "ruby",
        "public:crates-io": "cargo",
    }
)
