"""Whole runs in this process: the real brain, real processes, scripted stages."""

from __future__ import annotations

import json
import os
import signal

import pytest

from evolution_contracts.api.run import Phase
from evolution_contracts.errors import ConfigError, ExitCode, MissingDependencyError, StorageError
from evolution_contracts.vocabulary import StageName
from evolution_operator.local.launcher import StageProgram
from evolution_operator.local.lock import exclusive
from evolution_operator.local.opening import ask_for_rerun
from evolution_operator.local.session import Body, View, evolve
from evolution_operator.local.state import load_state
from support.stages_evo import PROGRAM
from support.stages_folder import Recorder, Workplace

ALL_STAGES = [
    "prepare/0/0",
    "evaluate/0/0",
    "diagnose/1/0",
    "generate/1/0/0",
    "generate/1/0/1",
    "filter/1/0",
    "train/1/0",
    "evaluate/1/0",
    "report/1/0",
]


def test_run_goes_through_all_stages_and_leaves_report_and_summary(place: Workplace) -> None:
    display = Recorder()
    ending = place.run(display)
    assert ending.exit_code == ExitCode.OK
    assert sorted(place.started()) == sorted(ALL_STAGES)
    assert ending.report == place.folder.report
    assert "scripted" in place.folder.report.read_text()
    assert display.reasons[-1] == "RunSucceeded"
    summary = json.loads(place.folder.summary.read_text())
    assert summary["phase"] == "Succeeded"
    assert summary["iterations"][0]["decision"] == "Promoted"
    assert summary["final_minus_baseline"]["mean"] == pytest.approx(0.1)
    assert set(summary["stage_seconds"]) == set(StageName)


def test_finished_run_is_left_alone(place: Workplace) -> None:
    place.run()
    status = load_state(place.folder).status
    display = Recorder()
    ending = place.run(display)
    assert ending.exit_code == ExitCode.OK
    assert display.events == []
    assert sorted(place.started()) == sorted(ALL_STAGES)
    assert load_state(place.folder).status == status


def test_log_tells_everything_as_json(place: Workplace) -> None:
    display = Recorder()
    place.run(display)
    lines = [json.loads(line) for line in place.folder.log.read_text().splitlines()]
    assert [line["reason"] for line in lines if line["event"] == "event"] == display.reasons
    assert {line["run"] for line in lines} == {"demo"}
    assert lines[-1]["exit_code"] == 0


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param({"exit": 65}, ExitCode.DATA, id="bad data"),
        pytest.param({"exit": 78}, ExitCode.CONFIGURATION, id="bad configuration"),
        pytest.param({"exit": 70}, ExitCode.INTERNAL, id="defect"),
        pytest.param({"exit": 3}, ExitCode.INTERNAL, id="unknown code"),
        pytest.param({"kill": True}, ExitCode.UNAVAILABLE, id="killed"),
    ],
)
def test_failed_run_ends_with_the_code_of_the_stage_that_failed(place: Workplace, script: dict[str, object], expected: ExitCode) -> None:
    place.script({"prepare": script})
    ending = place.run(overrides=("failure.internalErrorRetries=0", "failure.infrastructureRetries=0"))
    assert ending.exit_code == expected
    assert json.loads(place.folder.summary.read_text())["phase"] == "Failed"


def test_failed_stage_is_tried_again(place: Workplace) -> None:
    place.script({"train/1/0": {"exit": 70}})
    display = Recorder()
    assert place.run(display).exit_code == ExitCode.OK
    assert [stage for stage in place.started() if stage.startswith("train")] == ["train/1/0", "train/1/1"]
    assert "StageRetrying" in display.reasons


def test_suspended_run_file_starts_nothing(place: Workplace) -> None:
    ending = place.run(overrides=("suspend=true",))
    assert ending.exit_code == ExitCode.TEMPORARY
    assert place.started() == []
    assert ending.state.status is not None
    assert ending.state.status.phase is Phase.SUSPENDED


def test_rerun_repeats_from_the_stage_on(place: Workplace) -> None:
    place.run()
    with exclusive(place.folder.lock):
        state = ask_for_rerun(place.folder, 1, StageName.TRAIN)
        assert evolve(place.folder, state, Recorder(), Body(program=PROGRAM)).exit_code == ExitCode.OK
    assert place.started()[len(ALL_STAGES) :] == ["train/1/1", "evaluate/1/1", "report/1/1"]


class PressOnce(Recorder):
    """Presses Ctrl-C when a stage has told progress."""

    def show(self, view: View) -> None:
        if not self.views and any(child.progress and child.stage is StageName.TRAIN for child in view.observation.children):
            self.views.append(view)
            os.kill(os.getpid(), signal.SIGINT)


def test_interrupted_run_is_suspended_and_continues_without_repeating_what_is_done(place: Workplace) -> None:
    place.script({"train": {"units": 1000}})
    ending = place.run(PressOnce())
    assert ending.exit_code == ExitCode.TEMPORARY
    assert ending.state.status is not None
    assert ending.state.status.phase is Phase.SUSPENDED
    assert place.live_pids() == []
    place.script({})
    assert place.run().exit_code == ExitCode.OK
    assert sorted(place.started()) == sorted([*ALL_STAGES, "train/1/0"])


def test_signals_are_given_back(place: Workplace) -> None:
    before = signal.getsignal(signal.SIGINT)
    place.run(overrides=("suspend=true",))
    assert signal.getsignal(signal.SIGINT) is before


def test_time_is_added_up_over_starts(place: Workplace) -> None:
    first = place.run(overrides=("suspend=true",)).state.wall_seconds
    second = place.run(overrides=("suspend=true",)).state.wall_seconds
    assert 0 < first < second
    assert load_state(place.folder).wall_seconds >= second


def test_missing_libraries_end_the_run_with_a_note_where_to_look(place: Workplace) -> None:
    place.run(overrides=("suspend=true",))
    body = Body(program=StageProgram(module="m", preload=("no_such_package",)))
    kept = load_state(place.folder)
    wanted = kept.evolve(spec=kept.spec.evolve(suspend=False))
    with pytest.raises(MissingDependencyError) as caught:
        evolve(place.folder, wanted, Recorder(), body)
    assert caught.value.__notes__ == [f"{place.folder.log} has the details."]
    assert "no_such_package" in place.folder.log.read_text()


def test_changed_run_file_is_refused_before_anything_starts(place: Workplace) -> None:
    place.run(overrides=("suspend=true",))
    with pytest.raises(ConfigError, match=r"spec\.seed: 1 differs from 42"):
        place.run(overrides=("seed=1",))
    assert place.started() == []


def test_folder_that_cannot_be_used_is_a_storage_error(place: Workplace) -> None:
    place.run(overrides=("suspend=true",))
    kept = load_state(place.folder)
    place.folder.logs.write_text("a file where a folder should be")
    with pytest.raises(StorageError, match="cannot be used"):
        evolve(place.folder, kept.evolve(spec=kept.spec.evolve(suspend=False)), Recorder(), Body(program=PROGRAM))
