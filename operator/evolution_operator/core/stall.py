"""The stall clock: how long a stage has made no progress while it could have.

Progress is a counter of units that grew, or a shard that succeeded. A process that is alive, a new log line or a busy GPU is none. The
clock runs only while all pods of the stage run; in queues, during suspension, while pods start and while one is being taken away it is
held, and it starts afresh afterwards.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

from evolution_contracts.api.run import MAX_PROGRESS_INTERVALS, StageStatus
from evolution_contracts.spec.run import RunSpec
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.observation import Child, ChildState

LEAST_BUDGET_SECONDS = 900.0
PACE_FACTOR = 5
"""Median progress intervals that may pass without progress."""
CHECKPOINT_FACTOR = 3
"""Expected checkpoint times that may pass without progress; checkpoints are written between steps."""


class Tally(NamedTuple):
    """What the shards of a child have told of their work."""

    done: int
    total: int | None
    unit: str
    reporting: int
    finished: int


def tallied(child: Child) -> Tally:
    """Return the progress of all shards together."""
    totals = [progress.total for progress in child.progress]
    return Tally(
        done=sum(progress.done for progress in child.progress),
        total=sum(total for total in totals if total is not None) if totals and None not in totals else None,
        unit=child.progress[0].unit if child.progress else "",
        reporting=len(child.progress),
        finished=sum(result.outcome is not None for result in child.results),
    )


def clock_runs(child: Child, *, is_run_suspended: bool) -> bool:
    """Return whether time without progress counts against the stage now."""
    return child.state is ChildState.RUNNING and not (is_run_suspended or child.is_suspended or child.is_terminating)


def ticked(stage: StageStatus, child: Child, spec: RunSpec, now: datetime) -> StageStatus:
    """Return the stage with its counters and its progress mark brought up to `now`.

    A counter is only compared while as many shards report as before: when a shard falls silent or begins to report, the sum moves
    without any work done.
    """
    tally = tallied(child)
    if not clock_runs(child, is_run_suspended=spec.suspend):
        return stage.model_copy(update={**_counted(stage, tally), "progressed_at": None})
    if stage.progressed_at is None:
        mark = max(child.running_since or now, _last_told(child, now))
        return stage.model_copy(update={**_counted(stage, tally), "progressed_at": min(mark, now)})
    if not _has_moved(stage, tally):
        return stage.model_copy(update=_counted(stage, tally))
    told = _last_told(child, now)
    mark = told if told > stage.progressed_at else max(now, stage.progressed_at)
    interval = (mark - stage.progressed_at).total_seconds()
    intervals = (*stage.progress_intervals, interval)[-MAX_PROGRESS_INTERVALS:]
    return stage.model_copy(
        update={
            **_counted(stage, tally),
            "progressed_at": mark,
            "progress_intervals": intervals,
            "stall_budget_seconds": stall_budget(spec, stage.stage, intervals),
        }
    )


def _has_moved(stage: StageStatus, tally: Tally) -> bool:
    has_grown = tally.reporting == stage.reporting_shards and tally.done > stage.done
    return has_grown or tally.finished > stage.finished_shards


def _counted(stage: StageStatus, tally: Tally) -> dict[str, Any]:
    """Return the counters to keep; a shard that begins again after a restart does not take back what was done."""
    is_same_sum = tally.reporting == stage.reporting_shards
    return {
        "done": max(stage.done, tally.done) if is_same_sum else tally.done,
        "total": tally.total if tally.reporting else stage.total,
        "unit": tally.unit or stage.unit,
        "reporting_shards": tally.reporting,
        "finished_shards": max(stage.finished_shards, tally.finished),
    }


def _last_told(child: Child, now: datetime) -> datetime:
    """Return when a shard last told of progress, by its own clock but never in the future; the beginning of time where none did."""
    told = (datetime.fromtimestamp(progress.progressed_at, UTC) for progress in child.progress)
    return min(now, max(told, default=datetime.min.replace(tzinfo=UTC)))


def stall_budget(spec: RunSpec, stage: StageName, intervals: tuple[float, ...] = ()) -> float:
    """Return the seconds without progress after which the stage counts as stalled.

    `failure.stallSeconds` decides where it names the stage. Otherwise the longest of: a quarter of an hour, five times the stage's own
    median interval, and for training three times the time of a checkpoint.
    """
    if stage in spec.failure.stall_seconds:
        return float(spec.failure.stall_seconds[stage])
    pace = PACE_FACTOR * median(intervals) if intervals else 0.0
    checkpoint = CHECKPOINT_FACTOR * spec.train.checkpoint_seconds if stage is StageName.TRAIN else 0.0
    return max(LEAST_BUDGET_SECONDS, pace, checkpoint)


def stalls_at(stage: StageStatus) -> datetime | None:
    """Return when the stage's budget without progress is used up; None while the clock is held."""
    return None if stage.progressed_at is None else stage.progressed_at + timedelta(seconds=stage.stall_budget_seconds)


def is_stalled(stage: StageStatus, now: datetime) -> bool:
    """Return whether the stage has made no progress for longer than its budget."""
    limit = stalls_at(stage)
    return limit is not None and now > limit
