"""HCL text → blocks.

Only this module, and the parse cache beneath it, knows python-hcl2. It reads the parser's tree
itself: the parser's own conversion to dicts drops a repeated attribute or block label without a
word.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from codeartifact_tf.terraform.hcl import HclError, unquote
from codeartifact_tf.terraform.parse_cache import Shapes, cut
from codeartifact_tf.terraform.tree import Block, Call, For, Object, Reference, Template, Value

if TYPE_CHECKING:
    from lark import Token, Tree


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
