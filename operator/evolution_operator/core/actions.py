"""What `decide` asks a body to do. Applying an action twice is the same as applying it once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from evolution_contracts.api.iteration import IterationRecord
from evolution_contracts.api.run import RunStatus
from evolution_contracts.stage import StageInput


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateChild:
    """Create the workload of one attempt; a child of this name with the same input is adopted."""

    name: str
    input: StageInput
    is_suspended: bool = False
    """True where a queue admits it, or the run is suspended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendChild:
    """Stop the pods of a child and keep the child."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeChild:
    """Let a suspended child run again."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteChild:
    """Stop a child and remove it; a child that is already gone is fine."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepIteration:
    """Write the record of an iteration; written again it is replaced."""

    record: IterationRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetIterations:
    """Remove the records from an iteration on, because a rerun repeats them."""

    from_iteration: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRun:
    """Remove the finished run itself; its artifacts stay."""


Action = CreateChild | SuspendChild | ResumeChild | DeleteChild | KeepIteration | ForgetIterations | DeleteRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One transition, told to people."""

    type: Literal["Normal", "Warning"]
    reason: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What shall be: the new status, what to do, what to tell, when to look again."""

    status: RunStatus
    actions: tuple[Action, ...] = ()
    events: tuple[Event, ...] = ()
    wake_at: datetime | None = None
    """Next look, even if nothing happens; None when only a change can matter."""
