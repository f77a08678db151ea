"""Which package formats a repository may hold, and where a request of a format looks.

An npm request finds nothing in a repository that holds only PyPI packages, although AWS searches
it. What a repository holds is what its external connection serves and what somebody may publish.
Generic packages are not fetched from upstreams at all (user guide, "Generic packages overview").
"""

from collections.abc import Iterable, Mapping

from codeartifact_tf.aws.catalog import PACKAGE_FORMATS
from codeartifact_tf.domain.model import Domain, Mode, PackageGroup, Policy, Repository
from codeartifact_tf.domain.policies import allows
from codeartifact_tf.domain.search import Step, package_format

FETCHED = tuple(name for name in PACKAGE_FORMATS if name != "generic")
_ALL = frozenset(FETCHED)
_PUTTING = ("PublishPackageVersion", "CopyPackageVersions")


def held(domain: Domain) -> dict[str, frozenset[str]]:
    """The formats of `FETCHED` that each repository may hold versions of, by its name."""
    is_for_all = _is_put_into(domain.policy)
    published = _by_groups(domain.package_groups)
    return {
        repository.name: _held(
            repository, published.get(repository.name, set()), is_for_all=is_for_all
        )
        for repository in domain.repositories
    }


def _held(repository: Repository, by_groups: set[str], *, is_for_all: bool) -> frozenset[str]:
    """Those named; without a name all, but a store where nobody may publish has only its own."""
    if repository.external_connection is None:
        return _ALL.intersection(repository.formats) if repository.formats else _ALL
    own = package_format(repository.external_connection)
    named = {*repository.formats} - {own}
    if own is None or (not named and (is_for_all or _is_put_into(repository.policy))):
        return _ALL
    return _ALL.intersection({own, *named, *by_groups})


def _is_put_into(policy: Policy) -> bool:
    """Whether it lets somebody publish versions, or copy them there."""
    return any(allows(each, action) for each in policy for action in _PUTTING)


def _by_groups(groups: Iterable[PackageGroup]) -> dict[str, set[str]]:
    """The formats that package groups let somebody publish to a repository that they name."""
    found: dict[str, set[str]] = {}
    for group in groups:
        if group.publish.mode is Mode.ALLOW_SPECIFIC_REPOSITORIES:
            name = group.pattern.removeprefix("/").partition("/")[0]
            formats = _ALL.intersection([name]) if name in PACKAGE_FORMATS else _ALL
            for repository in group.publish.repositories:
                found.setdefault(repository, set()).update(formats)
    return found


def of_formats(
    order: Iterable[Step], holds: Mapping[str, frozenset[str]], formats: Iterable[str]
) -> tuple[Step, ...]:
    """Where a request of some format finds something, in search order; the asked one is first."""
    asked, *others = order
    wanted = frozenset(formats)
    return (asked, *(step for step in others if wanted & holds[step.repository.name]))
