"""The `Cluster` of one machine: children are folders, their pods are processes.

`apply` only writes down what shall be, and `Processes` makes it so. Hence an action that was written down is carried out even when `evo`
is killed in between and started again.
"""

# ruff: noqa: ARG002 - the protocol hands the run to every method, and this body holds only one

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import assert_never

from evolution_contracts.api.iteration import IterationRecord
from evolution_contracts.api.run import EvolutionRun, RunStatus
from evolution_contracts.errors import ClusterError
from evolution_operator.core.actions import (
    Action,
    CreateChild,
    DeleteChild,
    DeleteRun,
    Event,
    ForgetIterations,
    KeepIteration,
    ResumeChild,
    SuspendChild,
)
from evolution_operator.core.observation import Observation
from evolution_operator.local.children import ChildFolder, ChildRecord, each_child
from evolution_operator.local.documents import write_atomically, write_document
from evolution_operator.local.folder import RunFolder
from evolution_operator.local.observe import observe_child
from evolution_operator.local.state import LocalState, save_state


class LocalCluster:
    """The children, status and iteration records of one run in one folder."""

    def __init__(
        self, folder: RunFolder, state: LocalState, *, clock: Callable[[], datetime], tell: Callable[[Event], None] = lambda _: None
    ) -> None:
        self._folder = folder
        self._state = state
        self._clock = clock
        self._tell = tell
        self._opened_at = clock()
        self._wall_seconds_before = state.wall_seconds
        self.seen = Observation(now=self._opened_at)
        """The newest observation."""

    @property
    def state(self) -> LocalState:
        """What is kept, with the time spent until now."""
        elapsed = max(0.0, (self._clock() - self._opened_at).total_seconds())
        return self._state.evolve(wall_seconds=self._wall_seconds_before + elapsed)

    def observe(self, run: EvolutionRun) -> Observation:
        """Return what the folder says of the run's children."""
        children = tuple(observe_child(folder, record) for folder, record in each_child(self._folder.children))
        self.seen = Observation(now=self._clock(), children=children, iterations=self._state.iterations)
        return self.seen

    def apply(self, run: EvolutionRun, action: Action) -> None:
        """Write down one action."""
        match action:
            case CreateChild():
                self._create(action)
            case SuspendChild(name=name):
                self._change(name, is_suspended=True)
            case ResumeChild(name=name):
                self._change(name, is_suspended=False)
            case DeleteChild(name=name):
                self._change(name, is_terminating=True)
            case KeepIteration(record=record):
                self._keep(record)
            case ForgetIterations(from_iteration=first):
                self._save(iterations=tuple(kept for kept in self._state.iterations if kept.iteration < first))
            case DeleteRun():
                self._folder.state.unlink(missing_ok=True)
            case _:
                assert_never(action)

    def write_status(self, run: EvolutionRun, status: RunStatus) -> None:
        """Keep the status."""
        self._save(status=status)

    def tell(self, run: EvolutionRun, events: Sequence[Event]) -> None:
        """Hand events to whoever shows them."""
        for event in events:
            self._tell(event)

    def save(self) -> LocalState:
        """Keep the state as it is now, and return it."""
        self._save()
        return self._state

    def _create(self, action: CreateChild) -> None:
        folder = ChildFolder(self._folder.children / action.name)
        digest = action.input.fingerprint()
        if (kept := folder.record()) is not None:
            if kept.input_digest != digest:
                raise ClusterError(f"child {action.name} exists with another input.", remedy=f"Delete {folder.path} and run again.")
            return
        if folder.path.exists():
            shutil.rmtree(folder.path)
        write_atomically(folder.input_file, action.input.canonical_json())
        record = ChildRecord(
            name=action.name,
            stage=action.input.stage,
            iteration=action.input.iteration,
            attempt=action.input.attempt,
            shards=action.input.shards,
            input_digest=digest,
            created_at=self._clock(),
            is_suspended=action.is_suspended,
        )
        write_document(folder.record_file, record)

    def _change(self, name: str, **changes: bool) -> None:
        folder = ChildFolder(self._folder.children / name)
        if (record := folder.record()) is not None:
            write_document(folder.record_file, record.evolve(**changes))

    def _keep(self, record: IterationRecord) -> None:
        kept = [*(other for other in self._state.iterations if other.iteration != record.iteration), record]
        self._save(iterations=tuple(sorted(kept, key=lambda each: each.iteration)))

    def _save(self, **changes: object) -> None:
        self._state = self.state.evolve(**changes)
        save_state(self._folder, self._state)
