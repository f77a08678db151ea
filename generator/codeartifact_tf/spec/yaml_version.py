"""What YAML 1.2 refuses or reads differently, although the parser accepts it.

The parser has the grammar of YAML 1.1. Editors and the pages on which a change is reviewed have
that of YAML 1.2. A text that only one of them accepts, or that they read differently, is refused:
nobody can review what is read as something else. Each check looks at the text around a value, and
only where the text has a character that can make a difference.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

Span: TypeAlias = tuple[int, int]


class Fault(NamedTuple):
    """Where the readers differ, why, and what to write instead."""

    start: int
    end: int
    message: str
    fix: str


# Directly after the name of an anchor or an alias; YAML 1.2 takes other characters for its end.
_AFTER_NAME = re.compile(r"[\s,\]}]|\Z", re.ASCII)
_NAME = re.compile(r"[&*][-\w]+", re.ASCII)
# A key and its colon, or the next key. The value of a key in quotes may touch it, as in JSON.
_COLON = re.compile(r"(?:[ \t]*+:(?=[\s,\[\]{}]|\Z)|\s*+(?=[,}]))", re.ASCII)
# The beginning of a plain text in a list or mapping with brackets, where it is not one in YAML 1.2.
_NO_TEXT = re.compile(r"[-?:](?:[\s,\[\]{}]|\Z)", re.ASCII)
_LINE = re.compile(r"(?:\r\n|\n)([ ]*+)([^\r\n]*)")
_GLUED_COMMENT = re.compile(r"[|>][-+0-9]*#")
_COMMENT = (
    "a # without a space before it begins a comment in YAML 1.1, but not in YAML 1.2",
    "put a space before it",
)
_ONLY_PROPERTIES = re.compile(r" *(?:[&!]\S* +)*")
_BLOCK_HEADER = re.compile(
    r"(?P<style>[|>])(?P<marks>[-+0-9]{0,2})(?:[ \t]+(?:#[^\r\n]*)?)?(?:\r\n|\n|\Z)"
)


def of_name(text: str, start: int, *, is_last: bool = False) -> Fault | None:
    """An anchor or an alias, the first at or after `start`.

    `is_last` says that it has no value, and that a comma or a bracket comes next.
    """
    name = _NAME.search(text, start)
    if name is None or (_AFTER_NAME.match(text, name.end()) and not is_last):
        return None
    if is_last:
        return Fault(*name.span(), f"the anchor {name[0]} has no value", "write one")
    message = f"YAML 1.1 ends the name {name[0]} here, YAML 1.2 does not"
    return Fault(name.end(), name.end() + 1, message, "use letters, digits, - and _ alone")


def of_key(text: str, start: int, end: int, *, is_empty: bool = False) -> Fault | None:
    """A key: the span of its text. One line holds all of it and its colon."""
    if is_empty:
        return Fault(start, start + 1, "a key is missing here", "write one, or quote the text")
    colon = _COLON.match(text, end)
    touches = text.startswith(":", end) and text[end - 1] in "\"'"
    if (colon or touches) and text.find("\n", start, end) < 0:
        return None
    message = "a key and its colon must be in one line, with a space after the colon"
    return Fault(start, end, message, "write `key: value`, without `?`")


def of_text_in_brackets(text: str, start: int) -> Fault | None:
    """A plain text within a list or a mapping that is written with brackets."""
    if not _NO_TEXT.match(text, start):
        return None
    message = f"a {text[start]!r} alone is text in YAML 1.1 and refused by YAML 1.2"
    return Fault(start, start + 1, message, "quote it")


def of_quotes(text: str, start: int, end: int) -> Fault | None:
    """A text of several lines in quotes."""
    found = _ODD_BREAK.search(text, start, end)
    if found is None:
        return None
    message = "readers of YAML join these lines differently"
    return Fault(found.start(), found.start() + 1, message, "leave no tabs and no blank lines here")


# Tabs around a line break; an escaped line break before a blank line.
_ODD_BREAK = re.compile(r"\t[ \t]*\r?\n|\n[ ]*\t|\\\r?\n[ ]*\r?\n")


def of_lines(
    text: str, span: Span, indent: int, scalars: Sequence[Span] | None = None
) -> Fault | None:
    """A value of several lines: each is indented deeper than `indent`, the column around it.

    `scalars` are the texts within a value that is written with brackets. Its comments may begin in
    any column, and its closing bracket in the column `indent`.
    """
    for line in _LINE.finditer(text, *span):
        spaces, rest = line.groups()
        is_blank = not rest.strip(" \t")
        at = line.end() - len(rest)
        if len(spaces) > indent or (is_blank and line.end() < span[1]):
            continue
        if scalars is not None and (
            (rest.startswith("#") and not _is_inside(at, scalars))
            or (len(spaces) == indent and at == span[1] - 1)
        ):
            continue
        message = "this line continues a value, but is not indented deeper than its key"
        return Fault(at, at + 1, message, "indent it with spaces")
    return None


def of_document(version: tuple[int, int] | None, tags: object, start: int) -> Fault | None:
    """The directives above a document."""
    if version in {None, (1, 2)} and not tags:
        return None
    message = "readers of YAML take different account of the lines that begin with %"
    return Fault(start, start + 1, message, "remove them")


def outside(text: str, scalars: Sequence[Span]) -> Iterator[Fault]:
    """What lies between the texts: comments, indicators, indentation.

    `scalars` are the spans of all texts, in their order.
    """
    for sign, pattern, message, fix in _OUTSIDE:
        for found in pattern.finditer(text) if sign in text else ():
            at = found.end() - 1
            before = bisect_right(scalars, at, key=_start) - 1
            end = scalars[before][1] if before >= 0 else 0
            line = max(text.rfind("\n", 0, at) + 1, end)
            if at >= end and "#" not in text[line:at]:
                yield Fault(at, at + 1, message, fix)


# A character that is rare, where it makes a difference, and what to say there.
_OUTSIDE = (
    (
        "#",
        re.compile(r"#(?<!\s#)(?<!^#)", re.ASCII),
        *_COMMENT,
    ),
    (
        "?",
        re.compile(r"\?"),
        "a ? that marks a key is read differently by YAML 1.1 and 1.2",
        "write `key: value`, and quote text that begins with ?",
    ),
    (
        "\t",
        re.compile(r"^[ \-]*+\t(?=[ \t]*+[^\s#])", re.MULTILINE | re.ASCII),
        "a tab cannot indent YAML",
        "use spaces",
    ),
    (
        "\n...",
        re.compile(r"^\.\.\.[ \t]+[^\s#]", re.MULTILINE | re.ASCII),
        "nothing may follow the end of a document in its line",
        "remove it",
    ),
)


def _start(span: Span) -> int:
    return span[0]


def _is_inside(at: int, scalars: Sequence[Span]) -> bool:
    before = bisect_right(scalars, at, key=_start) - 1
    return before >= 0 and at < scalars[before][1]


def of_block_text(text: str, start: int, indent: int, value: str) -> Fault | None:
    """A text below `|` or `>`, which begins at `start`: is `value` what YAML 1.2 reads there?

    `indent` is the column of the mapping or the list around it.
    """
    glued = _GLUED_COMMENT.match(text, start)
    if glued:
        return Fault(glued.end() - 1, glued.end(), *_COMMENT)
    if _block_text(text, start, indent) == value:
        return None
    message = "YAML 1.1 and 1.2 read the spaces in this text differently"
    return Fault(start, start + 1, message, "indent all its lines alike, and leave no blanks there")


def _block_text(text: str, start: int, indent: int) -> str | None:
    """What YAML 1.2.2 (§8.1) reads, None where it refuses the text or its readers differ."""
    header = _BLOCK_HEADER.match(text, start)
    if header is None:
        return None
    style, marks = header.groups()
    line = text[text.rfind("\n", 0, start) + 1 : start]
    if _ONLY_PROPERTIES.fullmatch(line) and _spaces(line) <= indent:
        return None
    lines, end = _lines_below(text, header.end(), indent)
    depth = _depth(lines, marks, indent)
    if depth is None:
        return None
    content: list[str] = []
    for line in lines:
        if line.strip(" ") and not line.startswith(" " * depth):
            break
        content.append(line[depth:])
    # Some readers add a line break to the last line of a file that lacks it.
    if end > len(text) and len(content) == len(lines) and "-" not in marks:
        return None
    blanks = 0
    while content and not content[-1]:
        blanks += not content.pop()
    if content and not content[-1].strip(" "):
        return None  # some readers drop this line
    last = bool(content) if "-" not in marks else 0
    breaks = last + (blanks if "+" in marks else 0)
    return (_folded(content) if style == ">" else "\n".join(content)) + "\n" * breaks


def _lines_below(text: str, start: int, indent: int) -> tuple[list[str], int]:
    """The lines that may belong to the text, because they are blank or indented deeper; their end.

    The end lies behind that of the file if the last line has no line break.
    """
    lines = []
    while start < len(text):
        end = text.find("\n", start)
        end = end if end >= 0 else len(text)
        line = text[start:end].removesuffix("\r")
        if line.strip(" ") and _spaces(line) <= indent:
            break
        lines.append(line)
        start = end + 1
    return lines, start


def _spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _depth(lines: Sequence[str], marks: str, indent: int) -> int | None:
    """How deep the text is indented: as the header says, or as its first line is."""
    digit = marks.strip("+-")
    if digit:
        return max(indent, 0) + int(digit)
    deepest = 0
    for line in lines:
        spaces = _spaces(line)
        if line.strip(" "):
            return None if deepest > spaces else spaces
        deepest = max(deepest, spaces)
    return deepest


def _folded(lines: Sequence[str]) -> str:
    parts: list[str] = []
    previous, blanks = "", 0
    for line in lines:
        if not line:
            blanks += 1
            continue
        is_first, is_kept = not parts, previous[:1] in _BLANKS or line[:1] in _BLANKS
        breaks = blanks + (is_kept and not is_first)
        parts += ["\n" * breaks or ("" if is_first else " "), line]
        previous, blanks = line, 0
    return "".join(parts)


_BLANKS = (" ", "\t")
