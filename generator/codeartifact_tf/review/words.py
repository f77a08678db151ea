"""The words for a change: how fields are called, and values for people."""

from collections.abc import Iterator, Sequence

from codeartifact_tf.changes.bypasses import Bypass, Kinship
from codeartifact_tf.changes.guards import Guard, Weakened
from codeartifact_tf.changes.search_delta import Delta
from codeartifact_tf.changes.settings import SettingChange
from codeartifact_tf.domain.differences import Difference, Field, Subject
from codeartifact_tf.domain.formats import FETCHED
from codeartifact_tf.domain.model import CONTROLS, Control, Mode, PackageGroup
from codeartifact_tf.findings.phrases import (
    LISTED,
    Name,
    Phrase,
    joined,
    listed,
    path,
    plain,
    repositories,
)
from codeartifact_tf.spec.spec import Assertion, Include, Required, Requirement
from codeartifact_tf.terraform.neighbours import OwnFile
from codeartifact_tf.transitions import Setting


def guard_weakened(found: Sequence[Weakened]) -> Phrase:  # noqa: C901, PLR0911 - one case for each
    """How a guard is weaker; of several repositories with the same change how many there are."""
    first = found[0]
    subject, before, after = first.subject or "", first.before, first.after
    match first.guard:
        case Guard.SEVERITY:
            return "the rule ", Name(subject), f" is lowered from {before} to {after}"
        case Guard.IGNORE_COMMENT:
            return "a comment that silences ", Name(subject), " is added: ", Name(str(after))
        case Guard.ASSERTION:
            return "an assertion is taken out or changed: ", *_assertion(before)
        case Guard.INTERNAL_PACKAGE:
            return Name(subject), " is no longer listed in internal_packages"
        case Guard.MAX_CHANGED if after is None:
            return (f"the limit review.max_changed is taken out; it was {before}",)
        case Guard.MAX_CHANGED:
            return (f"the limit review.max_changed changes from {before} to {after}",)
        case Guard.PROTECTION:
            return "the protection of ", *_holders(found), " is switched off"
        case Guard.TEAM_FILE:
            return (
                "the file ",
                Name(subject),
                " is no longer read; the entry was ",
                Name(str(before)),
            )
        case Guard.PROVIDER:
            which = "another" if before else "its"
            file = first.place.source.file
            return "the provider ", Name(subject), f" gets {which} {after} from ", Name(file)
        case Guard.BOUNDS:
            return _bound(before, after)
        case Guard.BOUNDED_REPOSITORY:
            bound = " no longer bound by the entry "
            verb = " is" if len(found) == 1 else " are"
            return *_holders(found), verb, bound, Name(str(before)), ", because the file is another"
        case Guard.REQUIREMENT:
            return _requirement(before)
    now, was = _formats(after), _formats(before)
    return "the formats of ", *_holders(found), f" are now only {now}, before {was}"


def _bound(before: object, after: object) -> Phrase:
    assert isinstance(before, Include)
    ((bound, texts),) = before.bounds.items()
    of = (f"the bound `{bound}` of the team files ", Name(before.pattern))
    was = listed(texts, LISTED) or ("nothing",)
    if not isinstance(after, Include):
        return *of, " is taken out; it was ", *was
    now = listed(after.bounds[bound], LISTED) or ("nothing",)
    return *of, " is wider: it allows ", *now, "; before ", *was


def _requirement(before: object) -> Phrase:
    assert isinstance(before, Requirement)
    of: Phrase = ()
    if before.include:
        of = " of the team files ", Name(before.include.pattern)
    what: Phrase = ("a description",)
    if before.required is Required.TAGS:
        what = "the tag ", Name(before.texts[0]), " like ", Name(before.texts[1])
    elif before.required is not Required.DESCRIPTION:
        what = f"`{before.required}` ", *listed(before.texts, LISTED)
    return "no longer required", *of, ", or less strictly: ", *what


def of_file(file: OwnFile) -> Phrase:
    """The kinds of blocks in a file that is not generated, and of resources their types."""
    kinds = dict.fromkeys(" ".join((each.type, *each.labels[:1])) for each in file.blocks)
    return "it has ", *listed([*kinds], LISTED)


def _holders(found: Sequence[Weakened]) -> Phrase:
    names = [each.subject for each in found if each.subject]
    if not names:
        return ("the domain",)
    if len(names) == 1:
        return "repository ", Name(names[0])
    return f"{repositories(len(names))} (", *listed(names, LISTED), ")"


def _formats(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) and value else "all"


def _assertion(value: object) -> Phrase:
    assert isinstance(value, Assertion)
    demands = (
        ("must_not_reach", value.must_not_reach),
        ("only_reach", value.only_reach),
        ("must_reach", value.must_reach),
    )
    parts: list[Phrase] = [listed([text for text, _ in value.repositories], LISTED)]
    parts += [
        (f"{key} ", *listed([text for text, _ in patterns], LISTED))
        for key, patterns in demands
        if patterns is not None
    ]
    return joined(parts, " ")


def formats(names: Sequence[str]) -> str:
    """The package formats that something is about."""
    return "all formats" if set(FETCHED) <= set(names) else ", ".join(names)


_OF = {
    Kinship.FOLDER: ("the folder ", ""),
    Kinship.FILE: ("", ""),
    Kinship.PREFIX: ("", "*"),
}


def bypass(found: Sequence[Bypass]) -> Phrase:
    """How repositories go round a gate, without their names."""
    first = found[0]
    verb = "reaches" if len(found) == 1 else "reach"
    all_ = (
        f"all {first.others:,}"
        if first.through == first.others
        else (f"{first.through:,} of {first.others:,}")
    )
    before, after = _OF[first.kinship]
    return (
        f"{verb} ",
        Name(first.path[-1]),
        " without ",
        Name(first.gate),
        f", through which {all_} others of {before}",
        Name(first.name + after),
        " go: by ",
        *path(first.path),
    )


def order(delta: Delta) -> Iterator[Phrase]:
    """What changes for those who asked already: another repository may answer them, or none."""
    for move in (*delta.moves, *delta.ahead):
        verb = "is" if len(move.names) == 1 else "are"
        where = "before" if move.is_earlier else "after"
        yield (*listed(move.names, LISTED), f" {verb} now asked {where} ", Name(move.other))
    if delta.lost:
        verb = "is" if len(delta.lost) == 1 else "are"
        yield (*listed(delta.lost, LISTED), f" {verb} no longer searched")


def title(change: Difference | SettingChange) -> str:  # noqa: PLR0911 - one case for each
    """How what has changed is called, without the repository that it is of."""
    match change:
        case SettingChange(setting=Setting.REMOVED):
            return f"removed: {change.of}"
        case SettingChange(setting=Setting.LABEL):
            return f"package group {change.of}: label"
        case SettingChange():
            return change.setting
        case Difference(subject=Subject.POLICY):
            return "permissions"
        case Difference(subject=Subject.PACKAGE_GROUP, field=None):
            return f"package group {change.name}"
        case Difference(subject=Subject.PACKAGE_GROUP):
            return f"package group {change.name}: {change.field}"
    return str(change.field)


def values(change: Difference | SettingChange) -> tuple[str, str]:
    """What was before and what is after, for people."""
    before, after = change.before, change.after
    return _value(change, before, after), _value(change, after, before)


def _value(change: Difference | SettingChange, value: object, other: object) -> str:  # noqa: PLR0911 - one case for each
    """A value for people; of a list of repositories first what the other one does not have."""
    match change, value:
        case SettingChange(setting=Setting.REMOVED), bool():
            return f"destroy: {'true' if value else 'false'}"
        case Difference(subject=Subject.POLICY), tuple():
            return f"{len(value)} statement{'s' * (len(value) != 1)}"
        case Difference(field=Field.FORMATS), tuple():
            return ", ".join(value) or "none"
        case _, PackageGroup():
            return ", ".join(f"{name} {_control(getattr(value, name), None)}" for name in CONTROLS)
        case _, Control():
            return _control(value, other)
        case _, tuple():
            return ", ".join(f"{key}: {text}" for key, text in value) or "none"
        case _, None:
            return "none"
    return str(value)


def _control(control: Control, other: object) -> str:
    known = set(other.repositories) if isinstance(other, Control) else set()
    names = sorted(control.repositories, key=lambda name: name in known)
    if control.mode is Mode.ALLOW_SPECIFIC_REPOSITORIES:
        return f"[{plain(listed(names, LISTED))}]"
    return control.mode


def is_of_package_group(change: Difference | SettingChange) -> bool:
    """Whether a package group changes."""
    if isinstance(change, SettingChange):
        return change.setting is Setting.LABEL
    return change.subject is Subject.PACKAGE_GROUP


def repository_of(change: Difference | SettingChange) -> str | None:
    """The repository that changes; None where it is the domain, a package group or Terraform."""
    if isinstance(change, Difference) and change.subject is Subject.REPOSITORY:
        return change.name
    return None
