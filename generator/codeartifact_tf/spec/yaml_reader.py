"""YAML text → `Source`: plain data, the place of every value, and every fault of the text.

YAML is read as version 1.2 reads it (the "core schema", as editors do): `on`, `yes` and
`2024-01-01` are text, keys are always the text that was written. What could change meaning
without a trace, or blow up, is refused with its position: duplicate keys, merge keys, tags,
aliases that expand without bound, deep nesting, and what YAML 1.1 and 1.2 read differently.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from codeartifact_tf.files.file_tree import DISK, Refused, Tree
from codeartifact_tf.findings.problem import Location, Problem, Severity
from codeartifact_tf.spec import yaml_version
from codeartifact_tf.spec.source import SPEC_KEYS, Field, Ignore, Node, Number, Source, withheld

MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 100
MAX_EXPANDED_NODES = 500_000


def read(path: Path, tree: Tree = DISK) -> Source:
    """Read and parse a file of a tree."""
    file = tree.shown(path)
    raw = _read_bytes(path, file, tree)
    return raw if isinstance(raw, Source) else parse(raw, path, file)


def unreadable(path: Path, file: str, message: str) -> Source:
    """What stands for a file or a folder that cannot be read."""
    problem = Problem(Location(file), Severity.ERROR, "file-unreadable", message)
    return Source(file, path, problems=(problem,), unreadable=True)


def _read_bytes(path: Path, file: str, tree: Tree) -> bytes | Source:
    try:
        raw = tree.read(path, MAX_BYTES + 1)
    except Refused as error:
        return unreadable(path, file, str(error.strerror))
    except FileNotFoundError:
        return unreadable(path, file, "there is no such file")
    except IsADirectoryError:
        return unreadable(path, file, "this is a folder, not a YAML file")
    except OSError as error:
        return unreadable(path, file, f"the file cannot be read: {error.strerror}")
    if len(raw) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024 // 1024} MB"
        fix = "split the repositories into team files and name them under include"
        problem = Problem(Location(file), Severity.ERROR, "file-too-large", message, fix)
        return Source(file, path, problems=(problem,))
    return raw


# What a YAML stream may not hold (YAML 1.2 §5.1), and the line breaks of YAML 1.1 which readers of
# 1.2 take for text: folding them differently would change a value without a trace. A carriage
# return alone ends a line of YAML, and with it a comment, but not a line of git's or GitHub's. A
# second byte order mark is text to one reader and nothing to another.
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    "|\r(?!\n)"
)


def parse(raw: bytes, path: Path, file: str) -> Source:
    """Bytes → Source; never raises for bad input."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        source = Source(file, path, raw[: error.start].decode("utf-8-sig", "replace"))
        message = f"the file is not UTF-8: byte 0x{raw[error.start]:02x} cannot stand here"
        end = len(source.text)
        problem = source.problem((end, end), "not-utf8", message, "save the file as UTF-8")
        return Source(file, path, source.text, problems=(problem,))
    # As long as nothing says that it is not ours.
    bare = Source(file, path, text, is_ours=True)
    if forbidden := _FORBIDDEN.search(text):
        message = f"the character U+{ord(forbidden[0]):04X} cannot stand in YAML"
        fix = "remove it"
        if forbidden[0] in "\u2028\u2029":  # the one kind that a field may hold
            fix = f'write it as the escape "\\u{ord(forbidden[0]):04X}" in double quotes'
        if forbidden[0] == "\r":
            message, fix = (
                "a carriage return alone hides a line from reviewers",
                "end lines with \\n",
            )
        problem = withheld(bare.problem(forbidden.span(), "invalid-character", message, fix))
        return Source(file, path, text, problems=(problem,))
    composer = _Composer(bare)
    root = composer.compose()
    is_ours = composer.is_ours
    ignores = tuple(_ignores(bare, composer.scalars)) if root and is_ours else ()
    problems = tuple(p if is_ours else withheld(p) for p in composer.problems)
    return Source(file, path, text, root, problems, ignores, is_ours=is_ours)


_IGNORE = re.compile(
    r"#[ \t]*codeartifact-tf:[ \t]*(?P<verb>ignore)?(?:\[(?P<rules>[^\]\r\n]*)\])?"
    r"(?P<reason>[^\r\n]*)"
)


def _ignores(source: Source, scalars: list[tuple[int, int]]) -> Iterator[Ignore]:
    if "codeartifact-tf:" not in source.text:
        return
    starts = [start for start, _ in scalars]
    for found in _IGNORE.finditer(source.text):
        before = bisect_right(starts, found.start()) - 1
        if before >= 0 and found.start() < scalars[before][1]:
            continue  # not a comment: the text of a scalar
        location = source.location(found.start())
        line = location.line
        if not source.line_text(line)[: location.column - 1].strip():
            lines = source.lines_of_values
            following = bisect_right(lines, line)
            line = lines[following] if following < len(lines) else line
        names = found["rules"] or ""
        rules = tuple(name.strip() for name in names.split(",") if name.strip())
        reason = (found["reason"] or "").strip() if found["verb"] else ""
        yield Ignore(rules, reason, line, *found.span())


class _StopReading(Exception):
    """The rest of the text is of no use; raised and caught in this module only."""


class _Frame:
    """A mapping or a list whose end has not come yet."""

    __slots__ = (
        *("anchor", "fields", "in_brackets", "indent"),
        *("items", "key", "size", "skip", "start"),
    )

    def __init__(
        self, start: int, anchor: str | None, *, mapping: bool, indent: int, in_brackets: bool
    ) -> None:
        self.start = start
        self.indent = indent
        self.in_brackets = in_brackets
        self.anchor = anchor
        self.fields: dict[str, Field] | None = {} if mapping else None
        self.items: list[Node] = []
        self.key: tuple[str, int, int] | None = None
        self.skip = False
        self.size = 1


class _Composer:
    """Turns the parser's events into nodes without recursion, so that depth cannot hurt."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.problems: list[Problem] = []
        self.scalars: list[tuple[int, int]] = []
        self.frames: list[_Frame] = []
        self.anchors: dict[str, Node | None] = {}
        self.expanded = 0
        self.root: Node | None = None
        self.documents = 0
        self.differs = False
        self.is_ours = False

    def compose(self) -> Node | None:
        try:
            for event in yaml.parse(self.source.text, Loader=_LOADER):
                self._take(event)
        except _StopReading:
            return None
        except yaml.MarkedYAMLError as error:
            self._syntax_error(error)
            return None
        except RecursionError:  # the pure Python parser only; libyaml does not recurse
            self._report((0, 0), "nesting-depth", _TOO_DEEP)
            return None
        for fault in yaml_version.outside(self.source.text, self.scalars):
            self._differs(fault)
        if self.differs:
            return None
        if not self.problems and (self.root is None or self.root.data is None):
            self._report((0, 0), "empty-file", "the file holds no values", _EMPTY_FIX)
            return None
        return self.root

    def _report(self, span: tuple[int, int], rule: str, message: str, fix: str = "") -> None:
        self.problems.append(self.source.problem(span, rule, message, fix))

    def _differs(self, fault: yaml_version.Fault | None) -> None:
        """Report what YAML 1.1 and 1.2 read differently; then no value of the file is used."""
        if fault:
            self.differs = True
            self._report((fault.start, fault.end), "yaml-version", fault.message, fault.fix)

    def _take(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        match event:
            case yaml.ScalarEvent():
                self._scalar(event, start, end)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._open(event, start)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._close(end)
            case yaml.AliasEvent():
                self._alias(str(event.anchor), start, end)
            case yaml.DocumentStartEvent():
                self.documents += 1
                self._differs(yaml_version.of_document(event.version, event.tags, start))
                if self.documents > 1:
                    message = "a second YAML document begins here; a file holds one"
                    fix = "move it to a file of its own"
                    self._report((start, start + 3), "several-documents", message, fix)
                    raise _StopReading

    def _open(self, event: Any, start: int) -> None:
        self._check_tag(event, start)
        mapping = isinstance(event, yaml.MappingStartEvent)
        frame = self.frames[-1] if self.frames else None
        if frame and frame.fields is not None and frame.key is None:
            message = "a key must be plain text, not a list or a mapping"
            self._report(
                (start, start + 1), "yaml-key", message, "quote text that begins with { or ["
            )
            raise _StopReading
        if len(self.frames) >= MAX_DEPTH:
            self._report((start, start + 1), "nesting-depth", _TOO_DEEP, "no field needs that")
            raise _StopReading
        begin = start
        if event.anchor:
            self.anchors[event.anchor] = None
            self._differs(yaml_version.of_name(self.text, start))
            begin = self._after_properties(start)
        in_brackets = bool(event.flow_style)
        if in_brackets:
            indent = frame.indent if frame else -1
        else:
            indent = begin - self.text.rfind("\n", 0, begin) - 1
        self.frames.append(
            _Frame(start, event.anchor, mapping=mapping, indent=indent, in_brackets=in_brackets)
        )

    def _after_properties(self, start: int) -> int:
        """Where a value begins, behind its anchor."""
        found = _PROPERTIES.match(self.text, start)
        return found.end() if found else start

    def _close(self, end: int) -> None:
        frame = self.frames.pop()
        # A block ends where the next token begins; what lies between is not part of it.
        text = self.text[frame.start : end]
        end -= len(text) - len(text.rstrip())
        is_inner = self.frames and self.frames[-1].in_brackets
        if frame.in_brackets and not is_inner and "\n" in text:
            span = (frame.start, end)
            self._differs(yaml_version.of_lines(self.text, span, frame.indent, self.scalars))
        if frame.fields is not None:
            data: Any = {key: field.node.data for key, field in frame.fields.items()}
            node = Node(data, frame.start, end, frame.size, frame.fields)
        else:
            items = tuple(frame.items)
            node = Node([n.data for n in items], frame.start, end, frame.size, items=items)
        # An anchor of the same name within this value comes later, and is the one that counts.
        is_named = frame.anchor is not None and self.anchors[frame.anchor] is None
        self._place(node, frame.anchor if is_named else None)

    def _scalar(self, event: Any, start: int, end: int) -> None:
        self._check_tag(event, start)
        frame = self.frames[-1] if self.frames else None
        if event.anchor:
            is_empty = not (event.value or event.style)
            is_last = is_empty and frame is not None and frame.in_brackets
            self._differs(yaml_version.of_name(self.text, start, is_last=is_last))
        style = event.style
        if style in _BLOCK_STYLES:
            # A comment may follow the indicator; only what comes below is the text.
            indicator = _BLOCK_INDICATOR.match(self.text, start)
            assert indicator is not None  # the parser found the style there
            self.scalars.append((indicator.end(), end))
            end, indent = indicator.end(), frame.indent if frame else -1
            begin = indicator.start("indicator")
            self._differs(yaml_version.of_block_text(self.text, begin, indent, event.value))
        else:
            self.scalars.append((start, end))
        if frame and frame.fields is not None and frame.key is None:
            self._key(frame, event, start, end)
            return
        if frame and not style and frame.in_brackets and event.value[:1] in _INDICATORS:
            begin = self._after_properties(start)
            self._differs(yaml_version.of_text_in_brackets(self.text, begin))
        if frame and style not in _BLOCK_STYLES and self.text.find("\n", start, end) >= 0:
            self._check_lines(frame, start, end, is_quoted=bool(style))
        is_plain = event.implicit[0] and event.tag != "!"
        data = _resolve(event.value) if is_plain else event.value
        self._place(Node(data, start, end, 1), event.anchor)

    def _check_lines(self, frame: _Frame, start: int, end: int, *, is_quoted: bool) -> None:
        """The lines of a text that is not a block."""
        if is_quoted:
            self._differs(yaml_version.of_quotes(self.text, start, end))
        if not frame.in_brackets:  # else they are lines of the outermost brackets
            self._differs(yaml_version.of_lines(self.text, (start, end), frame.indent))

    def _key(self, frame: _Frame, event: Any, start: int, end: int) -> None:
        key = event.value
        # The parser wants a key outside of brackets in one line.
        is_empty = not (key or event.style)
        if frame.in_brackets or is_empty or self.text[end : end + 2] not in _USUAL_COLON:
            self._differs(yaml_version.of_key(self.text, start, end, is_empty=is_empty))
        if event.implicit[0] and key == "<<":
            message = "merge keys (`<<`) are not part of YAML 1.2 and are not supported"
            fix = "write the keys out, or move what is shared to `defaults`"
            self._report((start, end), "merge-key", message, fix)
            frame.skip = True  # so that the rest of the file is still checked
        if len(self.frames) == 1 and key in SPEC_KEYS:
            self.is_ours = True
        if event.anchor:
            self.anchors[event.anchor] = Node(key, start, end, 1)
        frame.key = (key, start, end)

    def _alias(self, anchor: str, start: int, end: int) -> None:
        if anchor not in self.anchors:
            message = f"there is no anchor &{anchor} above"
            self._report((start, end), "yaml-alias", message, "quote text that begins with *")
            raise _StopReading
        self._differs(yaml_version.of_name(self.text, start))
        node = self.anchors[anchor]
        if node is None:
            message = f"the anchor &{anchor} contains itself"
            self._report((start, end), "yaml-alias", message, "write the value out")
            raise _StopReading
        self.expanded += node.size
        if self.expanded > MAX_EXPANDED_NODES:
            message = f"the aliases up to here expand to more than {MAX_EXPANDED_NODES:,} values"
            self._report((start, end), "alias-expansion", message, "write the values out")
            raise _StopReading
        frame = self.frames[-1] if self.frames else None
        if frame and frame.fields is not None and frame.key is None:
            if not isinstance(node.data, str):
                self._report((start, end), "yaml-key", "a key must be plain text", "write it out")
                raise _StopReading
            self._differs(yaml_version.of_key(self.text, start, end))
            frame.key = (node.data, start, end)
            return
        self._place(node, None)

    def _place(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = node
        if not self.frames:
            self.root = node
            return
        frame = self.frames[-1]
        frame.size += node.size
        if frame.fields is None:
            frame.items.append(node)
            return
        assert frame.key is not None
        key, start, end = frame.key
        frame.key = None
        if frame.skip:
            frame.skip = False
            return
        if key in frame.fields:
            first = self.source.location(frame.fields[key].start)
            message = f"the key {key!r} stands here again; it was first used in line {first.line}"
            fix = "remove or rename one of the two"
            self._report((start, end), "duplicate-key", message, fix)
            return
        frame.fields[key] = Field(start, end, node)

    def _check_tag(self, event: Any, start: int) -> None:
        tag = event.tag
        if tag is None or (tag in _TEXT_TAGS and isinstance(event, yaml.ScalarEvent)):
            return
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        message = f"the tag {shown} is not supported; only plain YAML values are"
        end = start + len(shown) if self.source.text.startswith(shown, start) else start + 1
        self._report((start, end), "yaml-tag", message, "remove the tag")

    def _syntax_error(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        text, problem = self.source.text, error.problem or "this is not YAML"
        at = min(mark.index if mark else 0, max(0, len(text.rstrip()) - 1))
        begun = self.source.location(error.context_mark.index).line if error.context_mark else 0
        message, fix = _SYNTAX_MESSAGES.get(problem, (problem.replace("\n", " "), ""))
        if text[at : at + 1] == "\t":
            message, fix = "a tab cannot indent YAML or begin a value", "use spaces"
        message = message.format(line=begun) if fix else message
        self._report((at, at + 1), "yaml-syntax", message, fix)


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})
_TOO_DEEP = f"values are nested more than {MAX_DEPTH} deep"
_EMPTY_FIX = "`codeartifact-tf init` writes a first spec"
_BLOCK_STYLES = frozenset("|>")
# An anchor or a tag stands before it, and a comment may stand between.
_PROPERTIES = re.compile(r"(?:[&!]\S*+(?:\s|#.*)++)*+")
_BLOCK_INDICATOR = re.compile(rf"{_PROPERTIES.pattern}(?P<indicator>[|>][-+0-9]*)")
_INDICATORS = frozenset("-?:")
_USUAL_COLON = frozenset({": ", ":\n"})

# libyaml's words → ours, and what to do. Another message is shown as it is.
_SYNTAX_MESSAGES = {
    "found unexpected end of stream": (
        "the quote that opens in line {line} is never closed",
        "close the quote",
    ),
    "did not find expected ',' or ']'": (
        "the list that opens in line {line} is not closed",
        "close it with ], and put commas between its entries",
    ),
    "did not find expected ',' or '}'": (
        "the mapping that opens in line {line} is not closed",
        "close it with a brace, and put commas between its entries",
    ),
    "did not find expected key": (
        "this does not continue the mapping that begins in line {line}",
        "check the indentation: the keys of a mapping begin in the same column",
    ),
    "did not find expected '-' indicator": (
        "this does not continue the list that begins in line {line}",
        "check the indentation: the entries of a list begin in the same column",
    ),
    "could not find expected ':'": (
        "the key in line {line} has no colon",
        "write a colon and a space after the key",
    ),
    "mapping values are not allowed in this context": (
        "a key cannot stand here",
        "check the indentation, and quote text that holds a colon and a space",
    ),
    "block mapping entries are not allowed in this context": (
        "a key cannot stand here",
        "begin the mapping in a line of its own",
    ),
    "block sequence entries are not allowed in this context": (
        "a list entry cannot stand here",
        "begin the list in a line of its own",
    ),
    "found character that cannot start any token": (
        "this character cannot begin a value",
        "quote text that begins with this character",
    ),
    "did not find expected node content": (
        "a value must stand here",
        "write one, or quote the text",
    ),
    "did not find expected alphabetic or numeric character": (
        "a * or & that is not quoted begins a name of YAML, and none follows",
        "quote text that begins with * or &",
    ),
    "found unknown escape character": (
        "this escape is not one of YAML's",
        "double the backslash, or use single quotes",
    ),
    "found invalid Unicode character escape code": (
        "this escape is not a character: half of a surrogate pair, or beyond Unicode",
        "write the character itself",
    ),
    "found incompatible YAML document": (
        "this version of YAML is not supported",
        "remove the %YAML line",
    ),
}

# YAML 1.2.2 §10.3.2, the core schema.
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NUMBER = re.compile(
    r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


def _number(text: str) -> Number:
    plain = text.lower().replace(".inf", "inf").replace(".nan", "nan")
    try:
        number = Number(int(text, 0) if text.startswith(("0o", "0x")) else plain)
    except OverflowError:  # an integer that no float can hold
        number = Number("inf")
    number.spelling = text
    return number


def _resolve(text: str) -> Any:
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] in "+-.0123456789" and _NUMBER.fullmatch(text):
        return _number(text)
    return text
