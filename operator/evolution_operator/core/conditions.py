"""The conditions of a run, and the one word that is made of them.

All types are set on the first look. A transition time moves only when the status of its condition does. `Reconciling` and `Stalled`
follow kstatus: a suspended run is not in progress, and a run that failed counts as stalled for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple

from evolution_contracts.api.conditions import Condition, ConditionType, Reason
from evolution_contracts.api.iteration import GateDecision
from evolution_contracts.api.run import Phase, RunStatus, StageState
from evolution_operator.core.budget import exhausted
from evolution_operator.core.look import Look, clipped

Truth = Literal["True", "False", "Unknown"]
MAX_CONDITION_MESSAGE = 2000
BUDGET_REASONS = (Reason.GPU_HOURS_EXHAUSTED, Reason.API_COST_EXHAUSTED, Reason.WALL_HOURS_EXHAUSTED)


class Statement(NamedTuple):
    """What a condition says, without its times."""

    type: ConditionType
    status: Truth
    reason: Reason
    message: str = ""


def with_conditions(look: Look) -> RunStatus:
    """Return the status of a look with conditions and phase derived; those of a run that ended before stay as they were."""
    if look.is_finished and look.end is None:
        statements: Iterator[Statement] = iter((_valid(look),))
    else:
        statements = _statements(look)
    known = {condition.type: condition for condition in look.status.conditions}
    for statement in statements:
        known[statement.type] = _kept(known.get(statement.type), statement, look)
    conditions = tuple(known.values())
    return look.status.model_copy(update={"conditions": conditions, "phase": phase(conditions)})


def phase(conditions: tuple[Condition, ...]) -> Phase:
    """Return the one word for people that the conditions amount to."""
    known = {condition.type: condition for condition in conditions}
    summary = known[ConditionType.SUCCEEDED]
    if summary.status != "Unknown":
        return Phase.SUCCEEDED if summary.status == "True" else Phase.FAILED
    if known[ConditionType.SUSPENDED].status == "True":
        return Phase.SUSPENDED
    if known[ConditionType.STALLED].status == "True":
        return Phase.STALLED
    return Phase.PENDING if summary.reason is Reason.PENDING else Phase.RUNNING


def _kept(old: Condition | None, statement: Statement, look: Look) -> Condition:
    """Return the condition that says `statement`: the old one where it says so already."""
    message = clipped(statement.message, MAX_CONDITION_MESSAGE)
    generation = look.run.metadata.generation
    since: datetime = look.now
    if old is not None and old.status == statement.status:
        since = old.last_transition_time
        if (old.reason, old.message, old.observed_generation) == (statement.reason, message, generation):
            return old
    return Condition(
        type=statement.type,
        status=statement.status,
        reason=statement.reason,
        message=message,
        last_transition_time=since,
        observed_generation=generation,
    )


def _statements(look: Look) -> Iterator[Statement]:
    yield _succeeded(look)
    yield _progressing(look)
    yield _reconciling(look)
    yield _admitted(look)
    yield _stalled(look)
    yield _suspended(look)
    yield _degraded(look)
    yield _regressed(look)
    yield _budget_exhausted(look)
    yield _valid(look)


def _succeeded(look: Look) -> Statement:
    if look.end is not None:
        return Statement(ConditionType.SUCCEEDED, _truth(value=look.end.has_succeeded), look.end.reason, look.end.message)
    return Statement(ConditionType.SUCCEEDED, "Unknown", Reason.RUNNING if _has_begun(look) else Reason.PENDING, _where(look))


def _has_begun(look: Look) -> bool:
    status = look.status
    has_finished_stages = status.current is not None and bool(status.current.stages or status.iteration)
    return has_finished_stages or (status.stage is not None and status.stage.state is StageState.RUNNING)


def _where(look: Look) -> str:
    stage = look.status.stage
    return f"iteration {look.status.iteration} of {look.spec.iterations}" + (f", stage {stage.stage.value}" if stage else "")


def _progressing(look: Look) -> Statement:
    if look.end is not None:
        return Statement(ConditionType.PROGRESSING, "False", look.end.reason)
    if look.spec.suspend:
        return Statement(ConditionType.PROGRESSING, "False", Reason.SUSPENDED_BY_USER)
    if look.stalled is not None:
        return Statement(ConditionType.PROGRESSING, "False", look.stalled.reason)
    state = look.status.stage.state if look.status.stage else StageState.PENDING
    if state is StageState.QUEUED:
        return Statement(ConditionType.PROGRESSING, "False", Reason.QUEUED)
    return Statement(ConditionType.PROGRESSING, "True", Reason.RUNNING if state is StageState.RUNNING else Reason.PENDING)


def _reconciling(look: Look) -> Statement:
    if look.end is not None:
        return Statement(ConditionType.RECONCILING, "False", look.end.reason)
    if look.spec.suspend:
        return Statement(ConditionType.RECONCILING, "False", Reason.SUSPENDED_BY_USER)
    return Statement(ConditionType.RECONCILING, "True", Reason.RUNNING if _has_begun(look) else Reason.PENDING, _where(look))


def _admitted(look: Look) -> Statement:
    if look.end is not None:
        return Statement(ConditionType.ADMITTED, "False", look.end.reason)
    state = look.status.stage.state if look.status.stage else StageState.PENDING
    if state in (StageState.STARTING, StageState.RUNNING):
        return Statement(ConditionType.ADMITTED, "True", Reason.ADMITTED)
    if state is StageState.QUEUED:
        return Statement(ConditionType.ADMITTED, "False", Reason.QUEUED)
    return Statement(ConditionType.ADMITTED, "Unknown", Reason.PENDING)


def _stalled(look: Look) -> Statement:
    if look.end is not None:
        message = "" if look.end.has_succeeded else look.end.message
        return Statement(ConditionType.STALLED, _truth(value=not look.end.has_succeeded), look.end.reason, message)
    if look.stalled is not None:
        return Statement(ConditionType.STALLED, "True", *look.stalled)
    is_ticking = look.status.stage is not None and look.status.stage.progressed_at is not None
    return Statement(ConditionType.STALLED, "False", Reason.MAKING_PROGRESS if is_ticking else Reason.CLOCK_HELD)


def _suspended(look: Look) -> Statement:
    if look.spec.suspend and look.end is None:
        return Statement(ConditionType.SUSPENDED, "True", Reason.SUSPENDED_BY_USER, "spec.suspend is true; set it to false to go on")
    return Statement(ConditionType.SUSPENDED, "False", Reason.NOT_SUSPENDED)


def _degraded(look: Look) -> Statement:
    if look.degraded is not None:
        return Statement(ConditionType.DEGRADED, "True", *look.degraded)
    generated = look.status.current.generate if look.status.current else None
    missing = sum(generated.shortfall.values()) if generated else 0
    if missing:
        message = f"iteration {look.status.iteration}: {missing} of {look.spec.generate.samples} samples could not be generated"
        return Statement(ConditionType.DEGRADED, "True", Reason.SHORTFALL, message)
    return Statement(ConditionType.DEGRADED, "False", Reason.AS_PLANNED)


def _regressed(look: Look) -> Statement:
    if not look.status.history:
        return Statement(ConditionType.REGRESSED, "Unknown", Reason.PENDING)
    last = look.status.history[-1]
    if last.decision is GateDecision.REJECTED:
        message = f"the candidate of iteration {last.iteration} was rejected"
        return Statement(ConditionType.REGRESSED, "True", Reason.CANDIDATE_REJECTED, message)
    return Statement(ConditionType.REGRESSED, "False", Reason.NO_REGRESSION)


def _budget_exhausted(look: Look) -> Statement:
    over = exhausted(look.spec, look.status)
    if over is not None:
        return Statement(ConditionType.BUDGET_EXHAUSTED, "True", *over)
    if look.status.ending in BUDGET_REASONS:
        return Statement(ConditionType.BUDGET_EXHAUSTED, "True", look.status.ending, "the run was ended by its budget")
    return Statement(ConditionType.BUDGET_EXHAUSTED, "False", Reason.WITHIN_BUDGET)


def _valid(look: Look) -> Statement:
    if look.refused:
        return Statement(ConditionType.VALID, "False", Reason.INVALID_SPEC, look.refused)
    return Statement(ConditionType.VALID, "True", Reason.VALID_SPEC)


def _truth(*, value: bool) -> Truth:
    return "True" if value else "False"
