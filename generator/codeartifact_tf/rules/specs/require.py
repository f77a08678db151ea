"""Every repository has what the spec requires.

Under `require` a spec says what holds in its house: `tags` that every repository has, with globs of
their values if need be (`[0-9]*` begins with a digit); `description: true`; `names`, which are
globs; `protect`, which are globs of the repositories, or of the external connections, that must be
protected. An entry of `include` can require more of its own files. What counts is what a repository
has after defaults. Stores that are created for an upstream count too: what they have is from
`defaults`; if that is not enough, define the store. Reported at the name of the repository.
"""

import re
from collections.abc import Callable, Iterator
from fnmatch import translate
from typing import TypeAlias

from codeartifact_tf.domain.name_patterns import NamePatterns
from codeartifact_tf.findings.phrases import LISTED, listed, plain
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Declaration, Finding, Place, Required, Requirement, Spec

# What a repository lacks, and what to do; None: nothing.
_Lack: TypeAlias = Callable[[Declaration], tuple[str, str] | None]


@about_spec(Severity.ERROR, fixed=False, promise=True)
def check(spec: Spec) -> Iterator[Finding]:
    seen: set[tuple[Place, str]] = set()  # an entry may demand what the spec does
    for requirement in spec.requirements:
        lack = _LACKS[requirement.required](requirement)
        of = requirement.include
        for declaration in spec.declarations.values():
            is_meant = of is None or (
                declaration.place.source in of.files and not declaration.synthesised
            )
            found = lack(declaration) if is_meant else None
            if found and (declaration.place, found[0]) not in seen:
                message, fix = found
                seen.add((declaration.place, message))
                if declaration.synthesised:
                    fix = _fix_of_store(requirement, declaration)
                where = f"required at {requirement.place.key()}"
                yield Finding(declaration.place, message, f"{fix}; {where}")


def _fix_of_store(requirement: Requirement, declaration: Declaration) -> str:
    repository = declaration.repository
    if requirement.required is Required.NAMES:
        allowed = plain(listed(requirement.texts, LISTED)) or "nothing"
        connection = f"`external_connection: {repository.external_connection}`"
        return f"give {connection} to a repository of your own; names are like: {allowed}"
    return f"say it under `defaults`, or define {repository.name!r}"


def _tag(requirement: Requirement) -> _Lack:
    key, glob = requirement.texts
    is_allowed = re.compile(translate(glob)).match

    def lack(declaration: Declaration) -> tuple[str, str] | None:
        name, value = declaration.repository.name, dict(declaration.repository.tags).get(key)
        if value is None:
            return f"repository {name!r} lacks the tag {key!r}", "add it"
        if is_allowed(value):
            return None
        message = f"the tag {key!r} of repository {name!r} is {value!r}, not like {glob!r}"
        return message, "give it such a value"

    return lack


def _description(_: Requirement) -> _Lack:
    def lack(declaration: Declaration) -> tuple[str, str] | None:
        if (declaration.repository.description or "").strip():
            return None
        return f"repository {declaration.repository.name!r} has no description", "add one"

    return lack


def _name(requirement: Requirement) -> _Lack:
    patterns = NamePatterns(requirement.texts)
    allowed = plain(listed(requirement.texts, LISTED)) or "nothing"

    def lack(declaration: Declaration) -> tuple[str, str] | None:
        name = declaration.repository.name
        if patterns.meet(name):
            return None
        return f"no repository may be called {name!r}", f"names are like: {allowed}"

    return lack


def _protection(requirement: Requirement) -> _Lack:
    patterns = NamePatterns(requirement.texts)

    def lack(declaration: Declaration) -> tuple[str, str] | None:
        repository = declaration.repository
        if declaration.resource.protect or not patterns.mean(repository):
            return None
        return f"repository {repository.name!r} is not protected", "write `protect: true`"

    return lack


_LACKS: dict[Required, Callable[[Requirement], _Lack]] = {
    Required.TAGS: _tag,
    Required.DESCRIPTION: _description,
    Required.NAMES: _name,
    Required.PROTECT: _protection,
}
