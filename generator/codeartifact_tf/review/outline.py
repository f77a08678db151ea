"""A comparison → sections of entries, the most dangerous first: what reports for people tell."""

from collections.abc import Iterator, Sequence

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.changes.exposures import ExposureChange
from codeartifact_tf.changes.guards import grouped as grouped_guards
from codeartifact_tf.changes.losses import Loss
from codeartifact_tf.changes.quotas import Headroom, Quota
from codeartifact_tf.domain.differences import Field, Subject
from codeartifact_tf.domain.model import Domain, Repository
from codeartifact_tf.domain.search import registry_of, shortened
from codeartifact_tf.findings.phrases import LISTED, Name, Phrase, count, listed, path, repositories
from codeartifact_tf.review import access, words
from codeartifact_tf.review.entries import Entry, Section
from codeartifact_tf.review.remedies import by_row, cures
from codeartifact_tf.review.resolution import resolution
from codeartifact_tf.terraform.neighbours import is_one_time
from codeartifact_tf.terraform.own_blocks import is_override
from codeartifact_tf.transitions import Change, Kind, failure

_WHOLE = 25  # as many as AWS searches


def title(comparison: Comparison) -> Phrase:
    """Which domain it is."""
    domain = comparison.spec.domain
    what = " (new)" if comparison.old is None else " (gone)" if comparison.new is None else ""
    return "Domain ", Name(domain.name), " in ", Name(domain.region), what


def summary(comparison: Comparison) -> Phrase:
    """The whole in a sentence."""
    if comparison.is_empty:
        return ("Nothing changes.",)
    moved = _moved(comparison)
    lost = len(comparison.losses)
    counts = [
        (n := len(grouped_guards(comparison.guards)), f"{count(n, 'guard')} weakened"),
        (lost, count(lost, "loss for good", "losses for good")),
        (n := len(comparison.blocked), f"{count(n, 'change')} that one apply cannot do"),
        *_shifted(comparison),
        (
            n := len(comparison.bypasses),
            f"{repositories(n)} that go{'es' * (n == 1)} round what others go through",
        ),
    ]
    opened = len({change.own for change in comparison.exposures if change.is_open})
    counts.append((opened, f"{count(opened, 'internal name')} that strangers can now answer for"))
    counts += _principals(comparison)
    files = len(comparison.new_files)
    counts.append((files, f"{count(files, 'new file')} beside the generated Terraform"))
    said = [text for number, text in counts if number]
    told = ", ".join(said) if said else "Nothing is lost, and nobody's packages move"
    if not moved:
        return (f"{told}.",)
    if comparison.is_same:
        return *moved, "; nothing else changes."
    return f"{told}. ", *moved, "."


def _moved(comparison: Comparison) -> Phrase:
    """From where to where a spec moved."""
    if comparison.moved is None:
        return ()
    before, after = comparison.moved
    return "The spec moved from ", Name(before), " to ", Name(after)


def _shifted(comparison: Comparison) -> Iterator[tuple[int, str]]:
    """How many find packages elsewhere, and how many only ask more after all others."""
    moved = sum(shift.is_elsewhere for shift in comparison.shifts)
    verb = "find" if moved > 1 else "finds"
    yield moved, f"{repositories(moved)} that {verb} packages elsewhere"
    more = len(comparison.shifts) - moved
    verb = "ask" if more > 1 else "asks"
    yield more, f"{repositories(more)} that {verb} one more after all others"


def _principals(comparison: Comparison) -> Iterator[tuple[int, str]]:
    """How many principals gain access, and how many lose some."""
    counted = [change for change in comparison.access.changes if not change.is_only_allowed]
    for is_gain, verb in ((True, "gain"), (False, "lose")):
        number = len({change.principal for change in counted if change.is_gain is is_gain})
        yield number, f"{count(number, 'principal')} {verb}{'s' * (number == 1)} access"


def sections(comparison: Comparison) -> tuple[Section, ...]:
    """The sections that have something to say."""
    found = (
        Section("Guards weakened", tuple(_guards(comparison))),
        Section("Lost for good", tuple(_lost(comparison))),
        Section("Will not apply as it stands", tuple(_blocked(comparison))),
        Section("Access", tuple(_access(comparison))),
        Section(
            "Resolution",
            (*_exposures(comparison), *resolution(comparison)),
            tuple(_radius(comparison)),
        ),
        Section(
            "Changes to the repositories",
            tuple(_changes(comparison)),
            (*_unproven(comparison), *_same(comparison)),
        ),
        Section("New files beside the generated Terraform", tuple(_new_files(comparison))),
        Section("Headroom", tuple(_headroom(comparison))),
    )
    return tuple(section for section in found if section.entries)


# Guards weakened.


def _guards(comparison: Comparison) -> Iterator[Entry]:
    for found in grouped_guards(comparison.guards):
        head = words.guard_weakened(found)
        first = head[0] if isinstance(head[0], Name) else f"{head[0][0].upper()}{head[0][1:]}"
        names = tuple(each.subject for each in found if each.subject)
        listed_ = names if len(names) > LISTED else ()
        yield Entry((first, *head[1:]), names=listed_, danger=found[0].guard)


# Lost for good.


def _lost(comparison: Comparison) -> Iterator[Entry]:
    groups: dict[tuple[Kind | None, bool], list[Loss]] = {}
    for loss in comparison.losses:
        kind = loss.change.row.kind if loss.change else None
        groups.setdefault((kind, loss.in_removed), []).append(loss)
    for losses in groups.values():
        yield _loss(comparison, losses)


def _loss(comparison: Comparison, losses: Sequence[Loss]) -> Entry:
    first = losses[0]
    names = tuple(loss.repository for loss in losses if loss.repository)
    changes = [loss.change for loss in losses if loss.change]
    if comparison.new is None:
        held = repositories(len(comparison.before))
        line = f"an apply of what is left destroys the domain with its {held}; nothing protects it"
        gone: Phrase = ("The spec of the domain is gone",)
        return Entry(gone, ((line,),), tuple(comparison.before), danger="lost")
    head = "Repository deleted together with the references to it"
    lines: list[Phrase] = []
    if changes:
        outcome = changes[0].outcome
        head = changes[0].row.title
        lines += _identity(changes[0])
        lines.append((f"lost: {', '.join(outcome.lost)}",))
        fails = failure(outcome)
        lines += [(f"and {fails}",)] if fails else []
    if first.repository and first.repository not in comparison.after:
        said = "as `removed` says" if first.in_removed else "not listed in `removed`"
        lines.append((said,))
    lines += [
        (Name(loss.repository), " is searched by ", *listed(loss.dependants, LISTED))
        for loss in losses
        if loss.repository and loss.dependants
    ]
    remedies = cures(changes) if changes else ()
    return Entry(_head(names, head), tuple(lines), _folded(names), remedies, f"lost: {head}")


_IDENTITY = frozenset({Field.NAME, Field.REGION, Field.OWNER, Field.ENCRYPTION_KEY})


def _identity(change: Change) -> Iterator[Phrase]:
    """What a domain was and is to be called, where that is what changes."""
    row = change.row
    if row.subject is Subject.DOMAIN and row.field in _IDENTITY:
        was, now = (getattr(side, row.field) or "none" for side in (change.before, change.after))
        yield Name(was), " → ", Name(now)


def _head(names: Sequence[str], what: str) -> Phrase:
    """`name: what`, or how many it is."""
    if len(names) == 1:
        return Name(names[0]), f": {what[0].lower()}{what[1:]}"
    return (f"{what}: {repositories(len(names))}",) if names else (what,)


def _folded(names: Sequence[str]) -> tuple[str, ...]:
    """The names that the head does not give."""
    return tuple(names) if len(names) > 1 else ()


# Will not apply as it stands.


def _blocked(comparison: Comparison) -> Iterator[Entry]:
    for changes in by_row(comparison.blocked):
        names = tuple(change.repository for change in changes if change.repository)
        row = changes[0].row
        lines = (*_identity(changes[0]), (failure(changes[0].outcome),), (row.why,))
        head = _head(names, row.title)
        yield Entry(head, lines, _folded(names), cures(changes), f"blocked: {row.kind}")


# Access.


def _access(comparison: Comparison) -> Iterator[Entry]:
    for group in access.alike(comparison.access.changes):
        first, *rest = access.sentence(group)
        head = first if isinstance(first, Name) else f"{first[0].upper()}{first[1:]}"
        yield Entry((head, *rest), tuple(access.details(group)), danger=access.kind_of(group[0]))
    if comparison.access.first_policies:
        told = access.first_policy(comparison.access.first_policies)
        yield Entry(told, danger="first policy")


# Resolution.


def _exposures(comparison: Comparison) -> Iterator[Entry]:
    """Whether a stranger's package can answer for one of one's own names, and what decides it."""
    listed_now = comparison.new.internal_packages if comparison.new else ()
    for change in comparison.exposures:
        yield _exposure(change, is_listed=change.own in listed_now)


def _exposure(change: ExposureChange, *, is_listed: bool) -> Entry:
    opening, own = change.opening, change.own
    names = opening.repositories
    can = "can now come from " if change.is_open else "can no longer come from "
    registry = (Name(opening.connection), registry_of(opening.connection))
    whom: Phrase = (Name(names[0]),) if len(names) == 1 else (repositories(len(names)),)
    head = ("A stranger's ", own.package_format, " ", Name(own.text), f" {can}", *registry)
    lines: list[Phrase] = []
    if opening.packages != own.packages:
        lines.append(("of these the packages of ", Name(str(opening.packages))))
    way = shortened(opening.path, _WHOLE)
    lines.append(("by " if change.is_open else "before by ", *path(way)))
    side, verb, is_ = ("before", "kept", "was") if change.is_open else ("now", "keeps", "is")
    lines += [(f"{side}, ", Name(str(each)), f" {verb} it out") for each in opening.barriers]
    if not opening.barriers:
        lines.append((f"{side}, the registry {is_} not reached",))
    if not is_listed:
        lines.append(("no longer listed in `internal_packages`",))
    danger = "internal name opened" if change.is_open else ""
    return Entry((*head, ": ", *whom), tuple(lines), _folded(names), danger=danger)


def _radius(comparison: Comparison) -> Iterator[Phrase]:
    radius = comparison.radius
    if radius is None:
        return
    share = f"{radius.changed:,} of {repositories(radius.total)} ({radius.percent})"
    if radius.limit is None:
        yield (f"Blast radius: {share}; this change removes the limit of {radius.old_limit}.",)
        return
    verdict = "beyond" if radius.is_exceeded else "within"
    raised = f", which this change raises from {radius.old_limit}" if radius.is_raised else ""
    yield (f"Blast radius: {share}, {verdict} the limit of {radius.limit}{raised}.",)


# Changes to the repositories.


def _changes(comparison: Comparison) -> Iterator[Entry]:
    groups: dict[tuple[Kind, tuple[Phrase, ...]], list[Change]] = {}
    for change in comparison.done:
        groups.setdefault((change.row.kind, tuple(_details(change))), []).append(change)
    for (_, details), changes in groups.items():
        names = tuple(change.repository for change in changes if change.repository)
        yield Entry(_head(names, changes[0].row.title), details, _folded(names))
    settings: dict[tuple[str, tuple[str, str]], list[str]] = {}
    for setting in comparison.settings:
        found = settings.setdefault((words.title(setting), words.values(setting)), [])
        repository = words.repository_of(setting)
        found += [repository] if repository else []
    for (title, (before, after)), found in settings.items():
        line = (Name(before), " → ", Name(after))
        head: Phrase = (Name(title), " changed")
        if len(found) == 1:
            head = (Name(found[0]), ": ", *head)
        yield Entry(head, (line,), _folded(found))


def _unproven(comparison: Comparison) -> Iterator[Phrase]:
    if any(words.is_of_package_group(setting) for setting in comparison.settings):
        yield ("No test shows what an apply does to package groups: see docs/transitions.md.",)


def _same(comparison: Comparison) -> tuple[Phrase, ...]:
    same = len(comparison.same)
    stays = "stays as it is" if same == 1 else "stay as they are"
    return ((f"{repositories(same)} {stays}.",),) if same else ()


def _details(change: Change) -> Iterator[Phrase]:
    """What exactly changes."""
    match change.before, change.after:
        case None, Repository() as new:
            yield from _sources(new)
        case (Repository(), Repository()) | (Domain(), Domain()):
            yield from _details_of_field(change)


def _details_of_field(change: Change) -> Iterator[Phrase]:
    match change.row.field, change.before, change.after:
        case Field.TAGS, (Domain() | Repository()) as old, (Domain() | Repository()) as new:
            yield from _tags(old, new)
        case Field.DESCRIPTION, Repository() as old, Repository() as new:
            yield Name(old.description or ""), " → ", Name(new.description or "")
        case (
            Field.UPSTREAMS | Field.EXTERNAL_CONNECTION,
            Repository() as old,
            Repository() as new,
        ):
            yield from (("before: ", *phrase) for phrase in _sources(old))
            yield from (("after: ", *phrase) for phrase in _sources(new))


def _sources(repository: Repository) -> Iterator[Phrase]:
    if repository.external_connection:
        yield "connection ", Name(repository.external_connection)
    if repository.upstreams:
        yield "upstreams ", *listed(repository.upstreams, _WHOLE)


def _tags(before: Domain | Repository, after: Domain | Repository) -> Iterator[Phrase]:
    was, now = dict(before.tags), dict(after.tags)
    for key in sorted(was.keys() | now.keys()):
        if key not in was:
            yield "added ", Name(key), ": ", Name(now[key])
        elif key not in now:
            yield "removed ", Name(key), ": ", Name(was[key])
        elif was[key] != now[key]:
            yield Name(key), ": ", Name(was[key]), " → ", Name(now[key])


# New files beside the generated Terraform.


def _new_files(comparison: Comparison) -> Iterator[Entry]:
    for file in comparison.new_files:
        lines = [words.of_file(file)] if file.blocks else []
        if is_override(file.name):
            lines.append(("an override file: Terraform merges it into the other files",))
        if is_one_time(file):
            lines.append(("for one apply: delete it afterwards",))
        danger = "override file" if is_override(file.name) else ""
        yield Entry((Name(file.name),), tuple(lines), danger=danger)


# Headroom.


_QUOTAS = {
    Quota.REPOSITORIES: "repositories in the domain",
    Quota.UPSTREAMS: "direct upstreams",
    Quota.SEARCHED: "repositories searched",
}


def _headroom(comparison: Comparison) -> Iterator[Entry]:
    for found in comparison.headroom:
        yield Entry(_head(found.names, _against(found)), (), _folded(found.names))


def _against(found: Headroom) -> str:
    what = _QUOTAS[found.quota]
    return f"{found.after:,} of {found.limit:,} {what}, before {found.before:,}"
