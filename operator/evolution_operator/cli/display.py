"""A run as people see it while it goes on: bars in a terminal, lines in a log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from evolution_contracts.api.iteration import IterationRecord
from evolution_contracts.api.run import RunStatus, StageState
from evolution_operator.cli.tables import category_table, headline
from evolution_operator.cli.words import counted, pace, score, took
from evolution_operator.core.actions import Event
from evolution_operator.core.observation import Child
from evolution_operator.core.stages import stages_of
from evolution_operator.local.session import Display, View

BAR_WIDTH = 30
LINE_SECONDS = 15.0
"""Time between two lines about the progress of one stage, where there is no terminal."""
UNTOLD = frozenset({"StageCreated", "StageQueued", "StageAdmitted"})
"""Events that say nothing to somebody who watches; `evo.log` has them all."""
STARTED = "StageStarted"
LOADING = "loading the libraries that stages need, once a start"
STOPPING = "stopping: stages save their work; Ctrl-C again does not wait"


@contextmanager
def display_for(console: Console, *, is_quiet: bool) -> Iterator[Display]:
    """Yield the display that fits: none, bars for a terminal, or lines."""
    if is_quiet:
        yield SilentDisplay()
    elif console.is_terminal:
        with Live(console=console, auto_refresh=False, transient=True) as live:
            yield LiveDisplay(live)
    else:
        yield LineDisplay(console)


class SilentDisplay:
    """Shows nothing."""

    def show(self, view: View) -> None:
        """Pass over."""

    def tell(self, event: Event) -> None:
        """Pass over."""


class FinishedIterations:
    """Hands out each finished iteration once."""

    def __init__(self) -> None:
        self._shown: set[int] | None = None

    def new(self, view: View) -> list[IterationRecord]:
        """Return the records that were not there at the last call; none at the first, as they are an earlier start's."""
        records = {record.iteration: record for record in view.state.iterations}
        new = set() if self._shown is None else set(records) - self._shown
        self._shown = set(records)
        return [records[iteration] for iteration in sorted(new)]


class LineDisplay:
    """Prints plain lines: transitions at once, progress now and then."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._finished = FinishedIterations()
        self._next_line: datetime | None = None
        self._note = ""

    def show(self, view: View) -> None:
        """Print what is new."""
        for record in self._finished.new(view):
            if record.diagnose is not None:
                self._console.print(category_table(record))
        note = supervision_note(view)
        if note and note != self._note:
            self._line(view.observation.now, note)
        self._note = note
        now = view.observation.now
        if self._next_line is None or (now - self._next_line).total_seconds() >= LINE_SECONDS:
            if self._next_line is not None and (child := current_child(view)) is not None and child.progress:
                self._line(now, f"{child.stage.value} of iteration {child.iteration}: {progress_of(child, now)}")
            self._next_line = now

    def tell(self, event: Event) -> None:
        """Print a transition."""
        if event.reason not in UNTOLD:
            message = f"{event.message} started" if event.reason == STARTED else event.message
            self._line(datetime.now(UTC), message, is_warning=event.type == "Warning")

    def _line(self, at: datetime, text: str, *, is_warning: bool = False) -> None:
        mark = "warning: " if is_warning else ""
        self._console.print(f"{at.astimezone():%H:%M:%S} {mark}{text}", markup=False, highlight=False, soft_wrap=True)


class LiveDisplay:
    """Keeps one line a stage at the bottom of the terminal; what is finished scrolls away above."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._finished = FinishedIterations()

    def show(self, view: View) -> None:
        """Draw the lines anew."""
        for record in self._finished.new(view):
            self._live.console.print(Text(headline(record), style="bold"))
            if record.diagnose is not None:
                self._live.console.print(category_table(record))
        self._live.update(current_view(view), refresh=True)

    def tell(self, event: Event) -> None:
        """Print a warning above the lines; the rest can be seen in them."""
        if event.type == "Warning":
            self._live.console.print(Text(event.message, style="yellow"))


def current_view(view: View) -> RenderableType:
    """Return the run's heading and one line for each stage of its current iteration."""
    status = view.state.status
    if status is None:
        return Text(supervision_note(view))
    best = f", best {score(status.best.score)} in iteration {status.best.iteration}" if status.best else ""
    heading = Text(f"{view.state.name}: iteration {status.iteration} of {view.state.spec.iterations}{best}", style="bold")
    note = supervision_note(view) or (status.stage.message if status.stage else "")
    return Group(heading, _stage_lines(view, status), *([Text(note, style="dim")] if note else []))


def supervision_note(view: View) -> str:
    """Return what `evo` itself is busy with; empty where it only watches."""
    if view.is_stopping:
        return STOPPING
    return LOADING if view.is_loading else ""


def current_child(view: View) -> Child | None:
    """Return the child of the attempt under way, where it was seen."""
    status = view.state.status
    if status is None or status.stage is None:
        return None
    place = (status.iteration, status.stage.stage, status.stage.attempt)
    return next((child for child in view.observation.children if (child.iteration, child.stage, child.attempt) == place), None)


def progress_of(child: Child, now: datetime) -> str:
    """Return how far a child is: units, rate, time left."""
    totals = [each.total for each in child.progress if each.total is not None]
    total = sum(totals) if len(totals) == len(child.progress) else None
    rate, left = pace(child.progress, now.timestamp())
    parts = [counted(sum(each.done for each in child.progress), total, child.progress[0].unit)]
    if rate:
        parts.append(f"{rate:.3g}/s")
    if left is not None:
        parts.append(f"{took(left)} left")
    return ", ".join(parts)


def _stage_lines(view: View, status: RunStatus) -> Table:
    finished = {record.stage: record for record in status.current.stages} if status.current else {}
    lines = Table.grid(padding=(0, 2))
    for stage in stages_of(status.iteration, with_report=status.ending is not None):
        if stage in finished:
            lines.add_row(Text("✓", style="green"), stage.value, "", took(finished[stage].seconds))
        elif status.stage is not None and status.stage.stage is stage:
            lines.add_row(*_current_line(view, stage.value))
        else:
            lines.add_row("", Text(stage.value, style="dim"), "", "")
    return lines


def _current_line(view: View, name: str) -> tuple[RenderableType, ...]:
    status = view.state.status
    assert status is not None
    assert status.stage is not None
    stage, child = status.stage, current_child(view)
    attempt = f" (attempt {stage.attempt})" if stage.attempt else ""
    if child is None or not child.progress:
        word = "waits" if stage.state is StageState.PENDING else stage.state.value.lower()
        return Text("·"), f"{name}{attempt}", "", Text(word, style="dim")
    done, totals = sum(each.done for each in child.progress), [each.total or 0 for each in child.progress]
    bar = ProgressBar(total=sum(totals) or None, completed=done, width=BAR_WIDTH, pulse=not sum(totals))
    activity = child.progress[0].activity
    return (
        Text("▸", style="cyan"),
        f"{name}{attempt}",
        bar,
        f"{progress_of(child, view.observation.now)}{f'; {activity}' if activity else ''}",
    )
