"""`Source` → problems of shape, found by the published JSON Schemas.

Parts of a schema whose `$comment` is `rule: NAME` are there for editors and other validators; here
the rule of that name reports them, with more context and a severity that can be set.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from codeartifact_tf.files.paths import SCHEMAS
from codeartifact_tf.findings.nearest import nearest
from codeartifact_tf.findings.problem import Problem
from codeartifact_tf.spec.source import Number, Source, YamlPath

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

# A file of nonsense is not made clearer by more suggestions than this.
_MAX_SUGGESTIONS = 500
_MAX_SHOWN = 60


class Kind(StrEnum):
    """The two kinds of YAML file; the value is the name of the schema file."""

    DOMAIN = "domain"
    TEAM = "team"


@cache
def load(kind: Kind) -> dict[str, Any]:
    """The schema as published."""
    text = (SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def without_rules(schema: Any) -> Any:
    """A schema less the parts of which a rule speaks."""
    if isinstance(schema, dict):
        return {key: without_rules(value) for key, value in schema.items()}
    if isinstance(schema, list):
        return [
            without_rules(part)
            for part in schema
            if not (isinstance(part, dict) and str(part.get("$comment", "")).startswith("rule: "))
        ]
    return schema


def _resolved(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """A schema with definitions in the place of references, which halves the time to validate.

    What stands beside a reference describes it only, and no definition refers to itself.
    """
    if isinstance(schema, list):
        return [_resolved(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    beside = {key: _resolved(value, definitions) for key, value in schema.items() if key != "$ref"}
    if "$ref" not in schema:
        return beside
    definition = definitions[schema["$ref"].removeprefix("#/$defs/")]
    return beside | _resolved(definition, definitions)


@cache
def _validator(kind: Kind) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 60 ms that --help need not pay

    schema = without_rules(load(kind))
    return Draft202012Validator(_resolved(schema, schema.pop("$defs")))


class _Fault(NamedTuple):
    """What one keyword of the schema found wrong with one value, or with one key."""

    path: YamlPath
    on_key: bool
    keyword: str
    wanted: Any
    value: Any
    schema: Mapping[str, Any]

    @property
    def rank(self) -> int:
        """Of several faults of one value the lowest is the one to name."""
        return _RANKS.get(self.keyword, len(_RANKS))

    @property
    def unknown_keys(self) -> list[str]:
        """The keys that a mapping cannot have."""
        known = self.schema["properties"]
        return [key for key in self.value if key not in known and not key.startswith("x-")]

    @property
    def title(self) -> str:
        """What the value should have been, with its article."""
        title = str(self.schema.get("title", "value"))
        return f"an {title}" if title[0] in "aeiouA" else f"a {title}"


_KEYWORDS = ("type", "const", "enum", "minLength", "maxLength", "not", "pattern")
_RANKS = {keyword: rank for rank, keyword in enumerate(_KEYWORDS)}


def check(source: Source, kind: Kind) -> tuple[Problem, ...]:
    """Every fault of shape, one for each place."""
    if source.root is None:
        return ()
    chosen: dict[tuple[object, ...], _Fault] = {}
    for error in _validator(kind).iter_errors(source.data):
        fault = _fault(error)
        of_mapping = fault.keyword in {"additionalProperties", "required"}
        key = (fault.path, fault.on_key, fault.keyword if of_mapping else "")
        if key not in chosen or fault.rank < chosen[key].rank:
            chosen[key] = fault
    problems: list[Problem] = []
    for fault in chosen.values():
        suggestions = max(0, _MAX_SUGGESTIONS - len(problems))
        problems.extend(_explain(source, fault, kind, suggestions))
    return tuple(problems)


def refused(data: Any, kind: Kind) -> Iterator[YamlPath]:
    """The paths of what the schema refuses: values, keys, and mappings that lack a key."""
    for error in _validator(kind).iter_errors(data):
        fault = _fault(error)
        if fault.keyword == "additionalProperties":
            yield from ((*fault.path, key) for key in fault.unknown_keys)
        else:
            yield fault.path


def _fault(error: "ValidationError") -> _Fault:
    path: YamlPath = tuple(error.absolute_path)
    on_key = "propertyNames" in error.absolute_schema_path
    if on_key:
        path = (*path, str(error.instance))
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    return _Fault(path, on_key, str(error.validator), error.validator_value, error.instance, schema)


def dotted(path: YamlPath) -> str:
    """A path as people write it: `repositories.payments.upstreams[0]`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "the file"


def _shown(value: str) -> str:
    return repr(value if len(value) <= _MAX_SHOWN else f"{value[: _MAX_SHOWN - 3]}...")


def _explain(source: Source, fault: _Fault, kind: Kind, suggestions: int) -> Iterator[Problem]:
    span = source.span(fault.path, on_key=fault.on_key)
    match fault.keyword:
        case "additionalProperties":
            yield from _unknown_keys(source, fault, kind, suggestions)
        case "required":
            yield from _missing_keys(source, fault)
        case "type":
            message = f"{dotted(fault.path)} must be {_wanted(fault)}, but it is {_kind(fault)}"
            yield source.problem(span, "wrong-type", message, _right_type(source, fault, span))
        case "enum":
            message, fix = _not_listed(source, fault, span, suggestions)
            # What holds other values cannot be looked up in a table, as the rules would.
            rule = "wrong-type" if isinstance(fault.value, dict | list) else "invalid-value"
            yield source.problem(span, rule, message, fix)
        case "const":
            message = f"the rule {fault.path[-1]!r} is always an error; its severity is fixed"
            yield source.problem(span, "invalid-value", message, "remove the line")
        case "not" if str(fault.wanted.get("pattern", "")).startswith("[\x00"):
            message, fix = _control_character(fault)
            yield source.problem(span, "invalid-value", message, fix)
        case "maxLength" | "minLength":
            bound = "most" if fault.keyword == "maxLength" else "least"
            plural = "s" * (fault.wanted != 1)
            has = f"{_shown(fault.value)} has {len(fault.value):,}"
            message = f"{fault.title} has at {bound} {fault.wanted:,} character{plural}; {has}"
            yield source.problem(span, "invalid-value", message)
        case _:
            message = f"{_shown(str(fault.value))} is not {fault.title}"
            about = str(fault.schema.get("description", ""))
            yield source.problem(span, "invalid-value", message, about)


def _unknown_keys(source: Source, fault: _Fault, kind: Kind, suggestions: int) -> Iterator[Problem]:
    known = list(fault.schema["properties"])
    where = f" in {dotted(fault.path)}" if fault.path else ""
    for count, key in enumerate(fault.unknown_keys):
        message, fix = f"unknown key {_shown(key)}{where}", f"known keys: {', '.join(known)}"
        if fault.path == ("rules",):
            message, fix = f"there is no rule {_shown(key)}", "`codeartifact-tf rules` lists them"
        elif kind is Kind.TEAM and not fault.path:
            fix = "a team file holds only `repositories`, and keys that begin with `x-`"
        meant = nearest(key, known) if count < suggestions else None
        fix = f"did you mean {meant!r}?" if meant else fix
        if fault.path[-1:] == ("permissions",) and key in _words_of_domain():
            fix = f"`{key}` is given at the domain: write it under domain.permissions"
        span = source.span((*fault.path, key), on_key=True)
        yield source.problem(span, "unknown-key", message, fix)


@cache
def _words_of_domain() -> frozenset[str]:
    return frozenset(load(Kind.DOMAIN)["$defs"]["domainPermissions"]["properties"])


def _missing_keys(source: Source, fault: _Fault) -> Iterator[Problem]:
    where = f" in {dotted(fault.path)}" if fault.path else ""
    start, end = source.span(fault.path, on_key=True)
    span = (start, end if fault.path else start + 1)
    for key in fault.wanted:
        if key not in fault.value:
            about = str(fault.schema.get("properties", {}).get(key, {}).get("description", ""))
            if key == "domain" and "repositories" in fault.value:
                about = f"{about}; a team file is checked with the spec that includes it"
            yield source.problem(span, "missing-key", f"the key {key!r} is missing{where}", about)


_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
}


def _wanted(fault: _Fault) -> str:
    names = [fault.wanted] if isinstance(fault.wanted, str) else fault.wanted
    return " or ".join(_TYPES[name] for name in names if name in _TYPES)


def _kind(fault: _Fault) -> str:
    match fault.value:
        case bool():
            return "a boolean"
        case None:
            return "empty"
        case Number():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
    return "a mapping"


_TRUTH = {"yes": "true", "on": "true", "true": "true", "1": "true"}
_TRUTH |= {"no": "false", "off": "false", "false": "false", "0": "false"}


def _right_type(  # noqa: C901, PLR0911 - one case for each mistake
    source: Source, fault: _Fault, span: tuple[int, int]
) -> str:
    written = source.text[slice(*span)]
    wanted = fault.wanted[0] if isinstance(fault.wanted, list) else fault.wanted
    match wanted, fault.value:
        case "string", Number():
            return f'write "{fault.value.spelling}" in quotes'
        case "string", bool():
            return f'write "{written}" in quotes'
        case "string", {"public": str() as name}:
            return f"write public:{name}, without a space"
        case "string", list() | dict():
            return "write one value, without brackets and without keys"
        case "boolean", Number() | str():
            meant = _TRUTH.get(written.strip("\"'").lower(), "true or false")
            return f"write {meant}, without quotes"
        case "array", str():
            return f"write [{written}]"
        case "array", None:
            return "write [] for none, or remove the key"
        case "object", list():
            return "write `key: value` lines, without a hyphen"
        case "object", None if "destroy" in fault.schema.get("required", ()):
            return "write {destroy: false}, or {destroy: true}"
        case _, None:
            return "remove it, or write a value"
    return ""


def _not_listed(
    source: Source, fault: _Fault, span: tuple[int, int], suggestions: int
) -> tuple[str, str]:
    if fault.value is None:
        return f"{dotted(fault.path)} is empty", f"one of: {', '.join(fault.wanted)}"
    written = fault.value if isinstance(fault.value, str) else source.text[slice(*span)]
    meant = nearest(written, fault.wanted) if suggestions else None
    fix = f"did you mean {meant!r}?" if meant else f"one of: {', '.join(fault.wanted)}"
    return f"{dotted(fault.path)} cannot be {_shown(written)}", fix


def _control_character(fault: _Fault) -> tuple[str, str]:
    found = re.search(fault.wanted["pattern"], fault.value)
    assert found is not None  # it is what the validator found
    names = {"\n": "line break", "\r": "line break", "\t": "tab"}
    name = names.get(found[0]) or unicodedata.name(found[0], "a control character").lower()
    message = (
        f"{fault.title} cannot hold the character U+{ord(found[0]):04X} ({name}),"
        f" which stands at position {found.start() + 1}"
    )
    if found[0] == "\n":
        return message, "write it in one line; `>-` folds several lines into one"
    return message, "remove the character"
