from datetime import timedelta
from typing import Any

import pytest

from evolution_contracts.api.conditions import Condition, ConditionType, Reason
from evolution_contracts.api.run import EvolutionRun, Phase, RunStatus, StageState
from evolution_operator.core.decide import decide
from evolution_operator.core.observation import Observation
from support.runs import START, a_run, edited
from support.simulated import NEVER, Behaviour, SimulatedCluster


def known(status: RunStatus) -> dict[ConditionType, Condition]:
    return {condition.type: condition for condition in status.conditions}


def first_look(run: EvolutionRun | None = None) -> RunStatus:
    return decide(run or a_run(), Observation(now=START)).status


def test_every_type_is_set_on_the_first_look_and_once() -> None:
    types = [condition.type for condition in first_look().conditions]
    assert sorted(types) == sorted(ConditionType)


def test_first_look_says_pending() -> None:
    status = first_look()
    assert status.phase is Phase.PENDING
    assert {type_.value: condition.status for type_, condition in known(status).items()} == {
        "Succeeded": "Unknown",
        "Progressing": "True",
        "Reconciling": "True",
        "Admitted": "Unknown",
        "Stalled": "False",
        "Suspended": "False",
        "Degraded": "False",
        "Regressed": "Unknown",
        "BudgetExhausted": "False",
        "Valid": "True",
    }


def test_transition_time_moves_only_when_the_status_does() -> None:
    cluster = SimulatedCluster(a_run(iterations=2))
    before: dict[ConditionType, Condition] = {}
    for decision in cluster.looks():
        for type_, condition in known(decision.status).items():
            if type_ in before and before[type_].status == condition.status:
                assert condition.last_transition_time == before[type_].last_transition_time
            else:
                assert condition.last_transition_time == cluster.now
            before[type_] = condition


def test_conditions_speak_of_the_generation_that_was_looked_at() -> None:
    run = a_run()
    status = first_look(run)
    again = edited(run.model_copy(update={"status": status}), iterations=5)
    later = decide(again, Observation(now=START + timedelta(seconds=1))).status
    assert later.observed_generation == 2
    assert {condition.observed_generation for condition in later.conditions} == {2}
    assert known(later)[ConditionType.VALID].last_transition_time == START


@pytest.mark.parametrize(
    ("behaviours", "expected"),
    [
        ({}, {"Succeeded": "True", "Reconciling": "False", "Stalled": "False", "Progressing": "False"}),
        ({"train": Behaviour(exit_code=65)}, {"Succeeded": "False", "Reconciling": "False", "Stalled": "True", "Progressing": "False"}),
    ],
    ids=["succeeded", "failed"],
)
def test_ended_run_is_read_rightly_by_kstatus(behaviours: Any, expected: dict[str, str]) -> None:
    status = SimulatedCluster(a_run(iterations=1), behaviours).run_to_end()
    assert {name: known(status)[ConditionType(name)].status for name in expected} == expected


@pytest.mark.parametrize(
    ("state", "admitted", "progressing", "phase"),
    [
        (StageState.QUEUED, ("False", Reason.QUEUED), ("False", Reason.QUEUED), Phase.PENDING),
        (StageState.STARTING, ("True", Reason.ADMITTED), ("True", Reason.PENDING), Phase.PENDING),
        (StageState.RUNNING, ("True", Reason.ADMITTED), ("True", Reason.RUNNING), Phase.RUNNING),
    ],
)
def test_conditions_follow_the_state_of_the_stage(state: StageState, admitted: Any, progressing: Any, phase: Phase) -> None:
    cluster = SimulatedCluster(a_run(scheduling={"queue_name": "gpu"}), {"prepare": Behaviour(queue_seconds=100, run_seconds=NEVER)})
    status = cluster.run_until(lambda status: status.stage is not None and status.stage.state is state).status
    found = known(status)
    assert (found[ConditionType.ADMITTED].status, found[ConditionType.ADMITTED].reason) == admitted
    assert (found[ConditionType.PROGRESSING].status, found[ConditionType.PROGRESSING].reason) == progressing
    assert status.phase is phase


def test_rejected_candidate_shows_as_regressed_until_the_next_is_promoted() -> None:
    from support.simulated import gaining

    cluster = SimulatedCluster(a_run(iterations=2), {(1, "evaluate"): Behaviour(outcome=gaining(-1))})
    seen = [known(decision.status)[ConditionType.REGRESSED].status for decision in cluster.looks()]
    assert [status for place, status in enumerate(seen) if place == 0 or seen[place - 1] != status] == ["Unknown", "False", "True", "False"]
