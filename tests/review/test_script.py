"""How the script ends: an apply to run, one to run later, or one that a person must want."""

import subprocess

import pytest

from codeartifact_tf.changes.comparison import compare
from codeartifact_tf.review.remedies import quoted_for_shell
from codeartifact_tf.review.review import DomainReview, Review
from codeartifact_tf.review.script import shell
from codeartifact_tf.transitions import Kind
from tests.support.reviews import bare
from tests.support.transitions.cases import CASES, REFUSED, domain

_RUN = "# With the new spec:\nterraform -chdir=terraform apply\n"
_RUN_LATER = (
    "# When all of the above is done, with the new spec:\n# terraform -chdir=terraform apply\n"
)
_LOSE = "# This apply loses what the review says, for good:\n# terraform -chdir=terraform apply\n"
_CASES = {case.name: case for case in (*CASES, *REFUSED)}


@pytest.mark.parametrize(
    ("case", "end"),
    [
        (Kind.LABEL_CHANGED, _RUN),  # what the script writes keeps the packages
        (Kind.LAST_UPSTREAM_REMOVED, _RUN),
        (Kind.ENCRYPTION_KEY_CHANGED, _RUN_LATER),  # a spec to change is left to people
        (f"{Kind.DOMAIN_RENAMED}(protected)", _RUN_LATER),
        (Kind.LAYOUT_TO_MODULE, _LOSE),  # what keeps the packages is left to people
        (Kind.REPOSITORY_RENAMED, _LOSE),
        (Kind.LAST_UPSTREAM_DELETED, _LOSE),
        (Kind.REPOSITORY_REMOVED_AND_DESTROYED, _LOSE),  # there is no remedy
    ],
)
def test_script_ends_as_its_remedies_allow(case: str, end: str) -> None:
    comparison = compare(bare(_CASES[case].old), bare(_CASES[case].new))
    script = shell(Review([DomainReview(comparison, "terraform")], []))
    assert script.endswith(f"\n\n{end}")


def test_script_of_a_change_without_remedies_says_so() -> None:
    case = _CASES[Kind.TAGS_ADDED]
    comparison = compare(bare(case.old), bare(case.new))
    script = shell(Review([DomainReview(comparison, "terraform")], []))
    assert script.endswith("# Nothing is to be done besides the apply.\n")


def test_what_a_file_does_not_know_is_left_to_people() -> None:
    old, new = (domain(managed=managed, owner=None) for managed in (False, True))
    comparison = compare(bare(old), bare(new))
    script = shell(Review([DomainReview(comparison, "terraform")], []))
    assert '#   id = "arn:aws:codeartifact:eu-west-1:<owner>:domain/acme"\n' in script
    assert script.endswith(f"\n\n{_RUN_LATER}")


@pytest.mark.parametrize("text", ["a\x1b[2Jb", "a'b\nc", "\\\t", "é\x07'", "$(touch x)", "a b"])
def test_a_quoted_text_is_one_word_that_no_terminal_obeys(text: str) -> None:
    quoted = quoted_for_shell(text)
    assert quoted.isprintable()
    done = subprocess.run(
        ["bash", "-c", f"printf %s {quoted}"], capture_output=True, text=True, check=True
    )
    assert done.stdout == text
