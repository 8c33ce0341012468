"""The reward is the verifier's verdict, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from evolution_contracts.answers import Answer, IntegerAnswer
from evolution_contracts.base import canonical_json
from evolution_contracts.spec.model import AnswerFormat
from evolution_contracts.spec.train import GrpoSpec
from evolution_jobs.answers.verifier import Verifier
from evolution_jobs.train.rewards import VerifiableReward

END = 7


@pytest.fixture
def plain() -> Iterator[VerifiableReward]:
    with Verifier(AnswerFormat.PLAIN) as verifier:
        yield VerifiableReward(verifier, AnswerFormat.PLAIN, GrpoSpec(), frozenset({END}))


@pytest.fixture
def boxed() -> Iterator[VerifiableReward]:
    with Verifier(AnswerFormat.BOXED) as verifier:
        yield VerifiableReward(verifier, AnswerFormat.BOXED, GrpoSpec(), frozenset({END}))


def _rewards(reward: VerifiableReward, texts: list[str], answer: Answer, ids: list[list[int]] | None = None) -> list[float]:
    completions = [[{"role": "assistant", "content": text}] for text in texts]
    return reward(completions, ids or [[1, END]] * len(texts), [canonical_json(answer.document())] * len(texts))


def test_plain_prompt_pays_for_accuracy_alone(plain: VerifiableReward) -> None:
    assert _rewards(plain, ["37", "3 7", "36", ""], IntegerAnswer(value=37)) == [1.0, 1.0, 0.0, 0.0]


def test_boxed_prompt_pays_the_form_too_and_reaches_one(boxed: VerifiableReward) -> None:
    rewards = _rewards(boxed, [r"so \boxed{37}", r"so \boxed{36}", "37"], IntegerAnswer(value=37))
    assert rewards == pytest.approx([1.0, 0.1, 0.0])


def test_completion_that_was_cut_off_gets_no_reward(plain: VerifiableReward) -> None:
    assert _rewards(plain, ["37", "37"], IntegerAnswer(value=37), ids=[[1, 2], []]) == [0.0, 0.0]
