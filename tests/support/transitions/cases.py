"""Pairs of specs: for each row the smallest that show it, and the edits that remedies make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from codeartifact_tf.domain.model import Domain, Effect, Policy, Repository, Statement
from codeartifact_tf.terraform.configuration import (
    Deployment,
    Layout,
    Removed,
    RepositoryResource,
)
from codeartifact_tf.transitions import Kind, When
from tests.support.deployments import Entry, changed, configured, edited

OWNER = "111122223333"
OTHER_OWNER = "444455556666"
KEY = f"arn:aws:kms:eu-west-1:{OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY = KEY.replace("1234abcd", "5678abcd")
NPM, PYPI = "public:npmjs", "public:pypi"


@dataclass(frozen=True)
class Case:
    """From one spec to another. Several cases of one row differ in `variant` and in their facts.

    `edits` are the specs that the SPEC steps of the remedies bring about, by the number of the
    remedy; of a remedy that reverts it is the old spec.
    """

    row: Kind
    old: Deployment
    new: Deployment
    variant: str = ""
    facts: frozenset[When] = frozenset()
    edits: Mapping[int, tuple[Deployment, ...]] = field(default_factory=dict)
    before: tuple[str, ...] = ()  # commands between the first apply and the plan
    replaced: str = ""  # the label of a repository that the plan is told to replace
    unless: frozenset[When] = frozenset()  # worlds in which the case cannot come about
    subject: str = ""  # the repository that a row which no spec shows is about

    @property
    def name(self) -> str:
        """For test ids."""
        return f"{self.row}({self.variant})" if self.variant else self.row


def repository(name: str, *upstreams: str, **others: Any) -> Entry:
    """A repository with the label that its name gives it."""
    resource = RepositoryResource(name.replace("-", "_"))
    return edited(Entry(Repository(name, upstreams=upstreams), resource), **others)


def domain(*repositories: Entry, **others: Any) -> Deployment:
    """A domain that is not protected: what prevents a change is a case of its own."""
    known = {"owner": OWNER, **others}
    return changed(configured(Domain("acme", "eu-west-1")), repositories, **known)


def _from(old: Entry, new: Entry, *others: Entry) -> tuple[Deployment, Deployment]:
    """One repository changes, others stay."""
    return domain(old, *others), domain(new, *others)


def _allows(account: str, *actions: str) -> Policy:
    principals = (("AWS", (f"arn:aws:iam::{account}:root",)),)
    named = tuple(sorted(f"codeartifact:{action}" for action in actions))
    return (Statement(Effect.ALLOW, principals, named, sid="Here"),)


_READERS = _allows(OTHER_OWNER, "ReadFromRepository", "DescribeRepository")
_MORE_READERS = _allows(OWNER, "ReadFromRepository")
_USERS = _allows(OTHER_OWNER, "GetAuthorizationToken")

_APP, _BASE, _MORE, _SHARED = (repository(name) for name in ("app", "base", "more", "shared"))
_STORE = repository("npm-store", external_connection=NPM)
_LINKED_FACT = frozenset({When.LINKED})
_PLAIN = domain(_APP, _BASE)
_LINKED = domain(repository("app", "shared"), _SHARED, _BASE)

_REPOSITORIES = (
    Case(Kind.REPOSITORY_CREATED, _PLAIN, domain(_APP, _BASE, repository("new", "app"))),
    Case(
        Kind.REPOSITORY_CREATED,
        _PLAIN,
        domain(_APP, _BASE, repository("npm-store", external_connection=NPM, protect=True)),
        "store",
    ),
    Case(
        Kind.REPOSITORY_DELETED,
        domain(_APP, _BASE),
        domain(_BASE),
        edits={0: (domain(_BASE, removed=(Removed("app", destroy=False),)), domain(_BASE))},
    ),
    Case(
        Kind.REPOSITORY_DELETED,
        domain(repository("app", "base", protect=True), _BASE),
        domain(_BASE),
        "protected",
        edits={0: (domain(_BASE, removed=(Removed("app", destroy=False),)), domain(_BASE))},
    ),
    Case(
        Kind.REPOSITORY_REMOVED_AND_DESTROYED,
        domain(repository("app", "base", protect=True), _BASE),
        domain(_BASE, removed=(Removed("app", destroy=True),)),
    ),
    Case(
        Kind.REPOSITORY_REMOVED_AND_FORGOTTEN,
        domain(repository("app", "base"), _BASE),
        domain(_BASE, removed=(Removed("app", destroy=False),)),
    ),
    Case(
        Kind.USED_REPOSITORY_DELETED,
        domain(repository("app", "shared", "base"), repository("shared", protect=True), _BASE),
        domain(repository("app", "base"), _BASE),
    ),
    Case(
        Kind.USED_REPOSITORY_DELETED,
        domain(repository("app", "shared", "base"), _SHARED, _BASE),
        domain(repository("app", "base"), _BASE, removed=(Removed("shared", destroy=True),)),
        "removed",
    ),
    Case(
        Kind.USED_REPOSITORY_DELETED,
        domain(repository("app", "shared"), repository("more", "app", "shared"), _SHARED),
        domain(repository("more", "shared"), _SHARED),
        "in the middle",
    ),
    Case(Kind.LAST_UPSTREAM_DELETED, _LINKED, domain(_APP, _BASE)),
    Case(
        Kind.LAST_UPSTREAM_DELETED,
        domain(repository("app", "base", "shared"), _SHARED, _BASE),
        domain(_APP, _BASE),
        "one of two",
        frozenset({When.PARTLY}),
    ),
    Case(
        Kind.REPOSITORY_RENAMED,
        domain(repository("shared", "base"), _BASE),
        domain(repository("common", "base", label="shared"), _BASE),
        edits={
            0: (
                domain(repository("shared", "base"), repository("common", "base"), _BASE),
                domain(
                    repository("common", "base"), _BASE, removed=(Removed("shared", destroy=True),)
                ),
            )
        },
    ),
    Case(
        Kind.REPOSITORY_RENAMED,
        _LINKED,
        domain(repository("app", "common"), repository("common", label="shared"), _BASE),
        "used",
        frozenset({When.USED}),
        edits={
            0: (
                domain(repository("app", "shared"), _SHARED, repository("common"), _BASE),
                domain(
                    repository("app", "common"),
                    repository("common"),
                    _BASE,
                    removed=(Removed("shared", destroy=True),),
                ),
            )
        },
    ),
    Case(
        Kind.REPOSITORY_RENAMED_AND_RELABELLED,
        domain(repository("shared", "base"), _BASE),
        domain(repository("common", "base"), _BASE),
        edits={
            0: (
                domain(repository("shared", "base"), repository("common", "base"), _BASE),
                domain(
                    repository("common", "base"), _BASE, removed=(Removed("shared", destroy=True),)
                ),
            )
        },
    ),
    Case(
        Kind.REPOSITORY_RENAMED_AND_RELABELLED,
        domain(
            repository("app", "npm"),
            repository("npm", external_connection=NPM, protect=True),
            _BASE,
        ),
        domain(
            repository("app", "npm-store"),
            repository("npm-store", external_connection=NPM, protect=True),
            _BASE,
        ),
        "used",
        frozenset({When.USED}),
        edits={
            0: (
                domain(
                    repository("app", "npm"),
                    repository("npm", external_connection=NPM),
                    repository("npm-store", external_connection=NPM, protect=True),
                    _BASE,
                ),
                domain(
                    repository("app", "npm-store"),
                    repository("npm-store", external_connection=NPM, protect=True),
                    _BASE,
                    removed=(Removed("npm", destroy=True),),
                ),
            )
        },
    ),
    Case(
        Kind.LABEL_CHANGED,
        domain(repository("shared", protect=True), _BASE),
        domain(repository("shared", label="common", protect=True), _BASE),
    ),
    Case(
        Kind.LABEL_CHANGED,
        _LINKED,
        domain(repository("app", "shared"), repository("shared", label="common"), _BASE),
        "used",
        frozenset({When.USED}),
    ),
    Case(
        Kind.REPOSITORY_TAINTED,
        domain(repository("app", "npm-store"), _STORE),
        domain(repository("app", "npm-store"), _STORE),
        before=(
            "aws codeartifact disassociate-external-connection --domain {domain}"
            " --repository npm-store --external-connection public:npmjs",
            "terraform taint {module}aws_codeartifact_repository.npm_store",
        ),
        subject="npm-store",
    ),
    Case(Kind.REPOSITORY_REPLACED, _LINKED, _LINKED, replaced="shared", subject="shared"),
    Case(
        Kind.REPOSITORY_DELETED_OUTSIDE,
        _LINKED,
        _LINKED,
        before=("aws codeartifact delete-repository --domain {domain} --repository shared",),
        unless=frozenset({When.REFUSES}),
        subject="app",
    ),
)

_SETTINGS = (
    Case(Kind.DESCRIPTION_SET, *_from(_APP, edited(_APP, description="For all"))),
    Case(
        Kind.DESCRIPTION_SET,
        *_from(repository("app", "base"), repository("app", "base", description="For all"), _BASE),
        "linked",
        _LINKED_FACT,
    ),
    Case(
        Kind.DESCRIPTION_CHANGED,
        *_from(edited(_STORE, description="For all"), edited(_STORE, description="For some")),
    ),
    Case(
        Kind.DESCRIPTION_CHANGED,
        *_from(
            repository("app", "base", description="For some"),
            repository("app", "base", description="For all"),
            _BASE,
        ),
        "linked",
        _LINKED_FACT,
    ),
    Case(Kind.DESCRIPTION_REMOVED, *_from(edited(_STORE, description="For all"), _STORE)),
    Case(
        Kind.DESCRIPTION_REMOVED,
        *_from(repository("app", "base", description="For all"), repository("app", "base"), _BASE),
        "linked",
        _LINKED_FACT,
    ),
    Case(Kind.TAGS_ADDED, *_from(_APP, edited(_APP, tags=(("a", "1"),)))),
    Case(
        Kind.TAGS_CHANGED,
        *_from(
            edited(_APP, tags=(("a", "1"), ("b", "2"))),
            edited(_APP, tags=(("a", "1"), ("b", "3"))),
        ),
    ),
    Case(Kind.TAGS_REMOVED, *_from(edited(_STORE, tags=(("a", "1"),)), _STORE)),
    Case(Kind.PROTECTION_ON, *_from(_APP, edited(_APP, protect=True))),
    Case(Kind.PROTECTION_OFF, *_from(edited(_APP, protect=True), _APP)),
)

_SOURCES = (
    Case(Kind.FIRST_UPSTREAM_ADDED, *_from(_APP, repository("app", "base"), _BASE)),
    Case(
        Kind.UPSTREAM_ADDED,
        *_from(repository("app", "base"), repository("app", "more", "base"), _BASE, _MORE),
    ),
    Case(
        Kind.UPSTREAM_REMOVED,
        *_from(repository("app", "more", "base"), repository("app", "base"), _BASE, _MORE),
    ),
    Case(
        Kind.UPSTREAMS_REORDERED,
        *_from(repository("app", "base", "more"), repository("app", "more", "base"), _BASE, _MORE),
    ),
    Case(Kind.LAST_UPSTREAM_REMOVED, *_from(repository("app", "base"), _APP, _BASE)),
    Case(Kind.CONNECTION_ADDED, *_from(_APP, edited(_APP, external_connection=NPM))),
    Case(
        Kind.CONNECTION_REMOVED,
        *_from(edited(_STORE, protect=True), repository("npm-store", protect=True)),
    ),
    Case(
        Kind.CONNECTION_CHANGED,
        *_from(_STORE, edited(_STORE, external_connection=PYPI), repository("app", "npm-store")),
        edits={
            1: (
                domain(repository("npm-store"), repository("app", "npm-store")),
                domain(edited(_STORE, external_connection=PYPI), repository("app", "npm-store")),
            )
        },
    ),
    Case(
        Kind.CONNECTION_TO_UPSTREAMS,
        *_from(edited(_APP, external_connection=NPM), repository("app", "base"), _BASE),
        edits={1: (domain(_APP, _BASE), domain(repository("app", "base"), _BASE))},
    ),
    Case(
        Kind.UPSTREAMS_TO_CONNECTION,
        *_from(repository("app", "base"), edited(_APP, external_connection=NPM), _BASE),
    ),
)

_READ = repository("app", "base", policy=_READERS)
_RELABELLED = edited(_READ, label="application")

_PERMISSIONS = (
    Case(Kind.POLICY_ADDED, *_from(repository("app", "base"), _READ, _BASE)),
    Case(Kind.POLICY_ADDED, domain(_APP), domain(_APP, policy=_USERS), "domain"),
    Case(Kind.POLICY_CHANGED, *_from(_READ, edited(_READ, policy=_MORE_READERS), _BASE)),
    Case(
        Kind.POLICY_CHANGED,
        domain(_APP, policy=_USERS),
        domain(_APP, policy=(*_USERS, *_MORE_READERS)),
        "domain",
    ),
    Case(Kind.POLICY_REMOVED, *_from(_READ, repository("app", "base"), _BASE)),
    Case(Kind.POLICY_REMOVED, domain(_APP, policy=_USERS), domain(_APP), "domain"),
    # What else happens to a repository or domain that has one.
    Case(Kind.REPOSITORY_CREATED, domain(_BASE), domain(_READ, _BASE), "with permissions"),
    Case(
        Kind.REPOSITORY_DELETED,
        domain(_READ, _BASE),
        domain(_BASE),
        "with permissions",
        edits={0: (domain(_BASE, removed=(Removed("app", destroy=False),)), domain(_BASE))},
    ),
    Case(
        Kind.REPOSITORY_REMOVED_AND_DESTROYED,
        domain(_READ, _BASE),
        domain(_BASE, removed=(Removed("app", destroy=True),)),
        "with permissions",
    ),
    Case(
        Kind.REPOSITORY_REMOVED_AND_FORGOTTEN,
        domain(_READ, _BASE),
        domain(_BASE, removed=(Removed("app", destroy=False),)),
        "with permissions",
    ),
    Case(
        Kind.REPOSITORY_RENAMED,
        domain(_READ, _BASE),
        domain(edited(_READ, name="application"), _BASE),
        "with permissions",
        edits={
            0: (
                domain(_READ, edited(_RELABELLED, name="application"), _BASE),
                domain(
                    edited(_RELABELLED, name="application"),
                    _BASE,
                    removed=(Removed("app", destroy=True),),
                ),
            )
        },
    ),
    Case(Kind.LABEL_CHANGED, domain(_READ, _BASE), domain(_RELABELLED, _BASE), "with permissions"),
    Case(
        Kind.DOMAIN_RENAMED,
        domain(_READ, _BASE, policy=_USERS),
        domain(_READ, _BASE, policy=_USERS, name="apex"),
        "with permissions",
    ),
    Case(
        Kind.MANAGED_TO_UNMANAGED,
        domain(_READ, _BASE, policy=_USERS),
        domain(_READ, _BASE, managed=False),
        "with permissions",
    ),
    Case(
        Kind.UNMANAGED_TO_MANAGED,
        domain(_READ, _BASE, managed=False),
        domain(_READ, _BASE, policy=_USERS),
        "with permissions",
    ),
    Case(
        Kind.LAYOUT_TO_MODULE,
        domain(_READ, _BASE, policy=_USERS),
        domain(_READ, _BASE, policy=_USERS, layout=Layout.MODULE),
        "with permissions",
    ),
)

_BOTH = domain(repository("app", "base"), _BASE)
_ELSEWHERE = changed(_BOTH, managed=False)

_DOMAINS = (
    Case(Kind.DOMAIN_RENAMED, _BOTH, changed(_BOTH, name="apex")),
    Case(
        Kind.ENCRYPTION_KEY_ADDED,
        domain(edited(_STORE, protect=True), _BASE),
        domain(edited(_STORE, protect=True), _BASE, encryption_key=KEY),
        "store protected",
    ),
    Case(Kind.DOMAIN_RENAMED, _ELSEWHERE, changed(_ELSEWHERE, name="apex"), "unmanaged"),
    Case(Kind.ENCRYPTION_KEY_ADDED, _BOTH, changed(_BOTH, encryption_key=KEY)),
    Case(
        Kind.ENCRYPTION_KEY_CHANGED,
        changed(_BOTH, encryption_key=KEY),
        changed(_BOTH, encryption_key=OTHER_KEY),
    ),
    Case(
        Kind.ENCRYPTION_KEY_REMOVED,
        changed(_BOTH, encryption_key=KEY, protect=True),
        changed(_BOTH, protect=True),
    ),
    Case(
        Kind.DOMAIN_TAGS_CHANGED,
        changed(_BOTH, tags=(("a", "1"), ("b", "2"))),
        changed(_BOTH, tags=(("b", "3"), ("c", "4"))),
    ),
    Case(Kind.DOMAIN_PROTECTION_CHANGED, _BOTH, changed(_BOTH, protect=True), "on"),
    Case(Kind.DOMAIN_PROTECTION_CHANGED, changed(_BOTH, protect=True), _BOTH, "off"),
    Case(Kind.MANAGED_TO_UNMANAGED, changed(_BOTH, protect=True), _ELSEWHERE),
    Case(
        Kind.MANAGED_TO_UNMANAGED,
        domain(protect=True),
        domain(managed=False),
        "empty",
    ),
    Case(Kind.UNMANAGED_TO_MANAGED, _ELSEWHERE, changed(_BOTH, tags=(("a", "1"),))),
    Case(Kind.OWNER_ADDED, changed(_BOTH, owner=None), _BOTH),
    Case(Kind.OWNER_ADDED, changed(_ELSEWHERE, owner=None), _ELSEWHERE, "unmanaged"),
    Case(Kind.OWNER_REMOVED, _BOTH, changed(_BOTH, owner=None)),
    Case(Kind.OWNER_REMOVED, _ELSEWHERE, changed(_ELSEWHERE, owner=None), "unmanaged"),
    Case(
        Kind.OWNER_CHANGED,
        _ELSEWHERE,
        changed(_ELSEWHERE, owner=OTHER_OWNER),
        "unmanaged",
        frozenset({When.UNMANAGED}),
    ),
    Case(Kind.REGION_CHANGED, _BOTH, changed(_BOTH, region="eu-west-3")),
    Case(Kind.LAYOUT_TO_MODULE, _BOTH, changed(_BOTH, layout=Layout.MODULE)),
    Case(Kind.LAYOUT_TO_ROOT, changed(_BOTH, layout=Layout.MODULE), _BOTH),
)

CASES = (*_REPOSITORIES, *_SETTINGS, *_SOURCES, *_PERMISSIONS, *_DOMAINS)

# What the plan itself refuses. Their remedies undo the change, or are those of the cases above.
_GUARDED = changed(_BOTH, protect=True)
_MODULE = changed(_BOTH, layout=Layout.MODULE)
_PROTECTED = frozenset({When.PROTECTED})
REFUSED = (
    Case(Kind.DOMAIN_RENAMED, _GUARDED, changed(_GUARDED, name="apex"), "protected", _PROTECTED),
    Case(
        Kind.DOMAIN_RENAMED,
        domain(edited(_STORE, protect=True), _BASE),
        domain(edited(_STORE, protect=True), _BASE, name="apex"),
        "store protected",
        _PROTECTED,
    ),
    Case(
        Kind.ENCRYPTION_KEY_ADDED,
        _GUARDED,
        changed(_GUARDED, encryption_key=KEY),
        "protected",
        _PROTECTED,
    ),
    Case(
        Kind.ENCRYPTION_KEY_CHANGED,
        changed(_GUARDED, encryption_key=KEY),
        changed(_GUARDED, encryption_key=OTHER_KEY),
        "protected",
        _PROTECTED,
    ),
    Case(
        Kind.REPOSITORY_RENAMED,
        domain(repository("shared", protect=True), _BASE),
        domain(repository("common", label="shared", protect=True), _BASE),
        "protected",
        _PROTECTED,
    ),
    Case(Kind.OWNER_CHANGED, _BOTH, changed(_BOTH, owner=OTHER_OWNER)),
    Case(Kind.OWNER_CHANGED, _MODULE, changed(_MODULE, owner=OTHER_OWNER), "module"),
    Case(
        Kind.OWNER_CHANGED,
        changed(_ELSEWHERE, entries=(edited(_STORE, protect=True),)),
        changed(_ELSEWHERE, entries=(edited(_STORE, protect=True),), owner=OTHER_OWNER),
        "unmanaged, protected",
        frozenset({When.UNMANAGED, When.PROTECTED}),
    ),
    Case(
        Kind.REGION_CHANGED,
        _MODULE,
        changed(_MODULE, region="eu-west-3"),
        "module",
        frozenset({When.MODULE}),
    ),
)
