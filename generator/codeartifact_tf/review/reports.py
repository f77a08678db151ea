"""Every format of a review; REPORTS is the table."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from codeartifact_tf.reports import findings
from codeartifact_tf.reports.findings import Results
from codeartifact_tf.reports.formats import later

if TYPE_CHECKING:
    from codeartifact_tf.review.review import Review

_Report: TypeAlias = "Callable[[Review], str]"


def github(review: "Review") -> str:
    """The findings as annotations."""
    return findings.github(Results(review.problems))


def sarif(review: "Review") -> str:
    """The findings as SARIF 2.1.0."""
    return findings.sarif(Results(review.problems, (), review.rules))


REPORTS: Mapping[str, _Report] = MappingProxyType(
    {
        "text": later(f"{__package__}.text", "text"),
        "markdown": later(f"{__package__}.markdown", "markdown"),
        "summary": later(f"{__package__}.markdown", "job_summary"),
        "json": later(f"{__package__}.document", "json_"),
        "github": github,
        "sarif": sarif,
        "shell": later(f"{__package__}.script", "shell"),
    }
)
