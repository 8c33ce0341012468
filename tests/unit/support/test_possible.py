"""The checker behind the simulation: what no cluster can show is refused."""

from datetime import timedelta
from typing import Any

import pytest

from evolution_contracts.results import StageResult, TrainOutcome
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.actions import CreateChild, ResumeChild
from evolution_operator.core.observation import Child, ChildState, Observation
from support.children import a_child, a_progress
from support.possible import ImpossibleClusterError, check_possible
from support.runs import START, a_run
from support.simulated import NEVER, Behaviour, SimulatedCluster
from support.stage_results import a_digest

SUCCEEDED, FAILED, RUNNING = ChildState.SUCCEEDED, ChildState.FAILED, ChildState.RUNNING
TRAINED = TrainOutcome(model_digest=a_digest("m"), steps=1, prompts=1, groups_with_signal=1, first_reward=0, last_reward=1)


def sight(*children: Child) -> Observation:
    return Observation(now=START, children=children)


def a_result(**fields: Any) -> StageResult:
    return StageResult(stage=StageName.TRAIN, iteration=1, attempt=0, **fields)


@pytest.mark.parametrize(
    "children",
    [
        (a_child(), a_child()),
        (a_child(RUNNING, results=(a_result(outcome=TRAINED),)),),
        (a_child(RUNNING, finished_at=START),),
        (a_child(RUNNING, exit_code=1),),
        (a_child(SUCCEEDED, exit_code=1),),
        (a_child(RUNNING, running_since=None),),
        (a_child(RUNNING, running_since=START - timedelta(seconds=1)),),
        (a_child(SUCCEEDED, results=(a_result(),)),),
    ],
    ids=["twins", "early-result", "early-end", "early-exit-code", "failed-success", "runs-since-never", "ran-early", "empty-result"],
)
def test_sight_that_no_cluster_shows_is_refused(children: tuple[Child, ...]) -> None:
    with pytest.raises(ImpossibleClusterError):
        check_possible(sight(*children))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (a_child(SUCCEEDED), a_child(RUNNING)),
        (a_child(FAILED), a_child(SUCCEEDED)),
        (a_child(input_digest=a_digest("a")), a_child(input_digest=a_digest("b"))),
        (a_child(is_terminating=True), a_child()),
        (a_child(progress=(a_progress(5),)), a_child(progress=(a_progress(4),))),
    ],
    ids=["back-to-life", "failure-undone", "input-changed", "deletion-undone", "progress-fell"],
)
def test_change_that_no_cluster_makes_is_refused(before: Child, after: Child) -> None:
    check_possible(sight(before))
    check_possible(sight(after))
    with pytest.raises(ImpossibleClusterError):
        check_possible(sight(after), sight(before))


def test_two_live_attempts_of_a_stage_are_refused() -> None:
    cluster = SimulatedCluster(a_run(), {"prepare": Behaviour(run_seconds=NEVER)})
    (create,) = cluster.step().actions
    assert isinstance(create, CreateChild)
    second = create.input.model_copy(update={"attempt": 1})
    with pytest.raises(ImpossibleClusterError, match="beside the live attempt"):
        cluster.apply(a_run(), CreateChild(name="demo-i000-prepare-a1", input=second))


def test_child_of_a_queue_is_started_by_nobody_else() -> None:
    run = a_run(scheduling={"queue_name": "gpu"})
    cluster = SimulatedCluster(run)
    cluster.step()
    with pytest.raises(ImpossibleClusterError, match="belongs to its queue"):
        cluster.apply(run, ResumeChild(name="demo-i000-prepare-a0"))
