"""`evo run` and `evo rerun`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from evolution_contracts.api.conditions import ConditionType
from evolution_contracts.api.run import Phase
from evolution_contracts.errors import ConfigError, ExitCode
from evolution_contracts.vocabulary import StageName
from evolution_operator.cli.display import display_for
from evolution_operator.cli.words import difference, score, took
from evolution_operator.local.folder import RunFolder, find_run_folder
from evolution_operator.local.lock import exclusive
from evolution_operator.local.opening import ask_for_rerun, open_run
from evolution_operator.local.requirements import require_local
from evolution_operator.local.run_file import read_run_file
from evolution_operator.local.session import Body, Ending, evolve, is_finished
from evolution_operator.local.state import LocalState
from evolution_operator.local.summary import summary


def run_file(file: Path, *, parent: Path, overrides: Sequence[str], is_quiet: bool, body: Body | None) -> ExitCode:
    """Run a file, or continue it; returns the exit code."""
    given = read_run_file(file, overrides)
    require_local(given.run.spec, file.resolve().parent)
    folder = RunFolder(parent / given.run.metadata.name)
    with exclusive(folder.lock):
        state = open_run(folder, given, now=datetime.now(UTC))
        was_finished = is_finished(state.status)
        ending = _evolve(folder, state, is_quiet=is_quiet, body=body)
    return _tell(folder, ending, command=f"evo run {file}", was_finished=was_finished)


def rerun_from(run: str, place: str, *, parent: Path, is_quiet: bool, body: Body | None) -> ExitCode:
    """Repeat a run from `ITERATION/STAGE` on; returns the exit code."""
    iteration, stage = _place(place)
    folder = find_run_folder(run, parent)
    with exclusive(folder.lock):
        state = ask_for_rerun(folder, iteration, stage)
        ending = _evolve(folder, state, is_quiet=is_quiet, body=body)
    return _tell(folder, ending, command=f"evo run {ending.state.run_file}", was_finished=False)


def _evolve(folder: RunFolder, state: LocalState, *, is_quiet: bool, body: Body | None) -> Ending:
    with display_for(Console(), is_quiet=is_quiet) as display:
        return evolve(folder, state, display, body or Body())


def _place(text: str) -> tuple[int, StageName]:
    iteration, _, stage = text.partition("/")
    if not iteration.isdecimal() or stage not in set(StageName):
        names = ", ".join(StageName)
        raise ConfigError(f"--from {text!r} is not ITERATION/STAGE.", remedy=f"Write it like 2/train; stages are {names}.")
    return int(iteration), StageName(stage)


def _tell(folder: RunFolder, ending: Ending, *, command: str, was_finished: bool) -> ExitCode:
    """Tell how the run stands and what can be done next."""
    console = Console(highlight=False, soft_wrap=True)
    state, status = ending.state, ending.state.status
    assert status is not None
    if not is_finished(status):
        reason = "spec.suspend is true" if state.spec.suspend else "stopped"
        console.print(f"{state.name} is suspended in iteration {status.iteration} ({reason}); nothing is lost.", markup=False)
        remedy = "set spec.suspend to false and run" if state.spec.suspend else "continue with"
        console.print(f"To go on, {remedy}: {command}", markup=False)
        return ending.exit_code
    again = " already, nothing was done" if was_finished else ""
    console.print(f"{state.name} has {'succeeded' if status.phase is Phase.SUCCEEDED else 'failed'}{again}.", markup=False)
    if (problem := _invalid(state)) is not None:
        console.print(problem, markup=False)
    for line in _failure(state) if status.phase is Phase.FAILED else ():
        console.print(line, markup=False)
    for line in _results(state):
        console.print(line, markup=False)
    if was_finished:
        console.print(_way_on(state), markup=False)
    if ending.report is not None:
        console.print(f"report: {ending.report}", markup=False)
    console.print(f"summary: {folder.summary}", markup=False)
    return ending.exit_code


def _invalid(state: LocalState) -> str | None:
    """Return why the file, or a request in it, cannot be served; None where it can."""
    conditions = state.status.conditions if state.status else ()
    return next((each.message for each in conditions if each.type is ConditionType.VALID and each.status == "False"), None)


def _results(state: LocalState) -> list[str]:
    status, found = state.status, summary(state)
    assert status is not None
    lines = []
    if status.best is not None and status.baseline is not None:
        lines.append(f"baseline {score(status.baseline)}, best {score(status.best.score)} in iteration {status.best.iteration}")
    if found["final_minus_baseline"] is not None:
        lines.append(f"gain {difference(**found['final_minus_baseline'])}, after {took(state.wall_seconds)}")
    return lines


def _failure(state: LocalState) -> list[str]:
    """Return why the run failed, and where to read more."""
    status = state.status
    assert status is not None
    lines = [condition.message for condition in status.conditions if condition.type is ConditionType.SUCCEEDED]
    if status.stage is not None:
        place = f"--iteration {status.iteration} --attempt {status.stage.attempt}"
        lines.append(f"its output: evo logs {state.name} {status.stage.stage.value} {place}")
    return lines


def _way_on(state: LocalState) -> str:
    assert state.status is not None
    return f"To repeat a part, or to go on after raising spec.iterations: evo rerun {state.name} --from {state.status.iteration}/evaluate"
