"""The verdict: what a reviewer reads first, and what it never leaves out."""

import re

from codeartifact_tf.changes.comparison import compare
from codeartifact_tf.findings.problem import Location, Problem, Severity
from codeartifact_tf.review.markdown import MAX_CHARACTERS, markdown
from codeartifact_tf.review.review import DomainReview, Review
from codeartifact_tf.review.text import text
from codeartifact_tf.rules import BY_NAME
from tests.support.reviews import spec_with

_SAME = spec_with(app=["shared"], shared=["public:npmjs"])
_LESS = spec_with(shared=["public:npmjs"])


def _problem(rule: str, severity: Severity = Severity.ERROR, line: int = 1) -> Problem:
    return Problem(Location("registry/domain.yaml", line), severity, rule, f"it is about {rule}")


def _review(*problems: Problem, same: int = 0) -> Review:
    domains = [DomainReview(compare(_SAME, _LESS), "terraform")]
    domains += [DomainReview(compare(_SAME, _SAME), "terraform")] * same
    return Review(domains, problems, BY_NAME, about="The working tree at commit 1, against 2")


def _head(review: Review) -> str:
    return "\n".join(markdown(review).splitlines()[:10])


def test_the_worst_is_named_however_many_warnings_there_are() -> None:
    harmless = [_problem("search-order-changed", Severity.WARNING, n) for n in range(500)]
    review = _review(*harmless, _problem("undeclared-deletion"))
    assert "1 error and 500 warnings. The worst: `undeclared-deletion`" in _head(review)
    assert "The working tree at commit 1, against 2." in _head(review)


def test_an_invalid_spec_leads() -> None:
    review = _review(_problem("undeclared-deletion"), _problem("unknown-key", line=9))
    assert "2 errors. The worst: `unknown-key`" in _head(review)


def test_of_warnings_the_most_dangerous_is_the_worst() -> None:
    rules = ("search-order-changed", "guard-weakened", "public-registry-gained")
    review = _review(*(_problem(rule, Severity.WARNING) for rule in rules))
    assert text(review).startswith("3 warnings. The worst: guard-weakened: ")


def test_no_error_is_folded() -> None:
    errors = [_problem("blast-radius", line=n) for n in range(20)]
    outside = re.sub("<details>.*?</details>", "", markdown(_review(*errors)), flags=re.DOTALL)
    assert outside.count("**error**") == 20


def test_of_many_errors_the_first_are_there_and_the_others_are_counted() -> None:
    errors = [_problem("undeclared-deletion", line=n) for n in range(3000)]
    comment = markdown(_review(*errors))
    assert len(comment) <= MAX_CHARACTERS
    assert "3,000 errors" in comment or "3000 errors" in comment
    assert comment.count("- **error**") >= 3
    assert re.search("… and [0-9,]+ more errors", comment)


def test_domains_in_which_nothing_changes_are_one_line() -> None:
    comment = markdown(_review(same=3))
    assert comment.count("Nothing changes in") == 1
    assert comment.count("### Domain") == 1
