"""`evo` as a process of its own, killed and interrupted while its stages work."""

from __future__ import annotations

import signal
import subprocess

import psutil
import pytest

from evolution_contracts.errors import ExitCode
from evolution_operator.local.state import load_state
from support.stages_folder import Workplace, is_alive, wait_until


def working(place: Workplace, *arguments: str, grace_seconds: float = 5.0) -> subprocess.Popen[str]:
    """Return an `evo` whose stage prepare works and has a process of its own."""
    process = place.evo("run", "run.yaml", *arguments, grace_seconds=grace_seconds)
    wait_until(lambda: len(place.pids()) == 2 and any(place.folder.children.glob("*/main/progress.json")))
    return process


def test_killed_evo_leaves_no_live_process(place: Workplace) -> None:
    place.script({"prepare": {"units": 1000, "grandchild": True}})
    with working(place) as process:
        family = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
        assert set(place.live_pids()) <= set(family)
        assert len(family) == 3
        process.kill()
    wait_until(lambda: not any(map(is_alive, family)))
    place.script({})
    with place.evo("run", "run.yaml", "--quiet") as process:
        assert process.wait() == ExitCode.OK
    assert [stage for stage in place.started() if stage.startswith("prepare")] == ["prepare/0/0", "prepare/0/1"]


def test_no_process_survives_when_evo_and_its_server_are_killed_together(place: Workplace) -> None:
    place.script({"prepare": {"units": 1000, "grandchild": True}})
    with working(place) as process:
        (server,) = psutil.Process(process.pid).children()
        stage, grandchild = place.pids()
        wait_until(lambda: any(place.folder.children.glob("*/main/process.json")))
        process.kill()
        server.kill()
    wait_until(lambda: not is_alive(stage))
    place.script({})
    with place.evo("run", "run.yaml", "--quiet") as process:
        assert process.wait() == ExitCode.OK
    assert not is_alive(grandchild)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_stopped_evo_lets_stages_save_and_says_how_to_continue(place: Workplace, number: signal.Signals) -> None:
    place.script({"prepare": {"units": 1000, "grandchild": True}})
    with working(place) as process:
        process.send_signal(number)
        output, errors = process.communicate()
    assert process.returncode == ExitCode.TEMPORARY
    assert "continue with: evo run run.yaml" in output
    assert errors == ""
    assert place.live_pids() == []
    status = load_state(place.folder).status
    assert status is not None
    assert status.phase == "Suspended"


def test_second_interrupt_does_not_wait_for_a_hung_stage(place: Workplace) -> None:
    place.script({"prepare": {"units": 1000, "ignore_term": True, "grandchild": True}})
    with working(place, grace_seconds=1000) as process:
        process.send_signal(signal.SIGINT)
        assert process.stdout is not None
        wait_until(lambda: "Ctrl-C again" in process.stdout.readline())  # type: ignore[union-attr]
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode == ExitCode.TEMPORARY
    assert place.live_pids() == []
    # It was killed before it came to its end.
    assert list(place.folder.children.glob("*/main/result.json")) == []


def test_second_evo_on_the_same_folder_names_the_first(place: Workplace) -> None:
    place.script({"prepare": {"units": 1000, "grandchild": True}})
    with working(place) as first:
        with place.evo("run", "run.yaml") as second:
            _, errors = second.communicate()
        assert second.returncode == ExitCode.TEMPORARY
        assert f"in use by process {first.pid}" in errors
        assert first.poll() is None
        with place.evo("suspend", "demo") as third:
            output, _ = third.communicate()
        assert "is suspended" in output
        assert first.wait() == ExitCode.TEMPORARY
