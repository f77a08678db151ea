"""What one `terraform apply` does with every kind of change of a spec, and what to do instead.

A row per kind of change. What a row says was measured with Terraform 1.11.4 and hashicorp/aws
5.100.0 on our own output against the double of CodeArtifact in tests/, and is measured again by
tests/test_transitions.py, remedies included. `repository.go` and `domain.go` are files of the
provider, in `internal/service/codeartifact/`.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from generator.model import Domain, Layout, Repository

# The words of the table.


class Plan(StrEnum):
    """What Terraform's plan says of the resources of a change."""

    CREATE = "create"
    UPDATE = "update in place"
    REPLACE = "replace"
    DESTROY = "destroy"
    FORGET = "forget"
    NOTHING = "no changes"
    ERROR = "error"


class Answer(StrEnum):
    """`EITHER` is a race: two runs can differ."""

    YES = "yes"
    NO = "no"
    EITHER = "either"


class Lost(StrEnum):
    """What one apply costs, the worst first."""

    DOMAIN = "all packages of the domain"
    REPOSITORY = "all packages of the repository"
    BARE_DOMAIN = "the domain, with its tags and permissions"
    BUILDS = "builds that need the deleted upstream"
    BEHIND = "nothing is deleted, but the new domain starts empty and the old one stays, unmanaged"


class When(StrEnum):
    """What an outcome depends on: the domain, or an answer of AWS's that nobody documents."""

    PROTECTED = "protected"
    EMPTY = "the domain has no repositories"
    USED = "other repositories have it upstream"
    LINKED = "the repository has upstreams"
    PARTLY = "another of the upstreams that it loses stays"
    MODULE = "`layout: module`, with the caller's provider as it was"
    UNMANAGED = "`managed: false`"
    REFUSES = "AWS refuses to delete an upstream that is in use"
    HIDES = "AWS does not list an upstream that was deleted"
    CLEARS = "AWS takes a list of upstreams that is not sent for an empty one"


UNCONFIRMED = frozenset({When.REFUSES, When.HIDES, When.CLEARS})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one plan and one apply do. `is_right`: the service ends as the new spec says."""

    plan: tuple[Plan, ...]
    succeeds: Answer = Answer.YES
    second_plan_is_empty: Answer = Answer.YES
    is_right: Answer = Answer.YES
    lost: tuple[Lost, ...] = ()
    when: frozenset[When] = frozenset()

    @property
    def danger(self) -> tuple[int, ...]:
        """The smaller, the worse: first what is lost, then what fails, then what stays undone."""
        worst = min((list(Lost).index(lost) for lost in self.lost), default=len(Lost))
        answers = (self.is_right, self.succeeds, self.second_plan_is_empty)
        return (worst, *(int(answer is Answer.YES) for answer in answers))


class Kind(StrEnum):
    """What a step is. What comes `LATER` does not belong to the change, and no test runs it."""

    COMMAND = "run"
    PACKAGES = "for each package, run"
    FILE = "write"
    SPEC = "change the spec, generate, `terraform apply`"
    APPLY = "with the new spec, `terraform apply`"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a remedy; `text` has placeholders, `file` names what a FILE step writes."""

    kind: Kind
    text: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Ordered steps. They come before an apply of the new spec, or after one that failed.

    `instead` is whether they can come before, `after` whether they mend what one apply has left.
    With `reverts` the service ends as the old spec says. `lost` is what the steps cost themselves.
    """

    title: str
    steps: tuple[Step, ...]
    instead: bool = True
    after: bool = True
    reverts: bool = False
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of change. Of its outcomes the first whose conditions hold is the one."""

    name: str
    title: str
    outcomes: tuple[Outcome, ...]
    why: str
    remedies: tuple[Remedy, ...] = ()

    def outcome(self, facts: Collection[When] = ()) -> Outcome:
        """What one apply does where these conditions hold, and no others."""
        return next(outcome for outcome in self.outcomes if outcome.when <= frozenset(facts))


# Steps that more than one row needs.

_DISCONNECT = Step(
    Kind.COMMAND,
    "aws codeartifact disassociate-external-connection --region {region} --domain {domain}"
    " --domain-owner {owner} --repository {repository} --external-connection {old_connection}",
)
_UNLINK = Step(
    Kind.COMMAND,
    "aws codeartifact update-repository --region {region} --domain {domain}"
    " --domain-owner {owner} --repository {repository} --upstreams '[]'",
)
_APPLY = Step(Kind.APPLY)


def _kept(what_for: str, *, after: bool = True) -> Remedy:
    """Take it back: what is wanted needs a domain of its own."""
    later = (
        f"for {what_for} write a second spec, in a folder of its own; publish the packages there,"
        " point the builds to it, and delete the old domain when nobody asks for it any more"
    )
    steps = (Step(Kind.SPEC, "take the change back"), Step(Kind.LATER, later))
    return Remedy("keep the domain as it is", steps, after=after, reverts=True)


_RENAME = Remedy(
    "two pull requests, with the packages copied in between",
    (
        Step(
            Kind.SPEC,
            "define {new_repository} beside {repository}, with what is upstream of it or its"
            " connection, and without the `terraform_label` of the old one",
        ),
        Step(
            Kind.PACKAGES,
            "aws codeartifact copy-package-versions --region {region} --domain {domain}"
            " --domain-owner {owner} --source-repository {repository}"
            " --destination-repository {new_repository} --format {format} --package {package}"
            " --versions {versions}",
        ),
        Step(
            Kind.SPEC,
            "point the repositories that have {repository} upstream to {new_repository}, and remove"
            " {repository}: list it in `removed` with `destroy: true`",
        ),
    ),
    after=False,
    lost=(Lost.REPOSITORY,),
)

# Outcomes that more than one row has.

_UPDATED = (Outcome((Plan.UPDATE,)),)
_DESCRIBED = (
    Outcome(
        (Plan.UPDATE,),
        second_plan_is_empty=Answer.NO,
        is_right=Answer.NO,
        when=frozenset({When.LINKED, When.CLEARS}),
    ),
    *_UPDATED,
)
_UNTOUCHED = (Outcome((Plan.NOTHING,)),)
_REFUSED = Outcome((Plan.UPDATE,), Answer.NO, Answer.NO, Answer.NO)


def _planned_error(*when: When) -> Outcome:
    return Outcome((Plan.ERROR,), Answer.NO, Answer.NO, Answer.NO, when=frozenset(when))


_BLOCK_IS_GONE = (
    "Protection does not help: `prevent_destroy` stands in the block that the new spec no longer"
    " has (https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle)."
)
_IN_PLACE = "Sent as one UpdateRepository (`repository.go`, resourceRepositoryUpdate)."
_DESCRIPTION = (
    f"{_IN_PLACE} Only what has changed is sent: upstreams that stay are not mentioned, so it"
    " matters what AWS makes of that."
)
_AGAIN = (Remedy("a second apply sends the upstreams again", (_APPLY,), instead=False),)
_TAGGED = "Sent as TagResource and UntagResource (`service_package_gen.go`)."
_PREVENTED = "`prevent_destroy` ends the plan with an error before anything is done."
_LIFECYCLE = (
    "`prevent_destroy` is read from the configuration alone; it is neither sent nor planned."
)

_KEY = (
    "There is no UpdateDomain, and `encryption_key` forces a replacement (`domain.go`). Created"
    " before the old one is destroyed, the new domain meets its own name: 409."
)

_REPOSITORY_ROWS = (
    Row(
        "repository-created",
        "Repository created",
        (Outcome((Plan.CREATE,)),),
        "CreateRepository, then AssociateExternalConnection.",
    ),
    Row(
        "repository-deleted",
        "Repository deleted, which nobody has upstream",
        (Outcome((Plan.DESTROY,), lost=(Lost.REPOSITORY,)),),
        "DeleteRepository takes the packages along, at once and for good (user guide, delete-repo)."
        f" {_BLOCK_IS_GONE}",
        (
            Remedy(
                "keep the repository and its packages, but no longer in this spec",
                (
                    Step(Kind.SPEC, "list {repository} in `removed` with `destroy: false`"),
                    Step(Kind.SPEC, "after that, the entry in `removed` may go"),
                ),
                after=False,
            ),
        ),
    ),
    Row(
        "repository-removed-and-destroyed",
        "Repository listed in `removed` with `destroy: true`",
        (Outcome((Plan.DESTROY,), lost=(Lost.REPOSITORY,)),),
        f"As a deletion, but said in words. {_BLOCK_IS_GONE}",
    ),
    Row(
        "repository-removed-and-forgotten",
        "Repository listed in `removed` with `destroy: false`",
        (Outcome((Plan.FORGET,)),),
        "Nothing is sent; the repository stays and is no longer in the state"
        " (https://developer.hashicorp.com/terraform/language/resources/syntax#removing-resources).",
    ),
    Row(
        "used-repository-deleted",
        "Repository deleted together with the references to it",
        (Outcome((Plan.UPDATE, Plan.DESTROY), lost=(Lost.REPOSITORY,)),),
        "`create_before_destroy` in the state makes Terraform update the downstreams before it"
        " deletes the upstream (hashicorp/terraform#29925), so it does not matter whether AWS"
        f" refuses to delete a used one. {_BLOCK_IS_GONE}",
    ),
    Row(
        "last-upstream-deleted",
        "Repository deleted together with the reference to it, which was the last upstream",
        (
            Outcome(
                (Plan.UPDATE, Plan.DESTROY),
                lost=(Lost.REPOSITORY,),
                when=frozenset({When.CLEARS}),
            ),
            Outcome(
                (Plan.UPDATE, Plan.DESTROY),
                Answer.NO,
                Answer.NO,
                Answer.NO,
                when=frozenset({When.REFUSES}),
            ),
            Outcome(
                (Plan.UPDATE, Plan.DESTROY),
                second_plan_is_empty=Answer.NO,
                is_right=Answer.NO,
                lost=(Lost.REPOSITORY, Lost.BUILDS),
                when=frozenset({When.HIDES, When.PARTLY}),
            ),
            Outcome(
                (Plan.UPDATE, Plan.DESTROY),
                is_right=Answer.NO,
                lost=(Lost.REPOSITORY, Lost.BUILDS),
                when=frozenset({When.HIDES}),
            ),
            Outcome(
                (Plan.UPDATE, Plan.DESTROY),
                second_plan_is_empty=Answer.NO,
                is_right=Answer.NO,
                lost=(Lost.REPOSITORY, Lost.BUILDS),
            ),
        ),
        "The empty list is not sent (see last-upstream-removed), so the link stays and leads to a"
        " repository that is gone (provider issue 31092).",
        (Remedy("clear the list by hand first", (_UNLINK, _APPLY), lost=(Lost.REPOSITORY,)),),
    ),
    Row(
        "repository-renamed",
        "Repository renamed under the same `terraform_label`",
        (
            _planned_error(When.PROTECTED),
            Outcome(
                (Plan.UPDATE, Plan.REPLACE), lost=(Lost.REPOSITORY,), when=frozenset({When.USED})
            ),
            Outcome((Plan.REPLACE,), lost=(Lost.REPOSITORY,)),
        ),
        "AWS cannot rename; `repository` forces a replacement (`repository.go`). The new one is"
        f" created, the downstreams follow, the old one is deleted. {_PREVENTED}",
        (_RENAME,),
    ),
    Row(
        "repository-renamed-and-relabelled",
        "Repository renamed, and its label with it: deleted and created",
        (
            Outcome(
                (Plan.CREATE, Plan.UPDATE, Plan.DESTROY),
                lost=(Lost.REPOSITORY,),
                when=frozenset({When.USED}),
            ),
            Outcome((Plan.CREATE, Plan.DESTROY), lost=(Lost.REPOSITORY,)),
        ),
        "To Terraform these are two repositories. The new one is created, the downstreams follow,"
        f" the old one is deleted. {_BLOCK_IS_GONE}",
        (_RENAME,),
    ),
    Row(
        "label-changed",
        "`terraform_label` changed",
        (
            Outcome(
                (Plan.CREATE, Plan.DESTROY),
                Answer.NO,
                Answer.NO,
                when=frozenset({When.USED, When.REFUSES}),
            ),
            Outcome(
                (Plan.CREATE, Plan.DESTROY),
                Answer.EITHER,
                Answer.EITHER,
                Answer.NO,
                (Lost.REPOSITORY, Lost.BUILDS),
                frozenset({When.USED}),
            ),
            Outcome(
                (Plan.CREATE, Plan.DESTROY),
                Answer.EITHER,
                Answer.EITHER,
                Answer.EITHER,
                (Lost.REPOSITORY,),
            ),
        ),
        "To Terraform these are two repositories of one name. Nothing orders the creation of the"
        " one and the deletion of the other: the creation fails with 409 and the repository is"
        " deleted all the same, or it is created anew, empty, and not linked to its downstreams."
        f" {_BLOCK_IS_GONE}",
        (
            Remedy(
                "tell Terraform that it moved",
                (
                    Step(
                        Kind.FILE,
                        "moved {\n  from = {old_address}\n  to   = {address}\n}\n",
                        "moved.tf",
                    ),
                    _APPLY,
                ),
                after=False,
            ),
        ),
    ),
    Row(
        "repository-tainted",
        "Repository tainted: its creation stopped half-way, or `terraform taint`",
        (Outcome((Plan.REPLACE,), Answer.NO, Answer.NO, Answer.NO),),
        "A connection that could not be associated leaves the repository tainted, and"
        " `create_before_destroy` creates the next one under a name that is taken: 409. That is"
        " for the better: nothing is deleted.",
        (
            Remedy(
                "take the mark away; the next apply does what is missing",
                (Step(Kind.COMMAND, "terraform untaint {address}"), _APPLY),
                instead=False,
            ),
        ),
    ),
    Row(
        "repository-replaced",
        "`terraform apply -replace` of a repository",
        (Outcome((Plan.REPLACE,), Answer.NO),),
        "As a tainted one, but nothing is left to do: the order was for that apply only.",
    ),
    Row(
        "repository-deleted-outside",
        "Repository deleted outside of Terraform, which then creates it anew for its downstreams",
        (
            Outcome((Plan.CREATE, Plan.UPDATE), when=frozenset({When.HIDES})),
            Outcome((Plan.CREATE,), is_right=Answer.NO, lost=(Lost.BUILDS,)),
        ),
        "A link is to the repository that was there, not to its name: if an upstream was deleted"
        " and created again, UpdateRepository must be called (provider issue 31092). The plan"
        " compares names and finds nothing to do.",
        (
            Remedy(
                "send the upstreams of each downstream again",
                (
                    Step(
                        Kind.COMMAND,
                        "aws codeartifact update-repository --region {region} --domain {domain}"
                        " --domain-owner {owner} --repository {repository}"
                        " --upstreams {upstreams}",
                    ),
                ),
                instead=False,
            ),
        ),
    ),
    Row("description-set", "Description set", _DESCRIBED, _DESCRIPTION, _AGAIN),
    Row("description-changed", "Description changed", _DESCRIBED, _DESCRIPTION, _AGAIN),
    Row(
        "description-removed",
        "Description removed",
        _DESCRIBED,
        f"{_DESCRIPTION} The description is sent as an empty text.",
        _AGAIN,
    ),
    Row("tags-added", "Tags added", _UPDATED, _TAGGED),
    Row("tags-changed", "Values of tags changed", _UPDATED, _TAGGED),
    Row("tags-removed", "Tags removed", _UPDATED, _TAGGED),
    Row("protection-on", "Protection of a repository switched on", _UNTOUCHED, _LIFECYCLE),
    Row("protection-off", "Protection of a repository switched off", _UNTOUCHED, _LIFECYCLE),
)

_UPSTREAM_ROWS = (
    Row("first-upstream-added", "First upstream added", _UPDATED, _IN_PLACE),
    Row(
        "upstream-added",
        "Upstream added to others",
        _UPDATED,
        f"{_IN_PLACE} The whole list is sent.",
    ),
    Row(
        "upstream-removed",
        "Upstream removed, others stay",
        _UPDATED,
        f"{_IN_PLACE} The whole list is sent.",
    ),
    Row(
        "upstreams-reordered",
        "Upstreams in another order",
        _UPDATED,
        f"{_IN_PLACE} The plan shows each position that changes.",
    ),
    Row(
        "last-upstream-removed",
        "Last upstream removed",
        (
            Outcome((Plan.UPDATE,), when=frozenset({When.CLEARS})),
            Outcome((Plan.UPDATE,), second_plan_is_empty=Answer.NO, is_right=Answer.NO),
        ),
        "`repository.go` sends the list only if it has an element, and AWS keeps upstreams that a"
        " request does not mention (user guide, repo-upstream-add: only an empty list removes"
        " them). Every plan shows the change again, every apply succeeds and does nothing.",
        (Remedy("clear the list by hand", (_UNLINK, _APPLY)),),
    ),
    Row(
        "connection-added",
        "Connection added to a repository without upstreams",
        _UPDATED,
        "Sent as AssociateExternalConnection.",
    ),
    Row(
        "connection-removed",
        "Connection removed",
        _UPDATED,
        "Sent as DisassociateExternalConnection. What was fetched stays (user guide,"
        " external-connection).",
    ),
    Row(
        "connection-changed",
        "Connection changed for another",
        (_REFUSED,),
        "`repository.go` associates the new connection without disassociating the old one; AWS"
        " allows one: 400. Packages that were fetched stay in the repository with either remedy.",
        (
            Remedy("disassociate by hand", (_DISCONNECT, _APPLY)),
            Remedy(
                "two pull requests",
                (
                    Step(Kind.SPEC, "take `external_connection` from {repository}"),
                    Step(Kind.SPEC, "give {repository} the connection {connection}"),
                ),
            ),
        ),
    ),
    Row(
        "connection-to-upstreams",
        "Connection exchanged for upstreams",
        (_REFUSED,),
        "`repository.go` sends the upstreams before it disassociates; AWS allows a connection or"
        " upstreams, never both (user guide, config-repos): 400.",
        (
            Remedy("disassociate by hand", (_DISCONNECT, _APPLY)),
            Remedy(
                "two pull requests",
                (
                    Step(Kind.SPEC, "take `external_connection` from {repository}"),
                    Step(Kind.SPEC, "give {repository} its upstreams"),
                ),
            ),
        ),
    ),
    Row(
        "upstreams-to-connection",
        "Upstreams exchanged for a connection",
        (Outcome((Plan.UPDATE,), when=frozenset({When.CLEARS})), _REFUSED),
        "`repository.go` does not send the empty list (see last-upstream-removed); AWS allows a"
        " connection or upstreams, never both: 400. Two pull requests fail as well.",
        (Remedy("clear the list by hand", (_UNLINK, _APPLY)),),
    ),
)

_DOMAIN_ROWS = (
    Row(
        "domain-renamed",
        "Domain renamed",
        (
            _planned_error(When.PROTECTED),
            Outcome((Plan.REPLACE,), lost=(Lost.DOMAIN,)),
        ),
        "AWS cannot rename; `domain` forces a replacement of the domain and of every repository"
        f" in it (`domain.go`, `repository.go`). {_PREVENTED}",
        (_kept("another name", after=False),),
    ),
    Row(
        "encryption-key-added",
        "Encryption key given to a domain",
        (_planned_error(When.PROTECTED), Outcome((Plan.REPLACE,), Answer.NO, Answer.NO, Answer.NO)),
        f"{_KEY} {_PREVENTED}",
        (_kept("a key of your own"),),
    ),
    Row(
        "encryption-key-changed",
        "Encryption key of a domain changed",
        (_planned_error(When.PROTECTED), Outcome((Plan.REPLACE,), Answer.NO, Answer.NO, Answer.NO)),
        f"{_KEY} {_PREVENTED}",
        (_kept("another key"),),
    ),
    Row(
        "encryption-key-removed",
        "Encryption key of a domain no longer said",
        (Outcome((Plan.NOTHING,), is_right=Answer.NO),),
        "`encryption_key` is optional and computed (`domain.go`): unsaid, it stays what it is. The"
        " domain keeps its key for good.",
        (_kept("AWS's own key"),),
    ),
    Row("domain-tags-changed", "Tags of the domain added, changed or removed", _UPDATED, _TAGGED),
    Row(
        "domain-protection-changed",
        "Protection of the domain switched on or off",
        _UNTOUCHED,
        _LIFECYCLE,
    ),
    Row(
        "managed-to-unmanaged",
        "Domain no longer managed here",
        (
            Outcome(
                (Plan.DESTROY,),
                is_right=Answer.NO,
                lost=(Lost.BARE_DOMAIN,),
                when=frozenset({When.EMPTY}),
            ),
            Outcome((Plan.DESTROY,), Answer.NO, Answer.NO, Answer.YES),
        ),
        "The domain's block goes, so Terraform deletes the domain; AWS refuses while repositories"
        f" are in it (409), otherwise it is gone, its policy and tags too. {_BLOCK_IS_GONE}",
        (
            Remedy(
                "tell Terraform to forget the domain",
                (
                    Step(
                        Kind.FILE,
                        "removed {\n  from = {module}aws_codeartifact_domain.this\n\n"
                        "  lifecycle {\n    destroy = false\n  }\n}\n",
                        "forget.tf",
                    ),
                    _APPLY,
                ),
            ),
            Remedy(
                "take the domain out of the state",
                (
                    Step(Kind.COMMAND, "terraform state rm {module}aws_codeartifact_domain.this"),
                    _APPLY,
                ),
            ),
        ),
    ),
    Row(
        "unmanaged-to-managed",
        "Domain managed here from now on",
        (Outcome((Plan.CREATE,), Answer.NO, Answer.NO, Answer.YES),),
        "Terraform creates what is there already: 409. (If another state has the domain, it must"
        " forget it first.)",
        (
            Remedy(
                "import the domain",
                (
                    Step(
                        Kind.FILE,
                        "import {\n  to = {module}aws_codeartifact_domain.this\n"
                        '  id = "arn:aws:codeartifact:{region}:{owner}:domain/{domain}"\n}\n',
                        "import.tf",
                    ),
                    _APPLY,
                ),
            ),
        ),
    ),
    Row(
        "owner-added",
        "Owner of the domain said for the first time",
        _UNTOUCHED,
        "Terraform checks that its credentials are of that account; a repository's `domain_owner`"
        " is computed if unsaid, and so the same.",
    ),
    Row(
        "owner-removed",
        "Owner of the domain no longer said",
        _UNTOUCHED,
        "The check of the account goes; a repository's `domain_owner` stays as computed.",
    ),
    Row(
        "owner-changed",
        "Owner of the domain changed",
        (
            _planned_error(When.UNMANAGED, When.PROTECTED),
            Outcome((Plan.REPLACE,), lost=(Lost.DOMAIN,), when=frozenset({When.UNMANAGED})),
            _planned_error(),
        ),
        "A domain cannot change hands. `allowed_account_ids` stops Terraform while its credentials"
        " are of the old account. A domain that is managed elsewhere is named by its owner, and"
        " `domain_owner` forces a replacement of every repository (`repository.go`).",
        (_kept("another account", after=False),),
    ),
    Row(
        "region-changed",
        "Region changed",
        (_planned_error(When.MODULE), Outcome((Plan.CREATE,), lost=(Lost.BEHIND,))),
        "The provider looks for everything in the new Region, finds nothing and creates it; what is"
        " in the old Region drops out of the state. `prevent_destroy` sees no destruction.",
        (_kept("another Region", after=False),),
    ),
    Row(
        "layout-to-module",
        "`layout: root` changed to `module`",
        (Outcome((Plan.CREATE, Plan.DESTROY), Answer.NO, Answer.NO, Answer.NO, (Lost.DOMAIN,)),),
        "Every address changes: Terraform deletes the repositories and the domain, while it fails"
        f" to create a domain of a name that is taken. {_BLOCK_IS_GONE}",
        (
            Remedy(
                "tell Terraform, in the configuration that calls the module NAME, what moved",
                (Step(Kind.FILE, "{moved}", "moved.tf"), _APPLY),
                after=False,
            ),
        ),
    ),
    Row(
        "layout-to-root",
        "`layout: module` changed to `root`",
        (Outcome((Plan.CREATE, Plan.DESTROY), Answer.NO, Answer.NO, Answer.NO, (Lost.DOMAIN,)),),
        "As the other way round.",
        (
            Remedy(
                "tell Terraform what moved from the module NAME",
                (Step(Kind.FILE, "{moved}", "moved.tf"), _APPLY),
                after=False,
            ),
        ),
    ),
)

ALL: tuple[Row, ...] = (*_REPOSITORY_ROWS, *_UPSTREAM_ROWS, *_DOMAIN_ROWS)
BY_NAME: Mapping[str, Row] = MappingProxyType({row.name: row for row in ALL})

# No pair of specs shows these: they happen to the state, or to the service.
NOT_IN_A_SPEC = frozenset(
    {"repository-tainted", "repository-replaced", "repository-deleted-outside"}
)

# Which rows a change of a spec is.


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


_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_OWNER_OPTION = " --domain-owner {owner}"


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with values for placeholders; one without a value becomes `<name>`.

    The option for the owner is left out if the owner is not known: AWS takes the caller's account.
    """
    if "owner" not in values:
        text = text.replace(_OWNER_OPTION, "")
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], f"<{match[1]}>"), text)


def failure(outcome: Outcome) -> str:
    """How one apply falls short, in words; empty if it does not."""
    if outcome.plan == (Plan.ERROR,):
        return "the plan fails"
    if outcome.succeeds is not Answer.YES:
        return "the apply fails" if outcome.succeeds is Answer.NO else "the apply may fail"
    if outcome.is_right is not Answer.YES:
        return "the apply succeeds, but the service is not as the spec says"
    return "" if outcome.second_plan_is_empty is Answer.YES else "every plan shows it again"


def changes(old: Domain, new: Domain, module: str = "") -> tuple[Change, ...]:
    """The rows that apply between two specs, the most dangerous first, always in the same order.

    `module` is the address, with a dot at its end, of the module that calls the configuration.
    """
    rank = {row.name: number for number, row in enumerate(ALL)}
    found = [*_domain_changes(old, new, module), *_Repositories(old, new, module).changes()]
    return tuple(sorted(found, key=lambda c: (c.danger, rank[c.row.name], c.repository or "")))


def placeholders(
    domain: Domain, repository: Repository | None = None, module: str = ""
) -> dict[str, str]:
    """What the steps of a row need to know of a domain, or of a repository in it."""
    prefix = _prefix(domain, module)
    values = {"domain": domain.name, "region": domain.region, "module": prefix}
    if domain.owner:
        values["owner"] = domain.owner
    if repository:
        values["repository"] = repository.name
        values["address"] = f"{prefix}{_address(repository)}"
        values["upstreams"] = " ".join(f"repositoryName={name}" for name in repository.upstreams)
    return values


def _prefix(domain: Domain, module: str) -> str:
    """Where the resources of a domain are in the state; a module's name is its caller's choice."""
    return f"{module}module.NAME." if domain.layout is Layout.MODULE else module


def _address(repository: Repository) -> str:
    return f"aws_codeartifact_repository.{repository.label}"


def _change(
    name: str, repository: str | None, values: Mapping[str, str], facts: Collection[When] = ()
) -> Change:
    return Change(BY_NAME[name], repository, tuple(sorted(values.items())), frozenset(facts))


# The domain.


def _domain_changes(old: Domain, new: Domain, module: str) -> Iterator[Change]:
    values = {**placeholders(new), **placeholders(old), "module": _prefix(new, module)}
    if old.layout is not new.layout:
        values["moved"] = _moved(old, new, module)
    for name in _names_of_domain_changes(old, new):
        yield _change(name, None, values, _domain_facts(name, old, new))


def _domain_facts(name: str, old: Domain, new: Domain) -> set[When]:
    """Protection counts as it will be: Terraform reads it from the new configuration."""
    kept = {repository.name for repository in old.repositories}
    protected = any(r.protect for r in new.repositories if r.name in kept)
    if name.startswith("encryption-key"):  # the repositories stay as they are in such a plan
        protected = False
    facts = {
        When.PROTECTED: new.protect or protected,
        When.MODULE: new.layout is Layout.MODULE,
        When.UNMANAGED: not new.managed,
        When.EMPTY: not old.repositories,
    }
    return {fact for fact, holds in facts.items() if holds}


def _names_of_domain_changes(old: Domain, new: Domain) -> Iterator[str]:
    if old.name != new.name:
        yield "domain-renamed"
    if old.region != new.region:
        yield "region-changed"
    if old.owner != new.owner:
        yield _kind_of(old.owner, new.owner, "owner")
    if old.layout is not new.layout:
        yield f"layout-to-{new.layout}"
    if old.managed != new.managed:
        yield "managed-to-unmanaged" if old.managed else "unmanaged-to-managed"
    elif new.managed:
        yield from _names_of_settings_of_domain(old, new)


def _names_of_settings_of_domain(old: Domain, new: Domain) -> Iterator[str]:
    if old.encryption_key != new.encryption_key:
        yield _kind_of(old.encryption_key, new.encryption_key, "encryption-key")
    if old.tags != new.tags:
        yield "domain-tags-changed"
    if old.protect != new.protect:
        yield "domain-protection-changed"


def _kind_of(old: str | None, new: str | None, what: str, added: str = "added") -> str:
    if old is None:
        return f"{what}-{added}"
    return f"{what}-removed" if new is None else f"{what}-changed"


def _moved(old: Domain, new: Domain, module: str) -> str:
    labels = {repository.name: repository.label for repository in new.repositories}
    addresses = [("aws_codeartifact_domain.this",) * 2] if old.managed and new.managed else []
    addresses += [
        (_address(repository), f"aws_codeartifact_repository.{labels[repository.name]}")
        for repository in old.repositories
        if repository.name in labels
    ]
    before, after = _prefix(old, module), _prefix(new, module)
    return "\n".join(
        f"moved {{\n  from = {before}{source}\n  to   = {after}{target}\n}}\n"
        for source, target in addresses
    )


# The repositories.


class _Repositories:
    """The repositories of two specs, and which of them are one and the same."""

    def __init__(self, old: Domain, new: Domain, module: str) -> None:
        self.old, self.new, self.module = old, new, module
        self.before = {repository.name: repository for repository in old.repositories}
        self.after = {repository.name: repository for repository in new.repositories}
        self.tombstones = {removed.label: removed.destroy for removed in new.removed}
        self.relabelled: dict[str, str] = {}
        self.renamed = self._renamed()
        self.relabelled = self._relabelled()
        self.successors = self.renamed | self.relabelled
        self.destroyed = {
            name
            for name, repository in self.before.items()
            if name not in self.after
            and name not in self.successors
            and self.tombstones.get(repository.label, True)
        }

    def _gone(self) -> list[Repository]:
        return [self.before[name] for name in sorted(self.before.keys() - self.after.keys())]

    def _come(self) -> list[Repository]:
        return [self.after[name] for name in sorted(self.after.keys() - self.before.keys())]

    def _renamed(self) -> dict[str, str]:
        """Old name → new name, where the label has stayed."""
        come = {repository.label: repository.name for repository in self._come()}
        return {r.name: come[r.label] for r in self._gone() if r.label in come}

    def _relabelled(self) -> dict[str, str]:
        """Old name → new name, where a repository goes and just one comes that is like it."""
        taken = set(self.renamed.values())
        gone = [
            repository
            for repository in self._gone()
            if repository.name not in self.renamed and repository.label not in self.tombstones
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
        return repository.description, upstreams, repository.external_connection, repository.tags

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
            **placeholders(self.new, repository, self.module),
            **placeholders(self.old),
            "module": _prefix(self.new, self.module),
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
        elif old.label in self.tombstones:
            yield self._change("repository-removed-and-destroyed", old)
        else:
            yield self._change("repository-deleted", old)

    def _rename(self, old: Repository, users: list[str]) -> Change:
        new = self.after[self.successors[old.name]]
        facts = {When.USED} if users else set()
        if new.protect:
            facts.add(When.PROTECTED)
        kind = "renamed" if old.name in self.renamed else "renamed-and-relabelled"
        return self._change(f"repository-{kind}", old, {"new_repository": new.name}, facts)

    def _loses_last(self, name: str) -> bool:
        """Whether a repository that stays has no upstreams left, and had one that is deleted."""
        old, new = self.before[name], self.after[name]
        bare = not new.upstreams and not new.external_connection
        return bare and not self.destroyed.isdisjoint(old.upstreams)

    def _kept(self, old: Repository, new: Repository) -> Iterator[Change]:
        if old.label != new.label:
            before = f"{_prefix(self.new, self.module)}{_address(old)}"
            facts = {When.USED} if _users(self.new, new.name) else set()
            yield self._change("label-changed", new, {"old_address": before}, facts)
        values = {
            "connection": new.external_connection or "",
            "old_connection": old.external_connection or "",
        }
        names = [*_names_of_settings(old, new), *self._names_of_sources(old, new)]
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
    if old.protect != new.protect:
        yield "protection-on" if new.protect else "protection-off"


# The page.

_HEAD = """\
# What Terraform does with a change

`generator.transitions.markdown` writes this page from the table that `tests/test_transitions.py`
proves: each change is applied with the real Terraform (1.11.4) and hashicorp/aws (5.100.0) to a
double of CodeArtifact, from the output for the old spec to that for the new one, and so is each
remedy. What nobody has documented of AWS, the tests run both ways; such a row says *if*.

- **plan**: what Terraform says that it will do;
- **one apply**: whether it succeeds;
- **then empty**: whether the next plan has nothing to do;
- **ends right**: whether the service then is what the new spec says;
- **lost**: what one apply costs.
"""


def markdown() -> str:
    """The page docs/transitions.md."""
    parts = [_HEAD]
    for title, rows in _PARTS:
        parts += [f"## {title}\n", _table(rows)]
    parts.append("## What to do instead\n")
    parts += [_section(row) for row in ALL if row.remedies]
    parts.append("## Why\n")
    parts += [f"- **{row.title}**: {row.why}" for row in ALL if not row.remedies]
    return "\n".join(parts) + "\n"


_PARTS = (
    ("Repositories", _REPOSITORY_ROWS),
    ("Upstreams and connections", _UPSTREAM_ROWS),
    ("The domain", _DOMAIN_ROWS),
)


def _table(rows: Collection[Row]) -> str:
    head = (
        "| change | plan | one apply | then empty | ends right | lost |\n|---|---|---|---|---|---|"
    )
    lines = [_line(row, outcome) for row in rows for outcome in reversed(row.outcomes)]
    return "\n".join([head, *lines]) + "\n"


def _line(row: Row, outcome: Outcome) -> str:
    name = f"[{row.title}](#{row.name})" if row.remedies else row.title
    if outcome is not row.outcomes[-1]:
        name = f"*if {_conditions(outcome)}*"
    cells = [name, _plan(outcome), *_answers(outcome), _lost(outcome.lost)]
    return f"| {' | '.join(cells)} |"


def _conditions(outcome: Outcome) -> str:
    return " and ".join(when for when in When if when in outcome.when)


def _plan(outcome: Outcome) -> str:
    return " + ".join(outcome.plan)


def _answers(outcome: Outcome) -> list[str]:
    answers = (outcome.succeeds, outcome.second_plan_is_empty, outcome.is_right)
    return [answer if answer is Answer.YES else f"**{answer}**" for answer in answers]


def _lost(lost: tuple[Lost, ...]) -> str:
    return ", ".join(f"**{one}**" for one in lost) or "nothing"


def _section(row: Row) -> str:
    parts = [f'<a id="{row.name}"></a>\n\n### {row.title}\n\n{row.why}\n']
    parts += [_remedy(remedy) for remedy in row.remedies]
    return "\n".join(parts)


def _remedy(remedy: Remedy) -> str:
    lines = [_step(number, step) for number, step in enumerate(remedy.steps, start=1)]
    title = f"{remedy.title[0].upper()}{remedy.title[1:]}"
    return f"**{title}** ({_order(remedy)}):\n\n{''.join(lines)}"


def _order(remedy: Remedy) -> str:
    if not remedy.after:
        return "instead of the apply: afterwards it is too late"
    return (
        "instead of the apply, or after one that did not help"
        if remedy.instead
        else "after the apply"
    )


def _step(number: int, step: Step) -> str:
    is_prose = step.kind in {Kind.SPEC, Kind.LATER}
    text = _PLACEHOLDER.sub(r"`<\1>`" if is_prose else r"<\1>", step.text)
    match step.kind:
        case Kind.APPLY:
            return f"{number}. {step.kind}\n"
        case Kind.LATER:
            return f"{number}. {step.kind}: {text}\n"
        case Kind.SPEC:
            return f"{number}. spec: {text}; generate, `terraform apply`\n"
        case Kind.FILE:
            body = _placeholders_shown(step.text)
            return f"{number}. write `{step.file}`:\n\n{_indented(f'```hcl{chr(10)}{body}```')}\n"
        case _:
            return f"{number}. {step.kind}:\n\n{_indented(f'```sh{chr(10)}{text}{chr(10)}```')}\n"


def _placeholders_shown(text: str) -> str:
    shown = _EXAMPLE_MOVED if text == "{moved}" else text
    return fill(shown, {"module": ""})


_EXAMPLE_MOVED = """\
moved {
  from = aws_codeartifact_domain.this
  to   = module.NAME.aws_codeartifact_domain.this
}

# and one for each repository
"""


def _indented(text: str) -> str:
    return "".join(f"   {line}\n" if line else "\n" for line in text.splitlines())
