"""What a row can say: which outcome is worse, and how one apply falls short."""

import pytest

from codeartifact_tf.transitions import Answer, Lost, Outcome, Plan, failure

_NO, _EITHER = Answer.NO, Answer.EITHER
_UPDATE = (Plan.UPDATE,)


def test_what_loses_more_is_worse_and_then_what_is_wrong_fails_or_comes_again() -> None:
    outcomes = [
        Outcome(_UPDATE, lost=(Lost.REPOSITORY, Lost.DOMAIN)),
        Outcome(_UPDATE, lost=(Lost.REPOSITORY,)),
        Outcome(_UPDATE, lost=(Lost.BUILDS,)),
        Outcome(_UPDATE, lost=(Lost.BEHIND,)),
        Outcome(_UPDATE, is_right=_NO),
        Outcome(_UPDATE, succeeds=_NO),
        Outcome(_UPDATE, second_plan_is_empty=_NO),
        Outcome(_UPDATE),
    ]
    dangers = [outcome.danger for outcome in outcomes]
    assert dangers == sorted(dangers)
    assert len({*dangers}) == len(dangers)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome((Plan.ERROR,), succeeds=_NO), "the plan fails"),
        (Outcome(_UPDATE, succeeds=_NO), "the apply fails"),
        (Outcome(_UPDATE, succeeds=_EITHER), "the apply may fail"),
        (
            Outcome(_UPDATE, is_right=_NO, second_plan_is_empty=_NO),
            "the apply succeeds, but the service is not as the spec says",
        ),
        (Outcome(_UPDATE, second_plan_is_empty=_NO), "every plan shows it again"),
        (Outcome(_UPDATE), ""),
    ],
)
def test_an_apply_that_falls_short_is_told_by_its_first_failure(
    outcome: Outcome, words: str
) -> None:
    assert failure(outcome) == words
