"""What a stage tells the control plane: small, typed, at most 4 KiB.

Kubernetes cuts a container's termination message at 4 KiB, so a result holds counts and digests; everything larger is an artifact.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.base import Contract
from evolution_contracts.records import Digest, Share
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category, ErrorType, Fold, StageName

MAX_RESULT_BYTES = 4096
Count = Annotated[int, Field(ge=0)]


class PrepareOutcome(Contract):
    """The model is in place and the data are split."""

    stage: Literal[StageName.PREPARE] = StageName.PREPARE
    model_digest: Digest
    """Digest over the names and contents of the model folder's files."""
    folds: dict[Fold, Count]
    """Samples in each fold."""
    natural: dict[Category, Count]
    """Samples of each category in the seeds fold: what the arm `Natural` follows."""


class CategoryDiagnosis(Contract):
    """What the diagnosis found in one category."""

    n: Count
    """Judged answers; abstentions are not among them."""
    correct: Count
    abstained: Count = 0
    accuracy: Share
    """Posterior mean under a Beta(1, 1) prior; 0.5 where nothing was judged."""
    low: Share
    """Lower end of the 90 % credible interval."""
    high: Share
    """Upper end of the 90 % credible interval."""
    errors: dict[ErrorType, Count] = {}
    """Wrong answers by error type."""


class DiagnoseOutcome(Contract):
    """The diagnosis report R(k) as counts; the control plane turns it into the mixture and the quotas."""

    stage: Literal[StageName.DIAGNOSE] = StageName.DIAGNOSE
    categories: dict[Category, CategoryDiagnosis]
    accuracy: Share
    """Mean of the categories' accuracies."""
    abstain_share: Share
    """Abstentions among all answers; above the limit of the spec the stage fails instead."""


class GenerateOutcome(Contract):
    """The candidates that were accepted, and why others were not."""

    stage: Literal[StageName.GENERATE] = StageName.GENERATE
    dataset_digest: Digest
    """Digest over the accepted samples, sorted by id."""
    accepted: dict[Category, Count]
    shortfall: dict[Category, Count] = {}
    """Slots that stayed empty after all attempts."""
    rejected: dict[str, Count] = {}
    """Attempts that were rejected, by reason."""


class FilterOutcome(Contract):
    """The training set, and what was kept out of it."""

    stage: Literal[StageName.FILTER] = StageName.FILTER
    dataset_digest: Digest
    kept: dict[Category, Count]
    dropped: dict[str, Count] = {}
    """Candidates that were dropped, by reason: too_easy, too_hard, duplicate, contaminated, unparsable."""
    mean_pass_rate: Share
    """Mean pass rate of all scored candidates."""


class TrainOutcome(Contract):
    """The candidate model."""

    stage: Literal[StageName.TRAIN] = StageName.TRAIN
    model_digest: Digest
    steps: Count
    """Optimiser steps, counted over all attempts."""
    prompts: Count
    """Prompts that were rolled out."""
    groups_with_signal: Count
    """Groups whose rewards were not all equal."""
    first_reward: float
    """Mean reward over the first tenth of the steps."""
    last_reward: float
    """Mean reward over the last tenth of the steps."""


class EvaluateOutcome(Contract):
    """How good the evaluated model is on held-out samples."""

    stage: Literal[StageName.EVALUATE] = StageName.EVALUATE
    model_digest: Digest
    suite: str
    score: Estimate
    """Mean over categories of the accuracy in each, so that every category weighs the same."""
    categories: dict[Category, Estimate]
    difference: Estimate | None = None
    """Paired difference of `score` to the incumbent on the same samples; None for the baseline."""
    category_differences: dict[Category, Estimate] = {}
    """Paired difference in each category."""
    baseline_difference: Estimate | None = None
    """Paired difference of `score` to the baseline of iteration 0; None for the baseline itself."""
    abstain_share: Share = 0.0


class ReportOutcome(Contract):
    """The page was written."""

    stage: Literal[StageName.REPORT] = StageName.REPORT
    page_digest: Digest
    size_bytes: Count


Outcome = Annotated[
    PrepareOutcome | DiagnoseOutcome | GenerateOutcome | FilterOutcome | TrainOutcome | EvaluateOutcome | ReportOutcome,
    Field(discriminator="stage"),
]


class StageFailure(Contract):
    """Why an attempt did not succeed."""

    reason: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]*$", max_length=64)]
    """CamelCase reason of the error class."""
    message: Annotated[str, Field(max_length=2000)]
    """What happened, with values, then what to do."""
    exit_code: int
    is_retryable: bool


class StageResult(Contract):
    """The last word of one attempt; written where Kubernetes reads the termination message."""

    stage: StageName
    iteration: Count
    attempt: Count
    shard: Count | None = None
    outcome: Outcome | None = None
    """Present exactly when the attempt succeeded."""
    failure: StageFailure | None = None
    """Present exactly when it did not."""
    manifest: ArtifactRef | None = None
    """The attempt's manifest; present exactly when the attempt succeeded."""
    seconds: Annotated[float, Field(ge=0)] = 0.0
    """Wall time of the attempt inside the stage's process."""
    peak_memory_bytes: Count = 0
    api_cost: Annotated[float, Field(ge=0)] = 0.0
    """Cost of hosted models in the attempt, in the currency of their price list."""
