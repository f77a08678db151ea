"""How HCL spells things, both ways: quote and unquote, align as `terraform fmt` does, and parse.

Only this module, and `shapes` beneath it, knows python-hcl2. It reads the parser's tree itself: the
parser's own conversion to dicts drops a repeated attribute or block label without a word.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias, Union

from codeartifact_tf.terraform.parse_cache import Shapes, cut

if TYPE_CHECKING:
    from lark import Token, Tree


class Hcl(str):
    """Text that is HCL already and must not be quoted."""

    __slots__ = ()


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNESCAPES = {escape[1]: text for text, escape in _ESCAPES.items()}
# `$` and `%` begin a template only before `{`. Doubling them is the usual escape, but python-hcl2
# 8.1.4 cannot read `$${` without a later `}` (its grammar's ESCAPED_INTERPOLATION); an escape of
# the sign itself means the same text to it and to Terraform.
_SPECIAL = re.compile('["\\\\]|[$%](?=\\{)|[\x00-\x1f\x7f-\x9f\u2028\u2029]')
# Groups: a code, a longer code, the letter of another escape, the sign of `$${` or `%%{`; none of
# them for what a literal cannot hold.
_ESCAPED = re.compile(
    r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|([$%])\4\{|[$%]\{|[\r\n]", re.DOTALL
)


def quote(text: str) -> Hcl:
    """Text → an HCL string literal on one line that means exactly this text."""
    return Hcl(f'"{_SPECIAL.sub(_escape, text)}"')


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}"


# `terraform fmt` aligns by grapheme clusters (hclwrite's token columns). These blocks hold none of
# more than one character, so in them characters can be counted; others are escaped in keys.
_ONE_COLUMN = re.compile(
    "[\x20-\u02ff\u0370-\u0482\u048a-\u058f\u05d0-\u05ea\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]"
)


def quote_key(text: str) -> Hcl:
    """An object key: like `quote`, with characters escaped whose width in columns is not plain."""
    quoted = quote(text)
    return Hcl("".join(c if _ONE_COLUMN.match(c) else _unicode_escape(c) for c in quoted))


def _unicode_escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the BMP


def unquote(raw: str) -> str:
    """The text between the quotes of a string literal → the text that it means; inverse of quote.

    Raises HclError for what is no single-line literal: a template, a line break, an unknown escape.
    The result is in normalization form C, as every string of Terraform is.
    """
    return unicodedata.normalize("NFC", _ESCAPED.sub(_unescape, raw))


def _unescape(found: re.Match[str]) -> str:
    code, letter, sign = found[1] or found[2], found[3], found[4]
    if code:
        number = int(code, 16)
        if number > sys.maxunicode or 0xD800 <= number <= 0xDFFF:  # noqa: PLR2004 - surrogates
            raise HclError(f"the escape {found[0]} is no character")
        return chr(number)
    if sign:
        return f"{sign}{{"
    if letter not in _UNESCAPES:
        raise HclError(f"{found[0]!r} in a string: a template, a line break or an unknown escape")
    return _UNESCAPES[letter]


_ATTRIBUTE = re.compile(r'( *)("(?:[^"\\]|\\.)*"|[A-Za-z_][\w-]*) = (.*)')


def align(text: str) -> str:
    """Line up `=` in runs of single-line attributes, byte for byte as `terraform fmt` does."""
    lines: list[str] = []
    found = ((line, _ATTRIBUTE.fullmatch(line)) for line in text.split("\n"))
    for indent, run in groupby(found, key=_indent):
        if indent is None:
            lines += (line for line, _ in run)
            continue
        parts = [attribute.groups() for _, attribute in run if attribute]
        width = max(len(key) for _, key, _ in parts)
        lines += [f"{indent}{key:<{width}} = {value}" for _, key, value in parts]
    return "\n".join(lines)


def _indent(line: tuple[str, re.Match[str] | None]) -> str | None:
    """What a single-line attribute begins with; one whose value goes on has no part in a run."""
    found = line[1]
    return found[1] if found and found[3][-1:] not in "{[(" else None


class HclError(Exception):
    """Text that is not HCL, or HCL of a kind that is never generated."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A traversal such as `aws_codeartifact_repository.shared.repository`."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function call with its arguments."""

    name: str
    arguments: tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class Template:
    """Text with names in it: `"https://${local.host}/"`."""

    parts: tuple[str | Reference, ...]


@dataclass(frozen=True, slots=True)
class For:
    """An object from a collection: `{ for NAME, ... in COLLECTION : KEY => VALUE }`."""

    names: tuple[str, ...]
    collection: "Value"
    key: "Value"
    value: "Value"


Value: TypeAlias = Union[
    str, bool, int, Reference, Call, Template, For, tuple["Value", ...], "Object", None
]


@dataclass(frozen=True, slots=True)
class Object:
    """An object; its keys are text and each stands once."""

    items: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block: type, labels, attributes in order (each name once), nested blocks in order."""

    type: str
    labels: tuple[str, ...]
    attributes: dict[str, Value]
    blocks: tuple["Block", ...]


def parse(text: str) -> tuple[Block, ...]:
    """The top-level blocks of a file. Raises HclError for anything else."""
    from lark.exceptions import LarkError  # noqa: PLC0415 - 50 ms that only reading HCL back needs

    if "\r" in text:  # python-hcl2 passes over it wherever it stands, Terraform does not
        raise HclError("a carriage return")
    try:
        attributes, blocks = _in_parts(text, Shapes(), 0)
    except (LarkError, HclError):
        try:  # the cuts were wrong, or the text is, and only the whole of it can tell
            attributes, blocks = _items(Shapes().parse(text))
        except LarkError as error:
            raise HclError(str(error).strip()) from error
    if attributes:
        raise HclError(f"attributes outside of a block: {', '.join(attributes)}")
    return blocks


_Body: TypeAlias = tuple[dict[str, Value], tuple[Block, ...]]

# A part of more characters is cut again: the shape of a long list is met only once.
_LONG = 2000
_BLOCK = re.compile(r'([a-z]+(?: "[\w-]*")* \{\n)((?:(?: .*)?\n)*)\}\n+')
_OBJECT = re.compile(r"  ([a-z]+) = \{\n((?:(?:   .*)?\n)*)  \}\n+")


def _items(tree: "Tree[Token]") -> _Body:
    (body,) = _trees(tree)
    return _body(body)


def _in_parts(text: str, shapes: Shapes, depth: int) -> _Body:
    """A body whose parts are parsed each by itself.

    Bodies by themselves, line after line, are one body together: a token that began in one part
    and ended in another would have left the first without its end. Raises HclError or LarkError
    where a part is no body.
    """
    attributes: dict[str, Value] = {}
    blocks: list[Block] = []
    for part in cut(text, depth):
        found = _opened(part, shapes, depth) if len(part) > _LONG else None
        more, nested = found or _items(shapes.parse(part))
        for name, value in more.items():
            _add(attributes, name, value)
        blocks += nested
    return attributes, tuple(blocks)


def _opened(text: str, shapes: Shapes, depth: int) -> _Body | None:
    """A long block or object: first without its content, then each part of the content."""
    if depth == 0 and (found := _BLOCK.fullmatch(text)):
        attributes, blocks = _items(shapes.parse(f"{found[1]}}}\n"))
        if len(blocks) == 1 and not attributes:
            content = _in_parts(found[2], shapes, 1)
            return {}, (Block(blocks[0].type, blocks[0].labels, *content),)
    if depth == 1 and (found := _OBJECT.fullmatch(text)):
        items: dict[str, Value] = {}
        for part in cut(found[2], 2):
            attributes, blocks = _items(shapes.parse(f"  {found[1]} = {{\n{part}  }}\n"))
            value = attributes.get(found[1])
            if len(attributes) != 1 or blocks or not isinstance(value, Object):
                return None
            for key, element in value.items:
                _add(items, key, element)
        return {found[1]: Object(tuple(items.items()))}, ()
    return None


def _add(items: dict[str, Value], name: str, value: Value) -> None:
    if name in items:
        raise HclError(f"{name!r} stands twice")
    items[name] = value


def _trees(tree: "Tree[Token]") -> Iterator["Tree[Token]"]:
    """The parts of a tree that mean something: not punctuation, line ends or comments."""
    return (
        child
        for child in tree.children
        if not isinstance(child, str) and child.data != "new_line_or_comment"
    )


def _ends_line(part: "Tree[Token] | Token") -> bool:
    """Whether a part of a tree holds the end of a line outside of a block comment."""
    if isinstance(part, str) or part.data != "new_line_or_comment":
        return False
    return any("\n" in text and text[:2] != "/*" for text in map(str, part.children))


def _check_lines(tree: "Tree[Token]", *, in_braces: bool) -> None:
    """The parts of a body each stand in lines of their own, which python-hcl2 does not ask.

    Source: HCL native syntax specification, "Structural Elements".
    """
    ended = not in_braces
    for part in tree.children:
        if _ends_line(part):
            ended = True
        elif isinstance(part, str) or part.data != "new_line_or_comment":
            if not ended:
                raise HclError("two parts of a block in one line")
            ended = False
    if in_braces and tree.children and not ended:
        raise HclError("a closing brace in the line of what it closes")


def _check_commas(tree: "Tree[Token]") -> None:
    """Elements of an object are parted by a line end or a comma, and a comma ends no line.

    Source: HCL native syntax specification, "Collection Values".
    """
    parted = True
    for part in tree.children:
        if _ends_line(part):
            parted = True
        elif part == ",":
            if parted:
                raise HclError("a comma in another line than what it follows")
            parted = True
        elif not isinstance(part, str) and part.data == "object_elem":
            if not parted:
                raise HclError("two elements of an object in one line without a comma")
            parted = False


def _body(tree: "Tree[Token]", *, in_braces: bool = False) -> _Body:
    _check_lines(tree, in_braces=in_braces)
    attributes: dict[str, Value] = {}
    blocks = []
    for part in _trees(tree):
        if part.data == "block":
            blocks.append(_block(part))
        elif part.data == "attribute":
            name, expression = _trees(part)
            _add(attributes, _name(name), _value(expression))
        else:
            raise HclError(f"unexpected {part.data}")
    return attributes, tuple(blocks)


def _block(tree: "Tree[Token]") -> Block:
    if any(_ends_line(part) for part in tree.children):
        raise HclError("an opening brace in a line of its own")
    first, *labels, body = _trees(tree)
    names = tuple(_string(label) if label.data == "string" else _name(label) for label in labels)
    attributes, blocks = _body(body, in_braces=True)
    return Block(_name(first), names, attributes, blocks)


def _name(tree: "Tree[Token]") -> str:
    if tree.data not in {"identifier", "keyword", "literal_value"}:
        raise HclError(f"unexpected {tree.data}")
    return str(tree.children[0])


def _string(tree: "Tree[Token]") -> str:
    text = _text(tree)
    if not isinstance(text, str):
        raise HclError("a string holds a template")
    return text


def _text(tree: "Tree[Token]") -> str | Template:
    raw: list[str | Reference] = []
    for part in _trees(tree):
        (token,) = part.children
        raw.append(str(token) if isinstance(token, str) else _interpolated(token))
    if all(isinstance(part, str) for part in raw):
        return unquote("".join(map(str, raw)))
    runs = groupby(raw, key=lambda part: isinstance(part, str))
    parts: list[str | Reference] = []
    for is_text, run in runs:
        parts += [unquote("".join(map(str, run)))] if is_text else run
    return Template(tuple(parts))


def _interpolated(tree: "Tree[Token]") -> Reference:
    if tree.data == "interpolation":
        (expression,) = _trees(tree)
        value = _value(expression)
        if isinstance(value, Reference):
            return value
    raise HclError("a string holds a template of more than names")


_LITERALS: dict[str, Value] = {"true": True, "false": False, "null": None}


def _value(tree: "Tree[Token]") -> Value:  # noqa: C901, PLR0911 - one case for each kind
    match tree.data:
        case "expr_term":
            parts = list(_trees(tree))
            if len(parts) != 1 or len(tree.children) != 1:
                raise HclError("an expression in parentheses")
            return _value(parts[0])
        case "string":
            return _text(tree)
        case "literal_value":
            return _LITERALS[str(tree.children[0])]
        case "int_lit":
            return int("".join(str(token) for token in tree.children))
        case "identifier":
            return Reference((_name(tree),))
        case "get_attr_expr_term":
            return _reference(tree)
        case "tuple":
            return tuple(_value(part) for part in _trees(tree))
        case "object":
            return _object(tree)
        case "function_call":
            return _call(tree)
        case "for_object_expr":
            return _for(tree)
    raise HclError(f"unexpected {tree.data}")


def _call(tree: "Tree[Token]") -> Call:
    name, *rest = _trees(tree)
    if len(rest) > 1 or any(part.data != "arguments" for part in rest):
        raise HclError("a function of a provider")
    if any("..." in part.children for part in rest):
        raise HclError("arguments that are expanded")
    return Call(_name(name), tuple(_value(a) for part in rest for a in _trees(part)))


def _for(tree: "Tree[Token]") -> For:
    intro, *rest = _trees(tree)
    if len(rest) != 2 or "..." in tree.children:  # noqa: PLR2004 - key and value
        raise HclError("a for expression with a condition or a grouping")
    *names, collection = _trees(intro)
    key, value = map(_value, rest)
    return For(tuple(map(_name, names)), _value(collection), key, value)


def _reference(tree: "Tree[Token]") -> Reference:
    base, attribute = _trees(tree)
    value = _value(base)
    if not isinstance(value, Reference):
        raise HclError("an attribute of something that is not a name")
    (name,) = _trees(attribute)
    return Reference((*value.parts, _name(name)))


def _object(tree: "Tree[Token]") -> Object:
    _check_commas(tree)
    items: dict[str, Value] = {}
    for element in _trees(tree):
        key_tree, expression = _trees(element)
        (inner,) = _trees(key_tree)
        key = _name(inner) if inner.data == "keyword" else _value(inner)
        if isinstance(key, Reference) and len(key.parts) == 1:
            key = key.parts[0]
        if not isinstance(key, str):
            raise HclError(f"an object key that is not text: {key!r}")
        _add(items, key, _value(expression))
    return Object(tuple(items.items()))
