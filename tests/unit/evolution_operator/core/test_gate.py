from typing import Any

import pytest

from evolution_contracts.api.iteration import GateDecision
from evolution_contracts.errors import ContractError
from evolution_contracts.results import EvaluateOutcome
from evolution_contracts.spec.gate import GateSpec
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category
from evolution_operator.core.gate import baseline, judged
from support.stage_results import an_estimate, an_evaluation

PROMOTED, REJECTED = GateDecision.PROMOTED, GateDecision.REJECTED


def candidate(mean: float, margin: float = 0.02, **losses: tuple[float, float]) -> EvaluateOutcome:
    gains = {Category(name): an_estimate(loss[0], loss[1]) for name, loss in losses.items()}
    return an_evaluation(1, tuple(Category), category_gains=gains).evolve(difference=an_estimate(mean, margin))


@pytest.mark.parametrize(
    ("spec", "outcome", "decision"),
    [
        ({}, candidate(0.05), PROMOTED),
        ({}, candidate(0.0), PROMOTED),
        ({}, candidate(-0.001), REJECTED),
        ({"min_gain": 0.01}, candidate(0.01), PROMOTED),
        ({"min_gain": 0.01}, candidate(0.0099), REJECTED),
        ({"min_gain": -0.02}, candidate(-0.01), PROMOTED),
        ({"require_significance": True}, candidate(0.03, 0.02), PROMOTED),
        ({"require_significance": True}, candidate(0.02, 0.02), REJECTED),
        ({"require_significance": True}, candidate(0.01, 0.02), REJECTED),
        ({"require_significance": True, "min_gain": 0.02}, candidate(0.03, 0.02), REJECTED),
        ({}, candidate(0.05, map=(-0.2, 0.1)), REJECTED),
        ({}, candidate(0.05, map=(-0.2, 0.3)), PROMOTED),
        ({}, candidate(0.05, map=(-0.05, 0.01)), PROMOTED),
        ({"max_regression": 0.04}, candidate(0.05, map=(-0.05, 0.01)), REJECTED),
        ({"max_regression": 0.0}, candidate(0.05, map=(-0.01, 0.02)), PROMOTED),
    ],
    ids=[
        "gain",
        "no-change",
        "loss",
        "gain-at-the-bound",
        "gain-below-the-bound",
        "allowed-loss",
        "significant",
        "interval-touches-the-bound",
        "insignificant",
        "interval-reaches-below-the-gain",
        "proven-loss-in-a-category",
        "large-loss-that-may-be-chance",
        "small-proven-loss",
        "small-proven-loss-under-a-strict-gate",
        "loss-that-may-be-chance-under-the-strictest-gate",
    ],
)
def test_gate_decides_by_gain_and_proven_losses(spec: Any, outcome: EvaluateOutcome, decision: GateDecision) -> None:
    assert judged(GateSpec(**spec), outcome).decision is decision


def test_reason_tells_the_numbers_that_were_compared() -> None:
    assert "+0.0500 [+0.0300, +0.0700]" in judged(GateSpec(), candidate(0.05)).reason


def test_reason_names_the_category_that_lost_most() -> None:
    verdict = judged(GateSpec(), candidate(0.05, map=(-0.2, 0.1), medical=(-0.4, 0.1)))
    assert "medical lost -0.4000" in verdict.reason
    assert "maxRegression 0.1" in verdict.reason


def test_candidate_without_a_paired_difference_cannot_be_judged() -> None:
    with pytest.raises(ContractError, match=r"paired difference|has none"):
        judged(GateSpec(), an_evaluation(0, (Category.MAP,)))


def test_baseline_is_the_first_incumbent_whatever_its_score() -> None:
    outcome = an_evaluation(0, (Category.MAP,)).evolve(score=Estimate(mean=0.1, low=0.05, high=0.15, n=100))
    assert baseline(outcome).decision is GateDecision.BASELINE
    assert "0.1000" in baseline(outcome).reason
