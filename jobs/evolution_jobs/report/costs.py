"""What the run took: time and memory of every stage that finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evolution_contracts.vocabulary import StageName
from evolution_jobs.report.charts import Portion, stacked_chart
from evolution_jobs.report.history import Attempt, History, Iteration
from evolution_jobs.report.wording import duration


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCost:
    """One stage over the whole run."""

    stage: StageName
    wall_seconds: tuple[float | None, ...]
    """Longest shard of each iteration; None where the iteration did not finish the stage."""
    worker_seconds: float
    """All shards of all iterations together."""
    peak_memory_bytes: int
    """Most memory of any process of the stage."""

    @property
    def total_seconds(self) -> float:
        """Wall time over all iterations."""
        return sum(seconds or 0.0 for seconds in self.wall_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What the run took."""

    chart: Markup
    iterations: tuple[int, ...]
    stages: tuple[StageCost, ...]
    training_gpu_seconds: float
    """Time of the training stages times the GPUs that they reserved."""

    @property
    def wall_seconds(self) -> float:
        """Wall time of all stages, one after the other."""
        return sum(stage.total_seconds for stage in self.stages)


def costs(history: History) -> Costs:
    """Return the costs of all finished stages."""
    return Costs(
        chart=_chart(history),
        iterations=tuple(iteration.number for iteration in history.iterations),
        stages=tuple(_stage(history, stage) for stage in StageName if any(stage in iteration.stages for iteration in history.iterations)),
        training_gpu_seconds=sum(
            attempt.timing.seconds * attempt.input.spec.train.nodes * attempt.input.spec.train.gpus_per_node
            for iteration in history.iterations
            for attempt in iteration.stages.get(StageName.TRAIN, ())
        ),
    )


def _stage(history: History, stage: StageName) -> StageCost:
    shards = [iteration.stages.get(stage, ()) for iteration in history.iterations]
    timings = [attempt.timing for attempts in shards for attempt in attempts]
    return StageCost(
        stage=stage,
        wall_seconds=tuple(_wall(attempts) if attempts else None for attempts in shards),
        worker_seconds=sum(timing.seconds for timing in timings),
        peak_memory_bytes=max(timing.peak_memory_bytes for timing in timings),
    )


def _wall(attempts: Sequence[Attempt]) -> float:
    return max(attempt.timing.seconds for attempt in attempts)


def _chart(history: History) -> Markup:
    rows = [_row(iteration) for iteration in history.iterations]
    return stacked_chart(
        "time",
        rows,
        title="Wall time by iteration and stage",
        description="; ".join(f"{name}: {total}" for name, _, total in rows),
    )


def _row(iteration: Iteration) -> tuple[str, list[Portion], str]:
    portions = [
        Portion(stage.value, seconds := _wall(attempts), f"{stage.value}: {duration(seconds)}")
        for stage, attempts in iteration.stages.items()
    ]
    return f"iteration {iteration.number}", portions, duration(sum(portion.amount for portion in portions))
