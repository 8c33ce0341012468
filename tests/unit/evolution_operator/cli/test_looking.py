"""Commands that look at a run without changing it."""

from __future__ import annotations

import json
import os

import pytest
from typer.testing import CliRunner, Result

from evolution_contracts.errors import ConfigError, ContractError, ExitCode
from evolution_operator.cli.main import app
from evolution_operator.local.lock import exclusive
from support.stages_folder import Workplace


def evo(place: Workplace, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--folder", str(place.runs)], env={"COLUMNS": "160"})


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A finished run, made once for all tests here, which only read it."""
    from support.stages_folder import TESTS, workplace

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(TESTS))
        place = workplace(tmp_path_factory.mktemp("finished"))
        place.script({"train": {"say": "learning"}, "train/1/0": {"exit": 70, "say": "stumbling"}, "generate": {"say": "drawing"}})
        place.run()
    return place


@pytest.mark.parametrize("name", [None, "demo"], ids=["newest", "by name"])
def test_status_shows_iterations_stages_attempts_and_decisions(finished: Workplace, name: str | None) -> None:
    output = evo(finished, "status", *([name] if name else [])).stdout
    for line in (
        "demo: Succeeded",
        "no process works on it",
        "best 40.0 % [30.0, 50.0] in iteration 1; baseline 30.0 % [20.0, 40.0]",
        "iteration 0: baseline 30.0 %",
        "iteration 1: Promoted, 40.0 % [30.0, 50.0], +10.0 points [+5.0, +15.0]",
        "train: attempt 1",
    ):
        assert line in output


def test_status_of_a_folder_is_found_by_its_path(finished: Workplace) -> None:
    found = CliRunner().invoke(app, ["status", str(finished.folder.path)])
    assert "demo: Succeeded" in found.stdout


def test_status_for_programs_is_json(finished: Workplace) -> None:
    document = json.loads(evo(finished, "status", "--output", "json").stdout)
    assert (document["name"], document["process"]) == ("demo", None)
    assert document["status"]["phase"] == "Succeeded"
    assert [record["iteration"] for record in document["iterations"]] == [0, 1]


def test_status_names_the_process_that_works_on_the_run(finished: Workplace) -> None:
    with exclusive(finished.folder.lock):
        assert f"process {os.getpid()} works on it" in evo(finished, "status").stdout


def test_status_of_a_run_whose_evo_was_killed_is_honest(place: Workplace) -> None:
    place.run(overrides=("suspend=true",))
    state = json.loads(place.folder.state.read_text())
    state["status"]["phase"] = "Running"
    place.folder.state.write_text(json.dumps(state))
    assert "demo: Interrupted" in evo(place, "status").stdout


def test_status_of_a_damaged_state_names_the_file(place: Workplace) -> None:
    place.folder.path.mkdir(parents=True)
    place.folder.state.write_text("{")
    found = evo(place, "status")
    assert isinstance(found.exception, ContractError)
    assert str(place.folder.state) in found.exception.message


@pytest.mark.parametrize("command", [["status"], ["report"], ["logs", "nothing", "train"], ["suspend", "nothing"], ["status", "nothing"]])
def test_missing_run_is_an_error(place: Workplace, command: list[str]) -> None:
    assert isinstance(evo(place, *command).exception, ConfigError)


def test_missing_run_is_told_with_the_known_ones(finished: Workplace) -> None:
    error = evo(finished, "status", "dmeo").exception
    assert isinstance(error, ConfigError)
    assert error.remedy == "Known runs: demo."


def test_report_prints_its_path(finished: Workplace) -> None:
    assert evo(finished, "report", "demo").stdout.strip() == str(finished.folder.report)


def test_report_that_is_not_written_yet_is_an_error(place: Workplace) -> None:
    place.run(overrides=("suspend=true",))
    error = evo(place, "report").exception
    assert isinstance(error, ConfigError)
    assert "has no report yet" in error.message


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["train"], "learning\n", id="newest attempt"),
        pytest.param(["train", "--attempt", "0"], "stumbling\n", id="named attempt"),
        pytest.param(["generate", "--iteration", "1"], "drawing\ndrawing\n", id="all shards"),
    ],
)
def test_logs_are_those_of_one_attempt(finished: Workplace, arguments: list[str], expected: str) -> None:
    assert evo(finished, "logs", "demo", *arguments).stdout == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param(["trian"], "there is no stage 'trian'", id="no such stage"),
        pytest.param(["train", "--attempt", "9"], "holds no such log of stage train", id="no such attempt"),
    ],
)
def test_missing_log_is_an_error(finished: Workplace, arguments: list[str], expected: str) -> None:
    error = evo(finished, "logs", "demo", *arguments).exception
    assert isinstance(error, ConfigError)
    assert expected in error.message


def test_suspending_what_does_not_run_changes_nothing(finished: Workplace) -> None:
    found = evo(finished, "suspend", "demo")
    assert found.exit_code == ExitCode.OK
    assert "no process works on" in found.stdout
