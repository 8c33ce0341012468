"""Going back to a stage: from a living run, from an ended one, and when it cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from evolution_contracts.api.conditions import Condition, ConditionType, Reason
from evolution_contracts.api.run import Phase, RunStatus, StageState
from evolution_contracts.spec.run import RerunRequest
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.actions import CreateChild, DeleteChild, ForgetIterations
from support.runs import a_run
from support.simulated import Behaviour, SimulatedCluster, gaining

PREPARE, DIAGNOSE, GENERATE, FILTER, TRAIN, EVALUATE, REPORT = tuple(StageName)


def request(iteration: int, stage: StageName, name: str = "again") -> dict[str, Any]:
    return {"rerun": RerunRequest(id=name, from_iteration=iteration, from_stage=stage)}


def finished(**spec: Any) -> SimulatedCluster:
    cluster = SimulatedCluster(a_run(iterations=2, **spec))
    cluster.run_to_end()
    return cluster


def is_at(iteration: int, stage: StageName) -> Any:
    def there(status: RunStatus) -> bool:
        at = status.stage
        return at is not None and (status.iteration, at.stage, at.state) == (iteration, stage, StageState.RUNNING)

    return there


def valid(status: RunStatus) -> Condition:
    return next(condition for condition in status.conditions if condition.type is ConditionType.VALID)


PLACES = [
    (0, PREPARE),
    (0, EVALUATE),
    *((k, stage) for k in (1, 2) for stage in (DIAGNOSE, GENERATE, FILTER, TRAIN, EVALUATE)),
    (2, REPORT),
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place[0]}-{place[1].value}")
def test_ended_run_repeats_exactly_what_follows_the_place(place: tuple[int, StageName]) -> None:
    cluster = finished()
    first = cluster.created()
    end = cluster.run.status if cluster.run else None
    cluster.edit(**request(*place))
    status = cluster.run_to_end()
    repeated = [name.removesuffix("-a0") for name in first[PLACES.index(place) :]]
    assert [name.removesuffix("-a1") for name in cluster.created()[len(first) :]] == repeated
    assert status.phase is Phase.SUCCEEDED
    assert end is not None
    assert [line.decision for line in status.history] == [line.decision for line in end.history]
    assert list(cluster.records) == [0, 1, 2]


def test_stages_before_the_place_are_read_as_they_were() -> None:
    cluster = finished()
    upstream = {action.input.stage: action.input.upstream for action in cluster.actions if isinstance(action, CreateChild)}
    cluster.edit(**request(2, TRAIN))
    cluster.run_to_end()
    again = next(action.input for action in cluster.actions if isinstance(action, CreateChild) and action.name == "demo-i002-train-a1")
    assert again.upstream == upstream[TRAIN]
    assert [record.attempt for record in cluster.records[2].stages] == [0, 0, 0, 1, 1, 1]


def test_living_run_goes_back_and_stops_what_is_under_way() -> None:
    cluster = SimulatedCluster(a_run(iterations=2))
    cluster.run_until(is_at(2, TRAIN))
    cluster.edit(**request(1, GENERATE))
    decision = cluster.step()
    assert DeleteChild(name="demo-i002-train-a0") in decision.actions
    assert DeleteChild(name="demo-i001-diagnose-a0") not in decision.actions
    assert decision.status.served_rerun == "again"
    assert decision.status.best is not None
    assert decision.status.best.iteration == 0
    assert ForgetIterations(from_iteration=1) in cluster.step().actions
    assert list(cluster.records) == [0]
    assert cluster.run_to_end().phase is Phase.SUCCEEDED


def test_rerun_of_the_stage_under_way_starts_a_new_attempt_of_it() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.run_until(is_at(1, TRAIN))
    cluster.edit(**request(1, TRAIN))
    cluster.step()
    decision = cluster.step()
    assert [action.name for action in decision.actions if isinstance(action, CreateChild)] == ["demo-i001-train-a1"]


def test_attempts_go_on_above_all_that_were_seen() -> None:
    cluster = SimulatedCluster(a_run(iterations=1), {(1, TRAIN, 0): Behaviour(exit_code=69), (1, TRAIN, 1): Behaviour(exit_code=69)})
    cluster.run_to_end()
    cluster.edit(**request(1, FILTER))
    cluster.run_to_end()
    cluster.edit(**request(1, EVALUATE, "once more"))
    cluster.run_to_end()
    names = [name.removeprefix("demo-i001-") for name in cluster.created() if "i001" in name]
    assert names[-5:] == ["train-a3", "evaluate-a3", "report-a3", "evaluate-a4", "report-a4"]
    assert len(set(names)) == len(names)


def test_same_request_is_served_once() -> None:
    cluster = finished()
    cluster.edit(**request(2, TRAIN))
    cluster.run_to_end()
    created = cluster.created()
    for _ in range(5):
        cluster.advance(100)
        assert cluster.step().actions == ()
    assert cluster.created() == created


def test_failed_run_can_be_continued_from_where_it_failed() -> None:
    cluster = SimulatedCluster(a_run(iterations=1), {(1, TRAIN, 0): Behaviour(exit_code=65)})
    assert cluster.run_to_end().phase is Phase.FAILED
    cluster.edit(**request(1, TRAIN))
    status = cluster.run_to_end()
    assert status.phase is Phase.SUCCEEDED
    assert status.conditions[0].reason is Reason.COMPLETED


def test_rerun_takes_back_a_rejection() -> None:
    spec: dict[str, Any] = {"iterations": 2, "gate": {"max_rejections": 2}}
    cluster = SimulatedCluster(a_run(**spec), {(2, EVALUATE, 0): Behaviour(outcome=gaining(-1))})
    assert cluster.run_to_end().rejections == 1
    cluster.edit(**request(2, EVALUATE))
    status = cluster.run_to_end()
    assert status.rejections == 0
    assert status.best is not None
    assert status.best.iteration == 2


def test_more_iterations_are_reached_by_a_rerun_of_the_last_evaluation() -> None:
    cluster = finished()
    cluster.edit(iterations=3)
    assert cluster.step().status.phase is Phase.SUCCEEDED
    cluster.edit(**request(2, EVALUATE))
    status = cluster.run_to_end()
    assert status.iteration == 3
    assert [line.iteration for line in status.history] == [0, 1, 2, 3]


def test_what_was_used_before_a_rerun_stays_counted() -> None:
    cluster = finished(train={"gpus_per_node": 1})
    before = cluster.run.status.gpu_seconds if cluster.run and cluster.run.status else 0
    assert before == pytest.approx(120)
    cluster.edit(**request(2, TRAIN))
    assert cluster.run_to_end().gpu_seconds == pytest.approx(180)


@pytest.mark.parametrize(
    ("iteration", "stage", "words"),
    [
        (3, DIAGNOSE, "fromIteration 3 has not begun; the run is at iteration 1"),
        (0, TRAIN, "fromStage train is not a stage of iteration 0. Name one of prepare, evaluate"),
        (1, PREPARE, "fromStage prepare is not a stage of iteration 1"),
        (1, EVALUATE, "fromStage evaluate was not reached; filter of iteration 1 is not finished"),
        (1, REPORT, "fromStage report is not a stage of iteration 1"),
    ],
    ids=["later-iteration", "stage-of-other-iterations", "stage-of-the-baseline", "stage-ahead", "report-before-the-end"],
)
def test_request_that_cannot_be_served_is_refused_and_changes_nothing(iteration: int, stage: StageName, words: str) -> None:
    cluster = SimulatedCluster(a_run(iterations=2))
    cluster.run_until(is_at(1, FILTER))
    cluster.edit(**request(iteration, stage))
    decision = cluster.step()
    assert (valid(decision.status).status, valid(decision.status).reason) == ("False", Reason.INVALID_SPEC)
    assert words in valid(decision.status).message
    assert decision.actions == ()
    assert decision.status.served_rerun is None
    assert [event.reason for event in decision.events] == ["InvalidSpec"]
    cluster.advance(1)
    assert valid(cluster.step().status) == valid(decision.status)
    cluster.edit(rerun=None)
    assert valid(cluster.step().status).status == "True"


def test_refused_request_is_not_served_once_it_could_be() -> None:
    cluster = SimulatedCluster(a_run(iterations=2, **request(1, TRAIN)))
    cluster.run_to_end()
    assert all(name.endswith("-a0") for name in cluster.created())
    cluster.edit(**request(1, FILTER))
    cluster.run_to_end()
    assert "demo-i001-filter-a1" in cluster.created(), "a corrected request is served under the same id"


def test_rerun_of_an_iteration_whose_record_is_gone_is_refused() -> None:
    cluster = finished()
    cluster.records.clear()
    cluster.edit(**request(1, TRAIN))
    decision = cluster.step()
    assert "the record of iteration 0 is gone" in valid(decision.status).message
    assert decision.status.phase is Phase.SUCCEEDED


def test_records_are_not_lost_when_those_of_the_earlier_pass_stay_long() -> None:
    class Stubborn(SimulatedCluster):
        asked = 0

        def apply(self, run: Any, action: Any) -> None:
            self.asked += isinstance(action, ForgetIterations)
            if not isinstance(action, ForgetIterations) or self.asked > 100:
                super().apply(run, action)

    cluster = Stubborn(a_run(iterations=2))
    cluster.run_to_end()
    cluster.edit(**request(1, EVALUATE))
    cluster.run_to_end()
    assert cluster.asked > 100
    assert [record.stages[-1].attempt for record in cluster.records.values()] == [0, 1, 1]


def test_children_that_take_long_to_go_are_waited_for() -> None:
    cluster = SimulatedCluster(a_run(iterations=2), delete_seconds=300)
    cluster.run_until(is_at(2, TRAIN))
    cluster.edit(**request(2, TRAIN))
    assert cluster.run_to_end().phase is Phase.SUCCEEDED


def test_rerun_keeps_quotas_when_generation_is_not_repeated() -> None:
    cluster = finished()
    plan = cluster.records[2].plan
    cluster.edit(**request(2, FILTER))
    cluster.run_to_end()
    assert cluster.records[2].plan == plan


def test_rerun_of_a_run_stopped_by_its_budget_needs_a_larger_one() -> None:
    spec: dict[str, Any] = {"budget": {"gpu_hours": 1}, "train": {"gpus_per_node": 1}}
    cluster = SimulatedCluster(a_run(iterations=1, **spec), {(1, TRAIN): Behaviour(run_seconds=7_200)})
    assert cluster.run_to_end().conditions[0].reason is Reason.GPU_HOURS_EXHAUSTED
    cluster.edit(budget={"gpu_hours": 10}, **request(1, TRAIN))
    status = cluster.run_to_end()
    assert status.conditions[0].reason is Reason.COMPLETED
    assert "demo-i001-train-a2" in cluster.created(), "the folder of the stopped attempt and those after it are not written again"
