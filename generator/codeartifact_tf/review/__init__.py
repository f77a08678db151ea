"""What a change does to everyone's builds; each report is a module of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from codeartifact_tf.changes.comparison import Comparison
from codeartifact_tf.findings.problem import Problem
from codeartifact_tf.reports.findings import Rule, plain


@dataclass(frozen=True, slots=True)
class Review:
    """The comparison of each domain, the findings about them, and the catalogue of rules by name.

    `folders` are where the Terraform of each domain goes, as shown.
    """

    comparisons: Sequence[Comparison]
    folders: Sequence[str]
    problems: Sequence[Problem]
    rules: Mapping[str, Rule] = field(default_factory=lambda: MappingProxyType({}))
    style: Callable[[str, str], str] = plain
