from datetime import timedelta
from typing import Any

import pytest

from evolution_contracts.api.run import StageState, StageStatus
from evolution_contracts.results import GenerateOutcome, StageResult
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.observation import Child, ChildState
from evolution_operator.core.stall import clock_runs, is_stalled, stall_budget, stalls_at, tallied, ticked
from support.children import a_child, a_progress
from support.runs import START, a_spec
from support.stage_results import a_digest


def at(seconds: float) -> Any:
    return START + timedelta(seconds=seconds)


def training(**fields: Any) -> StageStatus:
    return StageStatus(stage=StageName.TRAIN, state=StageState.RUNNING, state_since=START, **fields)


def look(stage: StageStatus, child: Child, seconds: float, **spec: Any) -> StageStatus:
    return ticked(stage, child, a_spec(**spec), at(seconds))


def with_progress(*shards: Any, **fields: Any) -> Child:
    return a_child(progress=tuple(shards), **fields)


@pytest.mark.parametrize(
    ("fields", "is_run_suspended", "runs"),
    [
        ({}, False, True),
        ({"state": ChildState.QUEUED}, False, False),
        ({"state": ChildState.STARTING}, False, False),
        ({"state": ChildState.SUCCEEDED}, False, False),
        ({"is_suspended": True}, False, False),
        ({"is_terminating": True}, False, False),
        ({}, True, False),
    ],
    ids=["running", "queued", "starting", "ended", "child-suspended", "being-taken-away", "run-suspended"],
)
def test_clock_runs_only_while_progress_is_possible(fields: dict[str, Any], is_run_suspended: bool, runs: bool) -> None:  # noqa: FBT001
    assert clock_runs(a_child(**fields), is_run_suspended=is_run_suspended) is runs


def test_mark_begins_when_the_pods_began_to_run() -> None:
    assert look(training(), a_child(running_since=at(100)), 130).progressed_at == at(100)


def test_mark_begins_at_the_last_progress_when_the_operator_was_away() -> None:
    child = with_progress(a_progress(7, progressed_after=4_000))
    assert look(training(), child, 4_100).progressed_at == at(4_000)


def test_counter_that_grew_moves_the_mark_to_when_it_grew() -> None:
    stage = look(training(), with_progress(a_progress(1, progressed_after=10)), 20)
    assert look(stage, with_progress(a_progress(2, progressed_after=55)), 60).progressed_at == at(55)


def test_clock_of_a_pod_that_runs_ahead_never_marks_the_future() -> None:
    stage = look(training(), with_progress(a_progress(1)), 20)
    assert look(stage, with_progress(a_progress(2, progressed_after=99_999)), 60).progressed_at == at(60)


def test_clock_of_a_pod_that_lags_still_counts_as_progress_now() -> None:
    stage = look(training(), a_child(running_since=at(500), progress=(a_progress(1),)), 510)
    assert look(stage, a_child(running_since=at(500), progress=(a_progress(2, progressed_after=30),)), 560).progressed_at == at(560)


@pytest.mark.parametrize(
    "progress",
    [(a_progress(5, progressed_after=300),), (a_progress(4, progressed_after=300),), (a_progress(5, metrics={"tokens": 9.0}),)],
    ids=["touched", "fell", "new-metrics"],
)
def test_counter_that_did_not_grow_leaves_the_mark(progress: tuple[Any, ...]) -> None:
    stage = look(training(), with_progress(a_progress(5)), 20)
    after = look(stage, a_child(progress=progress), 310)
    assert (after.progressed_at, after.done) == (stage.progressed_at, 5)


def test_shard_that_falls_silent_or_begins_to_report_is_no_progress() -> None:
    stage = look(training(), with_progress(a_progress(5), a_progress(5, shard=1)), 20)
    one = look(stage, with_progress(a_progress(5, shard=1)), 100)
    both = look(one, with_progress(a_progress(5), a_progress(5, shard=1)), 200)
    assert both.progressed_at == one.progressed_at == stage.progressed_at
    assert look(both, with_progress(a_progress(6, progressed_after=290), a_progress(5, shard=1)), 300).progressed_at == at(290)


def test_shard_that_finished_is_progress() -> None:
    outcome = GenerateOutcome(dataset_digest=a_digest("x"), accepted={})
    result = StageResult(stage=StageName.GENERATE, iteration=1, attempt=0, shard=0, outcome=outcome)
    stage = look(training(), with_progress(a_progress(5)), 20)
    assert look(stage, with_progress(a_progress(5), results=(result,)), 300).progressed_at == at(300)


def test_held_clock_forgets_its_mark_and_keeps_the_counters() -> None:
    stage = look(training(), with_progress(a_progress(5)), 20)
    held = look(stage, with_progress(a_progress(6)), 40, suspend=True)
    assert (held.progressed_at, held.done) == (None, 6)
    assert stalls_at(held) is None
    assert not is_stalled(held, at(10**6))


def test_stage_stalls_only_after_its_whole_budget() -> None:
    stage = look(training(), a_child(), 0)
    assert not is_stalled(stage, at(900))
    assert is_stalled(stage, at(901))


def test_shards_are_counted_together() -> None:
    child = with_progress(a_progress(3, total=10), a_progress(4, shard=1, total=20))
    assert tallied(child)[:3] == (7, 30, "steps")


def test_total_is_unknown_while_one_shard_does_not_know_its_own() -> None:
    assert tallied(with_progress(a_progress(3, total=10), a_progress(4, shard=1, total=None))).total is None


@pytest.mark.parametrize(
    ("stage", "spec", "intervals", "seconds"),
    [
        (StageName.FILTER, {}, (), 900),
        (StageName.FILTER, {}, (100.0, 300.0, 200.0), 1_000),
        (StageName.FILTER, {}, (10.0, 20.0), 900),
        (StageName.TRAIN, {"train": {"checkpoint_seconds": 500}}, (), 1_500),
        (StageName.FILTER, {"train": {"checkpoint_seconds": 500}}, (), 900),
        (StageName.TRAIN, {"failure": {"stall_seconds": {"train": 60}}}, (500.0,), 60),
    ],
    ids=["least", "five-medians", "fast-pace", "checkpoints", "checkpoints-of-another-stage", "named-by-the-user"],
)
def test_budget_is_the_longest_of_its_parts(stage: StageName, spec: dict[str, Any], intervals: tuple[float, ...], seconds: float) -> None:
    assert stall_budget(a_spec(**spec), stage, intervals) == seconds


def test_pace_is_the_median_of_the_newest_intervals() -> None:
    stage = look(training(), with_progress(a_progress(0)), 0)
    for step in range(1, 15):
        stage = look(stage, with_progress(a_progress(step, progressed_after=step * 400)), step * 400)
    assert stage.progress_intervals == (400.0,) * 9
    assert stage.stall_budget_seconds == 2_000
