"""The rerun request: going back to a stage with everything before it kept as it was.

A request is served once for each id. It is the only way out of a terminal state. Attempts go on with a number above all that were seen,
so that no folder of an earlier pass is written to again. The records of the earlier pass are only removed once the status tells of the
rerun: until then they are what the rerun is made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from evolution_contracts.api.conditions import ConditionType
from evolution_contracts.api.iteration import IterationRecord
from evolution_contracts.api.run import RunStatus
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.actions import DeleteChild, ForgetIterations
from evolution_operator.core.lineage import cut_before, recalled, remembered
from evolution_operator.core.look import SOON, Look
from evolution_operator.core.observation import Child
from evolution_operator.core.stages import Position, stages_of


def with_rerun_served(look: Look) -> Look:
    """Return the look with a new rerun request served, or refused with what to change; without a new one as it is."""
    request = look.spec.rerun
    if request is None or request.id == look.status.served_rerun:
        return look
    identity = f"{request.id}/{request.from_iteration}/{request.from_stage.value}"
    if identity == look.status.refused_rerun:
        return replace(look, refused=_told_before(look.status))
    position = Position(request.from_iteration, request.from_stage)
    records = _records(look)
    if problem := _problem(look.status, position, records):
        told = f"rerun {request.id!r} is refused, now and later: {problem}"
        return replace(look.with_status(refused_rerun=identity), refused=told)
    status = _status_at(look.status, position, records).model_copy(
        update={"served_rerun": request.id, "first_attempt": _next_attempt(look, position)}
    )
    deleted = (DeleteChild(name=child.name) for child in _repeated(look, position))
    return replace(look.giving_up(), status=status).asking(*deleted)


def with_earlier_pass_forgotten(look: Look) -> Look:
    """Return the look with the records of an earlier pass asked to be removed, until none is seen any more."""
    first = look.status.repeats_from
    if first is None:
        return look
    if any(record.iteration >= first for record in look.seen.iterations):
        return look.asking(ForgetIterations(from_iteration=first)).waking(look.now + SOON)
    return look.with_status(repeats_from=None)


def _told_before(status: RunStatus) -> str:
    return next((condition.message for condition in status.conditions if condition.type is ConditionType.VALID), "")


def _records(look: Look) -> dict[int, IterationRecord]:
    """Return what is known of each iteration; the status knows the current one best."""
    current = look.status.current
    records = {record.iteration: record for record in look.seen.iterations if record.iteration < look.status.iteration}
    return records if current is None else {**records, current.iteration: current}


def _problem(status: RunStatus, position: Position, records: Mapping[int, IterationRecord]) -> str:
    """Return why the run cannot go back to `position`, and what to do; empty where it can."""
    iteration, stage = position
    if status.current is None or iteration > status.iteration:
        return f"fromIteration {iteration} has not begun; the run is at iteration {status.iteration}. Name that or an earlier one"
    is_last = iteration == status.iteration and status.ending is not None
    stages = stages_of(iteration, with_report=is_last)
    if stage not in stages:
        names = ", ".join(name.value for name in stages)
        return f"fromStage {stage.value} is not a stage of iteration {iteration}. Name one of {names}"
    if gone := [number for number in range(iteration + 1) if number not in records]:
        return f"the record of iteration {gone[0]} is gone, and with it what came before. Name a later one or start a new run"
    finished = {record.stage for record in records[iteration].stages}
    needed = stages[: stages.index(stage)]
    missing = [name for name in needed if name not in finished]
    if missing and stage is not StageName.REPORT:
        return f"fromStage {stage.value} was not reached; {missing[0].value} of iteration {iteration} is not finished. Name that one"
    return ""


def _status_at(status: RunStatus, position: Position, records: Mapping[int, IterationRecord]) -> RunStatus:
    """Return the status as it was when the run came to `position`, with what it has used since then kept."""
    is_report = position.stage is StageName.REPORT
    current = cut_before(records[position.iteration], position.stage)
    past = remembered(recalled(records[number] for number in range(position.iteration)), current)
    return past.model_copy(
        update={
            "iteration": position.iteration,
            "current": current,
            "ending": status.ending if is_report else None,
            "repeats_from": status.repeats_from if is_report else position.iteration,
            "conditions": status.conditions,
            "phase": status.phase,
            "observed_generation": status.observed_generation,
            "gpu_seconds": status.gpu_seconds,
            "api_cost": status.api_cost,
            "active_seconds": status.active_seconds,
            "accounted_at": status.accounted_at,
            "started_at": status.started_at,
        }
    )


def _repeated(look: Look, position: Position) -> tuple[Child, ...]:
    """Return the own children of the place to go back to and of everything after it."""
    return tuple(
        child
        for child in look.seen.children
        if child.is_owned and not child.is_terminating and Position(child.iteration, child.stage).order >= position.order
    )


def _next_attempt(look: Look, position: Position) -> int:
    """Return a number above every attempt that is known of what will be repeated."""
    of_children = (child.attempt for child in look.seen.children if child.iteration >= position.iteration)
    of_records = (stage.attempt for record in _records(look).values() if record.iteration >= position.iteration for stage in record.stages)
    under_way = look.status.stage.attempt if look.status.stage else -1
    return max(look.status.first_attempt - 1, under_way, -1, *of_children, *of_records) + 1
