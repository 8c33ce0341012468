"""The largest result that a stage can have still fits into a termination message."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from evolution_contracts.artifacts import Artifact, ArtifactRef, attempt_folder
from evolution_contracts.results import (
    MAX_RESULT_BYTES,
    CategoryDiagnosis,
    DiagnoseOutcome,
    EvaluateOutcome,
    FilterOutcome,
    GenerateOutcome,
    Outcome,
    StageFailure,
    StageResult,
)
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category, ErrorType, StageName

DIGEST = "sha256:" + "f" * 64
ESTIMATE = Estimate(mean=-0.12345, low=-0.12345, high=0.12345, n=100_000)
EVERY_CATEGORY = dict.fromkeys(Category, 100_000)
LARGEST: list[Outcome] = [
    DiagnoseOutcome(
        categories={
            category: CategoryDiagnosis(
                n=10_000,
                correct=10_000,
                abstained=10_000,
                accuracy=0.12345,
                low=0.12345,
                high=0.12345,
                errors=dict.fromkeys(list(ErrorType)[:6], 9999),
            )
            for category in Category
        },
        accuracy=0.12345,
        abstain_share=0.12345,
    ),
    EvaluateOutcome(
        model_digest=DIGEST,
        suite="s" * 40,
        score=ESTIMATE,
        categories=dict.fromkeys(Category, ESTIMATE),
        difference=ESTIMATE,
        category_differences=dict.fromkeys(Category, ESTIMATE),
        baseline_difference=ESTIMATE,
        abstain_share=0.12345,
    ),
    GenerateOutcome(
        dataset_digest=DIGEST, accepted=EVERY_CATEGORY, shortfall=EVERY_CATEGORY, rejected={f"reason_{i}": 10**6 for i in range(20)}
    ),
    FilterOutcome(dataset_digest=DIGEST, kept=EVERY_CATEGORY, dropped={f"reason_{i}": 10**6 for i in range(20)}, mean_pass_rate=0.12345),
]


@pytest.mark.parametrize("outcome", LARGEST, ids=lambda outcome: str(outcome.stage))
def test_largest_outcome_fits_into_a_termination_message(outcome: Outcome) -> None:
    ref = ArtifactRef(stage=outcome.stage, iteration=100, attempt=100, shard=1000, manifest_digest=DIGEST)
    result = StageResult(stage=outcome.stage, iteration=100, attempt=100, shard=1000, outcome=outcome, manifest=ref, seconds=123456.789)
    assert len(result.canonical_json().encode()) <= MAX_RESULT_BYTES
    assert StageResult.model_validate_json(result.canonical_json()) == result


def test_largest_failure_fits_into_a_termination_message() -> None:
    failure = StageFailure(reason="InternalError", message="x" * 2000, exit_code=70, is_retryable=True)
    result = StageResult(stage=StageName.TRAIN, iteration=1, attempt=0, failure=failure)
    assert len(result.canonical_json().encode()) <= MAX_RESULT_BYTES


@pytest.mark.parametrize("path", ["../secret", "a/../../b", "/etc/passwd", ""])
def test_artifact_cannot_name_a_file_outside_its_folder(path: str) -> None:
    with pytest.raises(ValidationError):
        Artifact(path=path, size_bytes=1, digest=DIGEST)


def test_attempt_folder_names_every_part() -> None:
    place = attempt_folder("team", "run", iteration=2, stage=StageName.GENERATE, attempt=1, shard=3)
    assert str(place) == "team/run/i2/generate/a1/s3"


def test_interval_upside_down_is_refused() -> None:
    with pytest.raises(ValidationError, match="reversed"):
        Estimate(mean=0, low=1, high=0, n=1)
