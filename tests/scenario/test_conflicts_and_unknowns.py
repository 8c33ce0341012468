"""Children that are somebody else's, sights that are incomplete, and ends that stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from evolution_contracts.api.conditions import Condition, ConditionType, Reason
from evolution_contracts.api.run import EvolutionRun, Phase, RunStatus, StageState
from evolution_contracts.errors import ClusterError
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.decide import decide
from evolution_operator.core.observation import ChildState, Observation
from support.children import a_child
from support.runs import START, a_run
from support.simulated import NEVER, Behaviour, SimulatedCluster
from support.stage_results import a_digest

PREPARE_A0 = "demo-i000-prepare-a0"


def degraded(status: RunStatus) -> Condition:
    return next(condition for condition in status.conditions if condition.type is ConditionType.DEGRADED)


def is_training(status: RunStatus) -> bool:
    return status.stage is not None and status.stage.stage is StageName.TRAIN and status.stage.state is StageState.RUNNING


def kept(cluster: SimulatedCluster) -> EvolutionRun:
    assert cluster.run is not None
    return cluster.run


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"is_owned": False}, "belongs to somebody else"), ({"input_digest": a_digest("other")}, "created with another input")],
    ids=["not-owned", "other-input"],
)
@pytest.mark.parametrize("state", list(ChildState))
def test_child_of_somebody_else_is_reported_and_never_touched(state: ChildState, fields: dict[str, Any], words: str) -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.foreign[PREPARE_A0] = a_child(state, iteration=0, stage=StageName.PREPARE, **fields)
    for _ in range(3):
        decision = cluster.step()
        assert decision.actions == ()
        assert decision.wake_at is not None
        cluster.advance(60)
    assert (degraded(decision.status).status, degraded(decision.status).reason) == ("True", Reason.CHILD_CONFLICT)
    assert words in degraded(decision.status).message
    assert PREPARE_A0 in degraded(decision.status).message
    assert [event.reason for event in cluster.events].count("ChildConflict") == 1


def test_run_goes_on_when_the_conflict_is_removed() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.foreign[PREPARE_A0] = a_child(iteration=0, stage=StageName.PREPARE, is_owned=False)
    cluster.step()
    cluster.foreign.clear()
    status = cluster.run_to_end()
    assert status.phase is Phase.SUCCEEDED
    assert degraded(status).reason is Reason.AS_PLANNED


def test_child_with_the_wanted_input_is_adopted_after_a_lost_status() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.step()
    cluster.run = kept(cluster).model_copy(update={"status": None})
    cluster.step()
    assert cluster.run_to_end().phase is Phase.SUCCEEDED
    assert cluster.created().count(PREPARE_A0) == 1


def test_run_that_lost_its_status_finds_its_way_back_from_its_children() -> None:
    cluster = SimulatedCluster(a_run(iterations=2))
    cluster.run_until(lambda status: status.iteration == 2 and is_training(status))
    cluster.run = kept(cluster).model_copy(update={"status": None})
    status = cluster.run_to_end()
    assert status.phase is Phase.SUCCEEDED
    assert len(cluster.created()) == 13


def test_child_created_by_an_older_operator_is_followed_to_its_end() -> None:
    """The digest of its input was recorded when it was created, and a newer operator would write another input today."""
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.run_until(is_training)
    cluster.edit(failure={"infrastructure_retries": 9})
    status = cluster.run_to_end()
    assert status.phase is Phase.SUCCEEDED
    assert all(name.endswith("-a0") for name in cluster.created())


@pytest.mark.parametrize("looks", [0, 1, 5, 12, 60])
def test_incomplete_sight_changes_nothing_and_is_repeated_soon(looks: int) -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    for _, _ in zip(range(looks), cluster.looks(), strict=False):
        pass
    run = kept(cluster)
    decision = decide(run, Observation(now=cluster.now + timedelta(hours=9), is_complete=False))
    assert decision.status == (run.status or RunStatus())
    assert (decision.actions, decision.events) == ((), ())
    assert decision.wake_at is not None
    assert decision.wake_at - cluster.now - timedelta(hours=9) <= timedelta(seconds=30)


def test_cluster_that_does_not_answer_teaches_nothing() -> None:
    class Silent(SimulatedCluster):
        is_silent = False

        def observe(self, run: EvolutionRun) -> Observation:
            if self.is_silent:
                raise ClusterError("the API server does not answer")
            return super().observe(run)

    cluster = Silent(a_run(iterations=1))
    cluster.run_until(is_training)
    before = kept(cluster).status
    cluster.is_silent = True
    with pytest.raises(ClusterError):
        cluster.step()
    assert kept(cluster).status == before
    cluster.is_silent = False
    assert cluster.run_to_end().phase is Phase.SUCCEEDED


def test_run_that_is_being_deleted_is_left_alone() -> None:
    run = a_run()
    run = run.model_copy(update={"metadata": run.metadata.model_copy(update={"deletion_timestamp": START})})
    decision = decide(run, Observation(now=START))
    assert (decision.status, decision.actions, decision.wake_at) == (RunStatus(), (), None)


@pytest.mark.parametrize("behaviour", [Behaviour(), Behaviour(exit_code=65)], ids=["succeeded", "failed"])
def test_ended_run_stays_ended_when_everything_around_it_changes(behaviour: Behaviour) -> None:
    cluster = SimulatedCluster(a_run(iterations=1), {(1, StageName.TRAIN): behaviour})
    end = cluster.run_to_end()
    cluster.children.clear()
    cluster.records.clear()
    cluster.edit(iterations=9, suspend=True, budget={"wall_hours": 0.001})
    for _ in range(3):
        cluster.advance(10_000)
        decision = cluster.step()
        assert decision.actions == ()
        assert decision.status.conditions[0] == end.conditions[0]
        assert decision.status.phase is end.phase
        assert decision.status.finished_at == end.finished_at
        assert decision.status.best == end.best
        assert decision.status.active_seconds == end.active_seconds


def test_child_that_lives_on_after_the_end_is_removed() -> None:
    cluster = SimulatedCluster(a_run(iterations=1), {(1, StageName.TRAIN): Behaviour(run_seconds=NEVER, hangs_after=0)})
    cluster.run_until(is_training)
    cluster.edit(failure={"on_stall": "Fail", "stall_seconds": {"train": 60}})
    cluster.children["demo-i001-train-a0"].behaviour = Behaviour(run_seconds=NEVER, hangs_after=0)
    cluster.run_until(lambda status: status.finished_at is not None)
    assert not cluster.lives()
