from __future__ import annotations

import pytest

from evolution_contracts.spec.model import AnswerFormat
from evolution_contracts.vocabulary import Judgement
from evolution_jobs.answers.grade import Grade
from evolution_jobs.answers.reward import reward


def grade(judgement: Judgement, *, is_well_formed: bool = True) -> Grade:
    return Grade(judgement=judgement, extracted="7", is_well_formed=is_well_formed, is_parsable=True)


@pytest.mark.parametrize(
    ("judgement", "is_well_formed", "plain", "boxed"),
    [
        pytest.param(Judgement.CORRECT, True, 1.0, 1.0, id="right and well formed"),
        pytest.param(Judgement.CORRECT, False, 1.0, 0.9, id="right"),
        pytest.param(Judgement.WRONG, True, 0.0, 0.1, id="wrong and well formed"),
        pytest.param(Judgement.WRONG, False, 0.0, 0.0, id="wrong"),
        pytest.param(Judgement.ABSTAIN, True, 0.0, 0.1, id="not judged, well formed"),
        pytest.param(Judgement.ABSTAIN, False, 0.0, 0.0, id="not judged"),
    ],
)
def test_reward_adds_accuracy_and_form(*, judgement: Judgement, is_well_formed: bool, plain: float, boxed: float) -> None:
    given = grade(judgement, is_well_formed=is_well_formed)
    assert reward(given, answer_format=AnswerFormat.PLAIN) == plain
    assert reward(given, answer_format=AnswerFormat.BOXED) == pytest.approx(boxed)
    assert reward(given, answer_format=AnswerFormat.THINK_BOXED) == pytest.approx(boxed)


def test_weights_can_be_chosen() -> None:
    assert reward(grade(Judgement.CORRECT), answer_format=AnswerFormat.BOXED, accuracy_weight=2, format_weight=0.5) == 2.5
