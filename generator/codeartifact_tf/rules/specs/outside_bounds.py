"""A team file says only what the entries of `include` let it say.

An entry with `names`, `fields` or `upstreams` bounds what its files say: how their repositories are
called, which keys these set, and which upstreams and external connections they name. A connection
counts as its text, `public:npmjs`. A file that several entries find is held to the bounds of all;
an entry without bounds lifts none. Defaults are not bound, because the spec writes them. To let a
team say more, widen the bound in the spec: `review` names that a weakened guard.
"""

from collections.abc import Iterable, Iterator

from codeartifact_tf.domain.name_patterns import NamePatterns
from codeartifact_tf.findings.phrases import LISTED, listed, plain
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.source import Source
from codeartifact_tf.spec.spec import Bound, Finding, Include, Place, Spec, WrittenRepository


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    written = _by_file(spec.written.repositories)
    for include in spec.includes:
        names, sources = (_patterns(include, bound) for bound in (Bound.NAMES, Bound.UPSTREAMS))
        found = (
            finding
            for file in (include.files if include.bounds else ())
            for repository in written.get(file, ())
            for finding in _outside(include, repository, names, sources)
        )
        yield from dict.fromkeys(found)  # by an alias a text can be in several repositories


def _by_file(
    repositories: Iterable[WrittenRepository],
) -> dict[Source, list[WrittenRepository]]:
    found: dict[Source, list[WrittenRepository]] = {}
    for repository in repositories:
        found.setdefault(repository.place.source, []).append(repository)
    return found


def _patterns(include: Include, bound: Bound) -> NamePatterns | None:
    return NamePatterns(include.bounds[bound]) if bound in include.bounds else None


def _outside(
    include: Include,
    repository: WrittenRepository,
    names: NamePatterns | None,
    sources: NamePatterns | None,
) -> Iterator[Finding]:
    if names and not names.meet(repository.name):
        message = f"this file may not define the repository {repository.name!r}"
        yield _finding(include, Bound.NAMES, repository.place, message)
    allowed = include.bounds.get(Bound.FIELDS)
    for key in repository.fields if allowed is not None else ():
        if key not in (allowed or ()):
            place = (repository.place / key).key()
            message = f"this file may not set {key!r} of a repository"
            yield _finding(include, Bound.FIELDS, place, message)
    for text, place in repository.sources if sources else ():
        if sources and not sources.meet(text):
            message = f"this file may not name {text!r} as a source of packages"
            yield _finding(include, Bound.UPSTREAMS, place, message)


def _finding(include: Include, bound: Bound, place: Place, message: str) -> Finding:
    texts = include.bounds[bound]
    allowed = plain(listed(texts, LISTED)) or "nothing"
    return Finding(place, message, f"`{bound}` at {include.place} allows: {allowed}")
