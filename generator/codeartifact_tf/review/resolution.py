"""Edits → entries: for whom packages of which formats come from elsewhere, and by which edit."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.changes.edits import Edit, Effect
from codeartifact_tf.changes.search_delta import Reach
from codeartifact_tf.changes.searches import Part
from codeartifact_tf.domain.search import Step, registry_of, retained_in, shortened
from codeartifact_tf.findings.phrases import LISTED, Name, Phrase, count, listed, path, repositories
from codeartifact_tf.review import words
from codeartifact_tf.review.entries import Entry
from codeartifact_tf.review.grouping import alike

if TYPE_CHECKING:
    from codeartifact_tf.changes.arrivals import Arrival

_WHOLE = 25  # as many as AWS searches


def resolution(comparison: Comparison) -> Iterator[Entry]:
    """An entry for each edit and each way round, and for what new repositories reach."""
    yield from _bypasses(comparison)
    yield from _edits(comparison)
    yield from _arrivals(comparison)


def _bypasses(comparison: Comparison) -> Iterator[Entry]:
    for found in comparison.bypass_groups:
        names = tuple(each.repository for each in found)
        head = (*listed(names, LISTED), " ", *words.bypass(found))
        more = names if len(names) > LISTED else ()
        yield Entry(head, names=more, danger="way round")


def _arrivals(comparison: Comparison) -> Iterator[Entry]:
    """What new repositories reach, those that reach the same together, the most first."""
    groups: dict[tuple[str, ...], list[Arrival]] = {}
    for arrival in comparison.arrivals:
        groups.setdefault(arrival.connections, []).append(arrival)
    for connections, group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        first = group[0]
        who: Phrase = ("The new repository ", Name(first.repository), " reaches ")
        if len(group) > 1:
            who = (f"{count(len(group), 'new repository', 'new repositories')} reach ",)
        lines = tuple(("by ", *path(shortened(step.path))) for step in first.registries)
        names = tuple(arrival.repository for arrival in group)
        yield Entry((*who, *listed(connections, _WHOLE)), lines, names if len(names) > 1 else ())


def _edits(comparison: Comparison) -> Iterator[Entry]:
    """Of each edit the effects, the gravest first, and folded the search orders."""
    for edit in alike(comparison):
        head, *lines = (line for effect in edit.effects for line in _effect(effect))
        folded = (line for effect in edit.effects for line in _details(effect))
        names = edit.repositories
        yield Entry(
            head,
            tuple(lines),
            names if len(names) > 1 else (),
            danger="registry reached" if _opens(edit) else "",
            folded=tuple(folded),
        )


def _opens(edit: Edit) -> bool:
    """Whether a repository reaches a public registry now that it did not reach."""
    return any(reach.before is None for effect in edit.effects for reach in effect[0].delta.reach)


def _effect(effect: Effect) -> Iterator[Phrase]:
    """What happens for the repositories of an effect, a sentence for each thing."""
    first = effect[0]
    formats, who = f"{words.formats(first.formats)}: ", _who(effect)
    by, ending = _by(effect), "s " if len(effect) == 1 else " "
    for each, (was, now) in zip(first.delta.reach, first.ways, strict=True):
        yield formats, *who, *_reach(effect, each, was, now)
    left = {was.repository.name for was, now in first.ways if was and not now}
    lost = tuple(name for name in first.delta.lost if name not in left)
    for moved in words.order(first.delta._replace(lost=lost)):
        yield formats, "for ", *who, " ", *moved, *by
    if more := _in_addition(first):
        yield (
            formats,
            *who,
            f" ask{ending}",
            *listed(more, LISTED),
            " too, after all others",
            *by,
        )


def _who(effect: Effect) -> Phrase:
    first = Name(effect[0].repository)
    if len(effect) == 1:
        return (first,)
    if all(part.delta == effect[0].delta for part in effect):
        return (repositories(len(effect)),)
    return f"{repositories(len(effect))} (in the same way, such as ", first, ")"


def _by(effect: Effect) -> Phrase:
    """Which edit causes it, where that is not an edit of the repositories themselves."""
    if all(part.repository == part.cause for part in effect):
        return ()
    causes = sorted({part.cause for part in effect})
    if len(causes) == 1:
        return ", because ", Name(causes[0]), " was edited"
    return f", because {repositories(len(causes))} were edited, such as ", Name(causes[0])


def _in_addition(part: Part) -> list[str]:
    """The repositories gained that are asked after all others; not the holders of registries."""
    ahead = {name for move in part.delta.ahead for name in move.names}
    told = {step.repository.name for was, step in part.ways if step and not was}
    return [name for name in part.delta.gained if name not in ahead | told]


def _reach(effect: Effect, reach: Reach, was: Step | None, now: Step | None) -> Phrase:
    cause, verb = effect[0].cause, "reaches " if len(effect) == 1 else "reach "
    by = " by " if len({part.cause for part in effect}) == 1 else " such as by "
    registry = (Name(reach.connection), registry_of(reach.connection))
    if now is None:
        assert was is not None  # a registry that is reached never is not among the changes
        return f" no longer {verb}", *registry, f", before{by}", *_way(was, cause)
    if was is None:
        return f" now {verb}", *registry, f",{by}", *_way(now, cause)
    return f" {verb}", *registry, by, *_way(now, cause), ", before by ", *_way(was, cause)


def _way(step: Step, cause: str) -> Phrase:
    """The way to a registry from the edited repository on, which all have in common."""
    names = step.path
    way = names[names.index(cause) :] if cause in names else names
    return path(way) if len(way) > 1 else ("the connection of ", Name(way[0]))


def _details(effect: Effect) -> Iterator[Phrase]:
    """Where fetched versions are kept, and the search orders of one of the repositories."""
    first = effect[0]
    for reach, (was, now) in zip(first.delta.reach, first.ways, strict=True):
        if now and (was is None or retained_in(was) != retained_in(now)):
            yield _kept(reach.connection, now)
    of = words.formats(first.formats)
    yield f"{of}, searched before: ", *_order(first.before)
    yield f"{of}, searched after: ", *_order(first.after)


def _order(order: tuple[Step, ...]) -> Phrase:
    return listed([step.repository.name for step in order], _WHOLE)


def _kept(connection: str, step: Step) -> Phrase:
    kept = retained_in(step)
    between = [name for name in step.path if name not in kept]
    tail: Phrase = ("; not in ", *listed(between, _WHOLE)) if between else ()
    return "what is fetched from ", Name(connection), " is kept in ", *listed(kept, 2), *tail
