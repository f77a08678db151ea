"""Globs over the names of repositories and of external connections.

A store and its connection are two names of one thing, as in an entry of `upstreams`.
"""

import re
from collections.abc import Iterable, Mapping
from fnmatch import translate

from codeartifact_tf.domain.model import Repository


class NamePatterns:
    """Globs over the names of repositories and of external connections."""

    def __init__(self, globs: Iterable[str]) -> None:
        globs = frozenset(globs)
        # A pattern holds no bracket: the schema has seen to it.
        wild = {glob for glob in globs if "*" in glob or "?" in glob}
        self._names = globs - wild
        self._wild = re.compile("|".join(map(translate, sorted(wild)))) if wild else None

    def meet(self, name: str | None) -> bool:
        """Whether one of them means this name."""
        if name is None or self._wild is None:
            return name in self._names
        return name in self._names or self._wild.fullmatch(name) is not None

    def mean(self, repository: Repository) -> bool:
        """Whether one of them means this repository, by its name or by its connection."""
        return self.meet(repository.name) or self.meet(repository.external_connection)

    def among(self, repositories: Mapping[str, Repository]) -> frozenset[str]:
        """The names of the repositories that they mean."""
        if self._wild is None and not any(":" in name for name in self._names):
            return self._names & repositories.keys()  # no connection is without a colon
        return frozenset(name for name, each in repositories.items() if self.mean(each))

    def named(self, repositories: Mapping[str, Repository]) -> frozenset[str]:
        """The repositories that they mean by name alone."""
        return frozenset(filter(self.meet, repositories))


def is_within(glob: str, outer: str) -> bool:
    """Whether every name that a glob means is one that the outer one means.

    The outer one is read as a pattern of the characters of the other: only `*` stands for `*`.
    """
    parts = (_STANDS_FOR.get(character) or re.escape(character) for character in outer)
    return re.fullmatch("".join(parts), glob) is not None


_STANDS_FOR = {"*": ".*", "?": "[^*]"}
