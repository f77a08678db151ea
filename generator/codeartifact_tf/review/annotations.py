"""The findings of a review, as forges show them beside the code."""

from codeartifact_tf.reports import findings
from codeartifact_tf.reports.findings import Results
from codeartifact_tf.review.review import Review


def github(review: Review) -> str:
    """The findings as annotations of GitHub."""
    return findings.github(Results(review.problems))


def sarif(review: Review) -> str:
    """The findings as SARIF 2.1.0."""
    return findings.sarif(Results(review.problems, (), review.rules))
