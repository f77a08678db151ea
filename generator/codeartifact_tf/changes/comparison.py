"""Two versions of a spec → what the change does to the domain and to everyone's builds. Pure.

`transitions` knows what Terraform does with a change. Here is added who depends on what is lost,
and for whom packages come from elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from codeartifact_tf.changes.access import AccessChanges, access
from codeartifact_tf.changes.arrivals import Arrival, arrivals
from codeartifact_tf.changes.beside import NOTHING, Beside, new_files, provider_overrides
from codeartifact_tf.changes.bypasses import Bypass, bypasses
from codeartifact_tf.changes.causes import rewired
from codeartifact_tf.changes.edits import Edit, edits
from codeartifact_tf.changes.exposures import ExposureChange, exposures
from codeartifact_tf.changes.guards import Weakened, weakened
from codeartifact_tf.changes.losses import Loss, losses
from codeartifact_tf.changes.quotas import Headroom, Radius, headroom, radius
from codeartifact_tf.changes.searches import Shift, shifts
from codeartifact_tf.changes.settings import SettingChange, without_rows
from codeartifact_tf.domain.differences import Difference
from codeartifact_tf.domain.model import Repository
from codeartifact_tf.domain.search import by_name
from codeartifact_tf.spec.spec import Spec
from codeartifact_tf.terraform.configuration import Deployment, RepositoryResource
from codeartifact_tf.terraform.neighbours import OwnFile
from codeartifact_tf.transitions import Answer, Change, changes


@dataclass(frozen=True)
class Comparison:
    """What becomes of a domain between two versions of its spec, of which one can be None.

    `blocked` are the rows that one apply does not do as the spec says, `done` those that it does.
    `shifts` are the repositories for whom packages of some format move.
    `new_files` lie beside the generated Terraform and did not do so before. `moved` is where the
    spec was and is, if it moved.
    """

    old: Spec | None
    new: Spec | None
    losses: tuple[Loss, ...] = ()
    blocked: tuple[Change, ...] = ()
    shifts: tuple[Shift, ...] = ()
    exposures: tuple[ExposureChange, ...] = ()
    done: tuple[Change, ...] = ()
    settings: tuple[Difference | SettingChange, ...] = ()
    headroom: tuple[Headroom, ...] = ()
    radius: Radius | None = None
    access: AccessChanges = field(default_factory=AccessChanges)
    guards: tuple[Weakened, ...] = ()
    new_files: tuple[OwnFile, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    bypasses: tuple[Bypass, ...] = ()
    moved: tuple[str, str] | None = None

    @property
    def spec(self) -> Spec:
        """The version that there is, the new one if there are two."""
        spec = self.new or self.old
        assert spec is not None  # `compare` is given at least one
        return spec

    @property
    def is_empty(self) -> bool:
        """Whether the two versions mean the same, at the same place."""
        return self.is_same and self.moved is None

    @property
    def is_same(self) -> bool:
        """Whether the two versions mean the same."""
        found = (
            self.losses,
            self.blocked,
            self.shifts,
            self.done,
            self.settings,
            self.guards,
            self.new_files,
        )
        return not any(found) and self.old is not None and self.new is not None

    @cached_property
    def before(self) -> Mapping[str, Repository]:
        """The repositories of the old version."""
        return by_name(self.old.domain) if self.old else {}

    @cached_property
    def after(self) -> Mapping[str, Repository]:
        """The repositories of the new version."""
        return by_name(self.new.domain) if self.new else {}

    @property
    def resources_before(self) -> Mapping[str, RepositoryResource]:
        """The resources of the repositories of the old version."""
        return self.old.configuration.repositories if self.old else {}

    @property
    def resources_after(self) -> Mapping[str, RepositoryResource]:
        """The resources of the repositories of the new version."""
        return self.new.configuration.repositories if self.new else {}

    @cached_property
    def rewired(self) -> frozenset[str]:
        """The repositories of both versions whose own upstreams or connection have changed."""
        return rewired(self.before, self.after)

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """What moves for whom, by the edit that causes it."""
        return edits(self.shifts)

    @cached_property
    def bypass_groups(self) -> tuple[tuple[Bypass, ...], ...]:
        """Those that go round the same gate to the same repository, by the same first step."""
        groups: dict[object, list[Bypass]] = {}
        for each in self.bypasses:
            groups.setdefault((each.gate, each.path[1:], each.name), []).append(each)
        return tuple(map(tuple, groups.values()))

    @cached_property
    def same(self) -> tuple[str, ...]:
        """The repositories that stay in every respect."""
        shifted = {shift.repository for shift in self.shifts}
        shifted |= {n for change in self.exposures for n in change.opening.repositories}
        both = sorted(self.before.keys() & self.after.keys())
        return tuple(
            name
            for name in both
            if self.before[name] == self.after[name]
            and self.resources_before[name] == self.resources_after[name]
            and name not in shifted
        )


def compare(
    old: Spec | None,
    new: Spec | None,
    severities: Mapping[str, str] = MappingProxyType({}),
    beside: tuple[Beside, Beside] = (NOTHING, NOTHING),
) -> Comparison:
    """What the change from `old` to `new` does; at least one of them is not None.

    `severities` are those that rules have if a spec sets no other, by the names of the rules;
    `beside` is what lies beside the Terraform of both versions.
    """
    if new is None:
        return Comparison(old, None, (Loss(None, None, in_removed=False),))
    empty = Deployment(
        replace(new.domain, repositories=()),
        replace(new.configuration, repositories={}, removed=()),
    )
    before, after = old.deployment if old else empty, new.deployment
    rows = changes(before, after)
    lost = tuple(losses(before, after, rows))
    of_losses = {loss.change for loss in lost}
    left = tuple(row for row in rows if row not in of_losses)
    searches = tuple(shifts(before.domain, after.domain)) if old else ()
    shifted = tuple(shift for shift in searches if shift.parts)
    return Comparison(
        old,
        new,
        losses=lost,
        blocked=tuple(row for row in left if not is_done(row)),
        shifts=shifted,
        exposures=tuple(exposures(old, new)) if old else (),
        done=tuple(row for row in left if is_done(row)),
        settings=tuple(without_rows(before, after, rows)),
        headroom=tuple(headroom(before.domain, after.domain, searches)),
        radius=radius(old, new, len(shifted)) if old else None,
        access=access(old, new),
        guards=(*weakened(old, new, severities), *provider_overrides(*beside)) if old else (),
        new_files=new_files(*beside),
        arrivals=tuple(arrivals(old, new)),
        bypasses=tuple(bypasses(old, new)) if old else (),
    )


def is_done(change: Change) -> bool:
    """Whether one apply does it, all of it, and costs nothing."""
    outcome = change.outcome
    answers = (outcome.succeeds, outcome.second_plan_is_empty, outcome.is_right)
    return all(answer is Answer.YES for answer in answers) and not outcome.lost
