"""Two versions of a spec → what the change does to the domain and to everyone's builds. Pure.

What Terraform does with a change is the business of `transitions`; here is added who depends on
what is lost, and for whom packages come from elsewhere.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property

from codeartifact_tf.aws.catalog import MAX_DIRECT_UPSTREAMS, MAX_REPOSITORIES, MAX_SEARCHED
from codeartifact_tf.domain.model import CONTROLS, Control, Domain, Mode, PackageGroup, Repository
from codeartifact_tf.domain.package_origins import Opening, Origins, openings
from codeartifact_tf.domain.search import (
    Step,
    all_downstreams,
    by_name,
    downstreams,
    public_registries,
    search_order,
)
from codeartifact_tf.findings.phrases import Name, Phrase, listed, plain
from codeartifact_tf.spec.spec import OwnNames, Spec
from codeartifact_tf.terraform.configuration import (
    Configuration,
    Deployment,
    RepositoryResource,
)
from codeartifact_tf.transitions import Answer, Change, changes

_MAX_LISTED = 5
_MANY_GROUPS = 4
# How settings of package groups are called.
PACKAGE_GROUP = "package group"
# Each round tells repositories apart by one more step upstream.
_ROUNDS = 6

# The row that is about a downstream, while what is lost is its upstream, which is told of itself.
_LOST_UPSTREAM = "last-upstream-deleted"


@dataclass(frozen=True, slots=True)
class Loss:
    """A repository, or the whole domain (no name), that goes with its packages.

    `change` is the row that says how; None if the spec itself is gone, or if the row is that of a
    downstream. `dependants` are the repositories that stay and searched the lost one, sorted.
    """

    repository: str | None
    change: Change | None
    is_declared: bool
    dependants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """Repositories that are asked earlier, or later, than another that they followed, or led."""

    names: tuple[str, ...]
    is_earlier: bool
    other: str


@dataclass(frozen=True, slots=True)
class Route:
    """How a public registry is reached: who holds the connection ("" for itself), over how many."""

    holder: str
    hops: int


@dataclass(frozen=True, slots=True)
class Reach:
    """A public registry whose route changes; None where it is not reached."""

    connection: str
    before: Route | None
    after: Route | None


@dataclass(frozen=True, slots=True)
class Delta:
    """A change of a search order without the name of whose it is, so that many can have the same.

    `gained` and `lost` are the repositories that are searched now, or no more, in search order;
    `ahead` are those gained that are asked before one which was asked already.
    """

    gained: tuple[str, ...]
    lost: tuple[str, ...]
    moves: tuple[Move, ...]
    ahead: tuple[Move, ...]
    reach: tuple[Reach, ...]

    def order(self) -> Iterator[Phrase]:
        """What changes for those who asked already: another may answer them, or none."""
        for move in (*self.moves, *self.ahead):
            verb = "is" if len(move.names) == 1 else "are"
            where = "before" if move.is_earlier else "after"
            yield (
                *listed(move.names, _MAX_LISTED),
                f" {verb} now asked {where} ",
                Name(move.other),
            )
        if self.lost:
            verb = "is" if len(self.lost) == 1 else "are"
            yield (*listed(self.lost, _MAX_LISTED), f" {verb} no longer searched")


@dataclass(frozen=True, slots=True)
class Shift:
    """A repository that finds packages elsewhere than before; at most 25 steps, as AWS searches."""

    repository: str
    before: tuple[Step, ...]
    after: tuple[Step, ...]
    delta: Delta


@dataclass(frozen=True, slots=True)
class Access:
    """Internal packages that a stranger can answer for now (`is_open`), or no more.

    `own` is the entry of the new version, if that has it.
    """

    own: OwnNames
    is_open: bool
    opening: Opening


@dataclass(frozen=True, slots=True)
class Setting:
    """A difference that costs nothing and that no row of the table is about, before and after."""

    repository: str | None
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Headroom:
    """A count against a quota; `names` are the repositories whose count it is, none: the domain."""

    quota: str
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
    def is_raised(self) -> bool:
        """Whether only the old limit is exceeded: the change itself makes room for what it does."""
        return self._exceeds(self.old_limit) and not self.is_exceeded

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


@dataclass(frozen=True)
class Comparison:
    """What becomes of a domain between two versions of its spec, of which one can be None."""

    old: Spec | None
    new: Spec | None
    losses: tuple[Loss, ...] = ()
    blocked: tuple[Change, ...] = ()
    shifts: tuple[Shift, ...] = ()
    accesses: tuple[Access, ...] = ()
    others: tuple[Change, ...] = ()
    settings: tuple[Setting, ...] = ()
    headroom: tuple[Headroom, ...] = ()
    radius: Radius | None = None

    @property
    def spec(self) -> Spec:
        """The version that there is, the new one if there are two."""
        spec = self.new or self.old
        assert spec is not None  # `compare` is given at least one
        return spec

    @property
    def is_empty(self) -> bool:
        """Whether the two versions mean the same."""
        told = (self.losses, self.blocked, self.shifts, self.others, self.settings)
        return not any(told) and self.old is not None and self.new is not None

    @cached_property
    def before(self) -> Mapping[str, Repository]:
        """The repositories of the old version."""
        return by_name(self.old.domain) if self.old else {}

    @property
    def resources_before(self) -> Mapping[str, RepositoryResource]:
        """The resources of the repositories of the old version."""
        return self.old.configuration.repositories if self.old else {}

    @property
    def resources_after(self) -> Mapping[str, RepositoryResource]:
        """The resources of the repositories of the new version."""
        return self.new.configuration.repositories if self.new else {}

    @cached_property
    def after(self) -> Mapping[str, Repository]:
        """The repositories of the new version."""
        return by_name(self.new.domain) if self.new else {}

    @cached_property
    def rewired(self) -> frozenset[str]:
        """The repositories of both versions whose own upstreams or connection have changed."""
        return _rewired(self.before, self.after)

    @cached_property
    def same(self) -> tuple[str, ...]:
        """The repositories that stay in every respect."""
        shifted = {shift.repository for shift in self.shifts}
        shifted |= {n for access in self.accesses for n in access.opening.repositories}
        both = sorted(self.before.keys() & self.after.keys())
        sides = (self.before, self.after), (self.resources_before, self.resources_after)
        return tuple(
            n for n in both if n not in shifted and all(old[n] == new[n] for old, new in sides)
        )

    @cached_property
    def groups(self) -> tuple[tuple[Shift, ...], ...]:
        """The shifts by what changes: first where public registries do, then the largest group."""
        groups: dict[Delta, list[Shift]] = {}
        for shift in self.shifts:
            groups.setdefault(shift.delta, []).append(shift)
        return tuple(sorted(map(tuple, groups.values()), key=_weight))

    @cached_property
    def kinds(self) -> tuple[tuple[Shift, ...], ...]:
        """The groups, those of one shape together where there are many of them.

        Of one shape are changes that differ only in names of repositories that have upstreams of
        one shape themselves: twenty divisions that all lose the same.
        """
        shapes = self.shapes

        def shape(shift: Shift) -> object:
            delta = shift.delta

            def of(names: Iterable[str]) -> tuple[object, ...]:
                return tuple(shapes.get(name, name) for name in names)

            moves = [(of(m.names), m.is_earlier, *of([m.other])) for m in delta.moves]
            ahead = [(of(m.names), *of([m.other])) for m in delta.ahead]
            return of(delta.gained), of(delta.lost), tuple(moves), tuple(ahead), delta.reach

        merged: dict[object, list[tuple[Shift, ...]]] = {}
        for group in self.groups:
            merged.setdefault(shape(group[0]), []).append(group)
        found: list[tuple[Shift, ...]] = []
        for groups in merged.values():
            is_one = len(groups) >= _MANY_GROUPS
            whole = sorted((s for group in groups for s in group), key=lambda s: s.repository)
            found += [tuple(whole)] if is_one else groups
        return tuple(sorted(found, key=_weight))

    @cached_property
    def shapes(self) -> Mapping[str, object]:
        """A repository → what it has in common with all whose upstreams are of the same shape.

        A repository that takes packages from nowhere is like no other.
        """
        names = sorted(self.before.keys() | self.after.keys())
        shapes: dict[str, object] = dict.fromkeys(names, 0)
        for _ in range(_ROUNDS):
            numbers: dict[object, int] = {}
            shapes = {
                name: numbers.setdefault(self._shape(name, shapes), len(numbers)) for name in names
            }
        return shapes

    def _shape(self, name: str, shapes: Mapping[str, object]) -> object:
        sides = self.before.get(name), self.after.get(name)
        if not any(side and any(_sources(side)) for side in sides):
            return name
        return tuple(
            (tuple(shapes.get(up, up) for up in side.upstreams), side.external_connection)
            if side
            else None
            for side in sides
        )

    def cause(self, shift: Shift) -> str:
        """The repository whose own upstreams or connection changed and so shifted this one.

        Of several the first that is met: what was searched before it has stayed.
        """
        return next(s.repository.name for s in shift.before if s.repository.name in self.rewired)


def _weight(group: tuple[Shift, ...]) -> tuple[int, int, str]:
    return _rank(group[0].delta), -len(group), group[0].repository


def _rank(delta: Delta) -> int:
    gains = any(reach.before is None for reach in delta.reach)
    loses = any(reach.after is None for reach in delta.reach)
    return 0 if gains else 1 if loses else 2 if delta.lost else 3 if delta.moves else 4


def compare(old: Spec | None, new: Spec | None) -> Comparison:
    """What the change from `old` to `new` does; at least one of them is not None."""
    if new is None:
        return Comparison(old, None, (Loss(None, None, is_declared=False),))
    empty = Deployment(
        replace(new.domain, repositories=()),
        replace(new.configuration, repositories={}, removed=()),
    )
    before, after = old.deployment if old else empty, new.deployment
    found = changes(before, after)
    losses = tuple(_losses(before, after, found))
    told = {id(loss.change) for loss in losses}
    blocked = tuple(c for c in found if id(c) not in told and not is_done(c))
    done = tuple(c for c in found if id(c) not in told and is_done(c))
    shifts = tuple(_shifts(before.domain, new.domain)) if old else ()
    accesses = tuple(_accesses(old, new)) if old else ()
    radius = _radius(old, new, len(shifts)) if old else None
    settings = tuple(_settings(before, after, found))
    headroom = tuple(_headroom(before.domain, new.domain, shifts))
    return Comparison(old, new, losses, blocked, shifts, accesses, done, settings, headroom, radius)


def is_done(change: Change) -> bool:
    """Whether one apply does it, all of it, and costs nothing."""
    outcome = change.outcome
    answers = (outcome.succeeds, outcome.second_plan_is_empty, outcome.is_right)
    return all(answer is Answer.YES for answer in answers) and not outcome.lost


# What is lost.


def _losses(old: Deployment, new: Deployment, found: tuple[Change, ...]) -> Iterator[Loss]:
    stay = {repository.name for repository in new.domain.repositories}
    declared = {removed.label for removed in new.configuration.removed}
    below = downstreams(by_name(old.domain))
    costly = {}
    harmless = set()
    for change in found:
        if change.row.name == _LOST_UPSTREAM:
            continue
        if change.outcome.lost:
            costly[change.repository] = change
        elif change.repository not in stay:
            harmless.add(change.repository)  # forgotten, or what a plan refuses
    if None in costly:
        yield Loss(None, costly[None], is_declared=False)
    for name, resource in old.configuration.repositories.items():
        is_gone = name not in stay and name not in harmless
        if is_gone or name in costly:
            dependants = tuple(sorted((all_downstreams([name], below) & stay) - {name}))
            is_declared = name not in stay and resource.label in declared
            yield Loss(name, costly.get(name), is_declared, dependants)


# Who finds packages elsewhere.


def _sources(repository: Repository) -> tuple[object, ...]:
    return repository.upstreams, repository.external_connection


def _rewired(before: Mapping[str, Repository], after: Mapping[str, Repository]) -> frozenset[str]:
    both = before.keys() & after.keys()
    return frozenset(name for name in both if _sources(before[name]) != _sources(after[name]))


def _shifts(old: Domain, new: Domain) -> Iterator[Shift]:
    before, after = by_name(old), by_name(new)
    was_below, is_below = downstreams(before), downstreams(after)
    every = before.keys() | after.keys()
    below = {name: (*was_below.get(name, ()), *is_below.get(name, ())) for name in every}
    touched = (before.keys() ^ after.keys()) | _rewired(before, after)
    # The searches of all others do not meet what has changed.
    for name in sorted((touched | all_downstreams(touched, below)) & before.keys() & after.keys()):
        was, now = (search_order(side, name, MAX_SEARCHED) for side in (before, after))
        delta = _delta(was, now)
        if delta is not None:
            yield Shift(name, was, now, delta)


def _delta(before: tuple[Step, ...], after: tuple[Step, ...]) -> Delta | None:
    was, now = ([step.repository.name for step in side[1:]] for side in (before, after))
    routes = [{c: _route(step) for c, step in registries(side).items()} for side in (before, after)]
    reach = tuple(
        Reach(connection, routes[0].get(connection), routes[1].get(connection))
        for connection in sorted(routes[0].keys() | routes[1].keys())
        if routes[0].get(connection) != routes[1].get(connection)
    )
    if was == now and not reach:
        return None
    positions = {name: number for number, name in enumerate(was)}
    gained = tuple(name for name in now if name not in positions)
    lost = tuple(name for name in was if name not in {*now})
    return Delta(gained, lost, tuple(_moves(positions, now)), tuple(_ahead(positions, now)), reach)


def _ahead(positions: Mapping[str, int], now: list[str]) -> Iterator[Move]:
    """The repositories gained that stand before one of old, by the nearest such."""
    waiting: list[str] = []
    for name in now:
        if name not in positions:
            waiting.append(name)
        elif waiting:
            yield Move(tuple(waiting), is_earlier=True, other=name)
            waiting = []


def registries(order: tuple[Step, ...]) -> dict[str, Step]:
    """The public registries that a search reaches, each by the step that asks it first."""
    found: dict[str, Step] = {}
    for step in public_registries(order):
        found.setdefault(step.repository.external_connection or "", step)
    return found


def _route(step: Step) -> Route:
    return Route(step.repository.name if step.via else "", len(step.path) - 1)


def _moves(positions: Mapping[str, int], now: list[str]) -> Iterator[Move]:
    """The fewest repositories whose moves make the new order of those searched both times."""
    common = [name for name in now if name in positions]
    still = _longest_run([positions[name] for name in common])
    moves: dict[tuple[bool, str], list[str]] = {}
    for number, name in enumerate(common):
        if number not in still:
            place = positions[name]
            behind = (n for n in range(number + 1, len(common)) if n in still)
            ahead = (n for n in range(number - 1, -1, -1) if n in still)
            passed = next((n for n in behind if positions[common[n]] < place), None)
            if passed is None:
                passed = next(n for n in ahead if positions[common[n]] > place)
            moves.setdefault((passed > number, common[passed]), []).append(name)
    for (is_earlier, other), names in moves.items():
        yield Move(tuple(names), is_earlier, other)


def _longest_run(values: list[int]) -> set[int]:
    """The indices of a longest increasing subsequence of distinct numbers."""
    tails: list[int] = []  # the smallest last value of a run, by its length less one
    ends: list[int] = []
    previous: list[int | None] = []
    for index, value in enumerate(values):
        length = bisect_left(tails, value)
        previous.append(ends[length - 1] if length else None)
        tails[length : length + 1] = [value]
        ends[length : length + 1] = [index]
    found = set()
    end = ends[-1] if ends else None
    while end is not None:
        found.add(end)
        end = previous[end]
    return found


def _accesses(old: Spec, new: Spec) -> Iterator[Access]:
    """For the names of both versions: a change cannot hide what it opens by taking out the name."""
    own_names = {own.packages: own for own in (*old.own_names, *new.own_names)}
    if not own_names:
        return
    before, after = Origins(old.domain), Origins(new.domain)
    for is_open, sides in ((True, (before, after)), (False, (after, before))):
        for packages, own in own_names.items():
            for opening in openings(*sides, packages) if packages else ():
                yield Access(own, is_open, opening)


def _radius(old: Spec, new: Spec, changed: int) -> Radius | None:
    if old.max_changed is None and new.max_changed is None:
        return None
    names = {repository.name for repository in old.domain.repositories}
    total = sum(repository.name in names for repository in new.domain.repositories)
    return Radius(changed, total, new.max_changed, old.max_changed)


# The rest.


def _settings(
    was_deployed: Deployment, is_deployed: Deployment, found: tuple[Change, ...]
) -> Iterator[Setting]:
    """What differs in the models and is none of the table's."""
    old, new = was_deployed.domain, is_deployed.domain
    configurations = was_deployed.configuration, is_deployed.configuration
    told = {change.repository for change in found if "polic" in change.row.name}
    if old.policy != new.policy and None not in told:
        yield Setting(None, "permissions", _statements(old.policy), _statements(new.policy))
    for name in ("required_version", "aws_provider_version", "awscc_provider_version"):
        one, other = (getattr(configuration, name) for configuration in configurations)
        if one != other:
            yield Setting(None, name, one or "none", other or "none")
    yield from _package_groups(was_deployed, is_deployed)
    yield from _tombstones(*configurations)
    before = by_name(old)
    for repository in new.repositories:
        was = before.get(repository.name)
        if was is None:
            continue
        if was.formats != repository.formats:
            yield Setting(
                repository.name, "formats", *map(_listed, (was.formats, repository.formats))
            )
        if was.policy != repository.policy and repository.name not in told:
            yield Setting(
                repository.name,
                "permissions",
                _statements(was.policy),
                _statements(repository.policy),
            )


def _package_groups(old: Deployment, new: Deployment) -> Iterator[Setting]:
    """Package groups that come, go or change."""
    before, after = ({g.pattern: g for g in side.domain.package_groups} for side in (old, new))
    for pattern in sorted(before.keys() | after.keys()):
        was, now = before.get(pattern), after.get(pattern)
        if was is None or now is None:
            yield Setting(None, f"{PACKAGE_GROUP} {pattern}", _controls(was), _controls(now))
            continue
        labels = [side.configuration.package_groups[pattern] for side in (old, new)]
        if labels[0] != labels[1]:
            yield Setting(None, f"{PACKAGE_GROUP} {pattern}: label", *labels)
        for field in fields(PackageGroup):
            one, other = (getattr(group, field.name) for group in (was, now))
            if one != other:
                values = _value(one, other), _value(other, one)
                yield Setting(None, f"{PACKAGE_GROUP} {pattern}: {field.name}", *values)


def _controls(group: PackageGroup | None) -> str:
    if group is None:
        return "none"
    return ", ".join(f"{name} {_value(getattr(group, name))}" for name in CONTROLS)


def _value(value: object, other: object = None) -> str:
    """A value of a package group for people; of a list first what the other one has not."""
    if isinstance(value, Control):
        known = set(other.repositories) if isinstance(other, Control) else set()
        names = sorted(value.repositories, key=lambda name: name in known)
        shown = plain(listed(names, _MAX_LISTED))
        return f"[{shown}]" if value.mode is Mode.ALLOW_SPECIFIC_REPOSITORIES else value.mode
    if isinstance(value, tuple):
        return ", ".join(f"{key}: {text}" for key, text in value) or "none"
    return "none" if value is None else str(value)


def _tombstones(old: Configuration, new: Configuration) -> Iterator[Setting]:
    """Entries of `removed` that come or go; those of what leaves now are told of there."""
    leaving = {resource.label for resource in old.repositories.values()}
    before, after = ({r.label: r.destroy for r in side.removed} for side in (old, new))
    for label in sorted(before.keys() | after.keys()):
        was, now = before.get(label), after.get(label)
        if was != now and not (was is None and label in leaving):
            words = {None: "none", False: "destroy: false", True: "destroy: true"}
            yield Setting(None, f"removed: {label}", words[was], words[now])


def _statements(policy: tuple[object, ...]) -> str:
    return f"{len(policy)} statement{'s' * (len(policy) != 1)}"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"


def _headroom(old: Domain, new: Domain, shifts: tuple[Shift, ...]) -> Iterator[Headroom]:
    """The counts that the change raises."""
    counts = len(old.repositories), len(new.repositories)
    if counts[0] < counts[1]:
        yield Headroom("repositories", MAX_REPOSITORIES, *counts)
    before = by_name(old)
    upstreams = {
        r.name: (len(before[r.name].upstreams), len(r.upstreams))
        for r in new.repositories
        if r.name in before
    }
    yield from _raised("upstreams", MAX_DIRECT_UPSTREAMS, upstreams)
    searched = {s.repository: (len(s.before), len(s.after)) for s in shifts}
    yield from _raised("searched", MAX_SEARCHED, searched)


def _raised(quota: str, limit: int, counts: Mapping[str, tuple[int, int]]) -> Iterator[Headroom]:
    """The fullest first."""
    groups: dict[tuple[int, int], list[str]] = {}
    for name, (before, after) in counts.items():
        if before < after:
            groups.setdefault((before, after), []).append(name)
    for before, after in sorted(groups, key=lambda count: (-count[1], count[0])):
        yield Headroom(quota, limit, before, after, tuple(groups[before, after]))
