"""Counts with intervals.

Beta(1, 1) prior and k of n right give Beta(1 + k, 1 + n - k). Of nothing it is the uniform distribution: mean 0.5, 90 % in [0.05, 0.95].
Of 1 of 1 it is Beta(2, 1) with mean 2/3 and distribution function x², so 90 % lie in [√0.05, √0.95] = [0.22361, 0.97468].
"""

from __future__ import annotations

import pytest

from evolution_contracts.base import text_digest
from evolution_contracts.records import AnsweredSample, Verdict
from evolution_contracts.results import CategoryDiagnosis
from evolution_contracts.vocabulary import Category, ErrorType, Judgement
from evolution_jobs.diagnose.counting import count, width
from evolution_jobs.runtime.diagnosis import Tier

RIGHT, WRONG, NOBODY = Judgement.CORRECT, Judgement.WRONG, Judgement.ABSTAIN


def answered(*judgements: Judgement, error: ErrorType = ErrorType.COUNTING) -> AnsweredSample:
    identity = text_digest("sample")
    verdicts = tuple(
        Verdict(sample_id=identity, judgement=judgement, error_type=error if judgement is WRONG else None) for judgement in judgements
    )
    return AnsweredSample(sample_id=identity, category=Category.MAP, completions=("x",) * len(verdicts), verdicts=verdicts)


@pytest.mark.parametrize(
    ("judgements", "n", "correct", "abstained", "accuracy", "low", "high"),
    [
        ([], 0, 0, 0, 0.5, 0.05, 0.95),
        ([RIGHT], 1, 1, 0, 0.66667, 0.22361, 0.97468),
        ([WRONG], 1, 0, 0, 0.33333, 0.02532, 0.77639),
        ([NOBODY] * 5, 0, 0, 5, 0.5, 0.05, 0.95),
        ([RIGHT, NOBODY], 1, 1, 1, 0.66667, 0.22361, 0.97468),
    ],
    ids=["nothing", "right", "wrong", "nobody knows", "outage changes nothing"],
)
def test_posterior_of_small_counts(
    judgements: list[Judgement], n: int, correct: int, abstained: int, accuracy: float, low: float, high: float
) -> None:
    found = count([answered(judgement) for judgement in judgements], answers_per_item=1)
    assert (found.n, found.correct, found.abstained) == (n, correct, abstained)
    assert (found.accuracy, found.low, found.high) == (accuracy, low, high)


def test_several_answers_to_a_sample_weigh_as_one() -> None:
    once = count([answered(RIGHT), answered(WRONG)], answers_per_item=1)
    often = count([answered(*[RIGHT] * 4), answered(*[WRONG] * 4)], answers_per_item=4)
    assert (often.n, often.correct) == (8, 4)
    assert width(often) == width(once)


def test_error_types_are_counted_most_frequent_first() -> None:
    found = count([answered(WRONG, error=kind) for kind in (ErrorType.OTHER, ErrorType.SPATIAL, ErrorType.SPATIAL)], answers_per_item=1)
    assert list(found.errors.items()) == [(ErrorType.SPATIAL, 2), (ErrorType.OTHER, 1)]


@pytest.mark.parametrize(
    ("n", "accuracy", "tier"),
    [(0, 0.5, Tier.UNKNOWN), (9, 0.699, Tier.WEAK), (9, 0.70, Tier.MODERATE), (9, 0.849, Tier.MODERATE), (9, 0.85, Tier.STRONG)],
)
def test_tiers_begin_at_their_lower_limit(n: int, accuracy: float, tier: Tier) -> None:
    assert Tier.of(CategoryDiagnosis(n=n, correct=0, accuracy=accuracy, low=0, high=1)) is tier
