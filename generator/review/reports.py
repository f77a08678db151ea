"""Every format of a review; REPORTS is the table."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generator import report
from generator.report import Results
from generator.review import Review
from generator.review.document import json_
from generator.review.markdown import markdown
from generator.review.script import shell
from generator.review.text import text


def github(review: Review) -> str:
    """The findings as annotations."""
    return report.github(Results(review.problems))


def sarif(review: Review) -> str:
    """The findings as SARIF 2.1.0."""
    return report.sarif(Results(review.problems, (), review.rules))


REPORTS: Mapping[str, Callable[[Review], str]] = MappingProxyType(
    {
        "text": text,
        "markdown": markdown,
        "json": json_,
        "github": github,
        "sarif": sarif,
        "shell": shell,
    }
)
