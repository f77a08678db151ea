"""Two specs → the rows of the table that apply, with what their remedies need to know."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from codeartifact_tf.domain.model import Domain, Policy, Repository
from codeartifact_tf.terraform.configuration import (
    Configuration,
    Deployment,
    Layout,
    RepositoryResource,
)
from codeartifact_tf.transitions.row import UNCONFIRMED, Outcome, Remedy, Row, Step, When, fill
from codeartifact_tf.transitions.table import ALL, BY_NAME


@dataclass(frozen=True, slots=True)
class Change:
    """A row that applies: to which repository, or to the domain, and what its commands need."""

    row: Row
    repository: str | None
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
    rank = {row.name: number for number, row in enumerate(ALL)}
    found = [*_domain_changes(old, new, module), *_Repositories(old, new, module).changes()]
    return tuple(sorted(found, key=lambda c: (c.danger, rank[c.row.name], c.repository or "")))


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


def _change(
    name: str, repository: str | None, values: Mapping[str, str], facts: Collection[When] = ()
) -> Change:
    return Change(BY_NAME[name], repository, tuple(sorted(values.items())), frozenset(facts))


# The domain.


def _domain_changes(old: Deployment, new: Deployment, module: str) -> Iterator[Change]:
    prefix = _prefix(new.configuration, module)
    values = {**placeholders(new), **placeholders(old), "module": prefix}
    if old.configuration.layout is not new.configuration.layout:
        values["moved"] = _moved(old, new, module)
    for name in _names_of_domain_changes(old, new):
        facts = _domain_facts(name, old.configuration, new.configuration)
        yield _change(name, None, values, facts)


def _domain_facts(name: str, old: Configuration, new: Configuration) -> set[When]:
    """Protection counts as it will be: Terraform reads it from the new configuration."""
    kept = old.repositories.keys() & new.repositories.keys()
    protected = any(new.repositories[repository].protect for repository in kept)
    if name.startswith("encryption-key"):  # the repositories stay as they are in such a plan
        protected = False
    facts = {
        When.PROTECTED: new.protect or protected,
        When.MODULE: new.layout is Layout.MODULE,
        When.UNMANAGED: not new.managed,
    }
    return {fact for fact, holds in facts.items() if holds}


def _names_of_domain_changes(was: Deployment, now: Deployment) -> Iterator[str]:
    old, new = was.domain, now.domain
    before, after = was.configuration, now.configuration
    if old.name != new.name:
        yield "domain-renamed"
    if old.region != new.region:
        yield "region-changed"
    if old.owner != new.owner:
        yield _kind_of(old.owner, new.owner, "owner")
    if before.layout is not after.layout:
        yield f"layout-to-{after.layout}"
    if before.managed != after.managed:
        yield "managed-to-unmanaged" if before.managed else "unmanaged-to-managed"
    elif after.managed:
        yield from _names_of_settings_of_domain(old, new)
        if before.protect != after.protect:
            yield "domain-protection-changed"


def _names_of_settings_of_domain(old: Domain, new: Domain) -> Iterator[str]:
    if old.encryption_key != new.encryption_key:
        yield _kind_of(old.encryption_key, new.encryption_key, "encryption-key")
    if old.tags != new.tags:
        yield "domain-tags-changed"
    if old.policy != new.policy:
        yield _kind_of(old.policy, new.policy, "policy")


def _kind_of(old: object, new: object, what: str, added: str = "added") -> str:
    """Of two that differ; no policy is an empty one, but an empty description is one."""
    if old in {None, ()}:
        return f"{what}-{added}"
    return f"{what}-removed" if new in {None, ()} else f"{what}-changed"


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
        self.tombstones = {removed.label: removed.destroy for removed in now.configuration.removed}
        self.relabelled: dict[str, str] = {}
        self.renamed = self._renamed()
        self.relabelled = self._relabelled()
        self.successors = self.renamed | self.relabelled
        self.destroyed = {
            name
            for name in self.before
            if name not in self.after
            and name not in self.successors
            and self.tombstones.get(self.resources_before[name].label, True)
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
            if repository.name not in self.renamed
            and self._label(repository) not in self.tombstones
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
                yield self._change("repository-created", repository)
        for repository in self._gone():
            yield from self._farewell(repository)
        for name in sorted(self.before.keys() & self.after.keys()):
            yield from self._kept(self.before[name], self.after[name])

    def _change(
        self,
        name: str,
        repository: Repository,
        values: Mapping[str, str] = MappingProxyType({}),
        facts: Collection[When] = (),
    ) -> Change:
        """The commands run before the apply, so they speak of the domain as it was."""
        known = {
            **placeholders(self.now, repository, self._label(repository), self.module),
            **placeholders(self.was),
            "module": _prefix(self.now.configuration, self.module),
        }
        return _change(name, repository.name, {**known, **values}, facts)

    def _farewell(self, old: Repository) -> Iterator[Change]:
        users = [name for name in _users(self.old, old.name) if name in self.after]
        if old.name in self.successors:
            yield self._rename(old, users)
        elif old.name not in self.destroyed:
            yield self._change("repository-removed-and-forgotten", old)
        elif users:
            if not all(self._loses_last(name) for name in users):
                yield self._change("used-repository-deleted", old)
        elif self._label(old) in self.tombstones:
            yield self._change("repository-removed-and-destroyed", old)
        else:
            yield self._change("repository-deleted", old)

    def _rename(self, old: Repository, users: list[str]) -> Change:
        new = self.after[self.successors[old.name]]
        facts = {When.USED} if users else set()
        if self.resources_after[new.name].protect:
            facts.add(When.PROTECTED)
        kind = "renamed" if old.name in self.renamed else "renamed-and-relabelled"
        return self._change(f"repository-{kind}", old, {"new_repository": new.name}, facts)

    def _loses_last(self, name: str) -> bool:
        """Whether a repository that stays has no upstreams left, and had one that is deleted."""
        old, new = self.before[name], self.after[name]
        bare = not new.upstreams and not new.external_connection
        return bare and not self.destroyed.isdisjoint(old.upstreams)

    def _kept(self, old: Repository, new: Repository) -> Iterator[Change]:
        was, now = self.was.configuration, self.now.configuration
        labels = [side.repositories[new.name].label for side in (was, now)]
        if labels[0] != labels[1] and was.layout is now.layout:
            facts = {When.USED} if _users(self.new, new.name) else set()
            prefix = _prefix(now, self.module)
            pairs = _moves("repository", (labels[0], old.policy), (labels[1], new.policy))
            moved = _moved_blocks(pairs, prefix, prefix)
            yield self._change("label-changed", new, {"moved": moved}, facts)
        values = {
            "connection": new.external_connection or "",
            "old_connection": old.external_connection or "",
        }
        names = [
            *_names_of_settings(old, new),
            *_names_of_protection(was.repositories[new.name], now.repositories[new.name]),
            *self._names_of_sources(old, new),
        ]
        conditions = {
            When.LINKED: bool(new.upstreams),
            When.PARTLY: not self.destroyed.issuperset(old.upstreams),
        }
        for name in names:
            yield self._change(
                name, new, values, {fact for fact, holds in conditions.items() if holds}
            )

    def _names_of_sources(self, old: Repository, new: Repository) -> Iterator[str]:
        """Where a repository takes packages from: a connection, or upstreams."""
        if old.external_connection != new.external_connection:
            if old.external_connection and new.upstreams:
                yield "connection-to-upstreams"
            elif old.upstreams and new.external_connection:
                yield "upstreams-to-connection"
            else:
                yield _kind_of(old.external_connection, new.external_connection, "connection")
        elif old.upstreams and not new.upstreams:
            deleted = self._loses_last(old.name)
            yield "last-upstream-deleted" if deleted else "last-upstream-removed"
        elif new.upstreams and not old.upstreams:
            yield "first-upstream-added"
        else:
            yield from self._names_of_upstreams(old, new)

    def _names_of_upstreams(self, old: Repository, new: Repository) -> Iterator[str]:
        """Of two lists that are not empty; deletions and renamings speak for themselves."""
        before = [self.successors.get(n, n) for n in old.upstreams if n not in self.destroyed]
        if set(new.upstreams) - set(before):
            yield "upstream-added"
        if set(before) - set(new.upstreams):
            yield "upstream-removed"
        stay = [name for name in before if name in new.upstreams]
        if stay != [name for name in new.upstreams if name in stay]:
            yield "upstreams-reordered"


def _users(domain: Domain, name: str) -> list[str]:
    """The repositories that have this one directly upstream."""
    return [repository.name for repository in domain.repositories if name in repository.upstreams]


def _names_of_settings(old: Repository, new: Repository) -> Iterator[str]:
    """What stands in a repository besides where it takes packages from."""
    if old.description != new.description:
        yield _kind_of(old.description, new.description, "description", added="set")
    before, after = dict(old.tags), dict(new.tags)
    if after.keys() - before.keys():
        yield "tags-added"
    if any(before[key] != after[key] for key in before.keys() & after.keys()):
        yield "tags-changed"
    if before.keys() - after.keys():
        yield "tags-removed"
    if old.policy != new.policy:
        yield _kind_of(old.policy, new.policy, "policy")


def _names_of_protection(old: RepositoryResource, new: RepositoryResource) -> Iterator[str]:
    if old.protect != new.protect:
        yield "protection-on" if new.protect else "protection-off"
