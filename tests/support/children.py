"""Children as a body would see them, for tests that need no whole cluster."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from evolution_contracts.progress import Progress
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.observation import Child, ChildState
from support.runs import START
from support.stage_results import a_digest


def a_child(
    state: ChildState = ChildState.RUNNING, *, iteration: int = 1, stage: StageName = StageName.TRAIN, attempt: int = 0, **fields: Any
) -> Child:
    """Return a child that runs since `START`, or has run and ended after a minute; keywords replace fields."""
    has_run = state in (ChildState.RUNNING, ChildState.SUCCEEDED, ChildState.FAILED)
    has_ended = state in (ChildState.SUCCEEDED, ChildState.FAILED)
    known: dict[str, Any] = {
        "name": f"demo-i{iteration:03d}-{stage.value}-a{attempt}",
        "created_at": START,
        "running_since": START if has_run else None,
        "finished_at": START + timedelta(seconds=60) if has_ended else None,
        "input_digest": a_digest("input"),
    }
    return Child(iteration=iteration, stage=stage, attempt=attempt, state=state, **{**known, **fields})


def a_progress(
    done: int, *, progressed_after: float = 0.0, shard: int = 0, total: int | None = 100, metrics: dict[str, float] | None = None
) -> Progress:
    """Return the progress of a training shard; its times are seconds after `START`."""
    return Progress(
        stage=StageName.TRAIN,
        iteration=1,
        attempt=0,
        shard=shard,
        unit="steps",
        done=done,
        total=total,
        started_at=START.timestamp(),
        progressed_at=START.timestamp() + progressed_after,
        metrics=metrics or {},
    )
