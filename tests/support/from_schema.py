"""JSON Schema → whatever satisfies it: strategies for the part of the language that we use.

hypothesis-jsonschema reads draft 7 and no `$ref` below the `$id` of a schema of draft 2020-12. The
schema itself is the judge of what is drawn here: a value that it refuses is not given out.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from jsonschema import Draft202012Validator

from codeartifact_tf.spec.schema import Kind, load

Schema = Mapping[str, Any]

# Few names, so that what refers to a repository often finds one; text that is hard to quote.
_STRINGS = (
    *("aa", "bb", "cc", "aA", "a.b", "a-b", "a_b", "npm-store", "pypi-store", "npm_store", "this"),
    *("public:npmjs", "public:pypi", "public:crates-io", "111122223333", "acme", "eu-west-1", "*"),
    *("arn:aws:iam::111122223333:role/ci", "arn:aws:iam::444455556666:user/a/b", "o-aaaaaaaaaa"),
    *("arn:aws:codeartifact:eu-west-1:111122223333:repository/acme/aa", "codebuild.amazonaws.com"),
    *("codeartifact:*", "codeartifact:ReadFromRepository", "codeartifact:GetAuthorizationToken"),
    *("sts:GetServiceBearerToken", "StringEquals", "ForAnyValue:StringLike", "aws:PrincipalOrgID"),
    *("", "${x}", "%{ if true }", '"', "\\", "\\n", "<<EOF", "é", "e\u0301", "日本語", "null"),
    *("\u2028", "\U0001f468\U0001f3fd", "x" * 256, "x" * 1000, "q\u0323\u0307", ">= 1.7", "~> 5.0"),
    *("*.yaml", "teams/*.yaml", "../**", "a/../b.yaml", "[", "**/**"),
)  # fmt: skip
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(_STRINGS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_STRINGS), inner),
    max_leaves=4,
)
_NOTES = st.dictionaries(st.sampled_from(("x-", "x-note", "x-aa")), _ANYTHING, max_size=1)


# What a part of `allOf` can say besides.
_NARROWER = ("enum", "maxItems", "uniqueItems", "additionalProperties")


class _Schemas:
    """The strategies of one schema file."""

    def __init__(self, root: Schema) -> None:
        self.root = root

    def values(self, schema: Schema | bool) -> SearchStrategy[Any]:
        """Whatever satisfies a part of the schema."""
        if isinstance(schema, bool):
            return _ANYTHING
        whole = self._whole(schema)
        if "const" in whole:
            return st.just(whole["const"])
        if "enum" in whole:
            return st.sampled_from(whole["enum"])
        kinds = whole["type"]
        if isinstance(kinds, str):
            return self._of_kind(kinds, whole)
        chosen = whole.get("if", {}).get("type")
        more = {
            kind: self._whole(whole["then" if kind == chosen else "else"])
            for kind in kinds
            if kind == chosen or "else" in whole
        }
        return st.one_of(*(self._of_kind(kind, {**whole, **more.get(kind, {})}) for kind in kinds))

    def _whole(self, schema: Schema) -> Schema:
        """A schema with what it refers to, and all that it must satisfy besides."""
        merged: dict[str, Any] = {}
        if "$ref" in schema:
            merged |= self._whole(self.root["$defs"][schema["$ref"].removeprefix("#/$defs/")])
        merged |= schema
        for part in schema.get("allOf", ()):
            if "$ref" in part:
                merged = {**self._whole(part), **merged}
            merged |= {k: v for k, v in part.items() if k in _NARROWER}
        return merged

    def _of_kind(  # noqa: PLR0911 - one case for each kind
        self, kind: str, schema: Schema
    ) -> SearchStrategy[Any]:
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        match kind:
            case "null":
                return st.none()
            case "boolean":
                return st.booleans()
            case "integer":
                return st.integers(schema.get("minimum"), schema.get("maximum"))
            case "string":
                return self._strings(schema)
            case "array":
                items = self.values(schema["items"])
                return st.lists(items, min_size=schema.get("minItems", 0), max_size=3)
            case "object":
                return self._objects(schema)
        raise NotImplementedError(kind)

    def _strings(self, schema: Schema) -> SearchStrategy[str]:
        own = {k: schema[k] for k in _OF_STRINGS if k in schema}
        is_valid = Draft202012Validator({**own, "$defs": self.root["$defs"]}).is_valid
        known = [s for s in (*_STRINGS, *schema.get("examples", ())) if is_valid(s)]
        drawn = (
            st.from_regex(schema["pattern"], fullmatch=True)
            if "pattern" in schema
            else st.text(st.characters(exclude_categories=["C"]), max_size=20)
        )
        return st.one_of(*([st.sampled_from(known)] * 3 if known else ()), drawn.filter(is_valid))

    def _objects(self, schema: Schema) -> SearchStrategy[Any]:
        fields = {name: self.values(part) for name, part in schema.get("properties", {}).items()}
        required = {name: fields.pop(name) for name in schema.get("required", ())}
        known = st.fixed_dictionaries(required, optional=fields)
        more = schema.get("additionalProperties", True)
        others: SearchStrategy[dict[str, Any]] = st.just({})
        if more is not False:
            names = schema.get("propertyNames", {})
            names = self._strings({"type": "string", **self._whole(names.get("then", names))})
            least = schema.get("minProperties", 0)
            others = st.dictionaries(names, self.values(more), min_size=least, max_size=4)
        notes = _NOTES if "patternProperties" in schema else st.just({})
        return st.builds(
            lambda *parts: {k: v for p in parts for k, v in p.items()}, notes, others, known
        )


_OF_STRINGS = ("type", "minLength", "maxLength", "pattern", "not", "allOf", "if", "then")


@cache
def _of(kind: Kind) -> tuple[SearchStrategy[Any], Draft202012Validator]:
    root = load(kind)
    return _Schemas(root).values(root), Draft202012Validator(root)


@st.composite
def structures(draw: DrawFn, kind: Kind) -> Any:
    """Any file of this kind as the data that its YAML holds, valid for the published schema."""
    strategy, validator = _of(kind)
    value = draw(strategy)
    assume(validator.is_valid(value))
    return value


@st.composite
def mutated(draw: DrawFn, data: Any) -> Any:
    """The data with one of its parts exchanged for another one, or for anything."""
    parts = list(_parts(data))
    path, _ = draw(st.sampled_from(parts))
    _, other = draw(st.sampled_from(parts))
    new = draw(st.just(other) | _ANYTHING)
    return _with(data, path, new)


@st.composite
def repeated(draw: DrawFn, data: Any, count: int) -> Any:
    """The data with what one of its lists or mappings holds, again and again under other keys."""
    parts = [(path, part) for path, part in _parts(data) if _items(part)]
    path, part = draw(st.sampled_from(parts))
    again = range(max(1, count // len(part)))
    many = (
        {f"{key}{n or ''}": value for n in again for key, value in part.items()}
        if isinstance(part, dict)
        else [value for _ in again for value in part]
    )
    return _with(data, path, many)


def exchanged(data: Any, new: Any) -> Iterator[Any]:
    """The data with each of its parts in turn exchanged."""
    return (_with(data, path, new) for path, _ in _parts(data))


def _items(data: Any) -> list[tuple[Any, Any]]:
    if isinstance(data, dict):
        return [*data.items()]
    return [*enumerate(data)] if isinstance(data, list) else []


def _parts(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield path, data
    for key, value in _items(data):
        yield from _parts(value, (*path, key))


def _with(data: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = data.copy()
    copy[path[0]] = _with(data[path[0]], path[1:], new)
    return copy
