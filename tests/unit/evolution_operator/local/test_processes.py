"""Children as processes: real ones, with scripted stages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from evolution_contracts.vocabulary import StageName
from evolution_operator.core.actions import CreateChild, DeleteChild, ResumeChild, SuspendChild
from evolution_operator.core.observation import Child, ChildState, Interruption
from evolution_operator.local.cluster import LocalCluster
from evolution_operator.local.launcher import Launcher
from evolution_operator.local.opening import open_run
from evolution_operator.local.processes import Processes
from evolution_operator.local.run_file import read_run_file
from support.stages_evo import PROGRAM
from support.stages_folder import START, TESTS, Workplace, demo_input, demo_run, is_alive, wait_until

CORES = 2


class Local:
    """A cluster and its processes, as a session has them, but stepped by hand."""

    def __init__(self, place: Workplace, launcher: Launcher) -> None:
        self.place = place
        self.shift = timedelta()
        state = open_run(place.folder, read_run_file(place.run_file), now=START)
        self.launcher = launcher
        self.processes = Processes(place.folder, self.launcher, data_root=str(place.path), cores=CORES, clock=self.clock, grace_seconds=60)
        self.cluster = LocalCluster(place.folder, state, clock=self.clock)
        self.run = demo_run(place)

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def create(self, stage: StageName = StageName.PREPARE, *, shards: int | None = None, is_suspended: bool = False) -> None:
        wanted = demo_input(self.place, stage, shards=shards)
        self.cluster.apply(self.run, CreateChild(name="child", input=wanted, is_suspended=is_suspended))

    @property
    def child(self) -> Child:
        (child,) = self.cluster.observe(self.run).children
        return child

    def step_until(self, is_true: Callable[[], bool]) -> None:
        def step() -> bool:
            self.processes.advance()
            self.processes.wait(0.01)
            return is_true()

        wait_until(step)

    def step_until_state(self, state: ChildState) -> Child:
        self.step_until(lambda: self.child.state is state)
        return self.child

    def step_until_working(self, processes: int = 1) -> None:
        self.step_until(lambda: len(self.place.started()) >= processes and len(self.child.progress) >= processes)


@pytest.fixture(scope="module")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    """One stage server for all tests, as it takes longer to start than most of them."""
    found = Launcher(PROGRAM, log=tmp_path_factory.mktemp("server") / "log", environment={"PYTHONPATH": str(TESTS)})
    yield found
    found.close()


@pytest.fixture
def local(place: Workplace, launcher: Launcher) -> Iterator[Local]:
    found = Local(place, launcher)
    yield found
    found.processes.kill_all()
    while found.processes.is_any_alive:
        found.processes.wait(1.0)


def test_child_runs_to_its_result(local: Local) -> None:
    local.create()
    assert local.child.state is ChildState.STARTING
    child = local.step_until_state(ChildState.SUCCEEDED)
    (result,) = child.results
    assert result.outcome is not None
    assert result.manifest is not None
    assert child.input_digest == demo_input(local.place).fingerprint()
    assert not local.processes.is_any_alive


def test_output_is_kept_when_the_child_is_removed(local: Local) -> None:
    local.place.script({"prepare": {"say": "hello from the stage"}})
    local.create()
    local.step_until_state(ChildState.SUCCEEDED)
    local.cluster.apply(local.run, DeleteChild(name="child"))
    local.step_until(lambda: not local.cluster.observe(local.run).children)
    log = local.place.folder.stage_log(iteration=0, stage=StageName.PREPARE, attempt=0, shard=None)
    assert log.read_text() == "hello from the stage\n"
    assert not list(local.place.folder.children.iterdir())


def test_every_shard_is_a_process_and_as_many_work_at_once_as_there_are_cores(local: Local) -> None:
    local.place.script({"prepare": {"units": 2, "unit_seconds": 0.1}})
    local.create(shards=5)
    most = 0

    def is_done() -> bool:
        nonlocal most
        most = max(most, len(local.place.live_pids()))
        return local.child.state is ChildState.SUCCEEDED

    local.step_until(is_done)
    assert sorted(local.place.started()) == [f"prepare/0/0/{shard}" for shard in range(5)]
    assert [result.shard for result in local.child.results] == [0, 1, 2, 3, 4]
    assert most == CORES


def test_failed_shard_stops_the_others_and_speaks_for_the_child(local: Local) -> None:
    local.place.script({"prepare": {"units": 1000}, "prepare/0/0/1": {"exit": 65}})
    local.create(shards=3)
    child = local.step_until_state(ChildState.FAILED)
    assert (child.exit_code, child.message) == (65, "scripted failure 65")
    assert local.place.live_pids() == []
    assert "prepare/0/0/2" not in local.place.started()


@pytest.mark.parametrize(
    ("script", "exit_code", "interruption"),
    [
        pytest.param({"exit": 78}, 78, None, id="failed"),
        pytest.param({"result": False}, 70, None, id="left no result"),
        pytest.param({"kill": True}, 137, Interruption.NODE_LOST, id="killed"),
    ],
)
def test_failure_is_told(local: Local, script: dict[str, object], exit_code: int, interruption: Interruption | None) -> None:
    local.place.script({"prepare": script})
    local.create()
    child = local.step_until_state(ChildState.FAILED)
    assert (child.exit_code, child.interruption) == (exit_code, interruption)


def test_suspended_child_saves_waits_and_is_started_again(local: Local) -> None:
    local.place.script({"prepare": {"units": 1000}})
    local.create()
    local.step_until_working()
    local.cluster.apply(local.run, SuspendChild(name="child"))
    child = local.step_until_state(ChildState.QUEUED)
    assert (child.is_suspended, child.running_since, child.progress) == (True, None, ())
    local.place.script({})
    local.cluster.apply(local.run, ResumeChild(name="child"))
    local.step_until_state(ChildState.SUCCEEDED)
    assert local.place.started() == ["prepare/0/0", "prepare/0/0"]


def test_finished_shards_are_not_repeated_after_a_suspension(local: Local) -> None:
    local.place.script({"prepare/0/0/1": {"units": 1000}})
    local.create(shards=2)
    local.step_until(lambda: len(local.child.results) == 1)
    local.cluster.apply(local.run, SuspendChild(name="child"))
    local.step_until_state(ChildState.QUEUED)
    local.place.script({})
    local.cluster.apply(local.run, ResumeChild(name="child"))
    local.step_until_state(ChildState.SUCCEEDED)
    assert sorted(local.place.started()) == ["prepare/0/0/0", "prepare/0/0/1", "prepare/0/0/1"]


def test_child_that_is_created_suspended_does_not_start(local: Local) -> None:
    local.create(is_suspended=True)
    local.processes.advance()
    assert not local.processes.is_loading
    assert local.child.state is ChildState.QUEUED


def test_hung_process_is_killed_when_its_grace_is_over(local: Local) -> None:
    local.place.script({"prepare": {"units": 1000, "ignore_term": True}})
    local.create()
    local.step_until_working()
    local.cluster.apply(local.run, SuspendChild(name="child"))
    local.processes.advance()
    local.shift = timedelta(seconds=59)
    local.processes.advance()
    assert local.processes.is_any_alive
    assert local.place.live_pids() == local.place.pids()
    local.shift = timedelta(seconds=61)
    local.step_until_state(ChildState.QUEUED)
    assert local.place.live_pids() == []


def test_grandchildren_go_with_a_removed_child(local: Local) -> None:
    local.place.script({"prepare": {"units": 1000, "grandchild": True}})
    local.create()
    local.step_until_working()
    assert len(local.place.live_pids()) == 2
    local.cluster.apply(local.run, DeleteChild(name="child"))
    assert local.child.is_terminating
    local.step_until(lambda: not local.cluster.observe(local.run).children)
    wait_until(lambda: local.place.live_pids() == [])


def test_process_of_a_child_whose_folder_vanished_is_stopped(local: Local) -> None:
    local.place.script({"prepare": {"units": 1000}})
    local.create()
    local.step_until_working()
    shutil.rmtree(local.place.folder.children / "child")
    assert local.cluster.observe(local.run).children == ()
    local.step_until(lambda: not local.processes.is_any_alive)
    assert not (local.place.folder.children / "child").exists()


def test_progress_stamp_changes_with_progress(local: Local) -> None:
    local.place.script({"prepare": {"units": 1000}})
    local.create()
    local.step_until_working()
    before = local.processes.progress_stamp()
    local.step_until(lambda: local.processes.progress_stamp() != before)


def abandoned(local: Local) -> None:
    """Let the server end, and the processes with it, with nobody there to see it."""
    pid = local.place.pids()[-1]
    local.launcher.close()
    wait_until(lambda: not is_alive(pid))
    local.processes = Local(local.place, local.launcher).processes


def test_process_that_nobody_saw_end_was_preempted(place: Workplace, local: Local) -> None:
    place.script({"prepare": {"units": 1000}})
    local.create()
    local.step_until_working()
    abandoned(local)
    assert local.child.state is ChildState.RUNNING
    local.processes.settle()
    assert (local.child.state, local.child.interruption, local.child.exit_code) == (ChildState.FAILED, Interruption.PREEMPTED, None)


def test_suspended_process_that_nobody_saw_end_waits(place: Workplace, local: Local) -> None:
    place.script({"prepare": {"units": 1000}})
    local.create()
    local.step_until_working()
    local.cluster.apply(local.run, SuspendChild(name="child"))
    abandoned(local)
    local.processes.settle()
    assert local.child.state is ChildState.QUEUED


def test_result_without_an_exit_status_is_a_success(place: Workplace, local: Local) -> None:
    local.create()
    local.step_until_state(ChildState.SUCCEEDED)
    (exit_file,) = place.folder.children.glob("child/main/exit.json")
    exit_file.unlink()
    later = Local(place, local.launcher)
    later.processes.settle()
    assert later.child.state is ChildState.SUCCEEDED


def test_removal_that_was_cut_short_is_taken_up_again(place: Workplace, local: Local) -> None:
    local.create()
    local.step_until_state(ChildState.SUCCEEDED)
    local.cluster.apply(local.run, DeleteChild(name="child"))
    shutil.rmtree(place.folder.children / "child/main")
    later = Local(place, local.launcher)
    later.processes.advance()
    assert later.cluster.observe(later.run).children == ()


def test_shards_share_the_cores(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    local.place.script({"prepare": {"show": "OMP_NUM_THREADS"}})
    local.create(shards=2)
    local.step_until_state(ChildState.SUCCEEDED)
    logs = sorted((local.place.folder.logs / "i0/prepare").iterdir())
    assert [log.name for log in logs] == ["a0-s0.log", "a0-s1.log"]
    assert [log.read_text().splitlines()[0] for log in logs] == ["OMP_NUM_THREADS=1"] * 2


def test_user_decides_about_threads(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    local.place.script({"prepare": {"show": "OMP_NUM_THREADS"}})
    local.create(shards=2)
    local.step_until_state(ChildState.SUCCEEDED)
    # The stage server has the user's value from its own start.
    assert "OMP_NUM_THREADS=1" not in (local.place.folder.logs / "i0/prepare/a0-s0.log").read_text()
