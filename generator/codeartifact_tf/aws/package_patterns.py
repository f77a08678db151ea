"""Patterns of package groups: their grammar, which packages they mean, and which of two is nearer.

Source: user guide, "Package group definition syntax and matching behavior"
(package-group-definition-syntax-matching-behavior), and the pages on the normalization of NuGet,
Python and Swift names.
"""

import re
import sys
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from codeartifact_tf.aws.absent import format_lack
from codeartifact_tf.aws.catalog import PACKAGE_FORMATS
from codeartifact_tf.findings.nearest import nearest

ROOT = "/*"
MAX_LENGTH = 520  # `PackageGroupPattern` of the service model, and its least length
MIN_LENGTH = 2
_MAX_COMPONENT = 255  # `PackageName` and `PackageNamespace`

# "Namespaces in package group definitions", and `AssociatedPackage` of the API reference.
WITHOUT_NAMESPACE = frozenset({"pypi", "nuget", "ruby", "cargo"})
WITH_NAMESPACE = frozenset({"maven", "generic", "swift"})  # npm has packages of both kinds

_FORMATS_MEANT = {
    "python": "pypi",
    "pip": "pypi",
    "gem": "ruby",
    "rubygems": "ruby",
    "crates": "cargo",
    "rust": "cargo",
    "gradle": "maven",
    "node": "npm",
    "dotnet": "nuget",
}


class PatternError(ValueError):
    """A text that is no pattern; `fix` is what to write instead, if that is clear."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.fix = fix


@dataclass(frozen=True)
class Pattern:
    """A pattern that CodeArtifact takes. None is a component that any package has.

    `suffix` is `$` (this package), `~` (what begins with the last component, up to the end of a
    word) or `*` (everything below).
    """

    package_format: str | None
    namespace: str | None
    name: str | None
    suffix: str

    @cached_property
    def prefix(self) -> str:
        """The pattern less its suffix: how the paths of its packages begin."""
        parts = (self.package_format, self.namespace, self.name)
        path = "".join(f"/{part}" for part in parts if part is not None)
        return f"{path}/" if self.suffix == "*" else path

    def __str__(self) -> str:
        return self.prefix + self.suffix

    @property
    def specificity(self) -> tuple[int, bool]:
        """Of two patterns that mean one package the one with the higher value is nearer to it."""
        return len(self.prefix), self.suffix == "$"

    def covers(self, other: "Pattern") -> bool:
        """Whether every package of the other one is one of this one."""
        return _covers(self.prefix, self.suffix, other.prefix, other.suffix)

    def covers_weakly(self, other: "Pattern") -> bool:
        """The same where upper and lower case, and runs of `-`, `.` and `_`, are alike.

        CodeArtifact also takes characters for alike that look alike; that is not modelled.
        """
        return _covers(self.alike, self.suffix, other.alike, other.suffix)

    @cached_property
    def alike(self) -> str:
        """The prefix in the spelling that all prefixes have which are taken for alike."""
        return re.sub(r"[-._]+", ".", self.prefix.casefold())


def _covers(prefix: str, suffix: str, other: str, other_suffix: str) -> bool:
    if not other.startswith(prefix):
        return False
    if suffix == "*":
        return True
    if len(other) == len(prefix):
        return suffix == "~" or other_suffix == "$"
    return suffix == "~" and not _is_word(other[len(prefix)])


def _is_word(character: str) -> bool:
    """Whether a character may stand within a word: a letter, a number or a mark."""
    return unicodedata.category(character)[0] in "LNM"


def parse(text: str) -> Pattern:
    """Text → Pattern. Raises PatternError for what CodeArtifact does not take, or never matches.

    What the error proposes to write is a pattern.
    """
    try:
        return _parse(text)
    except PatternError as error:
        raise PatternError(str(error), _proposal(error.fix)) from None


_PROPOSED = re.compile(r"write (/\S+)(?: .*)?")


def _proposal(fix: str) -> str:
    """A fix, rid of all faults; another one where what it proposes cannot be rid of them."""
    seen = set()
    while (proposed := _PROPOSED.fullmatch(fix)) and fix not in seen:
        seen.add(fix)
        try:
            _parse(proposed[1])
        except PatternError as error:
            fix = error.fix
        else:
            return fix
    return _EXAMPLE if seen else fix


_EXAMPLE = "such as /npm/acme/* or /pypi//acme~"


def _parse(text: str) -> Pattern:
    if not MIN_LENGTH <= len(text) <= MAX_LENGTH:
        raise PatternError(f"a pattern has {MIN_LENGTH} to {MAX_LENGTH} characters")
    if text == ROOT:
        return Pattern(None, None, None, "*")
    stranger = re.search(r"[\s#]", text) or next(_control(text), None)
    if stranger:
        raise PatternError(f"the character U+{ord(stranger[0]):04X} cannot stand in a pattern")
    if not unicodedata.is_normalized("NFC", text):
        raise PatternError("a pattern is in Unicode normalization form C, as Terraform applies it")
    if text[0] != "/":
        raise PatternError("a pattern begins with a slash", _with_slash(text))
    suffix = text[-1]
    if suffix not in "$~*":
        raise PatternError(
            "a pattern ends with * (everything below), ~ (what begins with it) or $ (exactly it)"
        )
    if "*" in text[:-1]:
        raise PatternError("* stands only at the end of a pattern, after a slash")
    parts = text[1:-1].split("/")
    if len(parts) > 3:  # noqa: PLR2004 - format, namespace, name
        message = "a pattern has a format, a namespace and a name, with slashes between"
        raise PatternError(message, _without_empty(parts, suffix))
    return _pattern(parts, suffix)


def _with_slash(text: str) -> str:
    """What somebody means who begins with no slash: a pattern, or the scope of npm packages."""
    if not text.startswith("@"):
        return f"write /{text}"
    scope = text[1:].partition("/")[0]
    pattern = text[1:] if text[-1] in "*~$" else f"{text[1:]}$"
    return f"write /npm/{pattern} for the scope @{scope}"


def _without_empty(parts: list[str], suffix: str) -> str:
    """The namespace and the name, if an empty one too many stands before them."""
    if "" not in parts[:-1]:
        return ""
    package_format, *names = [part for part in parts if part] or ["npm"]
    end = f"/{suffix}" if suffix == "*" and not parts[-1] else suffix
    has_scope = package_format == "npm" and names
    of = f" for the scope @{names[0].removeprefix('@')}" if has_scope else ""
    return f"write /{'/'.join((package_format, *names))}{end}{of}"


def _control(text: str) -> Iterator[str]:
    return (c for c in text if unicodedata.category(c)[0] == "C")


def _pattern(parts: list[str], suffix: str) -> Pattern:
    package_format = parts[0]
    if package_format not in PACKAGE_FORMATS:
        meant = _FORMATS_MEANT.get(package_format.casefold())
        meant = meant or nearest(package_format, PACKAGE_FORMATS)
        fix = f"did you mean {meant!r}?" if meant else f"one of: {', '.join(PACKAGE_FORMATS)}"
        lack = format_lack(package_format)
        raise PatternError(f"{package_format!r} is not a package format", lack or fix)
    if suffix == "*":
        if parts[-1]:
            fix = _as_prefix(parts) if len(parts) > 1 else f"write /{package_format}/*"
            raise PatternError("* stands only after a slash", fix)
        parts = parts[:-1]
    elif len(parts) == 1:
        raise PatternError("a format is not cut short", f"write /{package_format}/*")
    namespace, name = (*parts[1:], None, None)[:2]
    _check_namespace(package_format, namespace, name, suffix)
    for part in parts[1:]:
        _check_component(package_format, part)
    if suffix != "*":
        _check_end(parts, suffix)
    return Pattern(package_format, namespace, name, suffix)


def _check_namespace(
    package_format: str, namespace: str | None, name: str | None, suffix: str
) -> None:
    if package_format in WITHOUT_NAMESPACE and namespace is not None:
        if namespace:
            end = "~" if suffix == "*" else suffix
            fix = f"write /{package_format}//{name or namespace}{end}"
            raise PatternError(f"packages of the format {package_format} have no namespace", fix)
        if name is None:
            raise PatternError(
                "an empty namespace alone says nothing", f"write /{package_format}/*"
            )
    if package_format in WITH_NAMESPACE and namespace == "":
        raise PatternError(f"packages of the format {package_format} have a namespace")
    if package_format == "npm" and (namespace or "").startswith("@"):
        scope = str(namespace)[1:]
        rest = "" if name is None and suffix != "*" else f"/{name or ''}"
        fix = f"write /npm/{scope}{rest}{suffix} for the scope @{scope}"
        raise PatternError("the scope of an npm package is written without @ here", fix)


def _check_component(package_format: str, part: str) -> None:
    if len(part) > _MAX_COMPONENT:
        raise PatternError(f"a namespace or a name has at most {_MAX_COMPONENT} characters")
    normal = normalized(package_format, part)
    if part != normal:
        message = f"CodeArtifact stores {part!r} as {normal!r}, and compares with that"
        raise PatternError(message, f"write {normal!r}")


def _check_end(parts: list[str], suffix: str) -> None:
    last = parts[-1]
    if len(parts) == 3 and not last:  # noqa: PLR2004 - a name that is empty
        raise PatternError("the name is empty", f"write /{'/'.join(parts)}*")
    if len(parts) == 2 and suffix == "$":  # noqa: PLR2004 - a namespace alone
        raise PatternError("$ means one package, by its name", f"write /{'/'.join(parts)}/*")
    if suffix == "~" and not (last and _is_word(last[-1])):
        raise PatternError("~ stands only after a letter or a number", _as_prefix(parts))


def _as_prefix(parts: list[str]) -> str:
    last = parts[-1]
    while last and not _is_word(last[-1]):
        last = last[:-1]
    return f"write /{'/'.join((*parts[:-1], last))}~" if last else ""


def normalized(package_format: str, text: str) -> str:
    """A name, or a namespace, as CodeArtifact stores it and compares it with patterns."""
    match package_format:
        case "pypi":  # PEP 503
            return re.sub(r"[-_.]+", "-", text).lower()
        case "nuget" | "swift":
            return text.lower()
    return text


# How people write the namespace and the name of a package: what stands between.
_BETWEEN = {"npm": "/", "maven": ":"}


def of_own_names(package_format: str, text: str) -> Pattern:
    """Names as people write them → the narrowest pattern that means all of these packages.

    `@scope/name` for npm, `group:artifact` for maven, the name alone for other packages. `*` stands
    at the end of a name after a hyphen or its like, or for a whole name; of maven, also at the end
    of a group. Raises PatternError for anything else.
    """
    if "*" in text[:-1]:
        raise PatternError("* stands only at the end of a name")
    namespace, name = _split(package_format, text)
    if name is None:
        stem = _begin(package_format, namespace, ".")
        return parse(f"/{package_format}/{stem}~")
    if name == "*" and namespace:
        return parse(f"/{package_format}/{namespace}/*")
    if name.endswith("*"):
        return parse(f"/{package_format}/{namespace}/{_begin(package_format, name, '-')}~")
    return parse(f"/{package_format}/{namespace}/{normalized(package_format, name)}$")


def _split(package_format: str, text: str) -> tuple[str, str | None]:
    """Namespace and name: an empty namespace is none, the name None is any below the namespace."""
    between = _BETWEEN.get(package_format)
    has_scope = text.startswith("@")
    if between is None or (package_format == "npm" and not has_scope):
        if "/" in text:
            fix = f"write @{text}" if between else ""
            raise PatternError("a slash stands only after the scope of an npm package", fix)
        return "", text
    namespace, found, name = text.removeprefix("@").partition(between)
    if not found and not has_scope:
        return (namespace, None) if text.endswith("*") else (namespace, "*")
    if not namespace or not name or between in name:
        scope = "@" if has_scope else ""
        fix = f"such as {scope}acme{between}core, or {scope}acme{between}*"
        raise PatternError(f"a package of the format {package_format} has two names", fix)
    return namespace, name


def _begin(package_format: str, text: str, between: str) -> str:
    """What stands before `-*`, `.*` or the like; `between` is what is usual there."""
    stem = text[:-1]
    whole = stem
    while whole and not _is_word(whole[-1]):
        whole = whole[:-1]
    if not whole:
        raise PatternError("* alone means everybody's packages", "write how your names begin")
    if whole == stem:
        raise PatternError("a package group cannot end within a word", f"write {stem}{between}*")
    return normalized(package_format, whole)


class Match(NamedTuple):
    """The pattern to whose group a set of packages belongs; a weak match blocks them all."""

    pattern: Pattern
    is_strong: bool


class PatternIndex:
    """Patterns by how they begin: those around a pattern are found without a look at all others."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._ordered = sorted(patterns, key=lambda p: p.prefix)
        self._prefixes = [pattern.prefix for pattern in self._ordered]
        self._beginning: dict[str, list[Pattern]] = {}
        self._alike: dict[str, list[Pattern]] = {}
        for pattern in self._ordered:
            self._beginning.setdefault(pattern.prefix, []).append(pattern)
            self._alike.setdefault(pattern.alike, []).append(pattern)

    def nearest(self, packages: Pattern) -> Match:
        """The most specific pattern that means all of these packages; the root group means all."""
        root = Match(parse(ROOT), is_strong=True)
        found = [
            Match(pattern, pattern.covers(packages))
            for cut in range(len(packages.alike) + 1)
            for pattern in self._alike.get(packages.alike[:cut], ())
            if pattern.covers_weakly(packages)
        ]
        return max([root, *found], key=lambda match: (match.pattern.specificity, match.is_strong))

    def chain(self, pattern: Pattern) -> tuple[Pattern, ...]:
        """This pattern and those above it, the most specific first: the way that INHERIT goes."""
        above = {
            other
            for cut in range(len(pattern.prefix) + 1)
            for other in self._beginning.get(pattern.prefix[:cut], ())
            if other.covers(pattern)
        }
        return tuple(sorted({pattern, *above}, key=lambda p: p.specificity, reverse=True))

    def within(self, pattern: Pattern) -> tuple[Pattern, ...]:
        """The patterns of parts of these packages, the widest first."""
        start = bisect_left(self._prefixes, pattern.prefix)
        end = bisect_left(self._prefixes, pattern.prefix + chr(sys.maxunicode))
        nearby = self._ordered[start:end]
        found = (other for other in nearby if other != pattern and pattern.covers(other))
        return tuple(sorted(found, key=lambda p: (p.specificity, str(p))))
