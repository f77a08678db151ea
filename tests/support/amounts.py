"""How much the tests draw: in CI all of it, at the desk about a third, by `make fuzz` much more."""

import os

from hypothesis import settings

IN_CI = os.environ.get("CI") == "true"


def examples(count: int) -> int:
    """So many examples in CI, and about a third of them at the desk."""
    return count if IN_CI else -(-count // 3)


# What `make fuzz` sets: inputs of each kind, and moments to kill a run at.
FUZZED = int(os.environ.get("EXAMPLES") or examples(25))
KILLS = int(os.environ.get("KILLS") or 12)


def load_profile() -> None:
    """In CI the same tests draw the same examples; at the desk each run draws new ones.

    Machines differ, so an example has no deadline.
    """
    settings.register_profile("ci", max_examples=examples(100), derandomize=True, deadline=None)
    settings.register_profile("desk", max_examples=examples(100), deadline=None)
    settings.load_profile("ci" if IN_CI else "desk")
