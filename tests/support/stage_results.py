"""Plausible last words of every stage, as small as the contract allows and consistent with the input they answer."""

from __future__ import annotations

from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.base import text_digest
from evolution_contracts.results import (
    CategoryDiagnosis,
    DiagnoseOutcome,
    EvaluateOutcome,
    FilterOutcome,
    GenerateOutcome,
    Outcome,
    PrepareOutcome,
    ReportOutcome,
    StageFailure,
    StageResult,
    TrainOutcome,
)
from evolution_contracts.stage import StageInput
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category, Fold, StageName

BASELINE_SCORE = 0.5
GAIN_PER_ITERATION = 0.05


def a_digest(*parts: object) -> str:
    """Return a digest that stands for the named content."""
    return text_digest("/".join(map(str, parts)))


def an_estimate(mean: float, margin: float = 0.02, n: int = 200) -> Estimate:
    """Return an estimate with an even interval around its mean."""
    return Estimate(mean=mean, low=mean - margin, high=mean + margin, n=n)


def a_diagnosis(correct: int, n: int = 50, abstained: int = 0) -> CategoryDiagnosis:
    """Return the counts of one category with the posterior mean that belongs to them."""
    accuracy = (correct + 1) / (n + 2)
    return CategoryDiagnosis(
        n=n, correct=correct, abstained=abstained, accuracy=accuracy, low=max(0.0, accuracy - 0.1), high=min(1.0, accuracy + 0.1)
    )


def manifest_of(stage_input: StageInput, shard: int | None = None) -> ArtifactRef:
    """Return the manifest that an attempt leaves."""
    place = (stage_input.iteration, stage_input.stage.value, stage_input.attempt, shard)
    return ArtifactRef(
        stage=stage_input.stage,
        iteration=stage_input.iteration,
        attempt=stage_input.attempt,
        shard=shard,
        manifest_digest=a_digest("manifest", *place),
    )


def an_outcome(  # noqa: PLR0911 - one return for each stage
    stage_input: StageInput, *, shard: int = 0, score: float | None = None, gain: float | None = None
) -> Outcome:
    """Return what a stage plausibly finds; the score of iteration k grows with k unless it is given.

    Args:
        stage_input: Input of the attempt.
        shard: Index of the shard, for generate.
        score: Score of the evaluated model.
        gain: Paired difference to the incumbent; for iterations after the baseline.
    """
    categories, iteration = stage_input.spec.data.categories, stage_input.iteration
    match stage_input.stage:
        case StageName.PREPARE:
            folds = dict.fromkeys(Fold, 10)
            return PrepareOutcome(model_digest=a_digest("model", 0), folds=folds, natural=dict.fromkeys(categories, 5))
        case StageName.DIAGNOSE:
            found = {category: a_diagnosis(correct=10 + 3 * place) for place, category in enumerate(categories)}
            return DiagnoseOutcome(categories=found, accuracy=0.5, abstain_share=0.0)
        case StageName.GENERATE:
            return _generated(stage_input, shard)
        case StageName.FILTER:
            kept = dict.fromkeys(categories, 4)
            return FilterOutcome(dataset_digest=a_digest("kept", iteration), kept=kept, dropped={"too_easy": 3}, mean_pass_rate=0.5)
        case StageName.TRAIN:
            return TrainOutcome(
                model_digest=a_digest("model", iteration), steps=10, prompts=80, groups_with_signal=50, first_reward=0.4, last_reward=0.6
            )
        case StageName.EVALUATE:
            return an_evaluation(iteration, categories, score=score, gain=gain)
        case StageName.REPORT:
            return ReportOutcome(page_digest=a_digest("page", iteration), size_bytes=1000)


def an_evaluation(
    iteration: int,
    categories: tuple[Category, ...],
    *,
    score: float | None = None,
    gain: float | None = None,
    category_gains: dict[Category, Estimate] | None = None,
) -> EvaluateOutcome:
    """Return the evaluation of the model of an iteration; the baseline has nothing to differ from."""
    mean = BASELINE_SCORE + GAIN_PER_ITERATION * iteration if score is None else score
    difference = an_estimate(GAIN_PER_ITERATION if gain is None else gain) if iteration else None
    return EvaluateOutcome(
        model_digest=a_digest("model", iteration),
        suite="test",
        score=an_estimate(mean),
        categories={category: an_estimate(mean) for category in categories},
        difference=difference,
        category_differences=category_gains or {},
        baseline_difference=an_estimate(mean - BASELINE_SCORE) if iteration else None,
    )


def _generated(stage_input: StageInput, shard: int) -> GenerateOutcome:
    assert stage_input.plan is not None
    shards = stage_input.shards or 1
    accepted = {category: quota // shards + (shard < quota % shards) for category, quota in stage_input.plan.quotas.items()}
    return GenerateOutcome(dataset_digest=a_digest("candidates", stage_input.iteration, shard), accepted=accepted, rejected={"blank": 2})


def a_success(stage_input: StageInput, outcome: Outcome | None = None, *, shard: int | None = None) -> StageResult:
    """Return the result of one shard, or of a stage without shards."""
    return StageResult(
        stage=stage_input.stage,
        iteration=stage_input.iteration,
        attempt=stage_input.attempt,
        shard=shard,
        outcome=outcome or an_outcome(stage_input, shard=shard or 0),
        manifest=manifest_of(stage_input, shard),
        seconds=50.0,
    )


def successes(stage_input: StageInput, outcome: Outcome | None = None) -> tuple[StageResult, ...]:
    """Return the results of a successful attempt: one for each shard, or one."""
    shards = range(stage_input.shards) if stage_input.shards else (None,)
    return tuple(a_success(stage_input, outcome, shard=shard) for shard in shards)


def a_failure(
    stage_input: StageInput, *, exit_code: int, reason: str = "InternalError", message: str = "it broke", is_retryable: bool = False
) -> StageResult:
    """Return the result of an attempt that failed by its own word."""
    failure = StageFailure(reason=reason, message=message, exit_code=exit_code, is_retryable=is_retryable)
    return StageResult(stage=stage_input.stage, iteration=stage_input.iteration, attempt=stage_input.attempt, failure=failure)
