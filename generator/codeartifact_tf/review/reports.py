"""Every format of a review; REPORTS is the table."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from codeartifact_tf.reports import findings
from codeartifact_tf.reports.findings import Results
from codeartifact_tf.review.document import json_
from codeartifact_tf.review.markdown import job_summary, markdown
from codeartifact_tf.review.review import Review
from codeartifact_tf.review.script import shell
from codeartifact_tf.review.text import text


def github(review: Review) -> str:
    """The findings as annotations."""
    return findings.github(Results(review.problems))


def sarif(review: Review) -> str:
    """The findings as SARIF 2.1.0."""
    return findings.sarif(Results(review.problems, (), review.rules))


REPORTS: Mapping[str, Callable[[Review], str]] = MappingProxyType(
    {
        "text": text,
        "markdown": markdown,
        "summary": job_summary,
        "json": json_,
        "github": github,
        "sarif": sarif,
        "shell": shell,
    }
)
