"""The guards that a change weakens: everything by which it makes the tool report less."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePath

from codeartifact_tf.domain.name_patterns import is_within
from codeartifact_tf.spec.requirements import ANY_VALUE
from codeartifact_tf.spec.source import Source
from codeartifact_tf.spec.spec import (
    Assertion,
    Bound,
    Include,
    InternalPackages,
    Place,
    Required,
    Requirement,
    Spec,
)


class Guard(StrEnum):
    """What keeps a domain safe; the value is its name in the JSON of a review."""

    SEVERITY = "severity"
    IGNORE_COMMENT = "ignore-comment"
    ASSERTION = "assertion"
    INTERNAL_PACKAGE = "internal-package"
    MAX_CHANGED = "max-changed"
    PROTECTION = "protection"
    TEAM_FILE = "team-file"
    FORMATS = "formats"
    BOUNDS = "bounds"
    BOUNDED_REPOSITORY = "bounded-repository"
    REQUIREMENT = "requirement"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Weakened:
    """A guard that the new version has no longer, or has in a weaker form.

    `subject` names what it guards: a rule, a repository (none is the domain), the file of a team,
    a provider, or the text of an entry. `before` and `after` are its values; None is none. Of a
    bound these are entries of `include` with this bound alone, with the files that they find in
    the new version. `place` is where the new version says so, or where it would.
    """

    guard: Guard
    subject: str | None
    before: object
    after: object
    place: Place


def weakened(old: Spec, new: Spec, defaults: Mapping[str, str]) -> tuple[Weakened, ...]:
    """What a change weakens, in a fixed order; `defaults` are the severities of rules by name."""
    return (
        *_severities(old, new, defaults),
        *_ignore_comments(old, new),
        *_assertions(old, new),
        *_internal_packages(old, new),
        *_max_changed(old, new),
        *_protection(old, new),
        *_team_files(old, new),
        *_formats(old, new),
        *_bounds(old, new),
        *_bounded_repositories(old, new),
        *_requirements(old, new),
    )


_STRENGTH = ("off", "warning", "error")


def _severities(old: Spec, new: Spec, defaults: Mapping[str, str]) -> Iterator[Weakened]:
    for rule, default in sorted(defaults.items()):
        was, now = (side.severities.get(rule, default) for side in (old, new))
        if _STRENGTH.index(now) < _STRENGTH.index(was):
            is_written = rule in new.severities
            place = new.place("rules", rule) if is_written else new.section("rules")
            yield Weakened(Guard.SEVERITY, rule, was, now, place)


def _ignore_comments(old: Spec, new: Spec) -> Iterator[Weakened]:
    """The comments that the old version does not have.

    A comment is the same if it says the same about the same keys, on whichever line; one that
    moves to another repository is new.
    """
    known = Counter(key for key, _ in _silences(old))
    for key, place in _silences(new):
        if known[key]:
            known[key] -= 1
        else:
            *_, rule, reason = key
            yield Weakened(Guard.IGNORE_COMMENT, rule, None, reason, place)


def _silences(spec: Spec) -> Iterator[tuple[tuple[str, tuple[str, ...], str, str], Place]]:
    """Each comment and rule that it names: file, what it is about, rule and reason; its place."""
    for source in spec.sources:
        for ignore in source.ignores:
            place = Place(source, (), span=(ignore.start, ignore.end))
            about = source.whereabouts(ignore.line)
            for rule in ignore.rules:
                yield (_name(spec, source), about, rule, ignore.reason), place


def new_comments(guards: Iterable[Weakened]) -> frozenset[tuple[str, object, str | None]]:
    """The comments that the change itself adds: file, place in its text, and the rule."""
    return frozenset(
        (each.place.source.file, each.place.span, each.subject)
        for each in guards
        if each.guard is Guard.IGNORE_COMMENT
    )


_OF_REPOSITORIES = frozenset({Guard.PROTECTION, Guard.FORMATS, Guard.BOUNDED_REPOSITORY})


def grouped(guards: Iterable[Weakened]) -> list[list[Weakened]]:
    """The guards that are one to a reader: forty repositories that all lose their protection."""
    groups: dict[tuple[object, ...], list[Weakened]] = {}
    for number, each in enumerate(guards):
        is_of_repository = each.guard in _OF_REPOSITORIES and each.subject
        key = (each.guard, each.before, each.after) if is_of_repository else (number,)
        groups.setdefault(key, []).append(each)
    return list(groups.values())


def _name(spec: Spec, source: Source) -> str:
    """A file of the spec by its path from there: the two versions may lie in different folders."""
    if source is spec.source:
        return ""
    home = spec.source.path.parent
    path = PurePath(source.path)
    return (path.relative_to(home) if path.is_relative_to(home) else path).as_posix()


def _assertions(old: Spec, new: Spec) -> Iterator[Weakened]:
    kept = Counter(map(_meaning, new.assertions))
    for assertion in old.assertions:
        meaning = _meaning(assertion)
        if kept[meaning]:
            kept[meaning] -= 1
        else:
            place = new.section("assertions")
            yield Weakened(Guard.ASSERTION, None, assertion, None, place)


def _meaning(assertion: Assertion) -> tuple[object, ...]:
    """What an assertion demands, wherever it stands and for whatever reason."""
    lists = (
        assertion.repositories,
        assertion.must_not_reach,
        assertion.only_reach,
        assertion.must_reach,
    )
    return tuple(None if each is None else frozenset(text for text, _ in each) for each in lists)


def _internal_packages(old: Spec, new: Spec) -> Iterator[Weakened]:
    def key(entry: InternalPackages) -> tuple[object, ...]:
        return entry.package_format, entry.packages or entry.text

    kept = {key(entry) for entry in new.internal_packages}
    for entry in old.internal_packages:
        if key(entry) not in kept:
            place = new.section("internal_packages")
            subject = f"{entry.package_format}:{entry.text}"
            yield Weakened(Guard.INTERNAL_PACKAGE, subject, entry, None, place)


def _max_changed(old: Spec, new: Spec) -> Iterator[Weakened]:
    was, now = old.max_changed, new.max_changed
    if was is None or was == now:
        return
    if now is None or _unit(was) != _unit(now) or _number(now) > _number(was):
        place = new.section("review") if now is None else new.place("review", "max_changed")
        yield Weakened(Guard.MAX_CHANGED, None, was, now, place)


def _unit(limit: str) -> str:
    return limit[-1:] if limit.endswith("%") else ""


def _number(limit: str) -> int:
    return int(limit.removesuffix("%"))


def _place_of(spec: Spec, name: str) -> Place:
    declaration = spec.declarations.get(name)
    return declaration.place if declaration else spec.section("repositories")


def _protection(old: Spec, new: Spec) -> Iterator[Weakened]:
    before, after = old.configuration, new.configuration
    if before.managed and after.managed and before.protect and not after.protect:
        yield Weakened(Guard.PROTECTION, None, "on", "off", new.place("domain", "protect"))
    for name, resource in after.repositories.items():
        was = before.repositories.get(name)
        if was and was.protect and not resource.protect:
            place = _place_of(new, name)
            yield Weakened(Guard.PROTECTION, name, "on", "off", place)


def _team_files(old: Spec, new: Spec) -> Iterator[Weakened]:
    """The files that no entry finds any more, because entries are gone, not because files are."""
    read = {_name(new, source) for source in new.sources}
    kept = {include.pattern for include in new.includes}
    found: dict[str, list[str]] = {}
    for include in old.includes:
        for file in include.files:
            found.setdefault(_name(old, file), []).append(include.pattern)
    for name, patterns in sorted(found.items()):
        # What an entry that is still there no longer finds was deleted or moved.
        if name not in read and kept.isdisjoint(patterns):
            yield Weakened(Guard.TEAM_FILE, name, patterns[0], None, new.section("include"))


def _formats(old: Spec, new: Spec) -> Iterator[Weakened]:
    """Of a repository that names its formats, only these move; without a name all may."""
    before = {repository.name: repository for repository in old.domain.repositories}
    for repository in new.domain.repositories:
        was = before.get(repository.name)
        if was is None or was.external_connection != repository.external_connection:
            continue
        if repository.formats and not (was.formats and {*was.formats} <= {*repository.formats}):
            place = _place_of(new, repository.name)
            yield Weakened(Guard.FORMATS, repository.name, was.formats, repository.formats, place)


def _bounds(old: Spec, new: Spec) -> Iterator[Weakened]:
    """The bounds of team files that no entry of the same pattern has any more, or only wider."""
    named = _team_files_by_name(new)
    for was in old.includes:
        if not was.bounds:
            continue
        entries = [include for include in new.includes if include.pattern == was.pattern]
        files = _files_now(old, was, new, named)
        for bound, texts in was.bounds.items():
            before = replace(was, files=files, bounds={bound: texts})
            narrowed = [entry for entry in entries if bound in entry.bounds]
            # What nobody reads any more needs no bound.
            if (not files and not entries) or any(
                _is_within(bound, entry.bounds[bound], texts) for entry in narrowed
            ):
                continue
            now = next(iter(narrowed), None)
            after = now and replace(now, bounds={bound: now.bounds[bound]})
            place = next((entry.place for entry in (*narrowed, *entries)), new.section("include"))
            yield Weakened(Guard.BOUNDS, was.pattern, before, after, place)


def _is_within(bound: Bound, texts: Iterable[str], outer: Iterable[str]) -> bool:
    """Whether a bound allows nothing that the outer one does not allow."""
    if bound is Bound.FIELDS:
        return set(texts) <= set(outer)
    return all(any(is_within(text, glob) for glob in outer) for text in texts)


def _files_now(
    old: Spec, include: Include, new: Spec, named: Mapping[str, Source]
) -> tuple[Source, ...]:
    """The files of the new version that an entry of the old version finds, or did find."""
    same = (each.files for each in new.includes if each.pattern == include.pattern)
    return tuple(
        dict.fromkeys(
            (
                *(named[name] for file in include.files if (name := _name(old, file)) in named),
                *(file for files in same for file in files),
            )
        )
    )


def _team_files_by_name(spec: Spec) -> dict[str, Source]:
    _, *files = spec.sources
    return {_name(spec, file): file for file in files}


def _bounded_repositories(old: Spec, new: Spec) -> Iterator[Weakened]:
    """The repositories that a bound held for, and that a file without it now defines.

    What moves into the spec itself is in the hands of those who set the bounds.
    """
    written: dict[Source, list[str]] = {}
    for repository in old.written.repositories:
        written.setdefault(repository.place.source, []).append(repository.name)
    entries: dict[Source, list[Include]] = {new.source: []}
    for include in new.includes:
        for file in include.files:
            entries.setdefault(file, []).append(include)
    places = {repository.name: repository.place for repository in new.written.repositories}
    for include in old.includes:
        for file in include.files if include.bounds else ():
            for name in written.get(file, ()):
                place = places.get(name)
                if place is None or place.source is new.source:
                    continue
                is_same = _name(new, place.source) == _name(old, file)
                if not is_same and not _is_bound(include, entries.get(place.source, [])):
                    yield Weakened(Guard.BOUNDED_REPOSITORY, name, include.pattern, None, place)


def _is_bound(include: Include, entries: Iterable[Include]) -> bool:
    """Whether entries bind what one entry binds, and no less."""
    return all(
        any(b in entry.bounds and _is_within(b, entry.bounds[b], texts) for entry in entries)
        for b, texts in include.bounds.items()
    )


def _requirements(old: Spec, new: Spec) -> Iterator[Weakened]:
    """What the new version no longer requires, or of fewer repositories."""
    named = _team_files_by_name(new)
    for was in old.requirements:
        include = was.include
        if include:
            files = _files_now(old, include, new, named)
            include = replace(include, files=files)
            if not files:
                continue  # of nobody
        pattern = include.pattern if include else None
        scopes = {None, pattern}
        if not any(
            (now.include.pattern if now.include else None) in scopes and _demands(now, was)
            for now in new.requirements
        ):
            before = replace(was, include=include)
            yield Weakened(Guard.REQUIREMENT, pattern, before, None, new.section("require"))


def _demands(now: Requirement, was: Requirement) -> bool:
    """Whether one requirement demands all that another one does."""
    if now.required is not was.required:
        return False
    match now.required:
        case Required.NAMES:
            return all(any(is_within(n, o) for o in was.texts) for n in now.texts)
        case Required.PROTECT:
            return is_within(was.texts[0], now.texts[0])
        case Required.TAGS:
            (tag, glob), (tag_before, glob_before) = now.texts, was.texts
            return tag == tag_before and glob_before in {glob, ANY_VALUE}
    return True
