from datetime import datetime, timedelta
from typing import Any

import pytest

from evolution_contracts.api.conditions import Condition, ConditionType, Reason
from evolution_contracts.api.run import RunStatus, StageState, StageStatus
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.budget import accounted, exhausted, gpus, largest_use
from evolution_operator.core.observation import Child, ChildState
from support.children import a_child, a_progress
from support.runs import START, a_spec

GPU = {"limits": {"nvidia.com/gpu": "2", "memory": "4Gi"}}


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("stage", "spec", "expected"),
    [
        (StageName.TRAIN, {"train": {"nodes": 3, "gpus_per_node": 8}}, 24),
        (StageName.TRAIN, {}, 0),
        (StageName.GENERATE, {"generate": {"samples": 120, "shards": 5, "pod": {"resources": GPU}}}, 10),
        (StageName.FILTER, {"filter": {"pod": {"resources": GPU}}}, 2),
        (StageName.DIAGNOSE, {"diagnose": {"serving": {"engine": "VLLM", "resources": GPU}, "pod": {"resources": GPU}}}, 4),
        (StageName.EVALUATE, {"evaluate": {"serving": {"engine": "HTTP", "resources": GPU}}}, 0),
        (StageName.PREPARE, {}, 0),
        (StageName.REPORT, {}, 0),
    ],
    ids=["train", "train-on-cpu", "generate", "filter", "vllm-sidecar", "server-elsewhere", "prepare", "report"],
)
def test_gpus_of_a_stage_are_those_its_pods_hold(stage: StageName, spec: dict[str, Any], expected: float) -> None:
    assert gpus(a_spec(**spec), stage) == expected


def status(state: StageState = StageState.RUNNING, **fields: Any) -> RunStatus:
    stage = StageStatus(stage=StageName.TRAIN, state=state, state_since=START)
    return RunStatus(**{"stage": stage, "accounted_at": START, **fields})


def after(before: RunStatus, child: Child | None, seconds: float, *, has_changed: bool = False, **spec: Any) -> RunStatus:
    return accounted(a_spec(train={"gpus_per_node": 4}, **spec), before, child, at(seconds), has_changed=has_changed)


def test_use_is_brought_forward_once_a_minute() -> None:
    assert after(status(), a_child(), 59).accounted_at == START
    assert after(status(), a_child(), 60).active_seconds == 60


def test_use_is_brought_forward_when_the_state_changes() -> None:
    assert after(status(), a_child(), 5, has_changed=True).active_seconds == 5


def test_gpu_time_is_the_part_in_which_the_pods_ran() -> None:
    child = a_child(ChildState.SUCCEEDED, running_since=at(20), finished_at=at(50))
    found = after(status(StageState.STARTING), child, 70)
    assert (found.gpu_seconds, found.active_seconds) == (4 * 30, 70)
    assert found.stage is not None
    assert found.stage.gpu_seconds == 4 * 30


def test_time_in_a_queue_is_not_active_until_the_pods_run() -> None:
    assert after(status(StageState.QUEUED), a_child(ChildState.QUEUED), 600).active_seconds == 0
    assert after(status(StageState.QUEUED), a_child(running_since=at(500)), 600).active_seconds == 100


def test_time_under_suspension_is_not_active() -> None:
    suspended = Condition(type=ConditionType.SUSPENDED, status="True", reason=Reason.SUSPENDED_BY_USER, last_transition_time=START)
    assert after(status(conditions=(suspended,)), a_child(ChildState.QUEUED), 600, suspend=True).active_seconds == 0


def test_clock_that_was_set_back_adds_nothing_and_counting_goes_on() -> None:
    before = status(accounted_at=at(1_000), active_seconds=500.0)
    back = after(before, a_child(), 100)
    assert (back.active_seconds, back.accounted_at) == (500, at(100))
    assert after(back, a_child(), 160).active_seconds == 560


def test_api_cost_of_an_attempt_is_counted_once() -> None:
    child = a_child(progress=(a_progress(1, metrics={"api_cost": 1.5}), a_progress(1, shard=1, metrics={"api_cost": 0.5})))
    once = after(status(api_cost=10.0), child, 1)
    assert once.api_cost == 12
    assert after(once, child, 2).api_cost == 12


def test_api_cost_that_is_told_lower_is_not_taken_back() -> None:
    once = after(status(), a_child(progress=(a_progress(1, metrics={"api_cost": 3.0}),)), 1)
    assert after(once, a_child(), 2).api_cost == 3


@pytest.mark.parametrize(
    ("budget", "used", "reason"),
    [
        ({"gpu_hours": 1}, {"gpu_seconds": 3_600}, Reason.GPU_HOURS_EXHAUSTED),
        ({"gpu_hours": 1}, {"gpu_seconds": 3_599}, None),
        ({"api_cost": 2.5}, {"api_cost": 2.5}, Reason.API_COST_EXHAUSTED),
        ({"wall_hours": 2}, {"active_seconds": 7_200}, Reason.WALL_HOURS_EXHAUSTED),
        ({}, {"gpu_seconds": 1e12, "api_cost": 1e9, "active_seconds": 1e12}, None),
        ({"gpu_hours": 0}, {}, None),
        ({"gpu_hours": 0}, {"gpu_seconds": 1}, Reason.GPU_HOURS_EXHAUSTED),
    ],
    ids=["gpu-hours", "just-within", "api-cost", "wall-hours", "no-limits", "nothing-allowed-nothing-used", "nothing-allowed"],
)
def test_limit_is_used_up_when_it_is_reached(budget: dict[str, float], used: dict[str, float], reason: Reason | None) -> None:
    found = exhausted(a_spec(budget=budget), RunStatus(**used))
    assert (found.reason if found else None) is reason


def test_largest_use_is_that_of_the_tightest_limit() -> None:
    spec = a_spec(budget={"gpu_hours": 10, "wall_hours": 1})
    assert largest_use(spec, RunStatus(gpu_seconds=3_600.0, active_seconds=1_800.0)) == 0.5
    assert largest_use(a_spec(), RunStatus(gpu_seconds=3_600.0)) == 0
