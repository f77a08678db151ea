"""Upstreams do not lead back to where they began.

Terraform cannot order the creation of repositories that need one another ("Cycle"), and a search
would not end.
"""

from collections.abc import Iterator

from generator.problem import Severity
from generator.spec import Finding, Spec

SEVERITY = Severity.ERROR
FIXED = True


def check(spec: Spec) -> Iterator[Finding]:
    for cycle in cycles({n: d.repository.upstreams for n, d in spec.declarations.items()}):
        last, first = cycle[-1], cycle[0]
        entries = spec.declarations[last].upstreams
        closing = next(entry for entry in entries if entry.target == first)
        path = " → ".join((*cycle, first))
        fix = "remove one of these upstreams"
        inherits = [name for name in cycle if _inherits(spec, name)]
        if inherits:
            fix = f"give {inherits[0]!r} upstreams of its own ([] for none) instead of the defaults"
        yield Finding(closing.place, f"upstreams form a cycle: {path}", fix)


def _inherits(spec: Spec, name: str) -> bool:
    return any(entry.from_defaults for entry in spec.declarations[name].upstreams)


def cycles(graph: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """One cycle for each edge that closes one, beginning with its smallest name; no self-loops."""
    finished: set[str] = set()
    seen: set[tuple[str, ...]] = set()
    for start in sorted(graph):
        if start in finished:
            continue
        path: list[str] = [start]
        positions = {start: 0}
        pending = [iter(graph[start])]
        while pending:
            child = next(pending[-1], None)
            if child is None:
                pending.pop()
                node = path.pop()
                del positions[node]
                finished.add(node)
            elif child in positions:
                cycle = path[positions[child] :]
                turn = cycle.index(min(cycle))
                found = (*cycle[turn:], *cycle[:turn])
                if len(found) > 1 and found not in seen:
                    seen.add(found)
                    yield found
            elif child not in finished and child in graph:
                positions[child] = len(path)
                path.append(child)
                pending.append(iter(graph[child]))
