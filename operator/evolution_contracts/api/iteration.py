"""`EvolutionIteration`: what one iteration did, kept for ever; owned by its run."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from evolution_contracts.api.metadata import ObjectMeta
from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.base import Contract
from evolution_contracts.records import Digest
from evolution_contracts.results import DiagnoseOutcome, EvaluateOutcome, FilterOutcome, GenerateOutcome, PrepareOutcome, TrainOutcome
from evolution_contracts.stage import IterationPlan
from evolution_contracts.vocabulary import StageName


class GateDecision(StrEnum):
    """What became of an iteration's candidate."""

    BASELINE = "Baseline"
    PROMOTED = "Promoted"
    REJECTED = "Rejected"


class StageRecord(Contract):
    """One finished stage of an iteration."""

    stage: StageName
    """Name of the stage."""
    attempt: Annotated[int, Field(ge=0)]
    """Attempt that succeeded."""
    manifests: Annotated[tuple[ArtifactRef, ...], Field(min_length=1, max_length=1000)]
    """Manifest of the attempt, or of each shard."""
    seconds: Annotated[float, Field(ge=0)] = 0.0
    """Wall time of the attempt that succeeded."""
    gpu_seconds: Annotated[float, Field(ge=0)] = 0.0
    """GPU time of all attempts."""


class IterationRecord(Contract):
    """Lineage and results of one iteration."""

    iteration: Annotated[int, Field(ge=0)]
    """Number of the iteration; 0 is the baseline."""
    spec_digest: Digest
    """Digest of the resolved spec that the iteration ran with."""
    started_at: datetime
    """When the first stage was created."""
    finished_at: datetime | None = None
    """When the gate decided; None while the iteration runs."""
    stages: Annotated[tuple[StageRecord, ...], Field(max_length=7)] = ()
    """Finished stages in order."""
    plan: IterationPlan | None = None
    """Mixture and quotas; None for iteration 0."""
    prepare: PrepareOutcome | None = None
    """Outcome of stage prepare; iteration 0 only."""
    diagnose: DiagnoseOutcome | None = None
    """Outcome of stage diagnose."""
    generate: GenerateOutcome | None = None
    """Outcome of stage generate, summed over its shards."""
    filter: FilterOutcome | None = None
    """Outcome of stage filter."""
    train: TrainOutcome | None = None
    """Outcome of stage train."""
    evaluate: EvaluateOutcome | None = None
    """Outcome of stage evaluate."""
    decision: GateDecision | None = None
    """What the gate decided; None while the iteration runs."""
    decision_reason: Annotated[str, Field(max_length=1000)] = ""
    """Why, with the numbers that were compared."""
    incumbent: Annotated[int, Field(ge=0)] = 0
    """Iteration whose model the next iteration starts from."""


class EvolutionIterationSpec(Contract):
    """Which iteration of which run an object describes."""

    run: Annotated[str, Field(max_length=30)]
    """Name of the run."""
    iteration: Annotated[int, Field(ge=0)]
    """Number of the iteration."""


class EvolutionIteration(Contract):
    """Lineage and results of one iteration of a run."""

    api_version: Literal["dpe.dev/v1alpha1"] = "dpe.dev/v1alpha1"
    kind: Literal["EvolutionIteration"] = "EvolutionIteration"
    metadata: ObjectMeta
    spec: EvolutionIterationSpec
    """Which iteration this is."""
    status: IterationRecord | None = None
    """What it did."""
