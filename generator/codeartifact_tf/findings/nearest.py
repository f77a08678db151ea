"""What was probably meant: the nearest known name to one that is not known."""

from collections.abc import Iterable

# Longer words are not typing slips, and comparing them would cost more than it gives.
_MAX_LENGTH = 120
# `repo` means repositories, and not rules.
_MIN_BEGINNING = 3


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that is most like `word`, or None where none is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - a word is seldom unknown

    if len(word) > _MAX_LENGTH:
        return None
    by_folded = {name.casefold(): name for name in known}
    begun = [name for name in by_folded if name.startswith(word.casefold())]
    if len(begun) == 1 and len(word) >= _MIN_BEGINNING:
        return by_folded[begun[0]]
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None
