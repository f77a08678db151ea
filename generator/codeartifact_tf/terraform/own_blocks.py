"""Terraform that we did not generate → its blocks, as far as they can concern ours.

`parse` reads our own files strictly; this reads anybody's: an expression of any kind is kept as
text. Where python-hcl2 could see other blocks than Terraform does, the file is refused.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codeartifact_tf.terraform.hcl import HclError, unquote

if TYPE_CHECKING:
    from lark import Token, Tree

ENDINGS = (".tf", ".tf.json", ".tofu", ".tofu.json")
"""How the names of files end that Terraform or OpenTofu reads."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a block says under a name: its text, and what it means if it is a plain string."""

    text: str
    literal: str | None = None


@dataclass(frozen=True, slots=True)
class OwnBlock:
    """A block: its type and labels, what is in it by name (also nested blocks), and its line."""

    type: str
    labels: tuple[str, ...]
    content: Mapping[str, Written]
    line: int


class Unreadable(Exception):
    """The text is not Terraform, or could mean something else to Terraform than to us."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def is_read(name: str) -> bool:
    """Whether Terraform or OpenTofu reads a file of this name; it ignores those of editors."""
    is_ignored = name.startswith(".") or name.endswith("~") or (name[0] == name[-1] == "#")
    return name.endswith(ENDINGS) and not is_ignored


def stem(name: str) -> str:
    """The name without its ending."""
    ending = max((e for e in ENDINGS if name.endswith(e)), key=len, default="")
    return name.removesuffix(ending)


def is_override(name: str) -> bool:
    """Whether Terraform merges the blocks of a file into those of other files.

    Source: developer.hashicorp.com/terraform/language/files/override
    """
    return stem(name) == "override" or stem(name).endswith("_override")


def blocks_of(name: str, raw: bytes) -> tuple[OwnBlock, ...]:
    """The top-level blocks of a file. Raises Unreadable."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8 text", raw[: error.start].count(b"\n") + 1) from None
    return tuple(_of_json(text) if name.endswith(".json") else _of_hcl(text))


# JSON. Source: developer.hashicorp.com/terraform/language/syntax/json

_LABELS = {"resource": 2, "data": 2, "ephemeral": 2, "provider": 1, "output": 1, "variable": 1}
_LABELS |= {"module": 1, "check": 1}
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


class _Pairs(list[tuple[str, Any]]):
    """An object with every key, because Terraform reads a key that is there twice as two blocks."""


def _of_json(text: str) -> Iterator[OwnBlock]:
    try:
        root = json.loads(text, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as error:
        raise Unreadable("it is not JSON", error.lineno) from None
    except RecursionError:
        raise Unreadable("its values are nested too deep") from None
    lines = _lines_of_strings(text)
    for kind, body in _objects(root):
        for labels, content in _labelled(body, _LABELS.get(kind, 0)):
            known = (lines[name] for name in (*reversed(labels), kind) if name in lines)
            yield OwnBlock(kind, labels, _content(content), next(known, 1))


def _lines_of_strings(text: str) -> dict[str, int]:
    """The line of the first string of each meaning."""
    lines: dict[str, int] = {}
    line = end = 0
    for found in _STRING.finditer(text):
        line += text.count("\n", end, found.start())
        end = found.start()
        lines.setdefault(json.loads(found[0], strict=False), line + 1)
    return lines


def _objects(value: Any) -> Iterator[tuple[str, Any]]:
    """The keys and values of an object, or of all objects of a list."""
    for each in [value] if isinstance(value, _Pairs) else value if isinstance(value, list) else []:
        if isinstance(each, _Pairs):
            yield from each


def _labelled(value: Any, depth: int) -> Iterator[tuple[tuple[str, ...], _Pairs]]:
    """The bodies under `depth` labels; a list holds several."""
    if depth:
        for label, inner in _objects(value):
            yield from (((label, *labels), body) for labels, body in _labelled(inner, depth - 1))
        return
    for each in [value] if isinstance(value, _Pairs) else value if isinstance(value, list) else []:
        yield (), each if isinstance(each, _Pairs) else _Pairs()


def _content(body: _Pairs) -> dict[str, Written]:
    found: dict[str, Written] = {}
    for name, value in body:
        text = value if isinstance(value, str) else json.dumps(value)
        is_plain = isinstance(value, str) and "${" not in text and "%{" not in text
        _add(found, name, Written(text, value if is_plain else None))
    return found


def _add(found: dict[str, Written], name: str, value: Written) -> None:
    """Keep what is under a name, also where it is there several times."""
    before = found.get(name)
    found[name] = Written(f"{before.text}\n{value.text}") if before else value


# HCL.

_TOO_OLD_MAC = re.compile(r"\r(?!\n)")
_HEREDOC = re.compile(r"<<-?([A-Za-z][\w-]*)\r?\n")


def _of_hcl(text: str) -> Iterator[OwnBlock]:
    import hcl2  # noqa: PLC0415 - 50 ms that only other people's Terraform needs
    from lark.exceptions import LarkError, UnexpectedInput  # noqa: PLC0415

    found = _TOO_OLD_MAC.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise Unreadable("a carriage return ends no line in Terraform", line)
    try:
        tree = hcl2.parses_to_tree(f"{text}\n")
    except UnexpectedInput as error:
        raise Unreadable("it is not HCL that this tool can read", max(error.line, 1)) from None
    except (LarkError, RecursionError):
        raise Unreadable("it is not HCL that this tool can read") from None
    for part in _parts(tree):
        _refuse_ambiguous(part)
    (body,) = (part for part in tree.children if not isinstance(part, str))
    for part in body.children:
        if not isinstance(part, str) and part.data == "block":
            yield _block(part)


def _parts(tree: "Tree[Token]") -> Iterator["Tree[Token]"]:
    """All parts of a tree, in the order of the text; it can be too deep for recursion."""
    stack = [tree]
    while stack:
        part = stack.pop()
        yield part
        stack += (child for child in reversed(part.children) if not isinstance(child, str))


def _tokens(tree: "Tree[Token]") -> "Iterator[Token]":
    stack: list[Tree[Token] | Token] = [tree]
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            yield part
        elif part.data != "new_line_or_comment":
            stack += reversed(part.children)


def _refuse_ambiguous(part: "Tree[Token]") -> None:
    """Refuse strings and heredocs that end earlier in Terraform than in python-hcl2.

    What comes after their end in Terraform would be blocks that nobody here sees.
    """
    for token in part.children:
        if not isinstance(token, str):
            continue
        if part.data in {"heredoc_template", "heredoc_template_trim"}:
            begin = _HEREDOC.match(token)
            # Terraform takes the first line that is the marker, also with blanks behind it.
            inside = token[begin.end() :].rstrip().splitlines()[:-1] if begin else []
            if not begin or any(line.strip() == begin[1] for line in inside):
                raise Unreadable("a heredoc could end in several lines", _line(token))
        elif token.type in {"STRING_CHARS", "ESCAPED_INTERPOLATION", "ESCAPED_DIRECTIVE"}:
            is_escape = token.type != "STRING_CHARS"
            if "\n" in token or (is_escape and '"' in token):
                raise Unreadable("a string could end in several places", _line(token))
        elif token.type == "TEMPLATE_STRING":
            raise Unreadable("a string holds a directive with quotes", _line(token))


def _line(token: "Token") -> int:
    return getattr(token, "line", None) or 1


def _block(tree: "Tree[Token]") -> OwnBlock:
    names = [part for part in tree.children if not isinstance(part, str)]
    names = [part for part in names if part.data != "new_line_or_comment"]
    first, *labels, body = names
    line = _line(next(_tokens(first)))
    content: dict[str, Written] = {}
    for part in body.children:
        if isinstance(part, str) or part.data not in {"attribute", "block"}:
            continue
        name, *rest = (each for each in part.children if not isinstance(each, str))
        is_plain = part.data == "attribute" and len(rest) == 1
        text = "".join(token for each in rest for token in _tokens(each))
        literal = _literal(text) if is_plain else None
        _add(content, _label(name, line), Written(text, literal))
    return OwnBlock(
        _label(first, line), tuple(_label(label, line) for label in labels), content, line
    )


def _label(tree: "Tree[Token]", line: int) -> str:
    """A name, or the text between quotes with its escapes resolved, as Terraform does it."""
    text = "".join(_tokens(tree))
    if tree.data != "string":
        return text
    literal = _literal(text)
    if literal is None:
        raise Unreadable("a label holds a template", line)
    return literal


def _literal(text: str) -> str | None:
    """What a string literal means; None for any other expression."""
    if len(text) < len('""') or text[0] != '"' or '"' in text[1:-1].replace('\\"', ""):
        return None
    try:
        return unquote(text[1:-1])
    except HclError:
        return None
