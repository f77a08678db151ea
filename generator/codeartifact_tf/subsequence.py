"""The longest increasing subsequence: what kept its order, in a diff and in a search order."""

from bisect import bisect_left
from collections.abc import Sequence


def longest_increasing(values: Sequence[int]) -> list[int]:
    """The indices of a longest increasing subsequence of distinct numbers, in ascending order."""
    tails: list[int] = []  # the smallest last value of a subsequence, by its length less one
    ends: list[int] = []  # and the index of that value
    previous: list[int] = []
    for index, value in enumerate(values):
        length = bisect_left(tails, value)
        previous.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [value]
        ends[length : length + 1] = [index]
    found = []
    end = ends[-1] if ends else -1
    while end >= 0:
        found.append(end)
        end = previous[end]
    return found[::-1]
