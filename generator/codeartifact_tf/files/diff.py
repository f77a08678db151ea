"""Old and new lines → the hunks of a unified diff, in time that grows with the number of lines.

difflib walks the rest of a file again for every change in it: minutes, where each of 10,000
repositories has one. So it sees only what lies between the lines that stand once on either side.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher
from itertools import pairwise

from codeartifact_tf.subsequence import longest_increasing

_CONTEXT = 3
# Lines times lines that difflib may compare; where more have nothing in common that stands once,
# the old lines go and the new ones come.
_COMPARED = 1_000_000


def unified(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """The hunks, without the two lines that name the files."""
    for group in _Matcher(old, new).get_grouped_opcodes(_CONTEXT):
        _, old_start, _, new_start, _ = group[0]
        _, _, old_end, _, new_end = group[-1]
        yield f"@@ -{_range(old_start, old_end)} +{_range(new_start, new_end)} @@\n"
        for tag, i, i_end, j, j_end in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[i:i_end])
                continue
            yield from (f"-{line}" for line in old[i:i_end])
            yield from (f"+{line}" for line in new[j:j_end])


def _range(start: int, end: int) -> str:
    """Lines as a hunk counts them: from 1, and from the line before where there are none."""
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + bool(length)},{length}"


class _Matcher(SequenceMatcher[str]):
    """A matcher that is asked for its opcodes only."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__()
        self.old, self.new = old, new

    def get_matching_blocks(self) -> list[Match]:
        ends = (len(self.old), len(self.new))
        found = [Match(0, 0, 0)]
        for (i, j), (i_end, j_end) in pairwise([(0, 0), *_anchors(self.old, self.new), ends]):
            for a, b, size in _matches(self.old[i:i_end], self.new[j:j_end]):
                last = found[-1]
                if (last.a + last.size, last.b + last.size) == (i + a, j + b):
                    found[-1] = Match(last.a, last.b, last.size + size)
                else:
                    found.append(Match(i + a, j + b, size))
        return [*found, Match(*ends, 0)]


def _matches(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    if old == new:
        return [Match(0, 0, len(old))]
    if len(old) * len(new) > _COMPARED:
        return []
    return SequenceMatcher(None, old, new).get_matching_blocks()


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The places of most lines that stand once on either side, in the same order on both.

    This is the "patience diff" of Bram Cohen: a longest increasing subsequence.
    """
    counts, counts_of_new = Counter(old), Counter(new)
    places = {line: j for j, line in enumerate(new) if counts_of_new[line] == 1}
    pairs = [
        (i, places[line]) for i, line in enumerate(old) if counts[line] == 1 and line in places
    ]
    return [pairs[index] for index in longest_increasing([j for _, j in pairs])]
