"""Run files and folders for tests of the local body, with scripted stages in place of real ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from evolution_contracts.api.run import EvolutionRun
from evolution_contracts.stage import RunIdentity, StageInput
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.actions import Event
from evolution_operator.local.folder import RunFolder
from evolution_operator.local.lock import exclusive
from evolution_operator.local.opening import open_run
from evolution_operator.local.run_file import read_run_file
from evolution_operator.local.session import Body, Ending, View, evolve
from support.stages_evo import PROGRAM
from support.stages_program import LEDGER

TESTS = Path(__file__).parents[1]
RUN_FILE = """\
apiVersion: dpe.dev/v1alpha1
kind: EvolutionRun
metadata: {name: demo}
spec:
  model: {source: "builtin://tiny-vlm"}
  iterations: 1
  data: {categories: [map, medical]}
  generate: {samples: 24, shards: 2}
  failure: {retryDelaySeconds: 0}
"""
START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Recorder:
    """A display that remembers what it was told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.views: list[View] = []

    def show(self, view: View) -> None:
        """Remember the view."""
        self.views.append(view)

    def tell(self, event: Event) -> None:
        """Remember the event."""
        self.events.append(event)

    @property
    def reasons(self) -> list[str]:
        """Reasons of the events, in order."""
        return [event.reason for event in self.events]


@dataclass(frozen=True, slots=True)
class Workplace:
    """A folder with a run file, a script for its stages, and its runs."""

    path: Path

    @property
    def run_file(self) -> Path:
        """The run file."""
        return self.path / "run.yaml"

    @property
    def runs(self) -> Path:
        """Parent of the run folders."""
        return self.path / "runs"

    @property
    def folder(self) -> RunFolder:
        """Folder of the run `demo`."""
        return RunFolder(self.runs / "demo")

    def script(self, scripts: Mapping[str, Mapping[str, Any]]) -> None:
        """Say what the stages shall do."""
        (self.path / "script.json").write_text(json.dumps(scripts))

    def started(self) -> list[str]:
        """Return every process that began to work, in order, such as `train/1/0`."""
        ledger = self.path / LEDGER
        return [line.split(" ")[0] for line in ledger.read_text().splitlines()] if ledger.exists() else []

    def pids(self) -> list[int]:
        """Return the ids of every process that ever worked here."""
        ledger = self.path / LEDGER
        return [int(line.rsplit("=", 1)[1]) for line in ledger.read_text().splitlines()] if ledger.exists() else []

    def live_pids(self) -> list[int]:
        """Return the ids of those that still live."""
        return [pid for pid in self.pids() if is_alive(pid)]

    def run(self, display: Recorder | None = None, *, overrides: tuple[str, ...] = (), grace_seconds: float = 5.0) -> Ending:
        """Run or continue the run file in this process."""
        with exclusive(self.folder.lock):
            state = open_run(self.folder, read_run_file(self.run_file, overrides), now=datetime.now(UTC))
            return evolve(self.folder, state, display or Recorder(), Body(program=PROGRAM, grace_seconds=grace_seconds))

    def evo(self, *arguments: str, grace_seconds: float = 5.0) -> subprocess.Popen[str]:
        """Start `evo` as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "support.stages_evo", *arguments],
            cwd=self.path,
            env={**os.environ, "PYTHONPATH": str(TESTS), "STAGES_GRACE_SECONDS": str(grace_seconds), "COLUMNS": "120"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def is_alive(pid: int) -> bool:
    """Return whether a process runs."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(is_true: Callable[[], bool]) -> None:
    """Return once something is true; fail after half a minute, which only a broken or very busy machine needs."""
    for _ in range(3000):
        if is_true():
            return
        time.sleep(0.01)
    raise AssertionError("still not true after half a minute")


def workplace(path: Path) -> Workplace:
    """Return a new workplace with the run file `demo`."""
    place = Workplace(path)
    place.run_file.write_text(RUN_FILE)
    return place


def demo_run(place: Workplace) -> EvolutionRun:
    """Return the run that the run file describes."""
    return read_run_file(place.run_file).run


def demo_input(place: Workplace, stage: StageName = StageName.PREPARE, *, shards: int | None = None, attempt: int = 0) -> StageInput:
    """Return an input for a stage of iteration 0."""
    identity = RunIdentity(namespace="local", name="demo", uid="u")
    return StageInput(run=identity, stage=stage, iteration=0, attempt=attempt, shards=shards, seed=1, spec=demo_run(place).spec)
