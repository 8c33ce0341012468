"""What to tell people: the difference between two statuses, in words.

Events are derived from the status before and after a look and from nothing else, so a look that changes nothing tells nothing, and a
look that is repeated after a crash tells the same again.
"""

from __future__ import annotations

from collections.abc import Iterator

from evolution_contracts.api.conditions import Condition, ConditionType, Reason
from evolution_contracts.api.iteration import GateDecision, StageRecord
from evolution_contracts.api.run import FailureCause, RunStatus, StageState, StageStatus
from evolution_contracts.spec.run import RunSpec
from evolution_operator.core.actions import Event
from evolution_operator.core.budget import largest_use

BUDGET_WARNING_SHARE = 0.8
EVENT_OF_STATE = {StageState.QUEUED: "StageQueued", StageState.STARTING: "StageAdmitted", StageState.RUNNING: "StageStarted"}
EVENT_OF_CAUSE = {
    FailureCause.PREEMPTED: "StagePreempted",
    FailureCause.OUT_OF_MEMORY: "OOMKilled",
}
"""Causes that are told under a name of their own; the others are `StageFailed`."""
GATE_EVENTS = {
    GateDecision.BASELINE: ("Normal", "BaselineMeasured"),
    GateDecision.PROMOTED: ("Normal", "GatePassed"),
    GateDecision.REJECTED: ("Warning", "GateFailed"),
}


def transitions(before: RunStatus, after: RunStatus, spec: RunSpec) -> tuple[Event, ...]:
    """Return what happened between two statuses of a run, oldest first."""
    if before is after:
        return ()
    return (
        *_rerun(before, after),
        *_finished_stages(before, after),
        *_failures(before, after),
        *_gate(before, after),
        *_iteration(before, after),
        *_stage(before, after),
        *_budget(before, after, spec),
        *_conditions(before, after),
        *_end(before, after),
    )


def _rerun(before: RunStatus, after: RunStatus) -> Iterator[Event]:
    if after.served_rerun != before.served_rerun:
        yield Event(type="Normal", reason="RerunStarted", message=f"rerun {after.served_rerun} goes back to iteration {after.iteration}")


def _stages(status: RunStatus) -> tuple[StageRecord, ...]:
    return status.current.stages if status.current else ()


def _finished_stages(before: RunStatus, after: RunStatus) -> Iterator[Event]:
    known = _stages(before) if before.iteration == after.iteration else ()
    for record in _stages(after):
        if record not in known:
            message = f"{record.stage.value} of iteration {after.iteration} succeeded, attempt {record.attempt}"
            yield Event(type="Normal", reason="StageSucceeded", message=message)


def _failures(before: RunStatus, after: RunStatus) -> Iterator[Event]:
    stage = after.stage
    if stage is None:
        return
    known = before.stage.failures if before.stage and _is_same_stage(before, after) else {}
    for cause, count in stage.failures.items():
        if count > known.get(cause, 0):
            name = _told(after, stage)
            yield Event(type="Warning", reason=EVENT_OF_CAUSE.get(cause, "StageFailed"), message=f"{name} failed: {stage.message}")
            if stage.state is not StageState.FAILED:
                yield Event(type="Normal", reason="StageRetrying", message=f"{name} is tried again, attempt {stage.attempt}")


def _is_same_stage(before: RunStatus, after: RunStatus) -> bool:
    if before.stage is None or after.stage is None:
        return False
    return (before.iteration, before.stage.stage) == (after.iteration, after.stage.stage)


def _told(status: RunStatus, stage: StageStatus) -> str:
    return f"{stage.stage.value} of iteration {status.iteration}"


def _gate(before: RunStatus, after: RunStatus) -> Iterator[Event]:
    if not after.history or (before.history and before.history[-1] == after.history[-1]):
        return
    if after.served_rerun != before.served_rerun:
        return
    line = after.history[-1]
    kind, reason = GATE_EVENTS[line.decision]
    why = after.current.decision_reason if after.current and after.current.iteration == line.iteration else ""
    yield Event(type="Warning" if kind == "Warning" else "Normal", reason=reason, message=f"iteration {line.iteration}: {why}")
    if line.decision is GateDecision.REJECTED and after.best is not None:
        yield Event(type="Warning", reason="RolledBack", message=f"the model of iteration {after.best.iteration} stays the incumbent")


def _iteration(before: RunStatus, after: RunStatus) -> Iterator[Event]:
    if after.current is not None and (before.current is None or before.iteration != after.iteration):
        yield Event(type="Normal", reason="IterationStarted", message=f"iteration {after.iteration} begins")


def _stage(before: RunStatus, after: RunStatus) -> Iterator[Event]:
    stage = after.stage
    if stage is None:
        return
    old = before.stage if _is_same_stage(before, after) else None
    is_other_attempt = old is None or old.attempt != stage.attempt
    name = f"{_told(after, stage)}, attempt {stage.attempt}"
    if stage.input_digest is not None and (is_other_attempt or old is None or old.input_digest is None):
        yield Event(type="Normal", reason="StageCreated", message=name)
    if stage.state in EVENT_OF_STATE and (is_other_attempt or old is None or old.state is not stage.state):
        yield Event(type="Normal", reason=EVENT_OF_STATE[stage.state], message=name)


def _budget(before: RunStatus, after: RunStatus, spec: RunSpec) -> Iterator[Event]:
    share = largest_use(spec, after)
    if largest_use(spec, before) < BUDGET_WARNING_SHARE <= share:
        yield Event(type="Warning", reason="BudgetWarning", message=f"{share:.0%} of the tightest budget is used")


WARNINGS = {
    ConditionType.STALLED: "StageStalled",
    ConditionType.DEGRADED: "",
    ConditionType.BUDGET_EXHAUSTED: "BudgetExhausted",
}
"""Conditions that are told when they become True; the reason of the condition itself where no name is given."""


def _conditions(before: RunStatus, after: RunStatus) -> Iterator[Event]:
    known = {condition.type: condition for condition in before.conditions}
    for condition in after.conditions:
        old = known.get(condition.type)
        if old is None or old.status != condition.status or old.reason is not condition.reason:
            yield from _condition(condition, old)


def _condition(condition: Condition, old: Condition | None) -> Iterator[Event]:
    match condition.type, condition.status:
        case ConditionType.STALLED, "True" if condition.reason not in (Reason.NO_PROGRESS, Reason.ITERATION_TIMEOUT):
            return  # A run that failed tells so itself.
        case ((ConditionType.STALLED | ConditionType.DEGRADED | ConditionType.BUDGET_EXHAUSTED), "True"):
            yield Event(type="Warning", reason=WARNINGS[condition.type] or condition.reason.value, message=condition.message)
        case ConditionType.VALID, "False":
            yield Event(type="Warning", reason="InvalidSpec", message=condition.message)
        case ConditionType.SUSPENDED, "True":
            yield Event(type="Normal", reason="Suspended", message=condition.message)
        case ConditionType.SUSPENDED, "False" if old is not None:
            yield Event(type="Normal", reason="Resumed", message="the run goes on")


def _end(before: RunStatus, after: RunStatus) -> Iterator[Event]:
    if before.finished_at is not None or after.finished_at is None:
        return
    summary = next(condition for condition in after.conditions if condition.type is ConditionType.SUCCEEDED)
    if summary.status == "True":
        yield Event(type="Normal", reason="RunSucceeded", message=summary.message)
    else:
        yield Event(type="Warning", reason="RunFailed", message=summary.message)
