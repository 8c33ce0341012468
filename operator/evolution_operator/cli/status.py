"""`evo status`: iterations, stages, attempts and decisions of a run."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.tree import Tree

from evolution_contracts.api.iteration import IterationRecord
from evolution_contracts.api.run import Phase, StageStatus
from evolution_contracts.errors import ExitCode
from evolution_operator.cli.tables import headline
from evolution_operator.cli.words import counted, score, took
from evolution_operator.local.folder import RunFolder, find_run_folder
from evolution_operator.local.lock import lock_holder
from evolution_operator.local.state import LocalState, load_state
from evolution_operator.local.summary import all_records


def show_status(run: str | None, *, parent: Path, is_json: bool) -> ExitCode:
    """Print where a run stands; returns the exit code."""
    folder = find_run_folder(run, parent)
    state, holder = load_state(folder), lock_holder(folder.lock)
    if is_json:
        Console(soft_wrap=True).print_json(json.dumps(status_document(folder, state, holder)))
    else:
        Console(highlight=False).print(status_tree(folder, state, holder))
    return ExitCode.OK


def status_document(folder: RunFolder, state: LocalState, holder: int | None) -> dict[str, object]:
    """Return the status for programs: the API's documents, and who works on the run.

    Args:
        folder: The run's folder.
        state: What it holds.
        holder: Process id of the `evo` that works on it; None where none does.
    """
    return {
        "name": state.name,
        "folder": str(folder.path),
        "process": holder,
        "wallSeconds": state.wall_seconds,
        "status": state.status.document() if state.status else None,
        "iterations": [record.document() for record in state.iterations],
    }


def status_tree(folder: RunFolder, state: LocalState, holder: int | None) -> Tree:
    """Return the status for people."""
    status = state.status
    worker = f"process {holder} works on it" if holder else "no process works on it"
    phase = status.phase if status else Phase.PENDING
    tree = Tree(f"{state.name}: {_phase(phase, holder)}, {took(state.wall_seconds)} in all, {worker} ({folder.path})")
    if status is None:
        return tree
    if status.best is not None and status.baseline is not None:
        tree.add(f"best {score(status.best.score)} in iteration {status.best.iteration}; baseline {score(status.baseline)}")
    for record in all_records(state):
        is_current = status.current is not None and record.iteration == status.current.iteration
        _add_iteration(tree, record, status.stage if is_current else None)
    for condition in status.conditions:
        if condition.status == "True" and condition.message:
            tree.add(f"{condition.type}: {condition.message}")
    return tree


def _phase(phase: Phase, holder: int | None) -> str:
    """Return the phase, honest about a run whose `evo` was killed: nothing runs there."""
    is_live = phase in {Phase.RUNNING, Phase.STALLED, Phase.PENDING}
    return "Interrupted" if is_live and holder is None else phase.value


def _add_iteration(tree: Tree, record: IterationRecord, stage: StageStatus | None) -> None:
    branch = tree.add(headline(record))
    for finished in record.stages:
        branch.add(f"{finished.stage.value}: attempt {finished.attempt}, {took(finished.seconds)}")
    if stage is not None:
        branch.add(_current(stage))
    if record.decision_reason:
        branch.add(record.decision_reason)


def _current(stage: StageStatus) -> str:
    parts = [f"attempt {stage.attempt}", stage.state.value.lower()]
    if stage.unit:
        parts.append(counted(stage.done, stage.total, stage.unit))
    parts.extend(f"{count} failed ({cause.value})" for cause, count in stage.failures.items())
    return f"{stage.stage.value}: {', '.join(parts)}{f' — {stage.message}' if stage.message else ''}"
