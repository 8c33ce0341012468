"""What fails, who pays for the next attempt, and when the run gives up."""

from __future__ import annotations

from typing import Any

import pytest

from evolution_contracts.api.conditions import Condition, ConditionType, Reason
from evolution_contracts.api.run import FailureCause, Phase, RunStatus, StageState
from evolution_contracts.results import StageResult
from evolution_contracts.stage import StageInput
from evolution_contracts.vocabulary import Category, StageName
from evolution_operator.core.actions import CreateChild, DeleteChild
from evolution_operator.core.observation import ChildState, Interruption
from support.runs import a_run
from support.simulated import NEVER, Behaviour, SimulatedCluster
from support.stage_results import a_success, successes

TRAIN, DIAGNOSE, GENERATE, EVALUATE = StageName.TRAIN, StageName.DIAGNOSE, StageName.GENERATE, StageName.EVALUATE


def condition(status: RunStatus, type_: ConditionType) -> Condition:
    return next(condition for condition in status.conditions if condition.type is type_)


def attempts(cluster: SimulatedCluster, stage: StageName = TRAIN) -> int:
    return sum(f"-{stage.value}-" in name for name in cluster.created())


def is_training(status: RunStatus) -> bool:
    return status.stage is not None and status.stage.stage is TRAIN and status.stage.state is StageState.RUNNING


CAUSES: list[tuple[str, Behaviour, FailureCause]] = [
    ("infrastructure_retries", Behaviour(exit_code=69), FailureCause.INFRASTRUCTURE),
    ("infrastructure_retries", Behaviour(exit_code=75), FailureCause.INFRASTRUCTURE),
    ("infrastructure_retries", Behaviour(interruption=Interruption.NODE_LOST), FailureCause.INFRASTRUCTURE),
    ("infrastructure_retries", Behaviour(results=lambda _: ()), FailureCause.INFRASTRUCTURE),
    ("user_error_retries", Behaviour(exit_code=65), FailureCause.USER),
    ("user_error_retries", Behaviour(exit_code=78), FailureCause.USER),
    ("internal_error_retries", Behaviour(exit_code=70), FailureCause.INTERNAL),
    ("internal_error_retries", Behaviour(exit_code=1), FailureCause.INTERNAL),
    ("out_of_memory_retries", Behaviour(interruption=Interruption.OUT_OF_MEMORY, exit_code=137), FailureCause.OUT_OF_MEMORY),
    ("preemption_retries", Behaviour(interruption=Interruption.PREEMPTED), FailureCause.PREEMPTED),
    ("preemption_retries", Behaviour(failure={"exit_code": 75, "reason": "Interrupted"}), FailureCause.PREEMPTED),
]
IDS = ["69", "75", "node-lost", "no-results", "65", "78", "70", "1", "out-of-memory", "preempted", "interrupted"]


@pytest.mark.parametrize(("budget", "behaviour", "cause"), CAUSES, ids=IDS)
def test_each_cause_is_retried_as_often_as_its_own_budget_allows(budget: str, behaviour: Behaviour, cause: FailureCause) -> None:
    others = dict.fromkeys({name for name, _, _ in CAUSES} - {budget}, 7)
    cluster = SimulatedCluster(a_run(iterations=1, failure={budget: 2, **others}), {(1, TRAIN): behaviour})
    status = cluster.run_to_end()
    assert attempts(cluster) == 3
    assert status.stage is not None
    assert status.stage.failures == {cause: 3}
    assert status.stage.state is StageState.FAILED
    assert condition(status, ConditionType.SUCCEEDED).reason is Reason.STAGE_FAILED
    assert status.phase is Phase.FAILED


@pytest.mark.parametrize(("budget", "behaviour", "cause"), CAUSES, ids=IDS)
def test_stage_that_succeeds_within_its_budget_goes_on(budget: str, behaviour: Behaviour, cause: FailureCause) -> None:
    cluster = SimulatedCluster(a_run(iterations=1, failure={budget: 1}), {(1, TRAIN, 0): behaviour})
    status = cluster.run_to_end()
    assert attempts(cluster) == 2
    assert status.phase is Phase.SUCCEEDED
    assert cluster.records[1].stages[3].attempt == 1


def test_one_cause_does_not_eat_the_budget_of_another() -> None:
    script = {
        (1, TRAIN, 0): Behaviour(exit_code=70),
        (1, TRAIN, 1): Behaviour(exit_code=69),
        (1, TRAIN, 2): Behaviour(interruption=Interruption.PREEMPTED),
        (1, TRAIN, 3): Behaviour(interruption=Interruption.OUT_OF_MEMORY),
    }
    retries = {"internal_error_retries": 1, "infrastructure_retries": 1, "preemption_retries": 1, "out_of_memory_retries": 1}
    assert SimulatedCluster(a_run(iterations=1, failure=retries), script).run_to_end().phase is Phase.SUCCEEDED


def test_budgets_begin_anew_with_each_stage_and_iteration() -> None:
    script = {(iteration, stage, 0): Behaviour(exit_code=70) for iteration in (1, 2) for stage in (DIAGNOSE, TRAIN)}
    assert SimulatedCluster(a_run(iterations=2), script).run_to_end().phase is Phase.SUCCEEDED


def test_delay_between_attempts_doubles() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, failure={"infrastructure_retries": 4}), {(1, TRAIN): Behaviour(exit_code=69)})
    ended, created = [], []
    for decision in cluster.looks():
        created += [cluster.now for action in decision.actions if isinstance(action, CreateChild) and action.input.stage is TRAIN]
        ended += [child.finished_at for child in cluster.children.values() if child.input.stage is TRAIN and child.finished_at]
    ends = sorted(set(ended))
    assert [(start - end).total_seconds() for end, start in zip(ends, created[1:], strict=False)] == [10, 20, 40, 80]


def test_message_of_the_failure_reaches_status_condition_and_events() -> None:
    told = {"exit_code": 65, "reason": "InvalidImage", "message": "row 7 is no image. Remove it."}
    cluster = SimulatedCluster(a_run(iterations=1), {(1, TRAIN): Behaviour(failure=told)})
    status = cluster.run_to_end()
    for text in (condition(status, ConditionType.SUCCEEDED).message, cluster.events[-1].message):
        assert "train of iteration 1, attempt 0: InvalidImage (exit 65): row 7 is no image. Remove it." in text
    assert cluster.events[-1].reason == "RunFailed"


def test_longest_message_that_a_stage_may_tell_fits_into_the_status() -> None:
    told = {"exit_code": 69, "message": "x" * 2000}
    cluster = SimulatedCluster(a_run(iterations=1), {(1, TRAIN): Behaviour(failure=told)})
    assert cluster.run_to_end().phase is Phase.FAILED


def lose_shard(stage_input: StageInput) -> tuple[StageResult, ...]:
    return successes(stage_input)[:-1]


def other_attempt(stage_input: StageInput) -> tuple[StageResult, ...]:
    return successes(stage_input.model_copy(update={"attempt": 9}))


def unpaired(stage_input: StageInput) -> tuple[StageResult, ...]:
    result = a_success(stage_input)
    assert result.outcome is not None
    return (result.model_copy(update={"outcome": result.outcome.model_copy(update={"difference": None})}),)


@pytest.mark.parametrize(
    ("stage", "results", "cause", "words"),
    [
        (GENERATE, lose_shard, FailureCause.INFRASTRUCTURE, "2 of 3 results are there"),
        (TRAIN, other_attempt, FailureCause.INTERNAL, "result of another attempt"),
        (EVALUATE, unpaired, FailureCause.INTERNAL, "without a paired difference"),
    ],
    ids=["shard-missing", "other-attempt", "no-paired-difference"],
)
def test_success_with_wrong_results_is_no_success(stage: StageName, results: Any, cause: FailureCause, words: str) -> None:
    spec: dict[str, Any] = {"iterations": 1, "generate": {"samples": 120, "shards": 3}}
    cluster = SimulatedCluster(a_run(**spec), {(1, stage, 0): Behaviour(results=results)})
    decision = cluster.run_until(lambda status: status.stage is not None and bool(status.stage.failures))
    assert decision.status.stage is not None
    assert decision.status.stage.failures == {cause: 1}
    assert words in decision.status.stage.message
    assert cluster.run_to_end().phase is Phase.SUCCEEDED


def test_results_that_come_a_little_later_than_the_success_are_waited_for() -> None:
    late: list[StageResult] = []
    cluster = SimulatedCluster(a_run(iterations=1), {(1, TRAIN): Behaviour(results=lambda _: tuple(late))})
    cluster.run_until(is_training)
    child = cluster.current()
    cluster.advance(60)
    cluster.step()
    cluster.advance(20)
    late.append(a_success(child.input))
    cluster.step()
    assert cluster.run_to_end().phase is Phase.SUCCEEDED
    assert attempts(cluster) == 1


def test_deleted_child_is_replaced_by_a_new_attempt_after_a_grace() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.run_until(is_training)
    cluster.lose("demo-i001-train-a0")
    decision = cluster.step()
    assert decision.status.stage is not None
    assert decision.status.stage.failures == {}
    cluster.advance(30)
    decision = cluster.step()
    assert decision.status.stage is not None
    assert decision.status.stage.failures == {FailureCause.INFRASTRUCTURE: 1}
    assert "demo-i001-train-a0 is gone" in decision.status.stage.message
    assert cluster.run_to_end().phase is Phase.SUCCEEDED
    assert attempts(cluster) == 2


def test_child_that_was_never_seen_is_created_again_under_its_name() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.step()
    cluster.lose("demo-i000-prepare-a0")
    cluster.step()
    assert list(cluster.children) == ["demo-i000-prepare-a0"]


def test_vanished_child_of_a_finished_stage_is_normal() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    for decision in cluster.looks():
        current = decision.status.stage.stage if decision.status.stage else None
        for name, child in list(cluster.children.items()):
            if child.state is ChildState.SUCCEEDED and child.input.stage is not current:
                cluster.lose(name)
    assert not cluster.children
    assert all(name.endswith("-a0") for name in cluster.created())


@pytest.mark.parametrize(
    ("waiting", "cause"),
    [
        (Interruption.IMAGE_PULL, FailureCause.INFRASTRUCTURE),
        (Interruption.UNSCHEDULABLE, FailureCause.INFRASTRUCTURE),
        (Interruption.CONFIGURATION, FailureCause.USER),
        (None, FailureCause.INFRASTRUCTURE),
    ],
    ids=["image-pull", "unschedulable", "configuration", "unknown"],
)
def test_child_that_cannot_start_fails_at_its_deadline_and_is_removed(waiting: Interruption | None, cause: FailureCause) -> None:
    behaviour = Behaviour(start_seconds=NEVER, waiting=waiting, message="pod demo-0: no such image registry.local/x:1")
    failure = {"starting_deadline_seconds": {"train": 300}, "user_error_retries": 1}
    cluster = SimulatedCluster(a_run(iterations=1, failure=failure), {(1, TRAIN, 0): behaviour})
    decision = cluster.run_until(lambda status: status.stage is not None and status.stage.state is StageState.STARTING)
    degraded = condition(decision.status, ConditionType.DEGRADED)
    assert (degraded.status, degraded.reason) == (("True", Reason.CANNOT_START) if waiting else ("False", Reason.AS_PLANNED))
    assert ("no such image registry.local/x:1" in degraded.message) == (waiting is not None)
    since = cluster.now
    decision = cluster.run_until(lambda status: status.stage is not None and bool(status.stage.failures))
    assert (cluster.now - since).total_seconds() == pytest.approx(300, abs=1)
    assert DeleteChild(name="demo-i001-train-a0") in decision.actions
    assert decision.status.stage is not None
    assert decision.status.stage.failures == {cause: 1}
    assert cluster.run_to_end().phase is Phase.SUCCEEDED


def test_starting_deadline_is_half_an_hour_where_none_is_named() -> None:
    cluster = SimulatedCluster(a_run(iterations=1), {(1, TRAIN, 0): Behaviour(start_seconds=NEVER)})
    cluster.run_until(lambda status: status.stage is not None and status.stage.state is StageState.STARTING)
    since = cluster.now
    cluster.run_until(lambda status: status.stage is not None and bool(status.stage.failures))
    assert (cluster.now - since).total_seconds() == pytest.approx(1800, abs=1)


def test_next_attempt_waits_until_the_given_up_child_is_gone() -> None:
    behaviour = Behaviour(start_seconds=NEVER)
    failure = {"starting_deadline_seconds": {"train": 60}}
    cluster = SimulatedCluster(a_run(iterations=1, failure=failure), {(1, TRAIN, 0): behaviour}, delete_seconds=120)
    assert cluster.run_to_end().phase is Phase.SUCCEEDED  # The simulation refuses two live attempts.
    deletes = [action for action in cluster.actions if action == DeleteChild(name="demo-i001-train-a0")]
    assert len(deletes) == 1


def test_failed_children_are_kept_for_their_logs() -> None:
    cluster = SimulatedCluster(a_run(iterations=1), {(1, TRAIN, 0): Behaviour(exit_code=70)})
    cluster.run_to_end()
    assert "demo-i001-train-a0" in cluster.children


def test_failing_report_fails_the_run_and_keeps_its_best_model() -> None:
    cluster = SimulatedCluster(a_run(iterations=1), {StageName.REPORT: Behaviour(exit_code=65)})
    status = cluster.run_to_end()
    assert status.phase is Phase.FAILED
    assert status.best is not None
    assert status.best.iteration == 1


def test_shortfall_degrades_the_run_and_lets_it_go_on() -> None:
    def short(stage_input: StageInput) -> tuple[StageResult, ...]:
        (result,) = successes(stage_input)
        assert result.outcome is not None
        return (result.model_copy(update={"outcome": result.outcome.model_copy(update={"shortfall": {Category.MAP: 5}})}),)

    cluster = SimulatedCluster(a_run(iterations=1), {GENERATE: Behaviour(results=short)})
    decision = cluster.run_until(is_training)
    degraded = condition(decision.status, ConditionType.DEGRADED)
    assert (degraded.status, degraded.reason) == ("True", Reason.SHORTFALL)
    assert "5 of 120" in degraded.message
