from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from rich.console import Console
from rich.live import Live

from evolution_contracts.progress import Progress
from evolution_contracts.vocabulary import StageName
from evolution_operator.cli.display import LiveDisplay, current_view, display_for
from evolution_operator.cli.words import counted, difference, pace, took
from evolution_operator.core.actions import Event
from evolution_operator.local.session import View
from support.stages_folder import Recorder


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Sequence[View]:
    """Everything there was to show of a run with one retry."""
    from support.stages_folder import TESTS, workplace

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(TESTS))
        place = workplace(tmp_path_factory.mktemp("shown"))
        place.script({"train": {"units": 4, "unit_seconds": 0.3}, "train/1/0": {"exit": 70}})
        display = Recorder()
        place.run(display)
    return display.views


def rendered(view: View) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(current_view(view))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_every_moment_of_a_run_can_be_shown(views: Sequence[View]) -> None:
    screens = [rendered(view) for view in views]
    assert any("loading the libraries" in screen for screen in screens)
    assert any("of 4 units" in screen and "train (attempt 1)" in screen for screen in screens)
    assert any("best 30.0 %" in screen for screen in screens)
    assert "report" in screens[-1]


def test_bars_leave_finished_iterations_above(views: Sequence[View]) -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    with Live(console=console, auto_refresh=False, transient=True) as live:
        display = LiveDisplay(live)
        for view in views:
            display.show(view)
        display.tell(Event(type="Warning", reason="StageFailed", message="something failed"))
        display.tell(Event(type="Normal", reason="StageStarted", message="something began"))
    assert isinstance(console.file, io.StringIO)
    output = console.file.getvalue()
    assert output.count("iteration 1: Promoted") == 1
    assert "something failed" in output
    assert "something began" not in output


@pytest.mark.parametrize(
    ("is_terminal", "is_quiet", "expected"),
    [(True, False, "LiveDisplay"), (False, False, "LineDisplay"), (True, True, "SilentDisplay")],
    ids=["terminal", "log", "quiet"],
)
def test_display_fits_where_it_is_shown(*, is_terminal: bool, is_quiet: bool, expected: str) -> None:
    with display_for(Console(file=io.StringIO(), force_terminal=is_terminal), is_quiet=is_quiet) as display:
        assert type(display).__name__ == expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "0 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s"), (3600 * 26 + 61, "26 h 1 min")], ids=str
)
def test_lengths_of_time_are_told_in_two_units(seconds: float, expected: str) -> None:
    assert took(seconds) == expected


def test_units_are_told_with_and_without_a_total() -> None:
    assert counted(3, 10, "steps") == "3 of 10 steps"
    assert counted(3, None, "slots") == "3 slots"


def test_difference_carries_its_sign() -> None:
    assert difference(-0.051, -0.1, 0.02) == "-5.1 points [-10.0, +2.0]"


def shard(done: int, total: int | None) -> Progress:
    return Progress(stage=StageName.TRAIN, iteration=1, attempt=0, unit="steps", done=done, total=total, started_at=100, progressed_at=101)


@pytest.mark.parametrize(
    ("shards", "expected"),
    [
        pytest.param((shard(30, 100), shard(10, 60)), (4.0, 30.0), id="two shards"),
        pytest.param((shard(30, None), shard(10, 60)), (4.0, None), id="a total is unknown"),
        pytest.param((shard(0, 60),), (0.0, None), id="nothing done"),
        pytest.param((), (0.0, None), id="nothing told"),
    ],
)
def test_pace_adds_up_shards(shards: tuple[Progress, ...], expected: tuple[float, float | None]) -> None:
    assert pace(shards, 110.0) == expected
