"""A review: the comparison of each domain, and the findings about them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.problem import Problem, Silenced
from codeartifact_tf.reports.findings import Rule, plain
from codeartifact_tf.review.entries import Section
from codeartifact_tf.review.outline import sections


@dataclass(frozen=True)
class DomainReview:
    """A domain of a review; `folder` is where its Terraform goes, as shown."""

    comparison: Comparison
    folder: str

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """What reports for people say, the most dangerous first."""
        return sections(self.comparison)


@dataclass(frozen=True, slots=True)
class Review:
    """The domains, the findings about them, and the catalogue of rules by name.

    `about` says which versions are compared; it is empty where these are two folders. `silenced`
    are findings that comments silence; `unknown` are the specs of which nothing is compared,
    because a version of them is invalid.
    """

    domains: Sequence[DomainReview]
    problems: Sequence[Problem]
    rules: Mapping[str, Rule] = field(default_factory=lambda: MappingProxyType({}))
    style: Callable[[str, str], str] = plain
    about: str = ""
    silenced: Sequence[Silenced] = ()
    unknown: Sequence[str] = ()
