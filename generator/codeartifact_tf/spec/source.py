"""`Source`: the data of a YAML file, with the place of each value and the problems of the text."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from codeartifact_tf.findings.problem import Location, Problem, Severity

_EXCERPT_WIDTH = 140

YamlPath: TypeAlias = tuple[str | int, ...]


SPEC_KEYS = frozenset(
    {
        *("assertions", "defaults", "domain", "include", "internal_packages", "package_groups"),
        *("removed", "repositories", "require", "review", "rules", "terraform"),
    }
)
"""The keys at the top of a spec or of a team file. A file without any of them is not ours."""


class Number(float):
    """A number of the text, with its spelling."""

    spelling: str

    def __str__(self) -> str:
        return self.spelling


class Node(NamedTuple):
    """A value of the text: its plain data, its span (character offsets), and what it contains."""

    data: Any
    start: int
    end: int
    size: int
    fields: dict[str, "Field"] | None = None
    items: tuple["Node", ...] | None = None


class Field(NamedTuple):
    """A key of a mapping (its span) and its value."""

    start: int
    end: int
    node: Node


class Ignore(NamedTuple):
    """A comment `# codeartifact-tf: ignore[rule, …] reason` and the line that it is about."""

    rules: tuple[str, ...]
    reason: str
    line: int
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Source:
    """One YAML file. `root` is None where the text could not be read; `problems` says why.

    `is_ours` says that it has a key of a spec. Of any other file nothing is quoted, because an
    `include` can name a file of any kind.
    """

    file: str
    path: Path
    text: str = ""
    root: Node | None = None
    problems: tuple[Problem, ...] = ()
    ignores: tuple[Ignore, ...] = field(default=(), repr=False)
    unreadable: bool = False
    is_ours: bool = False

    @property
    def data(self) -> Any:
        """The text as plain dicts, lists, strings, numbers, booleans and None."""
        return self.root.data if self.root else None

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer(r"\r\n|\n|\r", self.text))]

    def location(self, offset: int) -> Location:
        """The line and column of a character offset."""
        line = bisect_right(self._line_starts, offset)
        return Location(self.file, line, offset - self._line_starts[line - 1] + 1)

    def line_text(self, line: int) -> str:
        """The text of a line (counted from 1) without its line break."""
        return self.text[slice(*self._line_span(line))]

    def _line_span(self, line: int) -> tuple[int, int]:
        start = self._line_starts[line - 1]
        is_last = line == len(self._line_starts)
        end = len(self.text) if is_last else self._line_starts[line]
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return start, end

    @cached_property
    def lines_of_values(self) -> list[int]:
        """The numbers of the lines that are neither blank nor a comment."""
        lines = (
            (number, self.line_text(number).lstrip())
            for number in range(1, len(self._line_starts) + 1)
        )
        return [number for number, text in lines if text and text[0] != "#"]

    def whereabouts(self, line: int) -> tuple[str, ...]:
        """What a line is about, wherever it stands: the keys that lead to it.

        A line without a key of its own, such as an entry of a list, adds its text.
        """
        start, end = self._line_span(line)
        text = self.text[start:end]
        offset = start + len(text) - len(text.lstrip(" -"))
        number = bisect_right(self._keys, offset, key=lambda found: found[0]) - 1
        if number < 0:
            return ()
        begin, keys = self._keys[number]
        return keys if begin >= start else (*keys, re.split(r"\s#", text)[0].strip(" -,"))

    @cached_property
    def _keys(self) -> list[tuple[int, tuple[str, ...]]]:
        """The keys of the text: where each begins, and its path without the numbers of entries."""
        found = []
        stack: list[tuple[Node, tuple[str, ...]]] = [(self.root, ())] if self.root else []
        while stack:
            node, path = stack.pop()
            stack += [(item, path) for item in node.items or ()]
            for name, (start, _, value) in (node.fields or {}).items():
                found.append((start, (*path, name)))
                stack.append((value, (*path, name)))
        return sorted(found)

    def span(self, path: YamlPath, *, on_key: bool = False) -> tuple[int, int]:
        """The offsets of the value at `path`, or of its key; of the deepest part that exists."""
        node = self.root
        span = (node.start, node.end) if node else (0, 0)
        for depth, step in enumerate(path):
            if node is None:
                break
            if node.fields is not None and step in node.fields:
                start, end, node = node.fields[str(step)]
                is_last = depth == len(path) - 1
                show_key = (is_last and on_key) or self._is_block(end, node)
                span = (start, end) if show_key else (node.start, node.end)
            elif node.items is not None and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
                span = (node.start, node.end)
            else:
                break
        return span

    def _is_block(self, key_end: int, node: Node) -> bool:
        """Whether a value is best shown by its key: it is empty, or begins on a later line."""
        is_scalar = node.fields is None and node.items is None
        begins_later = bool(re.search(r"[\r\n]", self.text[key_end : node.start]))
        return node.start == node.end or (begins_later and not is_scalar)

    def problem(
        self,
        span: tuple[int, int],
        rule: str,
        message: str,
        fix: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """A finding about a span of this text, with its line as the excerpt if it is ours."""
        location = self.location(span[0])
        if not self.is_ours:
            return withheld(Problem(location, severity, rule, message, fix))
        first, last = self._line_span(location.line)
        # A window of the line: a file of one long line with many faults must stay small.
        start = max(first, min(span[0] - _EXCERPT_WIDTH // 2, last - _EXCERPT_WIDTH))
        excerpt = self.text[start : min(last, start + _EXCERPT_WIDTH)]
        caret = span[0] - start
        width = max(1, min(span[1] - span[0], len(excerpt) - caret))
        return Problem(location, severity, rule, message, fix, excerpt, caret, width)


# Their messages and fixes are the same for every text.
_WITHOUT_QUOTES = frozenset(
    {
        *("alias-expansion", "empty-file", "file-outside", "file-too-large", "file-unreadable"),
        *("invalid-character", "merge-key", "missing-key", "nesting-depth", "not-utf8"),
        *("several-documents", "wrong-type", "yaml-key", "yaml-syntax"),
    }
)


def withheld(problem: Problem) -> Problem:
    """A finding about a file that is not ours: where it is, and nothing that the file holds."""
    if problem.rule in _WITHOUT_QUOTES:
        return replace(problem, excerpt="", caret=0, width=1)
    message = "this file has no key of a spec or a team file, so nothing of it is quoted"
    # What is meant is one of our own keys.
    fix = problem.fix if problem.rule == "unknown-key" else ""
    return Problem(problem.location, problem.severity, problem.rule, message, fix)
