from evolution_contracts.api.run import RunStatus
from evolution_operator.core.events import transitions
from evolution_operator.core.observation import Interruption
from support.runs import a_run, a_spec
from support.simulated import Behaviour, SimulatedCluster, gaining


def reasons(cluster: SimulatedCluster) -> list[str]:
    return [event.reason for event in cluster.events]


def test_nothing_that_happened_tells_nothing() -> None:
    status = RunStatus()
    assert transitions(status, status, a_spec()) == ()


def test_iteration_is_told_from_its_start_to_its_gate() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.run_to_end()
    found = reasons(cluster)
    assert found[:5] == ["IterationStarted", "StageCreated", "StageStarted", "StageSucceeded", "StageCreated"]
    assert found[-5:] == ["GatePassed", "StageCreated", "StageStarted", "StageSucceeded", "RunSucceeded"]
    assert (found.count("IterationStarted"), found.count("BaselineMeasured"), found.count("StageSucceeded")) == (2, 1, 8)


def test_rejection_is_told_with_its_numbers_and_the_roll_back() -> None:
    cluster = SimulatedCluster(a_run(iterations=1), {(1, "evaluate"): Behaviour(outcome=gaining(-0.25))})
    cluster.run_to_end()
    told = {event.reason: event for event in cluster.events}
    assert told["GateFailed"].type == "Warning"
    assert "-0.2500" in told["GateFailed"].message
    assert told["RolledBack"].message == "the model of iteration 0 stays the incumbent"


def test_each_failed_attempt_is_told_once_with_its_cause() -> None:
    script = {
        (1, "train", 0): Behaviour(interruption=Interruption.PREEMPTED),
        (1, "train", 1): Behaviour(interruption=Interruption.OUT_OF_MEMORY),
        (1, "train", 2): Behaviour(exit_code=70),
    }
    cluster = SimulatedCluster(a_run(iterations=1), script)
    cluster.run_to_end()
    found = reasons(cluster)
    assert [found.count(name) for name in ("StagePreempted", "OOMKilled", "StageFailed", "StageRetrying")] == [1, 1, 1, 3]


def test_types_are_those_that_kubernetes_knows() -> None:
    cluster = SimulatedCluster(a_run(iterations=1), {(1, "train"): Behaviour(exit_code=65)})
    cluster.run_to_end()
    assert {event.type for event in cluster.events} <= {"Normal", "Warning"}


def test_rerun_is_told_and_the_gate_is_not_told_again() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.run_to_end()
    cluster.events.clear()
    cluster.edit(rerun={"id": "again", "from_iteration": 1, "from_stage": "train"})
    cluster.step()
    assert reasons(cluster)[0] == "RerunStarted"
    assert "BaselineMeasured" not in reasons(cluster)
