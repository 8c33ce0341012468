"""What the end of a process means."""

from __future__ import annotations

import signal
from datetime import datetime

from evolution_contracts.errors import ExitCode
from evolution_contracts.results import StageResult
from evolution_operator.core.observation import Interruption
from evolution_operator.local.children import ExitRecord

SIGNAL_BASE = 128
"""A process that a signal ended has the exit code 128 + n, as shells and Kubernetes tell it."""
KILLED = "the process was killed (SIGKILL) by somebody else; where memory is short, the kernel does that"
STOPPED = "the process was stopped (SIGTERM) before it could save its work"
NO_RESULT = "the stage ended with exit code 0 and left no result"
UNSEEN = "evo ended while the stage ran"
SERVER_LOST = "the stage server ended, and the stage with it"


def judge_exit(code: int, result: StageResult | None, *, at: datetime, was_asked: bool = False) -> ExitRecord:
    """Return what an exit status means; negative codes are signals, as in `subprocess`.

    SIGKILL counts as a lost node: on one machine it comes from people or from the kernel short of memory. The status alone cannot tell
    which, and neither is the stage's own doing. SIGTERM from others counts as preemption.
    """
    interruption, message = None, ""
    if code == -signal.SIGKILL:
        interruption, message = Interruption.NODE_LOST, KILLED
    elif code == -signal.SIGTERM:
        interruption, message = Interruption.PREEMPTED, STOPPED
    elif code < 0:
        message = f"the process ended by {signal.Signals(-code).name}"
    elif code > 0:
        message = result.failure.message if result and result.failure else f"the process ended with exit code {code}"
    elif result is None or result.outcome is None:
        code, message = ExitCode.INTERNAL, NO_RESULT
    return ExitRecord(
        exit_code=code if code >= 0 else SIGNAL_BASE - code,
        interruption=interruption,
        was_asked=was_asked,
        ended_at=at,
        message=message,
    )


def judge_loss(result: StageResult | None, interruption: Interruption, message: str, *, at: datetime) -> ExitRecord:
    """Return what became of a process that nobody saw end: the result is written last, so a result says that the work was done."""
    if result is not None and result.outcome is not None:
        return ExitRecord(exit_code=ExitCode.OK, ended_at=at)
    return ExitRecord(interruption=interruption, ended_at=at, message=message)
