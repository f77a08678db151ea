"""The words of the transition table: what a row can say."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from codeartifact_tf.domain.differences import Field, Subject
from codeartifact_tf.transitions.kinds import Kind, Setting


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
    BUILDS = "builds that need the deleted upstream"
    BEHIND = "nothing is deleted, but the new domain starts empty and the old one stays, unmanaged"


class When(StrEnum):
    """What an outcome depends on: the domain, or an answer of AWS's that nobody documents."""

    PROTECTED = "protected"
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


class StepKind(StrEnum):
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

    kind: StepKind
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
    """A kind of change: of what, and of which field (None: the whole).

    Of its outcomes the first whose conditions hold is the one. Remedies that can come before the
    apply stand before those that cannot.
    """

    kind: Kind
    subject: Subject
    field: Field | Setting | None
    title: str
    outcomes: tuple[Outcome, ...]
    why: str
    remedies: tuple[Remedy, ...] = ()

    def outcome(self, facts: Collection[When] = ()) -> Outcome:
        """What one apply does where these conditions hold, and no others."""
        return next(outcome for outcome in self.outcomes if outcome.when <= frozenset(facts))


PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_OWNER_OPTION = " --domain-owner {owner}"


def failure(outcome: Outcome) -> str:
    """How one apply falls short, in words; empty if it does not."""
    if outcome.plan == (Plan.ERROR,):
        return "the plan fails"
    if outcome.succeeds is not Answer.YES:
        return "the apply fails" if outcome.succeeds is Answer.NO else "the apply may fail"
    if outcome.is_right is not Answer.YES:
        return "the apply succeeds, but the service is not as the spec says"
    return "" if outcome.second_plan_is_empty is Answer.YES else "every plan shows it again"


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with values for placeholders; one without a value becomes `<name>`.

    The option for the owner is left out if the owner is not known: AWS takes the caller's account.
    """
    if "owner" not in values:
        text = text.replace(_OWNER_OPTION, "")
    return PLACEHOLDER.sub(lambda match: values.get(match[1], f"<{match[1]}>"), text)
