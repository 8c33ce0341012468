"""The stall clock over whole runs: what counts as progress, and when the clock is held."""

from __future__ import annotations

from typing import Any

import pytest

from evolution_contracts.api.conditions import Condition, ConditionType, Reason
from evolution_contracts.api.run import FailureCause, Phase, RunStatus, StageState
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.observation import Interruption
from support.runs import a_run
from support.simulated import NEVER, Behaviour, SimulatedCluster

TRAIN = StageName.TRAIN
HANGING = Behaviour(run_seconds=NEVER, units=1000, hangs_after=0)


def stalled(status: RunStatus) -> Condition:
    return next(condition for condition in status.conditions if condition.type is ConditionType.STALLED)


def is_training(status: RunStatus) -> bool:
    return status.stage is not None and status.stage.stage is TRAIN and status.stage.state is StageState.RUNNING


def training(behaviour: Behaviour, **spec: Any) -> SimulatedCluster:
    """Return a cluster whose run has just begun to train."""
    cluster = SimulatedCluster(a_run(iterations=1, **spec), {(1, TRAIN, 0): behaviour})
    cluster.run_until(is_training)
    return cluster


def watch(cluster: SimulatedCluster, seconds: int, every: int = 30) -> list[bool]:
    """Look every so often and return whether the run counted as stalled each time."""
    seen = []
    for _ in range(seconds // every):
        cluster.advance(every)
        seen.append(stalled(cluster.step().status).status == "True")
    return seen


def test_stage_without_progress_stalls_after_its_budget_and_says_where_it_stands() -> None:
    cluster = training(HANGING)
    assert not any(watch(cluster, 900))
    assert all(watch(cluster, 300))
    assert cluster.run is not None
    assert cluster.run.status is not None
    condition = stalled(cluster.run.status)
    assert condition.reason is Reason.NO_PROGRESS
    assert "demo-i001-train-a0 made no progress for 900 s; it stands at 0 of 1000 items" in condition.message
    assert cluster.run.status.phase is Phase.STALLED
    assert [event.reason for event in cluster.events].count("StageStalled") == 1


def test_operator_wakes_up_right_when_a_stage_stalls() -> None:
    cluster = training(HANGING)
    since = cluster.now
    cluster.run_until(lambda status: stalled(status).status == "True")
    assert (cluster.now - since).total_seconds() == pytest.approx(901, abs=1)


def test_slow_but_steady_progress_never_stalls() -> None:
    cluster = training(Behaviour(run_seconds=80_000, units=100))
    assert not any(watch(cluster, 40_000, every=100))


def test_budget_named_by_the_user_decides() -> None:
    cluster = training(HANGING, failure={"stall_seconds": {"train": 120}})
    assert watch(cluster, 180) == [False] * 4 + [True] * 2


def test_budget_follows_the_pace_of_the_stage() -> None:
    """One unit in 600 s: five times that pace is 3000 s, far beyond the least budget."""
    cluster = training(Behaviour(run_seconds=60_000, units=100, hangs_after=6_000))
    assert not any(watch(cluster, 8_700, every=100))
    assert any(watch(cluster, 900, every=100))


def test_training_is_given_three_checkpoint_times() -> None:
    cluster = training(HANGING, train={"checkpoint_seconds": 600})
    assert not any(watch(cluster, 1_800))
    assert any(watch(cluster, 60))


def test_heartbeat_alone_is_no_progress() -> None:
    """The progress document is served anew at every look, with new metrics and activity, and the counter stands still."""
    cluster = training(HANGING)
    child = cluster.current()
    seen = []
    for beat in range(40):
        child.behaviour = Behaviour(run_seconds=NEVER, units=1000, hangs_after=0, metrics={"tokens": float(beat)})
        child.progressed_at = cluster.now
        seen += watch(cluster, 30)
    assert any(seen)


def test_stall_clears_when_progress_returns() -> None:
    cluster = training(HANGING)
    watch(cluster, 1_200)
    child = cluster.current()
    child.behaviour, child.worked = Behaviour(run_seconds=1e6, units=1000), 5_000.0
    assert watch(cluster, 60) == [False, False]
    assert cluster.run is not None
    assert cluster.run.status is not None
    assert cluster.run.status.phase is Phase.RUNNING


def test_queued_time_never_counts() -> None:
    spec: dict[str, Any] = {"scheduling": {"queue_name": "gpu"}}
    cluster = SimulatedCluster(a_run(iterations=1, **spec), {(1, TRAIN, 0): Behaviour(queue_seconds=30_000, run_seconds=100)})
    for decision in cluster.looks():
        assert stalled(decision.status).status == "False"
    assert decision.status.active_seconds < 1_500


def test_starting_time_never_counts() -> None:
    cluster = SimulatedCluster(a_run(iterations=1), {(1, TRAIN, 0): Behaviour(start_seconds=1_700)})
    for decision in cluster.looks():
        assert stalled(decision.status).status == "False"


def test_suspended_time_never_counts_and_the_clock_starts_afresh() -> None:
    cluster = training(HANGING)
    assert not any(watch(cluster, 600))
    cluster.edit(suspend=True)
    assert not any(watch(cluster, 6_000))
    cluster.edit(suspend=False)
    assert not any(watch(cluster, 900))
    assert any(watch(cluster, 120))


def test_evicted_child_is_not_stalled_and_not_charged() -> None:
    spec: dict[str, Any] = {"scheduling": {"queue_name": "gpu"}}
    cluster = SimulatedCluster(a_run(iterations=1, **spec), {(1, TRAIN, 0): Behaviour(run_seconds=800, queue_seconds=3_000)})
    cluster.run_until(is_training)
    cluster.advance(600)
    cluster.step()
    cluster.current().evict()
    for decision in cluster.looks():
        assert stalled(decision.status).status == "False"
    assert decision.status.phase is Phase.SUCCEEDED
    assert cluster.records[1].stages[3].attempt == 0


def test_clock_is_held_while_a_child_is_being_taken_away() -> None:
    cluster = training(HANGING)
    cluster.current().terminating_until = cluster.now.replace(year=2027)
    assert not any(watch(cluster, 3_000))


def test_restart_on_stall_begins_a_new_attempt_from_its_own_budget() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, failure={"on_stall": "Restart", "stall_retries": 1}), {(1, TRAIN, 0): HANGING})
    assert cluster.run_to_end().phase is Phase.SUCCEEDED
    assert cluster.records[1].stages[3].attempt == 1
    assert "demo-i001-train-a0" not in cluster.children


def test_restart_on_stall_gives_up_when_its_budget_is_used_up() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, failure={"on_stall": "Restart", "stall_retries": 2}), {(1, TRAIN): HANGING})
    status = cluster.run_to_end()
    assert status.phase is Phase.FAILED
    assert status.stage is not None
    assert status.stage.failures == {FailureCause.STALLED: 3}
    assert not cluster.lives()


def test_fail_on_stall_fails_the_run_and_stops_the_child() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, failure={"on_stall": "Fail"}), {(1, TRAIN): HANGING})
    status = cluster.run_to_end()
    assert status.phase is Phase.FAILED
    assert status.conditions[0].reason is Reason.NO_PROGRESS
    assert not cluster.lives()


def test_iteration_timeout_counts_time_outside_queues_only() -> None:
    spec: dict[str, Any] = {"scheduling": {"queue_name": "gpu"}, "failure": {"iteration_timeout_seconds": 3_000}}
    slow = Behaviour(queue_seconds=50_000, run_seconds=8_000, units=100)
    cluster = SimulatedCluster(a_run(iterations=1, **spec), {(1, TRAIN): slow})
    cluster.run_until(is_training)
    since = cluster.now
    decision = cluster.run_until(lambda status: stalled(status).status == "True")
    assert stalled(decision.status).reason is Reason.ITERATION_TIMEOUT
    assert 2_000 < (cluster.now - since).total_seconds() < 3_100
    assert cluster.run_to_end().phase is Phase.SUCCEEDED


def test_preempted_attempt_starts_with_a_fresh_clock() -> None:
    cluster = training(HANGING)
    assert not any(watch(cluster, 870))
    cluster.current().fail(cluster.now, Interruption.PREEMPTED)
    assert not any(watch(cluster, 60))
    assert cluster.run_to_end().phase is Phase.SUCCEEDED
