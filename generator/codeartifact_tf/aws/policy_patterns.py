"""How IAM compares a text with a pattern of a policy: `*` is any text, `?` is one character.

All states of the comparison are bits of one number, so that no pattern costs more than its length
for each character, however many stars an author puts into it.
"""

import re
from functools import lru_cache


class PolicyPattern:
    """A pattern of a policy; no character but `*` and `?` is special."""

    def __init__(self, text: str) -> None:
        text = re.sub(r"\*+", "*", text)
        self._stars = self._any = 0
        self._literal: dict[str, int] = {}
        for number, character in enumerate(text):
            bit = 1 << number
            if character == "*":
                self._stars |= bit
            elif character == "?":
                self._any |= bit
            else:
                self._literal[character] = self._literal.get(character, 0) | bit
        self._end = 1 << len(text)

    def matches(self, text: str) -> bool:
        """Whether the pattern means exactly this text."""
        return bool(self._states(text) & self._end)

    def meets(self, prefix: str) -> bool:
        """Whether the pattern means some text that begins so."""
        return bool(self._states(prefix))

    def covers(self, prefix: str) -> bool:
        """Whether the pattern means every text that begins so."""
        return bool(self._states(prefix) & self._stars & self._end >> 1)

    def _states(self, text: str) -> int:
        states = self._with_empty_stars(1)
        for character in text:
            taken = states & (self._literal.get(character, 0) | self._any)
            states = self._with_empty_stars(taken << 1 | states & self._stars)
            if not states:
                break
        return states

    def _with_empty_stars(self, states: int) -> int:
        return states | (states & self._stars) << 1


@lru_cache(maxsize=4096)
def pattern(text: str) -> PolicyPattern:
    """The pattern of a text, made once."""
    return PolicyPattern(text)


def arn_matches(wanted: str, arn: str) -> bool:
    """Whether an ARN matches as ArnLike compares: each of the six parts on its own.

    Source: IAM user guide, "Amazon Resource Name (ARN) condition operators".
    """
    parts, others = wanted.split(":", 5), arn.split(":", 5)
    return len(parts) == len(others) and all(
        pattern(part).matches(other) for part, other in zip(parts, others, strict=True)
    )
