"""`evo report`, `evo logs` and `evo suspend`: small looks at a run's folder."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import NamedTuple

import typer

from evolution_contracts.errors import BusyError, ConfigError, ExitCode
from evolution_contracts.vocabulary import StageName
from evolution_operator.local.folder import RunFolder, find_run_folder
from evolution_operator.local.lock import lock_holder

SUSPEND_SECONDS = 60.0
"""Longest wait for an `evo` that was asked to stop: the grace of its stages and as much again."""
POLL_SECONDS = 0.1
LOG_NAME = re.compile(r"^a(\d+)(?:-s(\d+))?\.log$")


class StageLog(NamedTuple):
    """One log: of one process of one attempt."""

    iteration: int
    attempt: int
    shard: int
    """0 where the stage has no shards."""
    path: Path


def show_report(run: str | None, *, parent: Path, is_opened: bool) -> ExitCode:
    """Print the path of the report, and open it if asked; returns the exit code."""
    folder = find_run_folder(run, parent)
    if not folder.report.exists():
        raise ConfigError(
            f"{folder.path} has no report yet.", remedy="The last stage of a run writes it: `evo status` shows where it stands."
        )
    typer.echo(folder.report)
    if is_opened:
        typer.launch(folder.report.resolve().as_uri())
    return ExitCode.OK


def show_logs(run: str, stage: str, *, iteration: int | None, attempt: int | None, parent: Path) -> ExitCode:
    """Print the logs of one attempt, one shard after the other; returns the exit code."""
    if stage not in set(StageName):
        raise ConfigError(f"there is no stage {stage!r}.", remedy=f"Name one of {', '.join(StageName)}.")
    folder = find_run_folder(run, parent)
    found = [
        log
        for log in stage_logs(folder, StageName(stage))
        if (iteration is None or log.iteration == iteration) and (attempt is None or log.attempt == attempt)
    ]
    if not found:
        raise ConfigError(f"{folder.logs} holds no such log of stage {stage}.", remedy="`evo status` shows which attempts there were.")
    newest = found[-1]
    for log in found:
        if (log.iteration, log.attempt) == (newest.iteration, newest.attempt):
            with log.path.open(encoding="utf-8", errors="replace") as file:
                sys.stdout.writelines(file)
    return ExitCode.OK


def stage_logs(folder: RunFolder, stage: StageName) -> list[StageLog]:
    """Return all logs of a stage, oldest attempt first, shards in order."""
    logs = []
    for path in folder.logs.glob(f"i*/{stage.value}/a*.log"):
        if match := LOG_NAME.match(path.name):
            iteration = int(path.parent.parent.name.removeprefix("i"))
            logs.append(StageLog(iteration, int(match[1]), int(match[2] or 0), path))
    return sorted(logs)


def suspend_run(run: str | None, *, parent: Path) -> ExitCode:
    """Ask the `evo` that works on a run to stop, and wait until it has; returns the exit code."""
    folder = find_run_folder(run, parent)
    holder = lock_holder(folder.lock)
    if holder is None:
        typer.echo(f"no process works on {folder.path}; nothing to stop")
        return ExitCode.OK
    os.kill(holder, signal.SIGTERM)
    deadline = time.monotonic() + SUSPEND_SECONDS
    while lock_holder(folder.lock) == holder:
        if time.monotonic() > deadline:
            raise BusyError(
                f"process {holder} still works on {folder.path} after {SUSPEND_SECONDS:g} s.", remedy=f"Wait, or `kill {holder}` again."
            )
        time.sleep(POLL_SECONDS)
    typer.echo(f"{folder.path} is suspended; `evo run` with its run file continues")
    return ExitCode.OK
