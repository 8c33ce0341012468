"""The real stage server with tiny programs in place of stages."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from evolution_contracts.errors import ClusterError, MissingDependencyError
from evolution_operator.local.launcher import Ended, Launcher, ProcessEvent, ServerEnded, StageProgram, Started
from support.stages_folder import is_alive, wait_until

PROGRAM = """
import os, signal, subprocess, sys, time
LOADED_IN = os.getpid()
def main(arguments):
    match arguments:
        case ["exit", code]:
            return int(code)
        case ["leave", code]:
            sys.exit(int(code))
        case ["raise"]:
            raise RuntimeError("broken stage")
        case ["say", *words]:
            print(*words)
            print("to stderr", file=sys.stderr)
        case ["show", name]:
            print(os.environ.get(name), os.getpid() == os.getsid(0), LOADED_IN == os.getpid(), sys.stdin.read() == "")
        case ["die", number]:
            os.kill(os.getpid(), int(number))
        case ["sleep"]:
            time.sleep(60)
        case ["stubborn"]:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            print("ready", flush=True)
            time.sleep(60)
        case ["family"]:
            print(subprocess.Popen(["sleep", "60"]).pid, flush=True)
            time.sleep(60)
        case ["orphan"]:
            print(subprocess.Popen(["sleep", "60"]).pid, flush=True)
"""
SOON = 10.0


@pytest.fixture
def launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Launcher]:
    (tmp_path / "tiny_program.py").write_text(PROGRAM)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    found = Launcher(
        StageProgram(module="tiny_program", preload=("tiny_program",)), log=tmp_path / "logs/server.log", environment={"FROM_SERVER": "yes"}
    )
    yield found
    found.close()


def start(launcher: Launcher, log: Path, *arguments: str) -> int:
    return launcher.start(arguments, environment={"FROM_ORDER": "yes"}, log=log)


def until_ended(launcher: Launcher) -> list[ProcessEvent]:
    """Return the events up to the end of a process or of the server."""
    events: list[ProcessEvent] = []
    while not any(isinstance(event, Ended | ServerEnded) for event in events):
        events.extend(launcher.wait(SOON))
    return events


def until_written(log: Path) -> str:
    wait_until(lambda: log.exists() and log.read_text().endswith("\n"))
    return log.read_text()


def wait_until_gone(pid: int) -> None:
    wait_until(lambda: not is_alive(pid))


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        pytest.param(["exit", "0"], 0, id="returned 0"),
        pytest.param(["exit", "69"], 69, id="returned a code"),
        pytest.param(["leave", "75"], 75, id="left with a code"),
        pytest.param(["raise"], 1, id="raised"),
        pytest.param(["say"], 0, id="returned nothing"),
        pytest.param(["die", "9"], -9, id="killed"),
        pytest.param(["die", "11"], -11, id="crashed"),
    ],
)
def test_end_of_a_process_is_told(launcher: Launcher, tmp_path: Path, arguments: list[str], exit_code: int) -> None:
    order = start(launcher, tmp_path / "log", *arguments)
    first, last = until_ended(launcher)
    assert isinstance(first, Started)
    assert first.order == order
    assert last == Ended(order, exit_code)


def test_output_is_appended_to_the_log(launcher: Launcher, tmp_path: Path) -> None:
    log = tmp_path / "log"
    for words in (["say", "first", "words"], ["say", "last"]):
        start(launcher, log, *words)
        until_ended(launcher)
    assert log.read_text() == "first words\nto stderr\nlast\nto stderr\n"


@pytest.mark.parametrize("name", ["FROM_SERVER", "FROM_ORDER"])
def test_process_is_warm_alone_in_its_session_and_has_its_environment(launcher: Launcher, tmp_path: Path, name: str) -> None:
    start(launcher, tmp_path / "log", "show", name)
    until_ended(launcher)
    value, leads_session, loaded_itself, has_no_input = (tmp_path / "log").read_text().split()
    assert (value, leads_session, loaded_itself, has_no_input) == ("yes", "True", "False", "True")


def test_term_goes_to_the_process_and_kill_to_its_group(launcher: Launcher, tmp_path: Path) -> None:
    order = start(launcher, tmp_path / "log", "stubborn")
    until_written(tmp_path / "log")
    launcher.send_signal(order, signal.SIGTERM)
    launcher.send_signal(order, signal.SIGKILL)
    assert until_ended(launcher)[-1] == Ended(order, -9)


def test_signal_for_an_ended_process_is_passed_over(launcher: Launcher, tmp_path: Path) -> None:
    order = start(launcher, tmp_path / "log", "exit", "0")
    until_ended(launcher)
    launcher.send_signal(order, signal.SIGKILL)
    start(launcher, tmp_path / "log", "exit", "3")
    assert until_ended(launcher)[-1] == Ended(order + 1, 3)


def test_what_a_process_leaves_behind_is_killed(launcher: Launcher, tmp_path: Path) -> None:
    start(launcher, tmp_path / "log", "orphan")
    until_ended(launcher)
    wait_until_gone(int((tmp_path / "log").read_text()))


def test_closing_kills_processes_and_what_they_started(launcher: Launcher, tmp_path: Path) -> None:
    start(launcher, tmp_path / "log", "family")
    grandchild = int(until_written(tmp_path / "log"))
    (started,) = [event for event in launcher.wait(SOON) if isinstance(event, Started)]
    launcher.close()
    wait_until_gone(started.pid)
    wait_until_gone(grandchild)


def test_processes_die_with_a_killed_server_and_a_new_one_serves(launcher: Launcher, tmp_path: Path) -> None:
    start(launcher, tmp_path / "log", "sleep")
    events: list[ProcessEvent] = []
    while not events:
        events = launcher.wait(SOON)
    (started,) = events
    assert isinstance(started, Started)
    psutil.Process(started.pid).parent().kill()  # type: ignore[union-attr]
    assert until_ended(launcher) == [ServerEnded()]
    wait_until_gone(started.pid)
    order = start(launcher, tmp_path / "log", "exit", "4")
    assert until_ended(launcher)[-1] == Ended(order, 4)


def test_missing_package_is_named(tmp_path: Path) -> None:
    launcher = Launcher(StageProgram(module="m", preload=("no_such_package",)), log=tmp_path / "server.log", environment={})
    launcher.warm_up()
    with pytest.raises(MissingDependencyError, match="No module named 'no_such_package'") as caught:
        launcher.wait(SOON)
    assert "evolution-operator[local]" in caught.value.remedy
    launcher.close()


def test_server_that_ends_while_it_loads_is_an_error_that_names_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_module.py").write_text("raise RuntimeError('no driver')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    launcher = Launcher(StageProgram(module="m", preload=("broken_module",)), log=tmp_path / "server.log", environment={})
    launcher.warm_up()
    with pytest.raises(ClusterError, match=r"server\.log tells why"):
        launcher.wait(SOON)
    assert "no driver" in (tmp_path / "server.log").read_text()


def test_nothing_is_started_before_it_is_needed(launcher: Launcher) -> None:
    assert not launcher.is_loading
    assert launcher.wait(0.0) == []
    launcher.warm_up()
    assert launcher.is_loading
    while not launcher.is_ready:
        launcher.wait(SOON)
    assert not launcher.is_loading
