from __future__ import annotations

import json

from evolution_contracts.api.iteration import GateDecision, IterationRecord, StageRecord
from evolution_contracts.api.run import IncumbentStatus, Phase, RunStatus
from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.results import EvaluateOutcome, FilterOutcome, GenerateOutcome
from evolution_contracts.stage import IterationPlan
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category, StageName
from evolution_operator.local.opening import open_run
from evolution_operator.local.run_file import read_run_file
from evolution_operator.local.state import LocalState
from evolution_operator.local.summary import summary, summary_text
from support.stages_folder import START, Workplace

DIGEST = "sha256:" + 64 * "0"
REF = ArtifactRef(stage=StageName.TRAIN, iteration=1, attempt=0, manifest_digest=DIGEST)
BASELINE = Estimate(mean=0.4, low=0.3, high=0.5, n=10)
BETTER = Estimate(mean=0.6, low=0.5, high=0.7, n=10)
GAIN = Estimate(mean=0.2, low=0.1, high=0.3, n=10)


def timed(stage: StageName, seconds: float) -> StageRecord:
    return StageRecord(stage=stage, attempt=0, manifests=(REF,), seconds=seconds)


def evaluated(score: Estimate, baseline_difference: Estimate | None) -> EvaluateOutcome:
    return EvaluateOutcome(model_digest=DIGEST, suite="test", score=score, categories={}, baseline_difference=baseline_difference)


def finished(place: Workplace, *, best: int) -> LocalState:
    begun = open_run(place.folder, read_run_file(place.run_file), now=START)
    baseline = IterationRecord(
        iteration=0,
        spec_digest=DIGEST,
        started_at=START,
        stages=(timed(StageName.PREPARE, 1), timed(StageName.EVALUATE, 2)),
        evaluate=evaluated(BASELINE, None),
        decision=GateDecision.BASELINE,
    )
    first = IterationRecord(
        iteration=1,
        spec_digest=DIGEST,
        started_at=START,
        stages=(timed(StageName.TRAIN, 10), timed(StageName.EVALUATE, 3)),
        plan=IterationPlan(mixture={Category.MAP: 0.75, Category.MEDICAL: 0.25}, quotas={Category.MAP: 18, Category.MEDICAL: 6}),
        generate=GenerateOutcome(dataset_digest=DIGEST, accepted={Category.MAP: 17, Category.MEDICAL: 6}),
        filter=FilterOutcome(dataset_digest=DIGEST, kept={Category.MAP: 9}, mean_pass_rate=0.5),
        evaluate=evaluated(BETTER, GAIN),
        decision=GateDecision.PROMOTED,
    )
    incumbent = IncumbentStatus(iteration=best, score=BETTER if best else BASELINE, model_digest=DIGEST, model=REF, evaluation=REF)
    with_report = first.evolve(stages=(*first.stages, timed(StageName.REPORT, 4)))
    status = RunStatus(phase=Phase.SUCCEEDED, baseline=BASELINE, best=incumbent, iteration=1, current=with_report)
    return begun.evolve(status=status, iterations=(baseline, first), wall_seconds=21.5)


def test_summary_holds_exactly_what_is_promised(place: Workplace) -> None:
    assert json.loads(summary_text(finished(place, best=1))) == {
        "phase": "Succeeded",
        "baseline": {"score": 0.4, "low": 0.3, "high": 0.5},
        "best": {"score": 0.6, "low": 0.5, "high": 0.7},
        "iterations": [
            {
                "iteration": 1,
                "score": 0.6,
                "low": 0.5,
                "high": 0.7,
                "decision": "Promoted",
                "mixture": {"map": 0.75, "medical": 0.25},
                "accepted": {"map": 17, "medical": 6},
                "kept": {"map": 9},
            }
        ],
        "final_minus_baseline": {"mean": 0.2, "low": 0.1, "high": 0.3},
        "wall_seconds": 21.5,
        "stage_seconds": {"prepare": 1.0, "evaluate": 5.0, "train": 10.0, "report": 4.0},
    }


def test_first_model_that_stayed_the_best_differs_from_itself_by_nothing(place: Workplace) -> None:
    assert summary(finished(place, best=0))["final_minus_baseline"] == {"mean": 0.0, "low": 0.0, "high": 0.0}


def test_run_that_has_not_begun_has_no_scores(place: Workplace) -> None:
    found = summary(open_run(place.folder, read_run_file(place.run_file), now=START))
    assert found["phase"] is None
    assert (found["baseline"], found["best"], found["final_minus_baseline"]) == (None, None, None)
    assert (found["iterations"], found["stage_seconds"]) == ([], {})
