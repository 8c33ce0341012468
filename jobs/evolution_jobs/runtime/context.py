"""What the runner hands to a stage."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from evolution_contracts.errors import InterruptedStageError
from evolution_contracts.results import Outcome
from evolution_contracts.stage import StageInput
from evolution_jobs.runtime.progress import ProgressReporter
from evolution_jobs.runtime.settings import Settings
from evolution_jobs.runtime.workspace import Workspace


class Interrupt:
    """Whether the process was asked to stop; a stage looks at it between items."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def listen(self) -> None:
        """Take SIGTERM and SIGINT as requests to stop; call from the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._event.set())

    def request(self) -> None:
        """Ask the stage to stop."""
        self._event.set()

    @property
    def is_requested(self) -> bool:
        """Whether somebody asked the stage to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `InterruptedStageError` once a stop was asked for; call it where all work so far is kept."""
        if self.is_requested:
            raise InterruptedStageError("the stage was asked to stop and kept its work.", remedy="The next attempt continues from it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageContext:
    """Everything a stage may touch."""

    input: StageInput
    shard: int
    settings: Settings
    workspace: Workspace
    progress: ProgressReporter
    interrupt: Interrupt
    log: structlog.stdlib.BoundLogger
    artifacts: set[str] = field(default_factory=set)
    """Names of the files that the manifest will list; a stage adds what it leaves."""

    def leave(self, *names: str) -> None:
        """Name files of the attempt's folder that belong to what the stage leaves."""
        self.artifacts.update(names)


Stage = Callable[[StageContext], Outcome]
"""A stage: does its work in the workspace, names what it leaves, and returns its outcome."""
