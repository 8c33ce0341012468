"""`EvolutionRun`: the object that a user applies, and its status."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from evolution_contracts.api.conditions import Condition, Reason
from evolution_contracts.api.iteration import GateDecision, IterationRecord
from evolution_contracts.api.metadata import RunMeta
from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.base import Contract
from evolution_contracts.records import Digest, Share
from evolution_contracts.spec.run import RunSpec
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category, StageName

MAX_HISTORY = 10
MAX_PROGRESS_INTERVALS = 9


class Phase(StrEnum):
    """One word for people, derived from the conditions; programs read the conditions."""

    PENDING = "Pending"
    RUNNING = "Running"
    SUSPENDED = "Suspended"
    STALLED = "Stalled"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


class StageState(StrEnum):
    """Where the current stage stands."""

    PENDING = "Pending"
    QUEUED = "Queued"
    STARTING = "Starting"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


class FailureCause(StrEnum):
    """What an attempt failed of; each cause has its own budget."""

    USER = "user"
    INTERNAL = "internal"
    INFRASTRUCTURE = "infrastructure"
    OUT_OF_MEMORY = "out_of_memory"
    PREEMPTED = "preempted"
    STALLED = "stalled"


class StageStatus(Contract):
    """The stage that the run is at."""

    stage: StageName
    """Name of the stage."""
    attempt: Annotated[int, Field(ge=0)] = 0
    """Number of the current attempt."""
    state: StageState = StageState.PENDING
    """Where the attempt stands."""
    state_since: datetime
    """When the attempt came into this state."""
    failures: dict[FailureCause, Annotated[int, Field(ge=0)]] = {}
    """Attempts of this stage that failed, by cause."""
    retry_at: datetime | None = None
    """When the next attempt may be created; None while one lives."""
    done: Annotated[int, Field(ge=0)] = 0
    """Units done by the current attempt, over all shards."""
    total: Annotated[int, Field(ge=0)] | None = None
    """Units that the attempt expects."""
    unit: Annotated[str, Field(max_length=40)] = ""
    """What is counted."""
    progressed_at: datetime | None = None
    """The progress mark of the stall clock; None while the clock is held."""
    stall_budget_seconds: Annotated[float, Field(ge=0)] = 900.0
    """Time without progress that counts as a stall."""
    message: Annotated[str, Field(max_length=1000)] = ""
    """Why the last attempt failed or cannot start."""
    input_digest: Digest | None = None
    """Digest of the input that the attempt was created with; None before it is created."""
    missing_since: datetime | None = None
    """Since when the attempt's workload, or the results of its success, cannot be found; None while nothing is missed."""
    reporting_shards: Annotated[int, Field(ge=0)] = 0
    """Shards whose units are in `done`."""
    finished_shards: Annotated[int, Field(ge=0)] = 0
    """Shards of the attempt that have succeeded."""
    progress_intervals: Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(max_length=MAX_PROGRESS_INTERVALS)] = ()
    """Seconds between the newest progress marks; their median sets the default stall budget."""
    gpu_seconds: Annotated[float, Field(ge=0)] = 0.0
    """GPU time of all attempts of this stage."""
    api_cost: Annotated[float, Field(ge=0)] = 0.0
    """Cost of hosted models in the current attempt, as far as it is counted."""


class IncumbentStatus(Contract):
    """The model that the next iteration starts from: the best so far."""

    iteration: Annotated[int, Field(ge=0)]
    """Iteration that made it; 0 is the model the run started with."""
    score: Estimate
    """Its score on the first suite."""
    model_digest: Digest
    """Digest of its folder."""
    model: ArtifactRef
    """Manifest that holds it."""
    evaluation: ArtifactRef
    """Manifest of its evaluation."""


class MixtureMemory(Contract):
    """What the mixture of the next iteration depends on besides its own diagnosis."""

    natural: dict[Category, Annotated[int, Field(ge=0)]] = {}
    """Samples of each category in the seeds fold, for the arm `Natural`."""
    first: dict[Category, Share] = {}
    """Mixture of iteration 1, for the arm `Stale`."""
    previous: dict[Category, Share] = {}
    """Mixture of the last finished iteration, for `inertia`."""
    previous_accuracies: dict[Category, Share] = {}
    """Accuracies diagnosed in the last finished iteration, for the policy `LearningProgress`."""


class IterationSummary(Contract):
    """One line of the history."""

    iteration: Annotated[int, Field(ge=0)]
    """Number of the iteration."""
    score: Estimate
    """Score of its candidate on the first suite."""
    decision: GateDecision
    """What the gate decided."""


class RunStatus(Contract):
    """Where a run stands; stays small however long it runs."""

    observed_generation: Annotated[int, Field(ge=0)] = 0
    """Generation of the spec that this status speaks of."""
    phase: Phase = Phase.PENDING
    """One word for people; derived from the conditions, not for programs."""
    conditions: Annotated[
        tuple[Condition, ...],
        Field(max_length=16, json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]}),
    ] = ()
    """Standard conditions, one of each type."""
    iteration: Annotated[int, Field(ge=0)] = 0
    """Number of the current iteration."""
    stage: StageStatus | None = None
    """The current stage; None before the first and after the last."""
    current: IterationRecord | None = None
    """Lineage and results of the current iteration so far."""
    baseline: Estimate | None = None
    """Score of the model that the run started with."""
    baseline_evaluation: ArtifactRef | None = None
    """Manifest of the evaluation behind `baseline`."""
    data: ArtifactRef | None = None
    """Manifest of stage prepare: folds and first model."""
    mixture: MixtureMemory = MixtureMemory()
    """What the next mixture takes from the iterations before."""
    best: IncumbentStatus | None = None
    """The best model so far."""
    history: Annotated[
        tuple[IterationSummary, ...],
        Field(max_length=MAX_HISTORY, json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["iteration"]}),
    ] = ()
    """The last finished iterations, oldest first."""
    rejections: Annotated[int, Field(ge=0)] = 0
    """Candidates rejected in a row."""
    gpu_seconds: Annotated[float, Field(ge=0)] = 0.0
    """GPU time of all attempts."""
    api_cost: Annotated[float, Field(ge=0)] = 0.0
    """Cost of hosted models."""
    active_seconds: Annotated[float, Field(ge=0)] = 0.0
    """Time outside queues and suspension."""
    iteration_active_seconds: Annotated[float, Field(ge=0)] = 0.0
    """Part of `activeSeconds` that belongs to the current iteration."""
    accounted_at: datetime | None = None
    """Until when `activeSeconds` and `gpuSeconds` are counted."""
    started_at: datetime | None = None
    """When the run was first looked at."""
    finished_at: datetime | None = None
    """When it ended."""
    ending: Reason | None = None
    """Why no further stage but the report begins; None while the run goes on."""
    first_attempt: Annotated[int, Field(ge=0)] = 0
    """Number of the first attempt of a stage that begins now; grows when work is given up, so that no folder is written twice."""
    served_rerun: Annotated[str, Field(max_length=63)] | None = None
    """Id of the last rerun request that was served."""
    refused_rerun: Annotated[str, Field(max_length=100)] | None = None
    """Rerun request that could not be served, as `<id>/<iteration>/<stage>`; it is not served later either."""
    repeats_from: Annotated[int, Field(ge=0)] | None = None
    """Iteration from which on kept records belong to an earlier pass; None once they are removed."""


class EvolutionRun(Contract):
    """One evolution of one model: K iterations of diagnose, generate, filter, train, evaluate and the gate."""

    api_version: Literal["dpe.dev/v1alpha1"] = "dpe.dev/v1alpha1"
    kind: Literal["EvolutionRun"] = "EvolutionRun"
    metadata: RunMeta
    spec: RunSpec
    """What the user wants."""
    status: RunStatus | None = None
    """Where the run stands; written by the operator alone."""
