"""The changed neighbourhood of a domain as a Mermaid flowchart: downstream → upstream.

Repositories that nobody can tell apart but by their names (same upstreams, same change) are one
node with a count.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.review.grouping import shapes

_MAX_EDGES = 100
_MAX_LABEL = 60
_NAMED = 2

_STYLES = """\
  classDef gone stroke:#cf222e,stroke-width:2px,stroke-dasharray:5
  classDef forgotten stroke:#57606a,stroke-width:2px,stroke-dasharray:5
  classDef new stroke:#1a7f37,stroke-width:2px
  classDef changed stroke:#9a6700,stroke-width:2px
"""


class _Edge(NamedTuple):
    source: int
    target: int
    arrow: str
    label: str


def mermaid(comparison: Comparison, limit: int) -> str:
    """The flowchart with at most `limit` nodes for repositories; empty if there is nothing to draw.

    The line break at its end belongs to it.
    """
    statuses = _statuses(comparison)
    if not limit or not statuses:
        return ""
    groups = _groups(comparison, statuses)
    drawn = sorted(groups, key=lambda group: (_RANKS[statuses[group[0]]], group))[:limit]
    number_of = {name: number for number, group in enumerate(drawn) for name in group}
    lines = ["flowchart LR\n"]
    for number, group in enumerate(drawn):
        status = statuses[group[0]]
        style = f":::{status}" if status in _STYLED else ""
        lines.append(f'  n{number}["{_label(group)}"]{style}\n')
    edges = list(dict.fromkeys(_edges(comparison, drawn, number_of)))
    lines += [_line(edge) for edge in edges[:_MAX_EDGES]]
    lines += _connections(comparison, drawn)
    left = sum(map(len, groups)) - sum(map(len, drawn))
    if left:
        lines.append(f'  more["and {left:,} more repositories"]\n')
    return f"{''.join(lines)}{_STYLES}"


_STYLED = ("gone", "forgotten", "changed", "new")
_RANKS = {status: rank for rank, status in enumerate((*_STYLED, "beside", "moved"))}


def _statuses(comparison: Comparison) -> dict[str, str]:
    """What becomes of each repository of the picture.

    Those that change, come or go, those that find packages elsewhere, and what is upstream of them.
    """
    before, after = comparison.before, comparison.after
    lost = {loss.repository for loss in comparison.losses}
    left = before.keys() - after.keys()
    statuses = {name: "gone" if lost & {name, None} else "forgotten" for name in left}
    statuses |= dict.fromkeys(after.keys() - before.keys(), "new")
    statuses |= dict.fromkeys(comparison.rewired, "changed")
    if not comparison.shifts and not comparison.losses:
        return {}  # a picture of repositories that nobody uses yet tells nothing
    beside = {name for known in statuses for name in _upstreams(comparison, known)}
    for shift in comparison.shifts:
        statuses.setdefault(shift.repository, "moved")
    return dict.fromkeys(beside, "beside") | statuses


def _upstreams(comparison: Comparison, name: str) -> tuple[str, ...]:
    sides = (side.get(name) for side in (comparison.before, comparison.after))
    return tuple(up for repository in sides if repository for up in repository.upstreams)


def _groups(comparison: Comparison, statuses: Mapping[str, str]) -> list[list[str]]:
    """The repositories by shape and by what becomes of them."""
    found = shapes(comparison, statuses)
    groups: dict[object, list[str]] = {}
    for name in sorted(statuses):
        groups.setdefault((statuses[name], found[name]), []).append(name)
    return list(groups.values())


def _edges(
    comparison: Comparison, drawn: Sequence[Sequence[str]], number_of: Mapping[str, int]
) -> Iterator[_Edge]:
    parts = (part for shift in comparison.shifts for part in shift.parts)
    moves = {part.cause for part in parts if part.delta.moves}
    for number, group in enumerate(drawn):
        name = group[0]
        old, new = comparison.before.get(name), comparison.after.get(name)
        was = old.upstreams if old else ()
        now = new.upstreams if new else ()
        for upstream in dict.fromkeys((*now, *was)):
            if upstream in number_of:
                what = _Drawn(is_new=old is None, stays=new is not None, moves=name in moves)
                yield _Edge(number, number_of[upstream], *_drawn(upstream, was, now, what))


class _Drawn(NamedTuple):
    """What becomes of a repository; `moves`: its own edit moves packages by another order."""

    is_new: bool
    stays: bool
    moves: bool


def _drawn(
    upstream: str, was: tuple[str, ...], now: tuple[str, ...], what: _Drawn
) -> tuple[str, str]:
    """The arrow to an upstream, and its position in the search where that tells something."""
    if upstream not in now:
        return "-.->", "gone" if what.stays else ""
    position = now.index(upstream) + 1
    if upstream not in was:
        return "==>", "" if what.is_new else f"new, {position}."
    before = was.index(upstream) + 1
    return "-->", f"{position}., was {before}." if what.moves and before != position else ""


def _connections(comparison: Comparison, drawn: Sequence[Sequence[str]]) -> Iterator[str]:
    numbers: dict[str, int] = {}
    for number, group in enumerate(drawn):
        old, new = comparison.before.get(group[0]), comparison.after.get(group[0])
        was = old.external_connection if old else None
        now = new.external_connection if new else None
        for connection in dict.fromkeys((was, now)):
            if connection is None:
                continue
            if connection not in numbers:
                numbers[connection] = len(numbers)
                yield f'  p{numbers[connection]}(["{_escaped(connection)}"])\n'
            arrow = "-->" if was == now else "==>" if connection == now else "-.->"
            yield f"  n{number} {arrow} p{numbers[connection]}\n"


def _line(edge: _Edge) -> str:
    label = f'|"{edge.label}"|' if edge.label else ""
    return f"  n{edge.source} {edge.arrow}{label} n{edge.target}\n"


def _label(group: Sequence[str]) -> str:
    shown = ", ".join(_escaped(name) for name in group[:_NAMED])
    if len(group) > _NAMED:
        return f"{_escaped(group[0])} and {len(group) - 1:,} more"
    return shown


def _escaped(text: str) -> str:
    """Text in which nothing means anything to Mermaid, Markdown or HTML."""
    text = text if len(text) <= _MAX_LABEL else f"{text[:_MAX_LABEL]}…"
    plain = {*"-_.: ", *"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    return "".join(c if c in plain else f"#{ord(c)};" if c.isprintable() else " " for c in text)
