"""What a body saw of a run: a frozen snapshot, made of facts only.

What could not be read is unknown, and unknown changes nothing: a body that failed to read a part says so with `is_complete=False`,
and `decide` holds still.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evolution_contracts.api.iteration import IterationRecord
from evolution_contracts.progress import Progress
from evolution_contracts.results import StageResult
from evolution_contracts.vocabulary import StageName


class ChildState(StrEnum):
    """Where a child stands, as its cluster tells."""

    QUEUED = "queued"
    """Created, waiting for admission or suspended."""
    STARTING = "starting"
    """Admitted; not all of its pods run yet."""
    RUNNING = "running"
    """All required pods run and are past their start-up probe."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Interruption(StrEnum):
    """Why a child ended without its own doing; None where its exit code tells everything."""

    OUT_OF_MEMORY = "out_of_memory"
    PREEMPTED = "preempted"
    """Preempted, evicted, or its local supervisor ended."""
    NODE_LOST = "node_lost"
    DELETED = "deleted"
    """Somebody else deleted it."""
    IMAGE_PULL = "image_pull"
    UNSCHEDULABLE = "unschedulable"
    CONFIGURATION = "configuration"
    """A Secret, claim or field that the pod needs does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One workload of the run: the Job (or local processes) of one attempt of one stage."""

    name: str
    iteration: int
    stage: StageName
    attempt: int
    state: ChildState
    input_digest: str
    """Digest of the `StageInput` it was created with."""
    is_owned: bool = True
    """False when an object of this name exists that is not the run's: never touched."""
    is_suspended: bool = False
    is_terminating: bool = False
    created_at: datetime
    running_since: datetime | None = None
    finished_at: datetime | None = None
    exit_code: int | None = None
    """Exit code of the first failed container; None while it lives or where it is not known."""
    interruption: Interruption | None = None
    message: str = ""
    """What the cluster says of a failure or of waiting, with the pod's name."""
    waiting: Interruption | None = None
    """Why a starting child cannot start yet."""
    results: tuple[StageResult, ...] = ()
    """Results of the finished shards (one without shards), in order of the shard."""
    progress: tuple[Progress, ...] = ()
    """Newest progress of each shard that has told any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """All that a body knows of a run at one moment."""

    now: datetime
    children: tuple[Child, ...] = ()
    iterations: tuple[IterationRecord, ...] = ()
    """Kept records of finished iterations, oldest first."""
    is_complete: bool = True
    """False when some of it could not be read."""
