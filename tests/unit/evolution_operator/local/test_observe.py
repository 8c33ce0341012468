from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from evolution_contracts.progress import Progress
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.observation import Child, ChildState, Interruption
from evolution_operator.local.children import ChildFolder, ChildRecord, ExitRecord, ProcessRecord, Slot
from evolution_operator.local.documents import write_document
from evolution_operator.local.observe import observe_child
from support.stages_folder import START

STARTED = "started"
OK = ExitRecord(exit_code=0, ended_at=START + timedelta(seconds=9))
BAD = ExitRecord(exit_code=65, ended_at=START + timedelta(seconds=5), message="bad row")
LATER_BAD = ExitRecord(exit_code=70, ended_at=START + timedelta(seconds=7), message="defect")
STOPPED = ExitRecord(exit_code=75, ended_at=START + timedelta(seconds=1), was_asked=True)
LOST = ExitRecord(interruption=Interruption.NODE_LOST, ended_at=START)
ProcessState = str | ExitRecord | None


def observed(path: Path, *processes: ProcessState, is_suspended: bool = False) -> Child:
    folder = ChildFolder(path / "child")
    shards = len(processes) if len(processes) > 1 else None
    record = ChildRecord(
        name="child",
        stage=StageName.GENERATE,
        iteration=1,
        attempt=0,
        shards=shards,
        input_digest="sha256:x",
        created_at=START,
        is_suspended=is_suspended,
    )
    write_document(folder.record_file, record)
    for slot, process in zip(folder.slots(shards), processes, strict=True):
        put(slot, process)
    return observe_child(folder, record)


def put(slot: Slot, process: ProcessState) -> None:
    if process is not None:
        write_document(slot.process_file, ProcessRecord(pid=1, started_at=START + timedelta(seconds=slot.shard or 0)))
    if isinstance(process, ExitRecord):
        write_document(slot.exit_file, process)


@pytest.mark.parametrize(
    ("processes", "is_suspended", "state"),
    [
        pytest.param([None], False, ChildState.STARTING, id="waits"),
        pytest.param([None], True, ChildState.QUEUED, id="suspended"),
        pytest.param([STARTED], False, ChildState.RUNNING, id="runs"),
        pytest.param([STARTED], True, ChildState.RUNNING, id="suspended, still saving"),
        pytest.param([OK], False, ChildState.SUCCEEDED, id="done"),
        pytest.param([OK], True, ChildState.SUCCEEDED, id="done before it could be suspended"),
        pytest.param([BAD], False, ChildState.FAILED, id="failed"),
        pytest.param([LOST], False, ChildState.FAILED, id="lost"),
        pytest.param([OK, None], False, ChildState.RUNNING, id="between two shards"),
        pytest.param([OK, None], True, ChildState.QUEUED, id="suspended between two shards"),
        pytest.param([OK, OK], False, ChildState.SUCCEEDED, id="all shards done"),
        pytest.param([BAD, STARTED], False, ChildState.RUNNING, id="a shard failed, another is stopping"),
        pytest.param([BAD, None], False, ChildState.FAILED, id="a shard failed, another never started"),
    ],
)
def test_state_follows_from_the_files(tmp_path: Path, processes: list[ProcessState], *, is_suspended: bool, state: ChildState) -> None:
    child = observed(tmp_path, *processes, is_suspended=is_suspended)
    assert child.state is state
    assert child.is_suspended == (is_suspended and state not in {ChildState.SUCCEEDED, ChildState.FAILED})
    assert (child.finished_at is not None) == (state in {ChildState.SUCCEEDED, ChildState.FAILED})


def test_first_failure_that_happened_by_itself_speaks_for_the_child(tmp_path: Path) -> None:
    child = observed(tmp_path, STOPPED, LATER_BAD, BAD, OK)
    assert (child.exit_code, child.message) == (65, "bad row")


def test_exit_code_of_a_lost_process_is_unknown(tmp_path: Path) -> None:
    child = observed(tmp_path, LOST)
    assert (child.exit_code, child.interruption) == (None, Interruption.NODE_LOST)


def test_child_runs_since_its_first_live_process(tmp_path: Path) -> None:
    assert observed(tmp_path, OK, STARTED, STARTED).running_since == START + timedelta(seconds=1)


def test_valid_progress_is_taken_and_anything_else_passed_over(tmp_path: Path) -> None:
    folder = ChildFolder(tmp_path / "child")
    first, second, third = folder.slots(3)
    progress = Progress(stage=StageName.GENERATE, iteration=1, attempt=0, unit="slots", done=3, started_at=1, progressed_at=2)
    write_document(first.progress_file, progress)
    second.folder.mkdir(parents=True)
    second.progress_file.write_text('{"stage": "gen')
    assert observed(tmp_path, STARTED, STARTED, None).progress == (progress,)
    assert third.progress() is None


def test_file_that_was_replaced_is_read_again(tmp_path: Path) -> None:
    slot = Slot(tmp_path, None)
    for done in (1, 2):
        write_document(
            slot.progress_file,
            Progress(stage=StageName.TRAIN, iteration=1, attempt=0, unit="steps", done=done, started_at=1, progressed_at=2),
        )
        found = slot.progress()
        assert found is not None
        assert found.done == done
