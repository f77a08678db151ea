"""The transition table: a row for every kind of change, and the remedies.

`repository.go` and `domain.go` are files of the provider, in `internal/service/codeartifact/`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from codeartifact_tf.domain.differences import Field, Subject
from codeartifact_tf.transitions.kinds import Kind, Setting
from codeartifact_tf.transitions.row import (
    Answer,
    Lost,
    Outcome,
    Plan,
    Remedy,
    Row,
    Step,
    StepKind,
    When,
)

# Steps that more than one row needs.

_DISCONNECT = Step(
    StepKind.COMMAND,
    "aws codeartifact disassociate-external-connection --region {region} --domain {domain}"
    " --domain-owner {owner} --repository {repository} --external-connection {old_connection}",
)
_UNLINK = Step(
    StepKind.COMMAND,
    "aws codeartifact update-repository --region {region} --domain {domain}"
    " --domain-owner {owner} --repository {repository} --upstreams '[]'",
)
_APPLY = Step(StepKind.APPLY)


def _kept(what_for: str, *, after: bool = True) -> Remedy:
    """Take it back: what is wanted needs a domain of its own."""
    later = (
        f"for {what_for} write a second spec, in a folder of its own; publish the packages there,"
        " point the builds to it, and delete the old domain when nobody asks for it any more"
    )
    steps = (Step(StepKind.SPEC, "take the change back"), Step(StepKind.LATER, later))
    return Remedy("keep the domain as it is", steps, after=after, reverts=True)


_RENAME = Remedy(
    "two pull requests, with the packages copied in between",
    (
        Step(
            StepKind.SPEC,
            "define {new_repository} beside {repository}, with what is upstream of it or its"
            " connection, and without the `terraform_label` of the old one",
        ),
        Step(
            StepKind.PACKAGES,
            "aws codeartifact copy-package-versions --region {region} --domain {domain}"
            " --domain-owner {owner} --source-repository {repository}"
            " --destination-repository {new_repository} --format {format} --package {package}"
            " --versions {versions}",
        ),
        Step(
            StepKind.SPEC,
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
        Kind.REPOSITORY_CREATED,
        Subject.REPOSITORY,
        None,
        "Repository created",
        (Outcome((Plan.CREATE,)),),
        "CreateRepository, then AssociateExternalConnection.",
    ),
    Row(
        Kind.REPOSITORY_DELETED,
        Subject.REPOSITORY,
        None,
        "Repository deleted, which nobody has upstream",
        (Outcome((Plan.DESTROY,), lost=(Lost.REPOSITORY,)),),
        "DeleteRepository takes the packages along, at once and for good (user guide, delete-repo)."
        f" {_BLOCK_IS_GONE}",
        (
            Remedy(
                "keep the repository and its packages, but no longer in this spec",
                (
                    Step(StepKind.SPEC, "list {repository} in `removed` with `destroy: false`"),
                    Step(StepKind.SPEC, "after that, the entry in `removed` may go"),
                ),
                after=False,
            ),
        ),
    ),
    Row(
        Kind.REPOSITORY_REMOVED_AND_DESTROYED,
        Subject.REPOSITORY,
        None,
        "Repository listed in `removed` with `destroy: true`",
        (Outcome((Plan.DESTROY,), lost=(Lost.REPOSITORY,)),),
        f"As a deletion, but said in words. {_BLOCK_IS_GONE}",
    ),
    Row(
        Kind.REPOSITORY_REMOVED_AND_FORGOTTEN,
        Subject.REPOSITORY,
        None,
        "Repository listed in `removed` with `destroy: false`",
        (Outcome((Plan.FORGET,)),),
        "Nothing is sent; the repository and its permissions stay and are no longer in the state"
        " (https://developer.hashicorp.com/terraform/language/resources/syntax#removing-resources).",
    ),
    Row(
        Kind.USED_REPOSITORY_DELETED,
        Subject.REPOSITORY,
        None,
        "Repository deleted together with the references to it",
        (Outcome((Plan.UPDATE, Plan.DESTROY), lost=(Lost.REPOSITORY,)),),
        "`create_before_destroy` in the state makes Terraform update the downstreams before it"
        " deletes the upstream (hashicorp/terraform#29925), so it does not matter whether AWS"
        f" refuses to delete a used one. {_BLOCK_IS_GONE}",
    ),
    Row(
        Kind.LAST_UPSTREAM_DELETED,
        Subject.REPOSITORY,
        Field.UPSTREAMS,
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
        Kind.REPOSITORY_RENAMED,
        Subject.REPOSITORY,
        Field.NAME,
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
        Kind.REPOSITORY_RENAMED_AND_RELABELLED,
        Subject.REPOSITORY,
        Field.NAME,
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
        Kind.LABEL_CHANGED,
        Subject.REPOSITORY,
        Setting.LABEL,
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
                    Step(StepKind.FILE, "{moved}", "moved.tf"),
                    _APPLY,
                ),
                after=False,
            ),
        ),
    ),
    Row(
        Kind.REPOSITORY_TAINTED,
        Subject.REPOSITORY,
        None,
        "Repository tainted: its creation stopped half-way, or `terraform taint`",
        (Outcome((Plan.REPLACE,), Answer.NO, Answer.NO, Answer.NO),),
        "A connection that could not be associated leaves the repository tainted, and"
        " `create_before_destroy` creates the next one under a name that is taken: 409. That is"
        " for the better: nothing is deleted.",
        (
            Remedy(
                "take the mark away; the next apply does what is missing",
                (Step(StepKind.COMMAND, "terraform untaint {address}"), _APPLY),
                instead=False,
            ),
        ),
    ),
    Row(
        Kind.REPOSITORY_REPLACED,
        Subject.REPOSITORY,
        None,
        "`terraform apply -replace` of a repository",
        (Outcome((Plan.REPLACE,), Answer.NO),),
        "As a tainted one, but nothing is left to do: the order was for that apply only.",
    ),
    Row(
        Kind.REPOSITORY_DELETED_OUTSIDE,
        Subject.REPOSITORY,
        None,
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
                        StepKind.COMMAND,
                        "aws codeartifact update-repository --region {region} --domain {domain}"
                        " --domain-owner {owner} --repository {repository}"
                        " --upstreams {upstreams}",
                    ),
                ),
                instead=False,
            ),
        ),
    ),
    Row(
        Kind.DESCRIPTION_SET,
        Subject.REPOSITORY,
        Field.DESCRIPTION,
        "Description set",
        _DESCRIBED,
        _DESCRIPTION,
        _AGAIN,
    ),
    Row(
        Kind.DESCRIPTION_CHANGED,
        Subject.REPOSITORY,
        Field.DESCRIPTION,
        "Description changed",
        _DESCRIBED,
        _DESCRIPTION,
        _AGAIN,
    ),
    Row(
        Kind.DESCRIPTION_REMOVED,
        Subject.REPOSITORY,
        Field.DESCRIPTION,
        "Description removed",
        _DESCRIBED,
        f"{_DESCRIPTION} The description is sent as an empty text.",
        _AGAIN,
    ),
    Row(Kind.TAGS_ADDED, Subject.REPOSITORY, Field.TAGS, "Tags added", _UPDATED, _TAGGED),
    Row(
        Kind.TAGS_CHANGED,
        Subject.REPOSITORY,
        Field.TAGS,
        "Values of tags changed",
        _UPDATED,
        _TAGGED,
    ),
    Row(Kind.TAGS_REMOVED, Subject.REPOSITORY, Field.TAGS, "Tags removed", _UPDATED, _TAGGED),
    Row(
        Kind.PROTECTION_ON,
        Subject.REPOSITORY,
        Setting.PROTECT,
        "Protection of a repository switched on",
        _UNTOUCHED,
        _LIFECYCLE,
    ),
    Row(
        Kind.PROTECTION_OFF,
        Subject.REPOSITORY,
        Setting.PROTECT,
        "Protection of a repository switched off",
        _UNTOUCHED,
        _LIFECYCLE,
    ),
)

_UPSTREAM_ROWS = (
    Row(
        Kind.FIRST_UPSTREAM_ADDED,
        Subject.REPOSITORY,
        Field.UPSTREAMS,
        "First upstream added",
        _UPDATED,
        _IN_PLACE,
    ),
    Row(
        Kind.UPSTREAM_ADDED,
        Subject.REPOSITORY,
        Field.UPSTREAMS,
        "Upstream added to others",
        _UPDATED,
        f"{_IN_PLACE} The whole list is sent.",
    ),
    Row(
        Kind.UPSTREAM_REMOVED,
        Subject.REPOSITORY,
        Field.UPSTREAMS,
        "Upstream removed, others stay",
        _UPDATED,
        f"{_IN_PLACE} The whole list is sent.",
    ),
    Row(
        Kind.UPSTREAMS_REORDERED,
        Subject.REPOSITORY,
        Field.UPSTREAMS,
        "Upstreams in another order",
        _UPDATED,
        f"{_IN_PLACE} The plan shows each position that changes.",
    ),
    Row(
        Kind.LAST_UPSTREAM_REMOVED,
        Subject.REPOSITORY,
        Field.UPSTREAMS,
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
        Kind.CONNECTION_ADDED,
        Subject.REPOSITORY,
        Field.EXTERNAL_CONNECTION,
        "Connection added to a repository without upstreams",
        _UPDATED,
        "Sent as AssociateExternalConnection.",
    ),
    Row(
        Kind.CONNECTION_REMOVED,
        Subject.REPOSITORY,
        Field.EXTERNAL_CONNECTION,
        "Connection removed",
        _UPDATED,
        "Sent as DisassociateExternalConnection. What was fetched stays (user guide,"
        " external-connection).",
    ),
    Row(
        Kind.CONNECTION_CHANGED,
        Subject.REPOSITORY,
        Field.EXTERNAL_CONNECTION,
        "Connection changed for another",
        (_REFUSED,),
        "`repository.go` associates the new connection without disassociating the old one; AWS"
        " allows one: 400. Packages that were fetched stay in the repository with either remedy.",
        (
            Remedy("disassociate by hand", (_DISCONNECT, _APPLY)),
            Remedy(
                "two pull requests",
                (
                    Step(StepKind.SPEC, "take `external_connection` from {repository}"),
                    Step(StepKind.SPEC, "give {repository} the connection {connection}"),
                ),
            ),
        ),
    ),
    Row(
        Kind.CONNECTION_TO_UPSTREAMS,
        Subject.REPOSITORY,
        Field.EXTERNAL_CONNECTION,
        "Connection exchanged for upstreams",
        (_REFUSED,),
        "`repository.go` sends the upstreams before it disassociates; AWS allows a connection or"
        " upstreams, never both (user guide, config-repos): 400.",
        (
            Remedy("disassociate by hand", (_DISCONNECT, _APPLY)),
            Remedy(
                "two pull requests",
                (
                    Step(StepKind.SPEC, "take `external_connection` from {repository}"),
                    Step(StepKind.SPEC, "give {repository} its upstreams"),
                ),
            ),
        ),
    ),
    Row(
        Kind.UPSTREAMS_TO_CONNECTION,
        Subject.REPOSITORY,
        Field.UPSTREAMS,
        "Upstreams exchanged for a connection",
        (Outcome((Plan.UPDATE,), when=frozenset({When.CLEARS})), _REFUSED),
        "`repository.go` does not send the empty list (see last-upstream-removed); AWS allows a"
        " connection or upstreams, never both: 400. Two pull requests fail as well.",
        (Remedy("clear the list by hand", (_UNLINK, _APPLY)),),
    ),
)

_PERMISSION_ROWS = (
    Row(
        Kind.POLICY_ADDED,
        Subject.POLICY,
        None,
        "Permissions given to a domain or repository that had none",
        (Outcome((Plan.CREATE,)),),
        "Sent as one Put…PermissionsPolicy without a revision"
        " (`repository_permissions_policy.go`, `domain_permissions_policy.go`): a policy that was"
        " put there by other means is replaced, and the plan does not show it.",
    ),
    Row(
        Kind.POLICY_CHANGED,
        Subject.POLICY,
        None,
        "Permissions changed",
        _UPDATED,
        "The whole policy is sent, with the revision that Terraform has read. If somebody else"
        " changes it between plan and apply, AWS answers 409; the next plan shows what they did.",
    ),
    Row(
        Kind.POLICY_REMOVED,
        Subject.POLICY,
        None,
        "Permissions taken from a domain or repository",
        (Outcome((Plan.DESTROY,)),),
        "Sent as Delete…PermissionsPolicy. Whoever was allowed only by it no longer is.",
    ),
)

_DOMAIN_ROWS = (
    Row(
        Kind.DOMAIN_RENAMED,
        Subject.DOMAIN,
        Field.NAME,
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
        Kind.ENCRYPTION_KEY_ADDED,
        Subject.DOMAIN,
        Field.ENCRYPTION_KEY,
        "Encryption key given to a domain",
        (_planned_error(When.PROTECTED), Outcome((Plan.REPLACE,), Answer.NO, Answer.NO, Answer.NO)),
        f"{_KEY} {_PREVENTED}",
        (_kept("a key of your own"),),
    ),
    Row(
        Kind.ENCRYPTION_KEY_CHANGED,
        Subject.DOMAIN,
        Field.ENCRYPTION_KEY,
        "Encryption key of a domain changed",
        (_planned_error(When.PROTECTED), Outcome((Plan.REPLACE,), Answer.NO, Answer.NO, Answer.NO)),
        f"{_KEY} {_PREVENTED}",
        (_kept("another key"),),
    ),
    Row(
        Kind.ENCRYPTION_KEY_REMOVED,
        Subject.DOMAIN,
        Field.ENCRYPTION_KEY,
        "Encryption key of a domain no longer said",
        (Outcome((Plan.NOTHING,), is_right=Answer.NO),),
        "`encryption_key` is optional and computed (`domain.go`): unsaid, it stays what it is. The"
        " domain keeps its key for good.",
        (_kept("AWS's own key"),),
    ),
    Row(
        Kind.DOMAIN_TAGS_CHANGED,
        Subject.DOMAIN,
        Field.TAGS,
        "Tags of the domain added, changed or removed",
        _UPDATED,
        _TAGGED,
    ),
    Row(
        Kind.DOMAIN_PROTECTION_CHANGED,
        Subject.DOMAIN,
        Setting.PROTECT,
        "Protection of the domain switched on or off",
        _UNTOUCHED,
        _LIFECYCLE,
    ),
    Row(
        Kind.MANAGED_TO_UNMANAGED,
        Subject.DOMAIN,
        Setting.MANAGED,
        "Domain no longer managed here",
        (Outcome((Plan.FORGET,)),),
        "With `managed: false`, `removed.tf` tells Terraform to forget the domain and its"
        " permissions. Without that it would delete both: AWS refuses while repositories are in the"
        " domain, an empty one goes.",
    ),
    Row(
        Kind.UNMANAGED_TO_MANAGED,
        Subject.DOMAIN,
        Setting.MANAGED,
        "Domain managed here from now on",
        (Outcome((Plan.CREATE,), Answer.NO, Answer.NO, Answer.NO),),
        "Terraform creates what is there already: 409. (If another state has the domain, it must"
        " forget it first.) Tags and permissions of the domain wait for it; in the end they are"
        " those of the spec, whatever the domain had before.",
        (
            Remedy(
                "import the domain",
                (
                    Step(
                        StepKind.FILE,
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
        Kind.OWNER_ADDED,
        Subject.DOMAIN,
        Field.OWNER,
        "Owner of the domain said for the first time",
        _UNTOUCHED,
        "Terraform checks that its credentials are of that account; a repository's `domain_owner`"
        " is computed if unsaid, and so the same.",
    ),
    Row(
        Kind.OWNER_REMOVED,
        Subject.DOMAIN,
        Field.OWNER,
        "Owner of the domain no longer said",
        _UNTOUCHED,
        "The check of the account goes; a repository's `domain_owner` stays as computed.",
    ),
    Row(
        Kind.OWNER_CHANGED,
        Subject.DOMAIN,
        Field.OWNER,
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
        Kind.REGION_CHANGED,
        Subject.DOMAIN,
        Field.REGION,
        "Region changed",
        (_planned_error(When.MODULE), Outcome((Plan.CREATE,), lost=(Lost.BEHIND,))),
        "The provider looks for everything in the new Region, finds nothing and creates it; what is"
        " in the old Region drops out of the state. `prevent_destroy` sees no destruction.",
        (_kept("another Region", after=False),),
    ),
    Row(
        Kind.LAYOUT_TO_MODULE,
        Subject.DOMAIN,
        Setting.LAYOUT,
        "`layout: root` changed to `module`",
        (Outcome((Plan.CREATE, Plan.DESTROY), Answer.NO, Answer.NO, Answer.NO, (Lost.DOMAIN,)),),
        "Every address changes: Terraform deletes the repositories and the domain, while it fails"
        f" to create a domain of a name that is taken. {_BLOCK_IS_GONE}",
        (
            Remedy(
                "tell Terraform, in the configuration that calls the module NAME, what moved",
                (Step(StepKind.FILE, "{moved}", "moved.tf"), _APPLY),
                after=False,
            ),
        ),
    ),
    Row(
        Kind.LAYOUT_TO_ROOT,
        Subject.DOMAIN,
        Setting.LAYOUT,
        "`layout: module` changed to `root`",
        (Outcome((Plan.CREATE, Plan.DESTROY), Answer.NO, Answer.NO, Answer.NO, (Lost.DOMAIN,)),),
        "As the other way round.",
        (
            Remedy(
                "tell Terraform what moved from the module NAME",
                (Step(StepKind.FILE, "{moved}", "moved.tf"), _APPLY),
                after=False,
            ),
        ),
    ),
)

PARTS = (
    ("Repositories", _REPOSITORY_ROWS),
    ("Upstreams and connections", _UPSTREAM_ROWS),
    ("Permissions", _PERMISSION_ROWS),
    ("The domain", _DOMAIN_ROWS),
)

ALL: tuple[Row, ...] = tuple(row for _, rows in PARTS for row in rows)
BY_KIND: Mapping[Kind, Row] = MappingProxyType({row.kind: row for row in ALL})

# No pair of specs shows these: they happen to the state, or to the service.
NOT_IN_A_SPEC = frozenset(
    {Kind.REPOSITORY_TAINTED, Kind.REPOSITORY_REPLACED, Kind.REPOSITORY_DELETED_OUTSIDE}
)
