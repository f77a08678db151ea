"""What the spec asserts about reach holds.

An entry of `assertions` names repositories and says what they must not reach (`must_not_reach`),
what is all that they may reach (`only_reach`), and what they reach (`must_reach`, each of these).
Reached is every repository that a request can search, however far away, also those in between,
because anyone may publish there; and the external connections of these and of the repository
itself. A pattern means a store by its name or by its connection. No repository reaches itself.

The finding points at the upstream that opened the way: the first that all who come by it have in
common, or a later one, if what lies between serves only repositories of the assertion or is listed
in `only_reach`. There is one finding for each such upstream, however many repositories it leads
astray. Where a way is meant to be open, an ignore comment at that upstream says why, if it stands
in the spec itself; in a team file change the assertion instead.
"""

from collections.abc import Callable, Iterable, Iterator

from codeartifact_tf.domain.name_patterns import NamePatterns
from codeartifact_tf.domain.reach import Crossing, forbidden, reaching, unlisted
from codeartifact_tf.domain.search import by_name, counted, shortened
from codeartifact_tf.findings.nearest import nearest
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Assertion, Finding, Place, Spec


@about_spec(Severity.ERROR, fixed=False, promise=True)
def check(spec: Spec) -> Iterator[Finding]:
    repositories = by_name(spec.domain)
    for assertion in spec.assertions:
        asserted = NamePatterns(text for text, _ in assertion.repositories).named(repositories)
        if assertion.must_not_reach is not None:
            patterns = NamePatterns(text for text, _ in assertion.must_not_reach)
            found = forbidden(repositories, asserted, patterns)
            yield from _findings(spec, assertion, found, _must_not)
        if assertion.only_reach is not None:
            patterns = NamePatterns(text for text, _ in assertion.only_reach)
            found = unlisted(repositories, asserted, patterns)
            yield from _findings(spec, assertion, found, _only)
        for text, place in assertion.must_reach or ():
            missing = asserted - reaching(repositories, NamePatterns([text]))
            if missing:
                do = "does" if len(missing) == 1 else "do"
                why = _why(assertion)
                message = f"{counted(missing)} must reach {text!r}{why}, but {do} not"
                yield Finding(place, message, _way_to(spec, text))


def _must_not(assertion: Assertion, who: str, reached: str, *, several: bool) -> str:
    do = "do" if several else "does"
    return f"{who} must not reach {reached!r}{_why(assertion)}, but {do}"


def _only(assertion: Assertion, who: str, reached: str, *, several: bool) -> str:
    reach = "reach" if several else "reaches"
    listed = ", ".join(repr(text) for text, _ in assertion.only_reach or ()) or "nothing"
    return f"{who} may reach only {listed}{_why(assertion)}, but {reach} {reached!r}"


def _why(assertion: Assertion) -> str:
    return f" ({assertion.because})" if assertion.because else ""


def _findings(
    spec: Spec, assertion: Assertion, found: Iterable[Crossing], say: Callable[..., str]
) -> Iterator[Finding]:
    """One for each place in YAML: a default upstream is one, whoever has it."""
    by_place: dict[Place, tuple[Crossing, str, set[str]]] = {}
    for crossing in found:
        place, where = _opened(spec, crossing)
        by_place.setdefault(place, (crossing, where, set()))[2].update(crossing.repositories)
    for place, (crossing, where, who) in by_place.items():
        what = say(assertion, counted(who), crossing.path[-1], several=len(who) > 1)
        path = " → ".join(shortened(crossing.path))
        fix = f"remove it from {where}, or change the assertion ({assertion.place})"
        yield Finding(place, f"{what}: {path}", fix)


def _opened(spec: Spec, crossing: Crossing) -> tuple[Place, str]:
    """The entry of `upstreams` or the connection that opened the way, and in whose hands it is."""
    name, upstream = crossing.entry
    declaration = spec.declarations[name]
    if upstream is None:
        at = declaration.place
        return at if declaration.synthesised else at / "external_connection", repr(name)
    entry = next(entry for entry in declaration.upstreams if entry.target == upstream)
    return entry.place, "the defaults" if entry.from_defaults else repr(name)


def _way_to(spec: Spec, text: str) -> str:
    repositories = by_name(spec.domain)
    if NamePatterns([text]).among(repositories):
        return "add it to their upstreams"
    meant = nearest(text, repositories)
    return f"did you mean {meant!r}?" if meant else "no repository of this spec is meant by that"
