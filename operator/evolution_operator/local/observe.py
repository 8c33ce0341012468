"""From the files of a child to what `decide` sees of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from evolution_contracts.errors import ExitCode
from evolution_operator.core.observation import Child, ChildState
from evolution_operator.local.children import ChildFolder, ChildRecord, ExitRecord, ProcessRecord, Slot


def observe_child(folder: ChildFolder, record: ChildRecord) -> Child:
    """Return what the files say of a child."""
    slots = folder.slots(record.shards)
    exits = [slot.exit() for slot in slots]
    processes = [slot.process() for slot in slots]
    alive = [process for process, exit_ in zip(processes, exits, strict=True) if process is not None and exit_ is None]
    ended = [exit_ for exit_ in exits if exit_ is not None]
    failure = decisive_failure(ended)
    state = _state(record, slots=len(slots), ended=len(ended), alive=len(alive), has_failed=failure is not None)
    is_over = state in {ChildState.SUCCEEDED, ChildState.FAILED}
    shown = failure if state is ChildState.FAILED else None
    return Child(
        name=record.name,
        iteration=record.iteration,
        stage=record.stage,
        attempt=record.attempt,
        state=state,
        input_digest=record.input_digest,
        is_suspended=record.is_suspended and not is_over,
        is_terminating=record.is_terminating,
        created_at=record.created_at,
        running_since=_earliest_start(alive or [process for process in processes if process is not None]),
        finished_at=max(exit_.ended_at for exit_ in ended) if is_over else None,
        exit_code=shown.exit_code if shown else None,
        interruption=shown.interruption if shown else None,
        message=shown.message if shown else "",
        results=tuple(result for slot, exit_ in zip(slots, exits, strict=True) if exit_ and (result := slot.result())),
        progress=tuple(progress for slot in slots if (progress := slot.progress())),
    )


def decisive_failure(ended: Sequence[ExitRecord]) -> ExitRecord | None:
    """Return the failure that speaks for the child: the first that happened by itself; None where all went well."""
    failed = [exit_ for exit_ in ended if exit_.exit_code != ExitCode.OK]
    return min(failed, key=lambda exit_: (exit_.was_asked, exit_.ended_at), default=None)


def live_slots(folder: ChildFolder, record: ChildRecord) -> list[Slot]:
    """Return the slots whose process was started and has not been seen to end."""
    return [slot for slot in folder.slots(record.shards) if slot.process_file.exists() and not slot.exit_file.exists()]


def _state(record: ChildRecord, *, slots: int, ended: int, alive: int, has_failed: bool) -> ChildState:
    if alive:
        return ChildState.RUNNING
    if has_failed:
        return ChildState.FAILED
    if ended == slots:
        return ChildState.SUCCEEDED
    if record.is_suspended:
        return ChildState.QUEUED
    # Between two shards of one child nothing may run for a moment.
    return ChildState.RUNNING if ended else ChildState.STARTING


def _earliest_start(processes: Sequence[ProcessRecord]) -> datetime | None:
    return min((process.started_at for process in processes), default=None)
