"""`summary.json`: the result of a run for programs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from evolution_contracts.api.iteration import IterationRecord
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category
from evolution_operator.local.state import LocalState


def summary(state: LocalState) -> dict[str, Any]:
    """Return the summary of a run: phase, scores with intervals, iterations, and where the time went.

    Iteration 0 is `baseline` and not among the iterations. `final_minus_baseline` is the paired difference that the best
    iteration's evaluation measured; it is zero where the first model stayed the best.
    """
    status = state.status
    return {
        "phase": status.phase.value if status else None,
        "baseline": _scored(status.baseline) if status and status.baseline else None,
        "best": _scored(status.best.score) if status and status.best else None,
        "iterations": [_iteration(record) for record in state.iterations if record.iteration > 0],
        "final_minus_baseline": _final_minus_baseline(state),
        "wall_seconds": round(state.wall_seconds, 3),
        "stage_seconds": stage_seconds(state),
    }


def summary_text(state: LocalState) -> str:
    """Return the summary as indented JSON."""
    return json.dumps(summary(state), indent=2, allow_nan=False) + "\n"


def all_records(state: LocalState) -> list[IterationRecord]:
    """Return the records of all iterations in order, the current one as far as it has come."""
    current = state.status.current if state.status else None
    kept = [record for record in state.iterations if current is None or record.iteration != current.iteration]
    return sorted([*kept, *([current] if current else [])], key=lambda record: record.iteration)


def stage_seconds(state: LocalState) -> dict[str, float]:
    """Return the wall time of the finished stages, summed over the iterations, by stage."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for record in all_records(state):
        for stage in record.stages:
            seconds[stage.stage.value] += stage.seconds
    return {name: round(value, 3) for name, value in seconds.items()}


def _iteration(record: IterationRecord) -> dict[str, Any]:
    return {
        "iteration": record.iteration,
        **(_scored(record.evaluate.score) if record.evaluate else {"score": None, "low": None, "high": None}),
        "decision": record.decision.value if record.decision else None,
        "mixture": _by_name(record.plan.mixture) if record.plan else None,
        "accepted": _by_name(record.generate.accepted) if record.generate else None,
        "kept": _by_name(record.filter.kept) if record.filter else None,
    }


def _final_minus_baseline(state: LocalState) -> dict[str, float] | None:
    best = state.status.best if state.status else None
    if best is None:
        return None
    if best.iteration == 0:
        return {"mean": 0.0, "low": 0.0, "high": 0.0}
    for record in all_records(state):
        if record.iteration == best.iteration and record.evaluate and (difference := record.evaluate.baseline_difference):
            return {"mean": difference.mean, "low": difference.low, "high": difference.high}
    return None


def _scored(estimate: Estimate) -> dict[str, float]:
    return {"score": estimate.mean, "low": estimate.low, "high": estimate.high}


def _by_name(values: Mapping[Category, float]) -> dict[str, float]:
    return {category.value: value for category, value in values.items()}
