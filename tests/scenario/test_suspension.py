"""Suspending and resuming a run, with and without a queue."""

from __future__ import annotations

from typing import Any

from evolution_contracts.api.conditions import ConditionType, Reason
from evolution_contracts.api.run import Phase, RunStatus, StageState
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.actions import CreateChild, DeleteChild, ResumeChild, SuspendChild
from support.runs import a_run
from support.simulated import Behaviour, SimulatedCluster

QUEUE: dict[str, Any] = {"scheduling": {"queue_name": "gpu"}}
TRAIN_A0 = "demo-i001-train-a0"


def is_training(status: RunStatus) -> bool:
    return status.stage is not None and status.stage.stage is StageName.TRAIN and status.stage.state is StageState.RUNNING


def conditions(status: RunStatus) -> dict[ConditionType, tuple[str, Reason]]:
    return {condition.type: (condition.status, condition.reason) for condition in status.conditions}


def test_suspending_stops_the_child_and_resuming_continues_the_same_attempt() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.run_until(is_training)
    cluster.advance(30)
    cluster.edit(suspend=True)
    assert cluster.step().actions == (SuspendChild(name=TRAIN_A0),)
    decision = cluster.step()
    assert decision.actions == ()
    assert decision.status.phase is Phase.SUSPENDED
    cluster.advance(10_000)
    cluster.step()
    cluster.edit(suspend=False)
    assert cluster.step().actions == (ResumeChild(name=TRAIN_A0),)
    assert cluster.run_to_end().phase is Phase.SUCCEEDED
    assert all(name.endswith("a0") for name in cluster.created())


def test_suspended_run_says_so_and_is_not_in_progress() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.run_until(is_training)
    cluster.edit(suspend=True)
    cluster.step()
    told = conditions(cluster.step().status)
    assert told[ConditionType.SUSPENDED] == ("True", Reason.SUSPENDED_BY_USER)
    assert told[ConditionType.RECONCILING] == ("False", Reason.SUSPENDED_BY_USER)
    assert told[ConditionType.PROGRESSING] == ("False", Reason.SUSPENDED_BY_USER)
    assert told[ConditionType.STALLED] == ("False", Reason.CLOCK_HELD)
    assert told[ConditionType.SUCCEEDED] == ("Unknown", Reason.RUNNING)


def test_suspension_keeps_history_and_costs_no_active_time() -> None:
    cluster = SimulatedCluster(a_run(iterations=2))
    cluster.run_until(lambda status: status.iteration == 2 and is_training(status))
    cluster.edit(suspend=True)
    before = cluster.step().status
    cluster.advance(100_000)
    after = cluster.step().status
    assert after.history == before.history
    assert after.active_seconds == before.active_seconds
    cluster.edit(suspend=False)
    assert cluster.run_to_end().active_seconds < 2_000


def test_run_created_suspended_creates_a_suspended_child_and_starts_on_resume() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, suspend=True))
    (create,) = cluster.step().actions
    assert isinstance(create, CreateChild)
    assert create.is_suspended
    cluster.advance(10_000)
    assert cluster.step().status.phase is Phase.SUSPENDED
    cluster.edit(suspend=False)
    assert cluster.run_to_end().phase is Phase.SUCCEEDED


def test_stage_that_ends_while_the_run_is_suspended_is_not_lost() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.run_until(is_training)
    cluster.advance(60)
    cluster.edit(suspend=True)
    decision = cluster.step()
    assert decision.status.current is not None
    assert decision.status.current.train is not None
    (create,) = decision.actions
    assert isinstance(create, CreateChild)
    assert create.is_suspended


def test_every_child_of_a_queue_is_created_suspended_and_left_to_it() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, **QUEUE), {StageName.TRAIN: Behaviour(queue_seconds=500)})
    cluster.run_to_end()
    created = [action for action in cluster.actions if isinstance(action, CreateChild)]
    assert all(action.is_suspended for action in created)
    assert not any(isinstance(action, SuspendChild | ResumeChild) for action in cluster.actions)


def test_queued_stage_is_shown_as_queued() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, **QUEUE), {StageName.TRAIN: Behaviour(queue_seconds=500)})
    decision = cluster.run_until(lambda status: status.stage is not None and status.stage.state is StageState.QUEUED)
    told = conditions(decision.status)
    assert told[ConditionType.ADMITTED] == ("False", Reason.QUEUED)
    assert told[ConditionType.PROGRESSING] == ("False", Reason.QUEUED)
    assert "StageQueued" in [event.reason for event in cluster.events]


def test_suspending_under_a_queue_deletes_the_child_and_resuming_makes_a_free_attempt() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, failure={"infrastructure_retries": 0}, **QUEUE))
    cluster.run_until(is_training)
    cluster.edit(suspend=True)
    decision = cluster.step()
    assert decision.actions == (DeleteChild(name=TRAIN_A0),)
    assert decision.status.stage is not None
    assert (decision.status.stage.attempt, decision.status.stage.failures) == (1, {})
    for _ in range(5):
        cluster.advance(1000)
        assert cluster.step().actions == ()
    cluster.edit(suspend=False)
    (create,) = cluster.step().actions
    assert isinstance(create, CreateChild)
    assert create.name == "demo-i001-train-a1"
    assert cluster.run_to_end().phase is Phase.SUCCEEDED


def test_run_of_a_queue_that_is_created_suspended_creates_nothing() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, suspend=True, **QUEUE))
    for _ in range(3):
        assert cluster.step().actions == ()
        cluster.advance(100)
    cluster.edit(suspend=False)
    assert cluster.run_to_end().phase is Phase.SUCCEEDED


def test_suspending_and_resuming_tell_one_event_each() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.run_until(is_training)
    cluster.edit(suspend=True)
    cluster.step()
    cluster.step()
    cluster.edit(suspend=False)
    cluster.step()
    cluster.step()
    reasons = [event.reason for event in cluster.events]
    assert (reasons.count("Suspended"), reasons.count("Resumed")) == (1, 1)
