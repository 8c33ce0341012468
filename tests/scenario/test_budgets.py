"""What a run may use, and how it stops."""

from __future__ import annotations

from typing import Any

import pytest

from evolution_contracts.api.conditions import ConditionType, Reason
from evolution_contracts.api.run import Phase, RunStatus
from evolution_contracts.vocabulary import StageName
from support.runs import a_run
from support.simulated import Behaviour, SimulatedCluster

GPUS: dict[str, Any] = {"nodes": 2, "gpus_per_node": 4}


def condition(status: RunStatus, type_: ConditionType) -> tuple[str, Reason]:
    return next((condition.status, condition.reason) for condition in status.conditions if condition.type is type_)


def test_gpu_time_is_that_of_the_running_pods() -> None:
    cluster = SimulatedCluster(a_run(iterations=2, train=GPUS), {StageName.TRAIN: Behaviour(run_seconds=3_600, start_seconds=600)})
    status = cluster.run_to_end()
    assert status.gpu_seconds == pytest.approx(2 * 8 * 3_600)
    assert cluster.records[1].stages[3].gpu_seconds == pytest.approx(8 * 3_600)


def test_gpu_time_of_failed_attempts_counts_too() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, train=GPUS), {(1, StageName.TRAIN, 0): Behaviour(run_seconds=100, exit_code=69)})
    assert cluster.run_to_end().gpu_seconds == pytest.approx(8 * (100 + 60))
    assert cluster.records[1].stages[3].gpu_seconds == pytest.approx(8 * (100 + 60))


def test_used_up_gpu_hours_stop_the_run_with_a_report_and_its_best_model() -> None:
    cluster = SimulatedCluster(a_run(iterations=5, train=GPUS, budget={"gpu_hours": 12}), {StageName.TRAIN: Behaviour(run_seconds=3_600)})
    status = cluster.run_to_end()
    assert condition(status, ConditionType.SUCCEEDED) == ("True", Reason.GPU_HOURS_EXHAUSTED)
    assert condition(status, ConditionType.BUDGET_EXHAUSTED) == ("True", Reason.GPU_HOURS_EXHAUSTED)
    assert cluster.created()[-1] == "demo-i002-report-a1"
    assert not cluster.lives()
    assert status.best is not None
    assert status.best.iteration == 1
    assert 12 * 3_600 <= status.gpu_seconds <= 12 * 3_600 + 8 * 61


def test_budget_is_warned_of_once_before_it_is_used_up() -> None:
    cluster = SimulatedCluster(a_run(iterations=5, train=GPUS, budget={"gpu_hours": 12}), {StageName.TRAIN: Behaviour(run_seconds=3_600)})
    cluster.run_to_end()
    reasons = [event.reason for event in cluster.events]
    assert reasons.count("BudgetWarning") == 1
    assert reasons.index("BudgetWarning") < reasons.index("BudgetExhausted")


def test_wall_hours_leave_queues_out() -> None:
    spec: dict[str, Any] = {"scheduling": {"queue_name": "gpu"}, "budget": {"wall_hours": 1}}
    cluster = SimulatedCluster(a_run(iterations=1, **spec), {StageName.TRAIN: Behaviour(queue_seconds=50_000, run_seconds=1_000)})
    status = cluster.run_to_end()
    assert condition(status, ConditionType.SUCCEEDED) == ("True", Reason.COMPLETED)
    assert status.active_seconds < 2_000


def test_wall_hours_stop_a_run_that_works_too_long() -> None:
    cluster = SimulatedCluster(a_run(iterations=9, budget={"wall_hours": 1}), {StageName.TRAIN: Behaviour(run_seconds=1_500)})
    status = cluster.run_to_end()
    assert condition(status, ConditionType.SUCCEEDED) == ("True", Reason.WALL_HOURS_EXHAUSTED)
    assert 3_600 <= status.active_seconds < 3_900


def test_api_cost_is_counted_from_progress_over_all_attempts() -> None:
    script = {
        (1, StageName.GENERATE, 0): Behaviour(metrics={"api_cost": 3.0}, exit_code=69),
        (1, StageName.GENERATE, 1): Behaviour(metrics={"api_cost": 2.0}),
    }
    assert SimulatedCluster(a_run(iterations=1), script).run_to_end().api_cost == pytest.approx(5.0)


def test_used_up_api_cost_stops_the_run() -> None:
    cluster = SimulatedCluster(a_run(iterations=9, budget={"api_cost": 10}), {StageName.GENERATE: Behaviour(metrics={"api_cost": 4.0})})
    status = cluster.run_to_end()
    assert condition(status, ConditionType.SUCCEEDED) == ("True", Reason.API_COST_EXHAUSTED)
    assert status.api_cost == pytest.approx(12.0)
    assert status.iteration == 3


def test_budget_that_ends_before_the_baseline_fails_the_run() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, budget={"wall_hours": 0.01}), {StageName.PREPARE: Behaviour(run_seconds=1_000)})
    status = cluster.run_to_end()
    assert condition(status, ConditionType.SUCCEEDED) == ("False", Reason.WALL_HOURS_EXHAUSTED)
    assert status.phase is Phase.FAILED
    assert not cluster.lives()


def test_operator_that_was_away_counts_what_it_missed() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, train=GPUS), {StageName.TRAIN: Behaviour(run_seconds=3_600)})
    cluster.run_until(lambda status: status.stage is not None and status.stage.stage is StageName.TRAIN)
    cluster.advance(10_000)
    assert cluster.run_to_end().gpu_seconds == pytest.approx(8 * 3_600)
