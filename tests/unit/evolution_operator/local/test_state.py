from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from evolution_contracts.errors import ConfigError, ContractError, ExitCode
from evolution_contracts.vocabulary import StageName
from evolution_operator.local.opening import ask_for_rerun, open_run
from evolution_operator.local.run_file import read_run_file
from evolution_operator.local.state import LocalState, load_state, save_state
from support.stages_folder import START, Workplace


def opened(place: Workplace, *overrides: str, later: int = 0) -> LocalState:
    return open_run(place.folder, read_run_file(place.run_file, overrides), now=START + timedelta(hours=later))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param('{"version": 1, "name": "de', id="cut"),
        pytest.param('{"version": 2}', id="other version"),
        pytest.param("\x00\x01", id="no text"),
    ],
)
def test_damaged_state_is_an_error_that_names_file_and_remedy(place: Workplace, text: str) -> None:
    opened(place)
    place.folder.state.write_text(text)
    with pytest.raises(ContractError) as caught:
        opened(place)
    assert f"{place.folder.state} is damaged" in caught.value.message
    assert "Restore" in caught.value.remedy
    assert caught.value.exit_code == ExitCode.DATA
    assert place.folder.state.read_text() == text


def test_state_is_read_as_it_was_written(place: Workplace) -> None:
    state = opened(place)
    assert load_state(place.folder) == state


def test_crash_while_writing_leaves_the_old_state(place: Workplace) -> None:
    state = opened(place)
    (place.folder.path / ".state.json.999").write_text('{"half')
    assert load_state(place.folder) == state
    save_state(place.folder, state.evolve(wall_seconds=5))
    assert load_state(place.folder).wall_seconds == 5


def test_run_is_in_the_local_namespace_and_keeps_its_identity(place: Workplace) -> None:
    first, second = opened(place), opened(place, later=1)
    assert first.run().metadata.namespace == "local"
    assert (second.uid, second.created_at, second.generation) == (first.uid, START, 1)


def test_changed_spec_is_a_new_generation(place: Workplace) -> None:
    opened(place)
    assert opened(place, "iterations=4").generation == 2


def test_stopping_suspends_the_run_and_nothing_else(place: Workplace) -> None:
    state = opened(place)
    assert state.run(is_stopping=True).spec == state.run().spec.evolve(suspend=True)
    assert not state.run().spec.suspend


def test_what_only_a_cluster_has_is_left_out(place: Workplace) -> None:
    spec = opened(place, "scheduling.queueName=queue", "ttlSecondsAfterFinished=5").run().spec
    assert spec.scheduling.queue_name is None
    assert spec.ttl_seconds_after_finished is None


def test_another_name_in_the_same_folder_is_refused(place: Workplace) -> None:
    opened(place)
    with pytest.raises(ConfigError, match=r"'other', but .* holds the run 'demo'"):
        opened(place, "metadata.name=other")


def test_run_file_is_kept_beside_the_state(place: Workplace) -> None:
    opened(place)
    assert place.folder.run_file.read_text() == place.run_file.read_text()


def test_rerun_request_is_new_each_time_and_survives_the_next_start(place: Workplace) -> None:
    opened(place)
    first = ask_for_rerun(place.folder, 0, StageName.EVALUATE)
    second = ask_for_rerun(place.folder, 0, StageName.EVALUATE)
    assert first.rerun is not None
    assert second.rerun is not None
    assert first.rerun.id != second.rerun.id
    assert opened(place).run().spec.rerun == second.rerun


def test_rerun_request_of_a_changed_run_file_is_the_newest(place: Workplace) -> None:
    opened(place)
    ask_for_rerun(place.folder, 0, StageName.EVALUATE)
    spec = opened(place, "rerun={id: from-file, fromIteration: 0, fromStage: prepare}").run().spec
    assert spec.rerun is not None
    assert spec.rerun.id == "from-file"


@pytest.mark.parametrize(
    ("iteration", "stage", "expected"),
    [
        pytest.param(1, StageName.TRAIN, "the run is at iteration 0", id="not reached"),
        pytest.param(0, StageName.TRAIN, "iteration 0 has no stage train", id="no such stage"),
    ],
)
def test_rerun_of_what_never_was_is_refused(place: Workplace, iteration: int, stage: StageName, expected: str) -> None:
    opened(place)
    with pytest.raises(ConfigError, match=expected):
        ask_for_rerun(place.folder, iteration, stage)


def test_state_that_cannot_be_written_is_a_storage_error(tmp_path: Path, place: Workplace) -> None:
    place.runs.write_text("a file where the folder should be")
    with pytest.raises(Exception, match="cannot be written") as caught:
        opened(place)
    assert getattr(caught.value, "exit_code", None) == ExitCode.UNAVAILABLE
