"""Following the current attempt: creating its child, watching it, and drawing the consequence when it ends.

A child is created under a name that depends on the attempt alone, so creating it again is safe. Work is given up by moving on to the
next attempt; the child that is left behind is then swept away, and nothing new is created while it lives.
"""

from __future__ import annotations

from datetime import timedelta

from evolution_contracts.api.conditions import Reason
from evolution_contracts.api.iteration import StageRecord
from evolution_contracts.api.run import FailureCause, StageState, StageStatus
from evolution_contracts.spec.failure import OnStall
from evolution_contracts.stage import StageInput
from evolution_operator.core.actions import CreateChild, ResumeChild, SuspendChild
from evolution_operator.core.budget import exhausted
from evolution_operator.core.failure_policy import Failure, classified, retries, retry_delay
from evolution_operator.core.iterations import end_early, fail_run, finish_stage
from evolution_operator.core.look import ENDED, SOON, Finding, Look, clipped
from evolution_operator.core.observation import Child, ChildState, Interruption
from evolution_operator.core.outcomes import Harvest, Missing, harvested
from evolution_operator.core.stages import shards_of, stage_input
from evolution_operator.core.stall import is_stalled, stalls_at, ticked

STARTING_DEADLINE_SECONDS = 1800
"""Time from admission until a stage runs, where the spec names none."""
GRACE = timedelta(seconds=30)
"""Time for which a child, or the results of a success, may be missing from what a body sees before they count as lost."""
STATE_OF_CHILD = {
    ChildState.QUEUED: StageState.QUEUED,
    ChildState.STARTING: StageState.STARTING,
    ChildState.RUNNING: StageState.RUNNING,
    ChildState.SUCCEEDED: StageState.SUCCEEDED,
    ChildState.FAILED: StageState.FAILED,
}


def follow(look: Look) -> Look:
    """Return the look with the current attempt brought forward by what was seen of its child; no stage is left when it succeeded."""
    child = look.child
    if child is not None and (problem := conflict(look, child)):
        return look.told(degraded=Finding(Reason.CHILD_CONFLICT, problem))
    is_under_way = child is None or child.state not in ENDED
    if is_under_way and look.status.ending is None and (over := exhausted(look.spec, look.status)):
        return end_early(look, over)
    if child is None:
        return _without_child(look)
    look = look.with_stage(input_digest=child.input_digest, retry_at=None)
    match child.state:
        case ChildState.SUCCEEDED:
            return _succeeded(look, child)
        case ChildState.FAILED:
            return fail_attempt(look, classified(child))
        case _:
            return _watched(look.with_stage(missing_since=None), child)


def seen_state(look: Look) -> StageState:
    """Return the state in which the current attempt was seen: the known one where its child is missing or not ours."""
    child = look.child
    return look.stage.state if child is None or conflict(look, child) else state_of(child)


def state_of(child: Child) -> StageState:
    """Return the stage state that a child's state amounts to; a suspended child waits like a queued one."""
    is_held = child.is_suspended and child.state not in ENDED
    return StageState.QUEUED if is_held else STATE_OF_CHILD[child.state]


def conflict(look: Look, child: Child) -> str:
    """Return why the child under the attempt's name is not the attempt's; empty where it is.

    A child is compared with the input that was recorded when it was created, so that a newer operator, which may write inputs
    differently, still knows the children of an older one.
    """
    if not child.is_owned:
        return f"{child.name} exists and belongs to somebody else; remove or rename it, or start the run under another name"
    wanted = look.stage.input_digest or _input(look).fingerprint()
    if child.input_digest == wanted:
        return ""
    return f"{child.name} was created with another input ({child.input_digest}, expected {wanted}); delete it to let the stage start"


def _input(look: Look) -> StageInput:
    return stage_input(look.run, look.status, look.stage.attempt, look.seen.iterations)


def _without_child(look: Look) -> Look:
    if look.spec.suspend and look.uses_queue:
        return _withdrawn(look)
    if look.stage.state is not StageState.PENDING:
        return _missed(look, Failure(FailureCause.INFRASTRUCTURE, f"{look.child_name} is gone: it was deleted, or its node was lost"))
    return _created(look)


def _created(look: Look) -> Look:
    """Return the look with the child asked for, as soon as its delay is over and nothing that was given up lives any more."""
    if look.stage.retry_at is not None and look.now < look.stage.retry_at:
        return look.waking(look.stage.retry_at)
    if look.leftovers:
        return look.with_stage(message=clipped(f"waits for {look.leftovers[0].name} to end")).waking(look.now + SOON)
    wanted = _input(look)
    is_suspended = look.spec.suspend or look.uses_queue
    return look.with_stage(input_digest=wanted.fingerprint(), retry_at=None).asking(
        CreateChild(name=look.child_name, input=wanted, is_suspended=is_suspended)
    )


def _missed(look: Look, failure: Failure) -> Look:
    """Return the look with something missed; once the grace is over the attempt has failed."""
    since = look.stage.missing_since or look.now
    if look.now - since >= GRACE:
        return fail_attempt(look.giving_up(), failure)
    return look.with_stage(missing_since=since, progressed_at=None).waking(since + GRACE)


def _withdrawn(look: Look) -> Look:
    """Return the look with the attempt given up, free of charge, because a suspended run must not be started by its queue."""
    if look.stage.state is StageState.PENDING and look.stage.input_digest is None:
        return look
    return look.giving_up().with_status(stage=_next_attempt(look.stage, look))


def _watched(look: Look, child: Child) -> Look:
    if look.spec.suspend and look.uses_queue:
        return _withdrawn(look)
    look = _toggled(look, child)
    state = state_of(child)
    look = _entered(look, state)
    look = look.with_status(stage=ticked(look.stage, child, look.spec, look.now))
    if look.spec.suspend or state is StageState.QUEUED:
        return look
    if state is StageState.STARTING:
        look = _watched_start(look, child)
    elif is_stalled(look.stage, look.now):
        look = _stalled(look)
    else:
        mark = stalls_at(look.stage)
        look = look.waking(mark and mark + SOON)
    return _watched_iteration(look)


def _entered(look: Look, state: StageState) -> Look:
    """Return the look with the stage in `state`, since now unless it was so before; what runs has no reason to wait any more."""
    if state is look.stage.state:
        return look
    return look.with_stage(state=state, state_since=look.now, message="" if state is StageState.RUNNING else look.stage.message)


def _toggled(look: Look, child: Child) -> Look:
    """Return the look with the child suspended or resumed as the run is; where a queue admits children, only the queue does that."""
    if look.uses_queue or child.is_terminating or child.is_suspended == look.spec.suspend:
        return look
    return look.asking(SuspendChild(name=child.name) if look.spec.suspend else ResumeChild(name=child.name))


def _watched_start(look: Look, child: Child) -> Look:
    stage = look.stage
    deadline = look.spec.failure.starting_deadline_seconds.get(stage.stage, STARTING_DEADLINE_SECONDS)
    due = stage.state_since + timedelta(seconds=deadline)
    why = f"{child.name} cannot start ({child.waiting.value}): {child.message}" if child.waiting else ""
    if look.now >= due:
        cause = FailureCause.USER if child.waiting is Interruption.CONFIGURATION else FailureCause.INFRASTRUCTURE
        return fail_attempt(
            look.giving_up(), Failure(cause, f"not running {deadline} s after its admission; {why or child.message or child.name}")
        )
    if why:
        look = look.with_stage(message=clipped(why)).told(degraded=Finding(Reason.CANNOT_START, why))
    return look.waking(due)


def _stalled(look: Look) -> Look:
    stage = look.stage
    counted = f"{stage.done}{f' of {stage.total}' if stage.total else ''} {stage.unit or 'units'}"
    message = f"{look.child_name} made no progress for {stage.stall_budget_seconds:g} s; it stands at {counted}"
    match look.spec.failure.on_stall:
        case OnStall.REPORT:
            return look.told(stalled=Finding(Reason.NO_PROGRESS, message))
        case OnStall.RESTART:
            return fail_attempt(look.giving_up(), Failure(FailureCause.STALLED, message))
        case OnStall.FAIL:
            return fail_run(look, Finding(Reason.NO_PROGRESS, message))


def _watched_iteration(look: Look) -> Look:
    limit = look.spec.failure.iteration_timeout_seconds
    if limit is None or look.is_finished or look.status.iteration_active_seconds <= limit:
        return look
    message = f"iteration {look.status.iteration} takes longer than its {limit} s outside queues"
    finding = Finding(Reason.ITERATION_TIMEOUT, message)
    return fail_run(look, finding) if look.spec.failure.on_stall is OnStall.FAIL else look.told(stalled=finding)


def _succeeded(look: Look, child: Child) -> Look:
    found = harvested(child, shards_of(look.spec, child.stage))
    match found:
        case Missing():
            return _missed(_entered(look, StageState.SUCCEEDED), Failure(FailureCause.INFRASTRUCTURE, found.message))
        case Failure():
            return fail_attempt(look, found)
        case Harvest():
            return finish_stage(look, _recorded(look, child, found), found)


def _recorded(look: Look, child: Child, harvest: Harvest) -> StageRecord:
    if child.running_since is not None and child.finished_at is not None:
        seconds = (child.finished_at - child.running_since).total_seconds()
    else:
        seconds = max(result.seconds for result in child.results)
    return StageRecord(
        stage=child.stage,
        attempt=child.attempt,
        manifests=harvest.manifests,
        seconds=max(0.0, seconds),
        gpu_seconds=look.stage.gpu_seconds,
    )


def fail_attempt(look: Look, failure: Failure) -> Look:
    """Return the look with the attempt failed: the next one is due after a delay, or the run fails where the cause allows no other."""
    failures = {**look.stage.failures, failure.cause: look.stage.failures.get(failure.cause, 0) + 1}
    budget = retries(look.spec.failure, failure.cause)
    look = look.with_stage(failures=failures)
    if failures[failure.cause] > budget:
        message = (
            f"{look.stage.stage.value} of iteration {look.status.iteration}, attempt {look.stage.attempt}: {failure.message} "
            f"[{failure.cause.value}: {budget} retries allowed]"
        )
        return fail_run(look, Finding(Reason.STAGE_FAILED, message))
    retry_at = look.now + retry_delay(look.spec.failure, sum(failures.values()))
    stage = _next_attempt(look.stage, look).model_copy(update={"retry_at": retry_at, "message": clipped(failure.message)})
    return look.with_status(stage=stage).waking(retry_at)


def _next_attempt(stage: StageStatus, look: Look) -> StageStatus:
    """Return the stage at its next attempt, with what holds for the stage as a whole kept."""
    return StageStatus(
        stage=stage.stage,
        attempt=stage.attempt + 1,
        state_since=look.now,
        failures=stage.failures,
        stall_budget_seconds=stage.stall_budget_seconds,
        progress_intervals=stage.progress_intervals,
        gpu_seconds=stage.gpu_seconds,
    )
