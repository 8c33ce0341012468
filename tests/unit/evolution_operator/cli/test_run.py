from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner, Result

from evolution_contracts.errors import ConfigError, ExitCode
from evolution_operator.cli.main import app, main
from evolution_operator.local.session import Body
from support.stages_evo import PROGRAM
from support.stages_folder import Workplace


def evo(place: Workplace, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--folder", str(place.runs)], obj=Body(program=PROGRAM))


def test_run_ends_with_results_and_paths(place: Workplace) -> None:
    found = evo(place, "run", str(place.run_file))
    assert found.exit_code == ExitCode.OK
    for line in (
        "demo has succeeded.",
        "baseline 30.0 % [20.0, 40.0], best 40.0 % [30.0, 50.0] in iteration 1",
        "gain +10.0 points [+5.0, +15.0]",
        f"report: {place.folder.report}",
        f"summary: {place.folder.summary}",
    ):
        assert line in found.stdout


def test_lines_tell_transitions_and_the_categories_of_an_iteration(place: Workplace) -> None:
    output = evo(place, "run", str(place.run_file)).stdout
    assert "train of iteration 1, attempt 0 started" in output
    assert "loading the libraries that stages need" in output
    assert "StageAdmitted" not in output
    row = next(line.split() for line in output.splitlines() if line.startswith("medical"))
    assert row == ["medical", "40", "%", "of", "10", "50.0", "%", "12", "2", "+10.0"]


def test_quiet_run_tells_only_the_result(place: Workplace) -> None:
    output = evo(place, "run", str(place.run_file), "--quiet").stdout
    assert output.splitlines()[0] == "demo has succeeded."


def test_finished_run_says_so_and_how_to_go_on(place: Workplace) -> None:
    evo(place, "run", str(place.run_file))
    found = evo(place, "run", str(place.run_file))
    assert found.exit_code == ExitCode.OK
    assert "demo has succeeded already, nothing was done." in found.stdout
    assert "evo rerun demo --from 1/evaluate" in found.stdout


def test_raised_iterations_go_on_with_a_rerun(place: Workplace) -> None:
    evo(place, "run", str(place.run_file))
    evo(place, "run", str(place.run_file), "--set", "iterations=2")
    found = evo(place, "rerun", "demo", "--from", "1/evaluate")
    assert found.exit_code == ExitCode.OK
    assert [stage.split("/")[:2] for stage in place.started()[9:11]] == [["evaluate", "1"], ["diagnose", "2"]]
    assert [entry["iteration"] for entry in json.loads(place.folder.summary.read_text())["iterations"]] == [1, 2]


def test_failed_run_names_cause_and_log(place: Workplace) -> None:
    place.script({"train": {"exit": 65}})
    found = evo(place, "run", str(place.run_file), "--quiet")
    assert found.exit_code == ExitCode.DATA
    assert "demo has failed." in found.stdout
    assert "scripted failure 65" in found.stdout
    assert "its output: evo logs demo train --iteration 1 --attempt 0" in found.stdout


def test_suspended_file_says_what_to_change(place: Workplace) -> None:
    found = evo(place, "run", str(place.run_file), "--set", "suspend=true")
    assert found.exit_code == ExitCode.TEMPORARY
    assert "set spec.suspend to false and run: evo run" in found.stdout


@pytest.mark.parametrize("place_", ["train", "x/train", "1/nothing", "-1/train"])
def test_place_of_a_rerun_is_checked(place: Workplace, place_: str) -> None:
    found = evo(place, "rerun", "demo", f"--from={place_}")
    assert isinstance(found.exception, ConfigError)
    assert "is not ITERATION/STAGE" in found.exception.message


def test_rerun_of_a_stage_that_was_not_reached_is_refused_with_the_reason(place: Workplace) -> None:
    place.script({"filter": {"exit": 65}})
    evo(place, "run", str(place.run_file))
    found = evo(place, "rerun", "demo", "--from", "1/evaluate")
    assert found.exit_code == ExitCode.CONFIGURATION
    assert "fromStage evaluate was not reached" in found.stdout


def test_error_is_one_message_on_standard_error_with_its_code(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["evo", "run", str(place.path / "nothing.yaml")])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == ExitCode.CONFIGURATION
    errors = capsys.readouterr().err
    assert errors.startswith("error: run file ")
    assert "Traceback" not in errors


def test_defect_is_one_line_and_its_traceback_lies_in_the_log(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = iter(range(1000))

    def clock() -> datetime:
        if next(calls) == 5:
            raise ZeroDivisionError("the clock is broken")
        return datetime.now(UTC)

    monkeypatch.setattr("sys.argv", ["evo", "run", str(place.run_file), "--quiet", "--folder", str(place.runs)])
    with pytest.raises(SystemExit) as caught:
        main(Body(program=PROGRAM, clock=clock))
    assert caught.value.code == ExitCode.INTERNAL
    errors = capsys.readouterr().err
    assert errors.startswith("error: this is a defect of evo: ZeroDivisionError: the clock is broken.")
    assert "Traceback" not in errors
    assert "Traceback" in place.folder.log.read_text()
