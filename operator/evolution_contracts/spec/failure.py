"""What happens when a stage fails, hangs or never starts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from evolution_contracts.base import Contract
from evolution_contracts.vocabulary import StageName

Retries = Annotated[int, Field(ge=0, le=1000)]
Seconds = Annotated[int, Field(ge=1, le=31_536_000)]


class OnStall(StrEnum):
    """What follows a stalled stage."""

    REPORT = "Report"
    RESTART = "Restart"
    FAIL = "Fail"


class FailureSpec(Contract):
    """Budgets of new attempts, counted for each stage of each iteration and by cause."""

    infrastructure_retries: Retries = 3
    """New attempts after the platform failed: node lost, disk full, model server gone."""
    user_error_retries: Retries = 0
    """New attempts after bad input or bad configuration, which rarely mends itself."""
    internal_error_retries: Retries = 1
    """New attempts after a defect of the stage itself (exit 70 or an unknown code)."""
    out_of_memory_retries: Retries = 1
    """New attempts after the stage was killed for memory."""
    preemption_retries: Retries = 100
    """New attempts after preemption, eviction or an interrupted supervisor; free of charge up to this high cap."""
    stall_retries: Retries = 2
    """New attempts after a stall, with `onStall: Restart`."""
    on_stall: OnStall = OnStall.REPORT
    """`Report` raises the condition and waits, `Restart` starts a new attempt, `Fail` fails the run."""
    stall_seconds: Annotated[dict[StageName, Seconds], Field(max_length=7)] = {}
    """Time without progress after which a stage counts as stalled; the default is derived from its pace, and at least 900."""
    starting_deadline_seconds: Annotated[dict[StageName, Seconds], Field(max_length=7)] = {}
    """Time from admission until the stage runs; default 1800."""
    iteration_timeout_seconds: Seconds | None = None
    """Time of one iteration outside queues after which it counts as stalled; None sets no limit."""
    retry_delay_seconds: Annotated[int, Field(ge=0, le=3600)] = 10
    """Delay before the second attempt of a stage; doubled for each further one, at most 600."""
