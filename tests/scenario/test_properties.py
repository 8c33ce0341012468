"""What holds for every run, whatever fails and whenever the operator dies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evolution_contracts.api.run import EvolutionRun, Phase, RunStatus
from evolution_contracts.spec.failure import FailureSpec
from evolution_contracts.vocabulary import ITERATION_STAGES, StageName
from evolution_operator.core.actions import Action, CreateChild, DeleteChild, KeepIteration, ResumeChild, SuspendChild
from evolution_operator.core.decide import decide
from evolution_operator.core.observation import Interruption, Observation
from support.runs import a_run
from support.simulated import NEVER, Behaviour, Script, SimulatedCluster, SimulatedCrashError, gaining
from support.steady import STEADY

QUICK = settings(STEADY, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
RETRIES = {
    "infrastructure_retries": 2,
    "internal_error_retries": 1,
    "out_of_memory_retries": 1,
    "preemption_retries": 3,
    "stall_retries": 1,
}
FAILURES = (
    Behaviour(exit_code=69),
    Behaviour(exit_code=70),
    Behaviour(exit_code=65),
    Behaviour(interruption=Interruption.PREEMPTED),
    Behaviour(interruption=Interruption.OUT_OF_MEMORY),
    Behaviour(interruption=Interruption.NODE_LOST),
    Behaviour(results=lambda _: ()),
    Behaviour(start_seconds=NEVER, waiting=Interruption.IMAGE_PULL),
    Behaviour(run_seconds=NEVER, hangs_after=0),
)
places = st.one_of(
    st.tuples(st.just(0), st.sampled_from([StageName.PREPARE, StageName.EVALUATE])),
    st.tuples(st.sampled_from([1, 2]), st.sampled_from(ITERATION_STAGES)),
)
failures = st.dictionaries(st.tuples(places, st.integers(0, 2)), st.sampled_from(FAILURES), max_size=5)
rejections = st.sets(st.sampled_from([1, 2]))
crashes = st.lists(st.integers(1, 30), max_size=6)


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """A few attempts that fail, and a few candidates that are rejected."""
    failing = {(*place, attempt): behaviour for (place, attempt), behaviour in draw(failures).items()}
    rejected = {(iteration, StageName.EVALUATE): Behaviour(outcome=gaining(-0.1)) for iteration in draw(rejections)}
    return {**rejected, **failing}


def a_small_run(**spec: Any) -> EvolutionRun:
    return a_run(iterations=2, failure={**RETRIES, "on_stall": "Restart"}, **spec)


def essence(status: RunStatus) -> tuple[Any, ...]:
    """What must not depend on when the operator died."""
    return (
        status.phase,
        status.conditions[0].reason,
        status.iteration,
        tuple((line.iteration, line.decision, line.score) for line in status.history),
        status.best,
        status.stage.failures if status.stage else None,
    )


def run_through_crashes(cluster: SimulatedCluster, crash_points: Sequence[int]) -> RunStatus:
    """Run to the end with an operator that dies after the given numbers of calls, each counted from its last death."""
    for calls in crash_points:
        cluster.crash_after(calls)
        try:
            return cluster.run_to_end()
        except SimulatedCrashError:
            cluster.advance(1)
    cluster.calls_until_crash = None
    return cluster.run_to_end()


@QUICK
@given(scripts(), crashes)
def test_operator_that_dies_after_any_call_comes_to_the_same_end(script: Script, crash_points: list[int]) -> None:
    calm, shaken = SimulatedCluster(a_small_run(), script), SimulatedCluster(a_small_run(), script)
    assert essence(run_through_crashes(shaken, crash_points)) == essence(calm.run_to_end())
    assert set(shaken.created()) == set(calm.created())
    assert {number: record.stages[-1].manifests for number, record in shaken.records.items()} == {
        number: record.stages[-1].manifests for number, record in calm.records.items()
    }


def test_operator_may_die_after_each_single_call_of_a_run() -> None:
    calm = SimulatedCluster(a_run(iterations=1))
    expected = essence(calm.run_to_end())
    calls = len(calm.actions) + calm.status_writes + len(calm.events)
    for call in range(1, calls):
        shaken = SimulatedCluster(a_run(iterations=1))
        assert essence(run_through_crashes(shaken, [call])) == expected
        assert shaken.created() == calm.created()


@QUICK
@given(places, crashes, st.integers(5, 70))
def test_operator_that_dies_during_a_rerun_comes_to_the_same_end(place: tuple[int, StageName], crash_points: list[int], looks: int) -> None:
    def before_rerun() -> SimulatedCluster:
        cluster = SimulatedCluster(a_small_run())
        for _, _ in zip(range(looks), cluster.looks(), strict=False):
            pass
        cluster.edit(rerun={"id": "again", "from_iteration": place[0], "from_stage": place[1]})
        return cluster

    calm, shaken = before_rerun(), before_rerun()
    assert essence(run_through_crashes(shaken, crash_points)) == essence(calm.run_to_end())
    assert shaken.created() == calm.created()
    assert list(shaken.records) == [0, 1, 2]


class ForgetfulSight(SimulatedCluster):
    """Shows the operator sights that are up to some seconds old, in any order, as lagging caches do."""

    ages: Sequence[int] = (0,)

    def __init__(self, run: EvolutionRun, script: Script) -> None:
        super().__init__(run, script)
        self.sights: list[Observation] = []

    def observe(self, run: EvolutionRun) -> Observation:
        self.sights.append(super().observe(run))
        age = self.ages[len(self.sights) % len(self.ages)]
        fresh_enough = [sight for sight in self.sights if self.now - sight.now <= timedelta(seconds=age)]
        return replace(fresh_enough[0], now=self.now)


@QUICK
@given(scripts(), st.lists(st.integers(0, 20), min_size=1, max_size=7))
def test_lagging_and_reordered_sights_never_lead_to_two_live_attempts(script: Script, ages: list[int]) -> None:
    cluster = ForgetfulSight(a_small_run(), script)
    cluster.ages = (*ages, 0)
    status = cluster.run_to_end()  # The simulation refuses two live attempts and anything that contradicts a name.
    assert essence(status) == essence(SimulatedCluster(a_small_run(), script).run_to_end())


class Twice(SimulatedCluster):
    """Checks at every look that deciding again on the same sight asks for nothing new."""

    def step(self) -> Any:
        assert self.run is not None
        seen = self.observe(self.run)
        first = decide(self.run, seen)
        again = decide(self.run.model_copy(update={"status": first.status}), seen)
        assert again.status == first.status
        assert again.events == ()
        assert again.wake_at is not None or first.status.finished_at is not None
        assert set(map(named, again.actions)) <= set(map(named, first.actions))
        assert decide(self.run, seen) == first
        return super().step()


def named(action: Action) -> tuple[str, str]:
    match action:
        case CreateChild() | SuspendChild() | ResumeChild() | DeleteChild():
            return type(action).__name__, action.name
        case KeepIteration():
            return type(action).__name__, str(action.record.iteration)
        case _:
            return type(action).__name__, ""


@QUICK
@given(scripts(), st.sampled_from([None, "gpu"]), st.integers(0, 40))
def test_deciding_twice_is_deciding_once(script: Script, queue: str | None, suspended_at: int) -> None:
    cluster = Twice(a_small_run(scheduling={"queue_name": queue}), script)
    for number, _ in enumerate(cluster.looks()):
        if number in (suspended_at, suspended_at + 3):
            cluster.edit(suspend=number == suspended_at)


@QUICK
@given(scripts(), st.integers(0, 60), st.booleans())
def test_every_run_that_goes_on_has_a_time_to_look_again(script: Script, suspended_at: int, resumes: bool) -> None:  # noqa: FBT001
    cluster = SimulatedCluster(a_small_run(), script)
    for number in range(80):
        decision = cluster.step()
        if decision.status.finished_at is None:
            assert decision.wake_at is not None
            assert cluster.now < decision.wake_at <= cluster.now + timedelta(seconds=60)
        if number == suspended_at:
            cluster.edit(suspend=True)
        if resumes and number == suspended_at + 5:
            cluster.edit(suspend=False)
        cluster.advance(min(60.0, cluster.next_change(decision)))


@QUICK
@given(scripts())
def test_attempts_never_exceed_the_budgets(script: Script) -> None:
    cluster = SimulatedCluster(a_small_run(), script)
    status = cluster.run_to_end()
    budgets = FailureSpec(**{**RETRIES, "on_stall": "Restart"})
    allowed = 1 + sum(getattr(budgets, name) for name in (*RETRIES, "user_error_retries"))
    attempts = Counter(name.rpartition("-a")[0] for name in cluster.created())
    assert max(attempts.values()) <= allowed
    assert status.phase in (Phase.SUCCEEDED, Phase.FAILED)


@QUICK
@given(scripts(), st.lists(st.sampled_from(["children", "records", "suspend", "iterations", "time"]), max_size=6))
def test_ended_run_never_leaves_its_end_without_a_new_request(script: Script, shocks: list[str]) -> None:
    cluster = SimulatedCluster(a_small_run(), script)
    end = essence(cluster.run_to_end())
    for shock in shocks:
        match shock:
            case "children":
                cluster.children.clear()
            case "records":
                cluster.records.clear()
            case "suspend":
                cluster.edit(suspend=True)
            case "iterations":
                cluster.edit(iterations=50)
            case _:
                cluster.advance(100_000)
        decision = cluster.step()
        assert essence(decision.status) == end
        assert not any(isinstance(action, CreateChild) for action in decision.actions)


@pytest.mark.parametrize("seconds", [1, 7, 61])
def test_looking_more_or_less_often_comes_to_the_same_end(seconds: int) -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    for _ in range(4_000 // seconds):
        decision = cluster.step()
        cluster.advance(seconds)
    assert decision.status.phase is Phase.SUCCEEDED
    assert all(name.endswith("-a0") for name in cluster.created())
