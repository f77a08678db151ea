"""HCL text → python-hcl2's parse trees, where texts of one shape are parsed only once.

What is generated repeats itself: a thousand repositories are a few blocks with other names in them.
Two texts have one shape if they differ in nothing but names that are no keywords and the insides of
plain strings. The lexer cuts such texts into tokens of the same types, and the parser, which sees
nothing but types, makes the same tree of them with other leaves: the leaves of the next text are
put into the tree of the first. Where a comment, a template, an escape or a heredoc could make that
untrue, a text is parsed by itself.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from lark import Token, Tree

# A plain string, or a name that does not go on a number or another name.
_LEAF = re.compile(r'("[^"\\$%\n]*"|(?<![A-Za-z0-9_-])[A-Za-z_][A-Za-z0-9_-]*)')
# What begins a comment, a heredoc, an escape, a template, or a string that is not plain.
_NOT_PLAIN = re.compile(r'["\\$%#/<]')
# The words that python-hcl2's grammar has terminals for, and the string that has no inside.
_KEPT = frozenset(
    {"if", "in", "for", "for_each", "else", "endif", "endfor", "null", "true", "false", '""'}
)


class _Shape(NamedTuple):
    """A tree, and the place of each leaf in it: the children of a node, and which of them."""

    tree: "Tree[Token]"
    leaves: list[tuple[list[Any], int]]


_MOST = 200  # trees are large, and whoever repeats himself does so early


class Shapes:
    """The shapes that were seen."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str | bool, ...], _Shape] = {}

    def parse(self, text: str) -> "Tree[Token]":
        """The tree of a text, good until the next is asked for. Raises lark's LarkError."""
        parts = _LEAF.split(text)
        between, leaves = parts[::2], parts[1::2]
        kept: list[str | bool] = [leaf if leaf in _KEPT else leaf[0] == '"' for leaf in leaves]
        key = (*between, *kept)
        shape = self._seen.get(key)
        if shape is None:
            tree = _parse(text)
            if len(self._seen) < _MOST and (found := _shape(tree, parts)):
                self._seen[key] = found
            return tree
        filled = (leaf for leaf in leaves if leaf not in _KEPT)
        for (children, place), leaf in zip(shape.leaves, filled, strict=True):
            children[place] = leaf[1:-1] if leaf[0] == '"' else leaf
        return shape.tree


def _parse(text: str) -> "Tree[Token]":
    import hcl2  # noqa: PLC0415 - 50 ms that only reading HCL back needs

    return hcl2.parses_to_tree(text)


def _shape(tree: "Tree[Token]", parts: list[str]) -> _Shape | None:
    """The shape of a tree, or None if its leaves are not where the text was split."""
    if any(map(_NOT_PLAIN.search, parts[::2])):
        return None
    found = {
        (token.type, token.start_pos, str(token)): (node.children, place)
        for node in tree.iter_subtrees()
        for place, token in enumerate(node.children)
        if isinstance(token, str)
    }
    leaves, position = [], 0
    for number, part in enumerate(parts):
        if number % 2 and part not in _KEPT:
            is_text = part[0] == '"'
            token = (
                ("STRING_CHARS", position + 1, part[1:-1]) if is_text else ("NAME", position, part)
            )
            if token not in found:
                return None
            leaves.append(found[token])
        position += len(part)
    return _Shape(tree, leaves)


def cut(text: str, depth: int = 0) -> Iterator[str]:
    """The parts of a text that begin in lines of an indentation of `depth` levels.

    Where a part ends is only a guess: whoever parses a part by itself finds out.
    """
    indent = "  " * depth
    begins = re.compile(rf"^(?={indent}[^\s}})\]])", re.MULTILINE)
    places = [found.start() for found in begins.finditer(text)]
    bounds = [0, *places, len(text)]
    return (text[start:end] for start, end in pairwise(bounds) if start < end)
