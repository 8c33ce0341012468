from __future__ import annotations

import pytest

from evolution_contracts.api.iteration import IterationRecord
from evolution_contracts.api.run import Phase, RunStatus
from evolution_contracts.errors import ClusterError
from evolution_operator.cluster import Cluster
from evolution_operator.core.actions import CreateChild, DeleteChild, DeleteRun, Event, ForgetIterations, KeepIteration, ResumeChild
from evolution_operator.local.cluster import LocalCluster
from evolution_operator.local.opening import open_run
from evolution_operator.local.run_file import read_run_file
from evolution_operator.local.state import load_state
from support.stages_folder import START, Workplace, demo_input, demo_run

DIGEST = "sha256:" + 64 * "0"


def opened(place: Workplace, told: list[Event] | None = None) -> LocalCluster:
    state = open_run(place.folder, read_run_file(place.run_file), now=START)
    return LocalCluster(place.folder, state, clock=lambda: START, tell=(told if told is not None else []).append)


def record(iteration: int, digest: str = DIGEST) -> IterationRecord:
    return IterationRecord(iteration=iteration, spec_digest=digest, started_at=START)


def test_it_is_a_cluster(place: Workplace) -> None:
    cluster: Cluster = opened(place)
    assert cluster.observe(demo_run(place)).children == ()


def test_creating_the_same_child_twice_changes_nothing(place: Workplace) -> None:
    cluster, run, action = opened(place), demo_run(place), CreateChild(name="child", input=demo_input(place))
    cluster.apply(run, action)
    before = cluster.observe(run)
    cluster.apply(run, action)
    assert cluster.observe(run) == before
    assert len(before.children) == 1


def test_child_with_another_input_is_never_written_over(place: Workplace) -> None:
    cluster, run = opened(place), demo_run(place)
    cluster.apply(run, CreateChild(name="child", input=demo_input(place)))
    with pytest.raises(ClusterError, match="exists with another input"):
        cluster.apply(run, CreateChild(name="child", input=demo_input(place, attempt=1)))
    assert cluster.observe(run).children[0].attempt == 0


def test_what_is_left_of_a_removed_child_does_not_come_back(place: Workplace) -> None:
    debris = place.folder.children / "child/main/exit.json"
    debris.parent.mkdir(parents=True)
    debris.write_text("{}")
    cluster = opened(place)
    cluster.apply(demo_run(place), CreateChild(name="child", input=demo_input(place)))
    assert not debris.exists()


@pytest.mark.parametrize("action", [DeleteChild(name="gone"), ResumeChild(name="gone")], ids=["delete", "resume"])
def test_action_on_a_child_that_is_gone_is_fine(place: Workplace, action: DeleteChild | ResumeChild) -> None:
    cluster = opened(place)
    cluster.apply(demo_run(place), action)
    assert cluster.observe(demo_run(place)).children == ()


def test_iterations_are_kept_replaced_and_forgotten(place: Workplace) -> None:
    cluster, run = opened(place), demo_run(place)
    other = "sha256:" + 64 * "1"
    for kept in (record(1), record(0), record(2), record(1, other)):
        cluster.apply(run, KeepIteration(record=kept))
    assert cluster.observe(run).iterations == (record(0), record(1, other), record(2))
    cluster.apply(run, ForgetIterations(from_iteration=1))
    assert load_state(place.folder).iterations == (record(0),)


def test_status_is_kept_on_disk(place: Workplace) -> None:
    opened(place).write_status(demo_run(place), RunStatus(phase=Phase.RUNNING))
    assert load_state(place.folder).status == RunStatus(phase=Phase.RUNNING)


def test_events_are_handed_on(place: Workplace) -> None:
    told: list[Event] = []
    event = Event(type="Normal", reason="Some", message="thing")
    opened(place, told).tell(demo_run(place), [event])
    assert told == [event]


def test_deleted_run_keeps_its_artifacts(place: Workplace) -> None:
    cluster = opened(place)
    place.folder.artifacts.mkdir()
    cluster.apply(demo_run(place), DeleteRun())
    assert not place.folder.state.exists()
    assert place.folder.artifacts.exists()
