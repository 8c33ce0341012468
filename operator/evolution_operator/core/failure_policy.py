"""What an attempt failed of, who pays for the next one, and when it may begin.

Each cause has a budget of its own: a node that dies must not eat the retries that are meant for defects, and a wrong file path must not
be tried as often as a preempted pod. Exit codes are those of `evolution_contracts.errors`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from evolution_contracts.api.run import FailureCause
from evolution_contracts.errors import ExitCode, InterruptedStageError
from evolution_contracts.results import StageFailure
from evolution_contracts.spec.failure import FailureSpec
from evolution_operator.core.observation import Child, Interruption

SIGKILL_EXIT = 128 + 9
SIGTERM_EXIT = 128 + 15
LONGEST_DELAY_SECONDS = 600
"""Doubling stops here; a `retryDelaySeconds` above it is kept as it is."""

CAUSE_OF_INTERRUPTION: Mapping[Interruption, FailureCause] = {
    Interruption.OUT_OF_MEMORY: FailureCause.OUT_OF_MEMORY,
    Interruption.PREEMPTED: FailureCause.PREEMPTED,
    Interruption.NODE_LOST: FailureCause.INFRASTRUCTURE,
    Interruption.DELETED: FailureCause.INFRASTRUCTURE,
    Interruption.IMAGE_PULL: FailureCause.INFRASTRUCTURE,
    Interruption.UNSCHEDULABLE: FailureCause.INFRASTRUCTURE,
    Interruption.CONFIGURATION: FailureCause.USER,
}

CAUSE_OF_EXIT_CODE: Mapping[int, FailureCause] = {
    ExitCode.DATA: FailureCause.USER,
    ExitCode.CONFIGURATION: FailureCause.USER,
    ExitCode.UNAVAILABLE: FailureCause.INFRASTRUCTURE,
    ExitCode.TEMPORARY: FailureCause.INFRASTRUCTURE,
    ExitCode.INTERNAL: FailureCause.INTERNAL,
    # Without a word of the cluster, a killed process was most likely killed for memory, and a terminated one was asked to make room.
    SIGKILL_EXIT: FailureCause.OUT_OF_MEMORY,
    SIGTERM_EXIT: FailureCause.PREEMPTED,
}


class Failure(NamedTuple):
    """Why an attempt did not succeed."""

    cause: FailureCause
    message: str
    """What happened, in the words of the stage or of the cluster."""


def classified(child: Child) -> Failure:
    """Return what a failed child failed of: what the cluster did to it first, then what it said itself, then its exit code."""
    told = next((result.failure for result in child.results if result.failure is not None), None)
    return Failure(_cause(child, told), _message(child, told))


def _cause(child: Child, told: StageFailure | None) -> FailureCause:
    if child.interruption is not None:
        return CAUSE_OF_INTERRUPTION[child.interruption]
    if told is not None:
        return cause_of_failure(told.reason, told.exit_code)
    # A failed child without any exit code never got to run its own code, or its pods are gone.
    return cause_of_exit_code(child.exit_code) if child.exit_code else FailureCause.INFRASTRUCTURE


def cause_of_failure(reason: str, exit_code: int) -> FailureCause:
    """Return the cause of a failure that a stage told; a stage that was asked to stop did not fail."""
    return FailureCause.PREEMPTED if reason == InterruptedStageError.reason else cause_of_exit_code(exit_code)


def cause_of_exit_code(exit_code: int) -> FailureCause:
    """Return the cause behind a non-zero exit code; a negative one is a signal, as Python counts it. Unknown codes are defects."""
    code = exit_code if exit_code >= 0 else 128 - exit_code
    return CAUSE_OF_EXIT_CODE.get(code, FailureCause.INTERNAL)


def _message(child: Child, told: StageFailure | None) -> str:
    if told is not None:
        return f"{told.reason} (exit {told.exit_code}): {told.message}"
    parts = (
        child.interruption.value if child.interruption is not None else "",
        f"exit {child.exit_code}" if child.exit_code is not None else "",
        child.message,
    )
    return ", ".join(part for part in parts if part) or "the cluster names no reason; look at the logs of its pods"


def retries(spec: FailureSpec, cause: FailureCause) -> int:
    """Return how many attempts of one stage may fail of `cause` and be followed by another."""
    budgets = {
        FailureCause.USER: spec.user_error_retries,
        FailureCause.INTERNAL: spec.internal_error_retries,
        FailureCause.INFRASTRUCTURE: spec.infrastructure_retries,
        FailureCause.OUT_OF_MEMORY: spec.out_of_memory_retries,
        FailureCause.PREEMPTED: spec.preemption_retries,
        FailureCause.STALLED: spec.stall_retries,
    }
    return budgets[cause]


def retry_delay(spec: FailureSpec, failed_attempts: int) -> timedelta:
    """Return the wait after the n-th failed attempt of a stage (n >= 1): doubled each time, up to ten minutes."""
    longest = max(LONGEST_DELAY_SECONDS, spec.retry_delay_seconds)
    # The exponent is bounded because a thousandth retry must not compute a number of three hundred digits.
    return timedelta(seconds=min(longest, spec.retry_delay_seconds * 2 ** min(failed_attempts - 1, 16)))
