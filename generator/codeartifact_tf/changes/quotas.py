"""Counts against AWS's quotas, and against the limit that a spec sets itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from codeartifact_tf.aws.catalog import MAX_DIRECT_UPSTREAMS, MAX_REPOSITORIES, MAX_SEARCHED
from codeartifact_tf.changes.searches import Shift
from codeartifact_tf.domain.model import Domain
from codeartifact_tf.domain.search import by_name
from codeartifact_tf.spec.spec import Spec


class Quota(StrEnum):
    """A quota of AWS's; the value is its name in the JSON of a review."""

    REPOSITORIES = "repositories"
    UPSTREAMS = "upstreams"
    SEARCHED = "searched"


@dataclass(frozen=True, slots=True)
class Headroom:
    """A count against a quota; `names` are the repositories whose count it is, none: the domain."""

    quota: Quota
    limit: int
    before: int
    after: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Radius:
    """How many of the repositories that stay find packages elsewhere, against `max_changed`.

    The limits are as written: `20%` or a number. The new one counts.
    """

    changed: int
    total: int
    limit: str | None
    old_limit: str | None

    @property
    def is_exceeded(self) -> bool:
        """Whether more repositories change than the limit allows."""
        return self._exceeds(self.limit)

    @property
    def exceeds_old(self) -> bool:
        """Whether more repositories change than the old version allowed."""
        return self._exceeds(self.old_limit)

    @property
    def is_raised(self) -> bool:
        """Whether only the old limit is exceeded: the change itself makes room for what it does."""
        return self.exceeds_old and not self.is_exceeded

    @property
    def percent(self) -> str:
        """The share that changes, rounded up to a tenth: never below what is compared."""
        tenths = -(-self.changed * 1000 // self.total) if self.total else 0
        return f"{tenths // 10}.{tenths % 10} %"

    @property
    def needed(self) -> str:
        """The lowest limit that would do, in the same terms."""
        if self.limit is not None and self.limit.endswith("%"):
            return f"{-(-self.changed * 100 // self.total) if self.total else 0}%"
        return str(self.changed)

    def _exceeds(self, limit: str | None) -> bool:
        if limit is None:
            return False
        if limit.endswith("%"):
            return self.changed * 100 > int(limit[:-1]) * self.total
        return self.changed > int(limit)


# From this share of a quota on the rest is told, in percent.
_NEAR = 80


def _crosses(limit: int, before: int, after: int) -> bool:
    """Whether a count rises to a quota, above it, or close to it, and was not there before."""
    near = -(-limit * _NEAR // 100)
    return any(before < threshold <= after for threshold in (near, limit, limit + 1))


def headroom(old: Domain, new: Domain, shifts: tuple[Shift, ...]) -> Iterator[Headroom]:
    """The counts that the change raises to a quota, or close to it."""
    counts = len(old.repositories), len(new.repositories)
    if _crosses(MAX_REPOSITORIES, *counts):
        yield Headroom(Quota.REPOSITORIES, MAX_REPOSITORIES, *counts)
    before = by_name(old)
    upstreams = {
        r.name: (len(before[r.name].upstreams), len(r.upstreams))
        for r in new.repositories
        if r.name in before
    }
    yield from _raised(Quota.UPSTREAMS, MAX_DIRECT_UPSTREAMS, upstreams)
    searched = {s.repository: (len(s.before), len(s.after)) for s in shifts}
    yield from _raised(Quota.SEARCHED, MAX_SEARCHED, searched)


def _raised(quota: Quota, limit: int, counts: Mapping[str, tuple[int, int]]) -> Iterator[Headroom]:
    """The fullest first."""
    groups: dict[tuple[int, int], list[str]] = {}
    for name, (before, after) in counts.items():
        if _crosses(limit, before, after):
            groups.setdefault((before, after), []).append(name)
    for before, after in sorted(groups, key=lambda count: (-count[1], count[0])):
        yield Headroom(quota, limit, before, after, tuple(groups[before, after]))


def radius(old: Spec, new: Spec, changed: int) -> Radius | None:
    """How far the change reaches; None if neither version sets a limit."""
    if old.max_changed is None and new.max_changed is None:
        return None
    names = {repository.name for repository in old.domain.repositories}
    total = sum(repository.name in names for repository in new.domain.repositories)
    return Radius(changed, total, new.max_changed, old.max_changed)
