"""Upstreams do not lead back to where they began.

Terraform cannot order the creation of repositories that need one another ("Cycle"), and a search
would not end. At most 100 cycles are named at once.
"""

from collections.abc import Iterator
from itertools import islice

from codeartifact_tf.domain.search import shortened
from codeartifact_tf.findings.problem import Severity
from codeartifact_tf.rules.rule import about_spec
from codeartifact_tf.spec.spec import Finding, Spec

# More would not make it clearer; each is found again when those before it are mended.
_MAX_CYCLES = 100


@about_spec(Severity.ERROR, fixed=True)
def check(spec: Spec) -> Iterator[Finding]:
    graph = {name: d.repository.upstreams for name, d in spec.declarations.items()}
    for cycle in islice(cycles(graph), _MAX_CYCLES):
        last, first = cycle[-1], cycle[0]
        entries = spec.declarations[last].upstreams
        closing = next(entry for entry in entries if entry.target == first)
        fix = "remove one of these upstreams"
        inherits = next((name for name in cycle if _inherits(spec, name)), None)
        if inherits:
            fix = f"give {inherits!r} upstreams of its own ([] for none) instead of the defaults"
        path = " → ".join((*shortened(cycle), first))
        yield Finding(closing.place, f"upstreams form a cycle: {path}", fix)


def _inherits(spec: Spec, name: str) -> bool:
    return any(entry.from_defaults for entry in spec.declarations[name].upstreams)


def cycles(graph: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """One cycle for each edge that closes one, beginning with its smallest name; no self-loops."""
    finished: set[str] = set()
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
                if len(cycle) > 1:
                    yield (*cycle[turn:], *cycle[:turn])
            elif child not in finished and child in graph:
                positions[child] = len(path)
                path.append(child)
                pending.append(iter(graph[child]))
