"""Two specs → the rows of the table that apply, with what their remedies need to know."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from codeartifact_tf.domain.differences import Field, Subject, of_repository
from codeartifact_tf.domain.model import Domain, Policy, Repository
from codeartifact_tf.terraform.configuration import (
    Configuration,
    Deployment,
    Layout,
)
from codeartifact_tf.transitions.kinds import Kind
from codeartifact_tf.transitions.row import UNCONFIRMED, Outcome, Remedy, Row, Step, When, fill
from codeartifact_tf.transitions.table import ALL, BY_KIND


@dataclass(frozen=True, slots=True)
class Change:
    """A row that applies: to which repository, or to the domain, and what its commands need.

    `before` and `after` are the repository, or the domain, in the two versions; None where there is
    none. `repository` is its name in the old version, if it has one there.
    """

    row: Row
    repository: str | None
    before: Domain | Repository | None
    after: Domain | Repository | None
    values: tuple[tuple[str, str], ...]
    facts: frozenset[When] = frozenset()

    @property
    def outcome(self) -> Outcome:
        """What one apply does if AWS answers as is likelier."""
        return self.row.outcome(self.facts)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The likelier outcome, and those that unconfirmed answers would bring."""
        facts = [self.facts, *(self.facts | {when} for when in When if when in UNCONFIRMED)]
        return tuple(dict.fromkeys(self.row.outcome(those) for those in facts))

    @property
    def danger(self) -> tuple[int, ...]:
        """The smaller, the worse: by the likelier outcome, then by the worst that can be."""
        return (*self.outcome.danger, *min(outcome.danger for outcome in self.outcomes))

    def steps(self, remedy: Remedy) -> tuple[Step, ...]:
        """The steps with this change's names in their places."""
        values = dict(self.values)
        return tuple(
            Step(step.kind, fill(step.text, values), fill(step.file, values))
            for step in remedy.steps
        )


def changes(old: Deployment, new: Deployment, module: str = "") -> tuple[Change, ...]:
    """The rows that apply between two specs, the most dangerous first, always in the same order.

    `module` is the address, with a dot at its end, of the module that calls the configuration.
    """
    rank = {row.kind: number for number, row in enumerate(ALL)}
    found = [*_domain_changes(old, new, module), *_Repositories(old, new, module).changes()]
    return tuple(sorted(found, key=lambda c: (c.danger, rank[c.row.kind], c.repository or "")))


def placeholders(
    deployment: Deployment,
    repository: Repository | None = None,
    label: str = "",
    module: str = "",
) -> dict[str, str]:
    """What the steps of a row need to know of a domain, or of a repository with its label."""
    domain, prefix = deployment.domain, _prefix(deployment.configuration, module)
    values = {"domain": domain.name, "region": domain.region, "module": prefix}
    if domain.owner:
        values["owner"] = domain.owner
    if repository:
        values["repository"] = repository.name
        values["address"] = f"{prefix}aws_codeartifact_repository.{label}"
        values["upstreams"] = " ".join(f"repositoryName={name}" for name in repository.upstreams)
    return values


def _prefix(configuration: Configuration, module: str) -> str:
    """Where its resources are in the state; a module's name is its caller's choice."""
    return f"{module}module.NAME." if configuration.layout is Layout.MODULE else module


class _Kinds(NamedTuple):
    """What happens to a value that there need not be."""

    added: Kind
    changed: Kind
    removed: Kind

    def of(self, before: object, after: object) -> Kind:
        """Which it is, of two that differ; an empty policy is none, an empty description is one."""
        if before in {None, ()}:
            return self.added
        return self.removed if after in {None, ()} else self.changed


_OWNER = _Kinds(Kind.OWNER_ADDED, Kind.OWNER_CHANGED, Kind.OWNER_REMOVED)
_ENCRYPTION_KEY = _Kinds(
    Kind.ENCRYPTION_KEY_ADDED, Kind.ENCRYPTION_KEY_CHANGED, Kind.ENCRYPTION_KEY_REMOVED
)
_POLICY = _Kinds(Kind.POLICY_ADDED, Kind.POLICY_CHANGED, Kind.POLICY_REMOVED)
_DESCRIPTION = _Kinds(Kind.DESCRIPTION_SET, Kind.DESCRIPTION_CHANGED, Kind.DESCRIPTION_REMOVED)
_CONNECTION = _Kinds(Kind.CONNECTION_ADDED, Kind.CONNECTION_CHANGED, Kind.CONNECTION_REMOVED)
_LAYOUT = {Layout.MODULE: Kind.LAYOUT_TO_MODULE, Layout.ROOT: Kind.LAYOUT_TO_ROOT}


# The domain.


def _domain_changes(old: Deployment, new: Deployment, module: str) -> Iterator[Change]:
    prefix = _prefix(new.configuration, module)
    values = {**placeholders(new), **placeholders(old), "module": prefix}
    if old.configuration.layout is not new.configuration.layout:
        values["moved"] = _moved(old, new, module)
    needed = tuple(sorted(values.items()))
    for kind in _kinds_of_domain_changes(old, new):
        row = BY_KIND[kind]
        facts = _domain_facts(row, old.configuration, new.configuration)
        yield Change(row, None, old.domain, new.domain, needed, facts)


def _domain_facts(row: Row, old: Configuration, new: Configuration) -> frozenset[When]:
    """Protection counts as it will be: Terraform reads it from the new configuration."""
    kept = old.repositories.keys() & new.repositories.keys()
    protected = any(new.repositories[name].protect for name in kept)
    if row.field is Field.ENCRYPTION_KEY:  # the repositories stay as they are in such a plan
        protected = False
    facts = {
        When.PROTECTED: new.protect or protected,
        When.MODULE: new.layout is Layout.MODULE,
        When.UNMANAGED: not new.managed,
    }
    return frozenset(fact for fact, holds in facts.items() if holds)


def _kinds_of_domain_changes(was: Deployment, now: Deployment) -> Iterator[Kind]:
    old, new = was.domain, now.domain
    before, after = was.configuration, now.configuration
    if old.name != new.name:
        yield Kind.DOMAIN_RENAMED
    if old.region != new.region:
        yield Kind.REGION_CHANGED
    if old.owner != new.owner:
        yield _OWNER.of(old.owner, new.owner)
    if before.layout is not after.layout:
        yield _LAYOUT[after.layout]
    if before.managed != after.managed:
        yield Kind.MANAGED_TO_UNMANAGED if before.managed else Kind.UNMANAGED_TO_MANAGED
    elif after.managed:
        yield from _kinds_of_settings_of_domain(old, new)
        if before.protect != after.protect:
            yield Kind.DOMAIN_PROTECTION_CHANGED


def _kinds_of_settings_of_domain(old: Domain, new: Domain) -> Iterator[Kind]:
    if old.encryption_key != new.encryption_key:
        yield _ENCRYPTION_KEY.of(old.encryption_key, new.encryption_key)
    if old.tags != new.tags:
        yield Kind.DOMAIN_TAGS_CHANGED
    if old.policy != new.policy:
        yield _POLICY.of(old.policy, new.policy)


_GROUP = "awscc_codeartifact_package_group"


def _moved(old: Deployment, new: Deployment, module: str) -> str:
    """Where everything goes that both specs have, when the layout changes."""
    sides = old.configuration, new.configuration
    policies = [{r.name: r.policy for r in side.domain.repositories} for side in (old, new)]
    pairs = []
    if all(side.managed for side in sides):
        pairs += _moves("domain", ("this", old.domain.policy), ("this", new.domain.policy))
    labels = [{name: r.label for name, r in side.repositories.items()} for side in sides]
    for name, label in labels[0].items():
        if name in labels[1]:
            before, after = (label, policies[0][name]), (labels[1][name], policies[1][name])
            pairs += _moves("repository", before, after)
    groups = [side.package_groups for side in sides]
    pairs += [
        (f"{_GROUP}.{label}", f"{_GROUP}.{groups[1][pattern]}")
        for pattern, label in groups[0].items()
        if pattern in groups[1]
    ]
    return _moved_blocks(pairs, *(_prefix(side, module) for side in sides))


def _moves(kind: str, old: tuple[str, Policy], new: tuple[str, Policy]) -> list[tuple[str, str]]:
    """The addresses of a domain or repository before and after, and of its policy."""
    kinds = [kind] + ([f"{kind}_permissions_policy"] if old[1] and new[1] else [])
    return [(f"aws_codeartifact_{k}.{old[0]}", f"aws_codeartifact_{k}.{new[0]}") for k in kinds]


def _moved_blocks(pairs: Iterable[tuple[str, str]], before: str, after: str) -> str:
    return "\n".join(
        f"moved {{\n  from = {before}{source}\n  to   = {after}{target}\n}}\n"
        for source, target in pairs
    )


# The repositories.


class _Repositories:
    """The repositories of two specs, and which of them are one and the same."""

    def __init__(self, was: Deployment, now: Deployment, module: str) -> None:
        self.was, self.now, self.module = was, now, module
        old, new = self.old, self.new = was.domain, now.domain
        self.resources_before = was.configuration.repositories
        self.resources_after = now.configuration.repositories
        self.before = {repository.name: repository for repository in old.repositories}
        self.after = {repository.name: repository for repository in new.repositories}
        self.destroys = {removed.label: removed.destroy for removed in now.configuration.removed}
        self.relabelled: dict[str, str] = {}
        self.renamed = self._renamed()
        self.relabelled = self._relabelled()
        self.successors = self.renamed | self.relabelled
        self.destroyed = {
            name
            for name in self.before
            if name not in self.after
            and name not in self.successors
            and self.destroys.get(self.resources_before[name].label, True)
        }

    def _gone(self) -> list[Repository]:
        return [self.before[name] for name in sorted(self.before.keys() - self.after.keys())]

    def _come(self) -> list[Repository]:
        return [self.after[name] for name in sorted(self.after.keys() - self.before.keys())]

    def _renamed(self) -> dict[str, str]:
        """Old name → new name, where the label has stayed."""
        come = {self._label(repository): repository.name for repository in self._come()}
        gone = {repository.name: self._label(repository) for repository in self._gone()}
        return {name: come[label] for name, label in gone.items() if label in come}

    def _label(self, repository: Repository) -> str:
        """The label of a repository, the new one if it stays."""
        name = repository.name
        side = self.resources_after if name in self.after else self.resources_before
        return side[name].label

    def _relabelled(self) -> dict[str, str]:
        """Old name → new name, where a repository goes and just one comes that is like it."""
        taken = set(self.renamed.values())
        gone = [
            repository
            for repository in self._gone()
            if repository.name not in self.renamed and self._label(repository) not in self.destroys
        ]
        come = [repository for repository in self._come() if repository.name not in taken]
        pairs = [
            (one.name, other.name) for one in gone for other in come if self._alike(one, other)
        ]
        olds, news = [old for old, _ in pairs], [new for _, new in pairs]
        return {o: n for o, n in pairs if olds.count(o) == 1 and news.count(n) == 1}

    def _alike(self, old: Repository, new: Repository) -> bool:
        """Whether two have the same in them, and something at all, or the same downstreams."""
        users = _users(self.old, old.name), _users(self.new, new.name)
        said = self._said(old)
        return said == self._said(new) and users[0] == users[1] and bool(any(said) or users[0])

    def _said(self, repository: Repository) -> tuple[object, ...]:
        upstreams = tuple(self.renamed.get(name, name) for name in repository.upstreams)
        connection = repository.external_connection
        return repository.description, upstreams, connection, repository.tags, repository.policy

    def changes(self) -> Iterator[Change]:
        """Everything that happens to repositories."""
        for repository in self._come():
            if repository.name not in self.successors.values():
                yield self._change(Kind.REPOSITORY_CREATED, None, repository)
        for repository in self._gone():
            yield from self._farewell(repository)
        for name in sorted(self.before.keys() & self.after.keys()):
            yield from self._kept(self.before[name], self.after[name])

    def _change(
        self,
        kind: Kind,
        old: Repository | None,
        new: Repository | None,
        values: Mapping[str, str] = MappingProxyType({}),
        facts: Collection[When] = (),
    ) -> Change:
        """The commands run before the apply, so they name the domain as it was."""
        is_kept = new is not None and (old is None or old.name == new.name)
        repository = new if is_kept else old
        assert repository is not None
        known = {
            **placeholders(self.now, repository, self._label(repository), self.module),
            **placeholders(self.was),
            "module": _prefix(self.now.configuration, self.module),
            **values,
        }
        needed = tuple(sorted(known.items()))
        return Change(BY_KIND[kind], repository.name, old, new, needed, frozenset(facts))

    def _farewell(self, old: Repository) -> Iterator[Change]:
        users = [name for name in _users(self.old, old.name) if name in self.after]
        if old.name in self.successors:
            yield self._rename(old, users)
        elif old.name not in self.destroyed:
            yield self._change(Kind.REPOSITORY_REMOVED_AND_FORGOTTEN, old, None)
        elif users:
            if not all(self._loses_last(name) for name in users):
                yield self._change(Kind.USED_REPOSITORY_DELETED, old, None)
        elif self._label(old) in self.destroys:
            yield self._change(Kind.REPOSITORY_REMOVED_AND_DESTROYED, old, None)
        else:
            yield self._change(Kind.REPOSITORY_DELETED, old, None)

    def _rename(self, old: Repository, users: list[str]) -> Change:
        new = self.after[self.successors[old.name]]
        facts = {When.USED} if users else set()
        if self.resources_after[new.name].protect:
            facts.add(When.PROTECTED)
        kind = Kind.REPOSITORY_RENAMED_AND_RELABELLED
        if old.name in self.renamed:
            kind = Kind.REPOSITORY_RENAMED
        return self._change(kind, old, new, {"new_repository": new.name}, facts)

    def _loses_last(self, name: str) -> bool:
        """Whether a repository that stays has no upstreams left, and had one that is deleted."""
        old, new = self.before[name], self.after[name]
        bare = not new.upstreams and not new.external_connection
        return bare and not self.destroyed.isdisjoint(old.upstreams)

    def _kept(self, old: Repository, new: Repository) -> Iterator[Change]:
        was, now = self.was.configuration, self.now.configuration
        before, after = was.repositories[old.name], now.repositories[new.name]
        if before.label != after.label and was.layout is now.layout:
            facts = {When.USED} if _users(self.new, new.name) else set()
            pairs = _moves("repository", (before.label, old.policy), (after.label, new.policy))
            moved = _moved_blocks(pairs, *[_prefix(now, self.module)] * 2)
            yield self._change(Kind.LABEL_CHANGED, old, new, {"moved": moved}, facts)
        values = {
            "connection": new.external_connection or "",
            "old_connection": old.external_connection or "",
        }
        conditions = {
            When.LINKED: bool(new.upstreams),
            When.PARTLY: not self.destroyed.issuperset(old.upstreams),
        }
        facts = {fact for fact, holds in conditions.items() if holds}
        kinds = [*_kinds_of_settings(old, new), *self._kinds_of_sources(old, new)]
        if before.protect != after.protect:
            kinds.append(Kind.PROTECTION_ON if after.protect else Kind.PROTECTION_OFF)
        for kind in kinds:
            yield self._change(kind, old, new, values, facts)

    def _kinds_of_sources(self, old: Repository, new: Repository) -> Iterator[Kind]:
        """Where a repository takes packages from: a connection, or upstreams."""
        if old.external_connection != new.external_connection:
            if old.external_connection and new.upstreams:
                yield Kind.CONNECTION_TO_UPSTREAMS
            elif old.upstreams and new.external_connection:
                yield Kind.UPSTREAMS_TO_CONNECTION
            else:
                yield _CONNECTION.of(old.external_connection, new.external_connection)
        elif old.upstreams and not new.upstreams:
            is_deleted = self._loses_last(old.name)
            yield Kind.LAST_UPSTREAM_DELETED if is_deleted else Kind.LAST_UPSTREAM_REMOVED
        elif new.upstreams and not old.upstreams:
            yield Kind.FIRST_UPSTREAM_ADDED
        else:
            yield from self._kinds_of_upstreams(old, new)

    def _kinds_of_upstreams(self, old: Repository, new: Repository) -> Iterator[Kind]:
        """Of two lists that are not empty; deletions and renamings have rows of their own."""
        before = [self.successors.get(n, n) for n in old.upstreams if n not in self.destroyed]
        if set(new.upstreams) - set(before):
            yield Kind.UPSTREAM_ADDED
        if set(before) - set(new.upstreams):
            yield Kind.UPSTREAM_REMOVED
        stay = [name for name in before if name in new.upstreams]
        if stay != [name for name in new.upstreams if name in stay]:
            yield Kind.UPSTREAMS_REORDERED


def _users(domain: Domain, name: str) -> list[str]:
    """The repositories that have this one directly upstream."""
    return [repository.name for repository in domain.repositories if name in repository.upstreams]


def _kinds_of_settings(old: Repository, new: Repository) -> Iterator[Kind]:
    """What a repository has besides where it takes packages from."""
    for difference in of_repository(old, new):
        match difference.subject, difference.field:
            case Subject.REPOSITORY, Field.DESCRIPTION:
                yield _DESCRIPTION.of(old.description, new.description)
            case Subject.REPOSITORY, Field.TAGS:
                yield from _kinds_of_tags(dict(old.tags), dict(new.tags))
            case Subject.POLICY, _:
                yield _POLICY.of(old.policy, new.policy)


def _kinds_of_tags(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Kind]:
    if after.keys() - before.keys():
        yield Kind.TAGS_ADDED
    if any(before[key] != after[key] for key in before.keys() & after.keys()):
        yield Kind.TAGS_CHANGED
    if before.keys() - after.keys():
        yield Kind.TAGS_REMOVED
