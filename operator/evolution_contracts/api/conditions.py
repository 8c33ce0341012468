"""Condition types and reasons, each with its meaning; nothing else in the project spells them.

Every type is a statement that is True, False or Unknown. `Stalled=True` and `Reconciling=True` follow kstatus, so that GitOps tools
understand a run.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from evolution_contracts.base import Contract


class ConditionType(StrEnum):
    """The condition types of a run."""

    SUCCEEDED = "Succeeded"
    PROGRESSING = "Progressing"
    RECONCILING = "Reconciling"
    ADMITTED = "Admitted"
    STALLED = "Stalled"
    SUSPENDED = "Suspended"
    DEGRADED = "Degraded"
    REGRESSED = "Regressed"
    BUDGET_EXHAUSTED = "BudgetExhausted"
    VALID = "Valid"


class Reason(StrEnum):
    """The reasons of conditions; `docs/reference/conditions.md` explains each."""

    PENDING = "Pending"
    RUNNING = "Running"
    COMPLETED = "Completed"
    STOPPED_BY_GATE = "StoppedByGate"
    TOO_MANY_REJECTIONS = "TooManyRejections"
    STAGE_FAILED = "StageFailed"
    NO_CANDIDATES = "NoCandidates"
    NO_TRAINING_SAMPLES = "NoTrainingSamples"
    INVALID_SPEC = "InvalidSpec"
    VALID_SPEC = "ValidSpec"
    ADMITTED = "Admitted"
    QUEUED = "Queued"
    NO_PROGRESS = "NoProgress"
    NO_ACTIVE_STAGE = "NoActiveStage"
    ITERATION_TIMEOUT = "IterationTimeout"
    MAKING_PROGRESS = "MakingProgress"
    CLOCK_HELD = "ClockHeld"
    SUSPENDED_BY_USER = "SuspendedByUser"
    NOT_SUSPENDED = "NotSuspended"
    CHILD_CONFLICT = "ChildConflict"
    CANNOT_START = "CannotStart"
    PARTIAL_SHARDS = "PartialShards"
    SHORTFALL = "Shortfall"
    AS_PLANNED = "AsPlanned"
    CANDIDATE_REJECTED = "CandidateRejected"
    NO_REGRESSION = "NoRegression"
    WITHIN_BUDGET = "WithinBudget"
    GPU_HOURS_EXHAUSTED = "GpuHoursExhausted"
    API_COST_EXHAUSTED = "ApiCostExhausted"
    WALL_HOURS_EXHAUSTED = "WallHoursExhausted"


class Condition(Contract):
    """A condition as Kubernetes defines it (metav1.Condition)."""

    type: ConditionType
    """Type of the condition; one of each per run."""
    status: Literal["True", "False", "Unknown"]
    """Whether the statement holds."""
    reason: Reason
    """One word for programs."""
    message: Annotated[str, Field(max_length=2000)] = ""
    """One or two sentences for people: what, where, what to do."""
    last_transition_time: datetime
    """When `status` last changed."""
    observed_generation: Annotated[int, Field(ge=0)] = 0
    """Generation of the spec that this condition speaks of."""
