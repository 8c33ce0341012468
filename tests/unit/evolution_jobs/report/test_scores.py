"""What the page claims, against what the interval shows."""

from __future__ import annotations

from typing import Literal

import pytest

from evolution_contracts.artifacts import ArtifactRef, Manifest
from evolution_contracts.base import text_digest
from evolution_contracts.errors import ContractError
from evolution_contracts.results import EvaluateOutcome
from evolution_contracts.stage import IterationVerdict, StageInput
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category, Fold, StageName
from evolution_jobs.report.history import Attempt, History, Iteration
from evolution_jobs.report.scores import compare, heat_rows, judged, turned
from evolution_jobs.runtime.timing import Timing
from evolution_jobs.runtime.workspace import Upstream
from support.report_world import Played
from support.stage_world import World

Decision = Literal["Baseline", "Promoted", "Rejected"]
SCORE = Estimate(mean=0.5, low=0.4, high=0.6, n=100)


def evaluated(
    world: World,
    number: int,
    decision: Decision | None,
    difference: Estimate | None,
    categories: dict[Category, Estimate] | None = None,
) -> Iteration:
    ref = ArtifactRef(stage=StageName.EVALUATE, iteration=number, attempt=0, manifest_digest=text_digest("manifest"))
    outcome = EvaluateOutcome(
        model_digest=text_digest(f"model {number}"),
        suite="test",
        score=SCORE,
        categories=categories or {},
        difference=difference,
        category_differences={},
        baseline_difference=difference,
    )
    stage_input: StageInput = world.input(StageName.EVALUATE, iteration=number)
    attempt = Attempt(
        ref=ref,
        left=Upstream(folder=world.root, manifest=Manifest(input_digest=text_digest("input"), artifacts=())),
        input=stage_input,
        outcome=outcome,
        timing=Timing(seconds=1.0, peak_memory_bytes=1),
    )
    verdict = IterationVerdict(iteration=number, decision=decision) if decision else None
    return Iteration(number=number, stages={StageName.EVALUATE: [attempt]}, verdict=verdict)


@pytest.fixture
def empty_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(root=tmp_path_factory.mktemp("scores"))


@pytest.mark.parametrize(
    ("mean", "low", "high", "tone", "says"),
    [
        (0.042, 0.011, 0.073, "better", "scores 4.2 points higher"),
        (0.042, -0.001, 0.085, "unclear", "scores +4.2 points against"),
        (0.042, 0.0, 0.084, "unclear", "includes zero"),
        (-0.042, -0.084, 0.0, "unclear", "do not show that the two differ"),
        (-0.042, -0.073, -0.011, "worse", "scores 4.2 points lower"),
        (0.0, -0.05, 0.05, "unclear", "scores 0.0 points against"),
    ],
    ids=["above zero", "across zero", "touches zero from above", "touches zero from below", "below zero", "no difference"],
)
def test_claim_goes_no_further_than_the_interval(empty_world: World, mean: float, low: float, high: float, tone: str, says: str) -> None:
    difference = Estimate(mean=mean, low=low, high=high, n=100)
    history = History(iterations=(evaluated(empty_world, 0, "Baseline", None), evaluated(empty_world, 1, "Promoted", difference)))
    found = compare(history, 0.95)
    assert (found.tone, judged(difference)) == (tone, tone)
    assert says in found.sentence
    assert "95\u00a0%" in found.sentence
    assert ("higher" in found.sentence) == (tone == "better")


def test_final_model_is_the_last_promoted_one_not_the_best_or_the_last(empty_world: World) -> None:
    gain = Estimate(mean=0.1, low=0.05, high=0.15, n=100)
    history = History(
        iterations=(
            evaluated(empty_world, 0, "Baseline", None),
            evaluated(empty_world, 1, "Promoted", gain),
            evaluated(empty_world, 2, "Promoted", gain),
            evaluated(empty_world, 3, "Rejected", gain),
            evaluated(empty_world, 4, None, gain),
        )
    )
    assert history.final is history.iterations[2]
    assert [iteration.decision for iteration in history.iterations][3:] == ["Rejected", "Undecided"]


def test_promoted_model_without_a_difference_to_the_baseline_is_refused(empty_world: World) -> None:
    history = History(iterations=(evaluated(empty_world, 0, "Baseline", None), evaluated(empty_world, 1, "Promoted", None)))
    with pytest.raises(ContractError, match="baselineDifference: the evaluation of iteration 1 has none"):
        compare(history, 0.95)


def test_category_without_judged_answers_has_no_number_in_the_table(empty_world: World) -> None:
    nothing = Estimate(mean=0.0, low=0.0, high=1.0, n=0)
    history = History(iterations=(evaluated(empty_world, 0, "Baseline", None, {Category.MAP: nothing, Category.MEDICAL: SCORE}),))
    rows = heat_rows(history, (Category.MAP, Category.MEDICAL, Category.MIXED))
    assert [row.cells[0].value for row in rows] == [None, SCORE, None, SCORE]
    assert [row.is_total for row in rows] == [False, False, False, True]


def test_turned_answers_add_up_to_the_paired_difference(played: Played) -> None:
    history = played.world.told()
    found = turned(history, Fold.TEST)
    assert found is not None
    assert history.final is not None
    assert history.final.evaluation is not None
    difference = history.final.evaluation.baseline_difference
    assert difference is not None
    # Every category has the same number of samples, so the mean over categories is the mean over samples.
    assert found.pairs == difference.n
    assert (found.gained - found.lost) / found.pairs == pytest.approx(difference.mean, abs=1e-4)
    assert found.gained > 0


def test_nothing_turned_where_the_first_model_stays(empty_world: World) -> None:
    assert turned(History(iterations=(evaluated(empty_world, 0, "Baseline", None),)), Fold.TEST) is None
