"""What a local run remembers between two starts of `evo`: the place of the API server's store."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from evolution_contracts.api.iteration import IterationRecord
from evolution_contracts.api.metadata import RunMeta
from evolution_contracts.api.run import EvolutionRun, RunStatus
from evolution_contracts.base import Contract
from evolution_contracts.spec.run import RerunRequest, RunSpec
from evolution_operator.local.documents import read_document, write_document
from evolution_operator.local.folder import NAMESPACE, RunFolder


class LocalState(Contract):
    """Everything `state.json` holds."""

    version: Literal[1] = 1
    """Version of this layout."""
    name: str
    """Name of the run."""
    uid: str
    """Identity of the run: a folder that is deleted and made again is another run."""
    created_at: datetime
    """When the run was first started."""
    run_file: str
    """Path of the run file at its last use; relative data start at its folder."""
    generation: Annotated[int, Field(ge=1)] = 1
    """Counts the changes of `spec` and `rerun`."""
    spec: RunSpec
    """What the run file asked for last, with every default."""
    rerun: RerunRequest | None = None
    """The newest request of `evo rerun`; holds until the run file makes another one."""
    status: RunStatus | None = None
    """Where the run stands."""
    iterations: tuple[IterationRecord, ...] = ()
    """Records of finished iterations, in order."""
    wall_seconds: Annotated[float, Field(ge=0)] = 0.0
    """Time that `evo` has spent on the run, over all starts."""

    def run(self, *, is_stopping: bool = False) -> EvolutionRun:
        """Return the run as `decide` sees it.

        Somebody who stops `evo` suspends the run until the next start. Two things of a cluster are left out: there is no queue that
        could admit a stage, and no time to live, because a folder is deleted by its owner.
        """
        spec = self.spec.evolve(
            suspend=self.spec.suspend or is_stopping,
            rerun=self.rerun or self.spec.rerun,
            ttl_seconds_after_finished=None,
            scheduling=self.spec.scheduling.evolve(queue_name=None),
        )
        metadata = RunMeta(
            name=self.name, namespace=NAMESPACE, uid=self.uid, generation=self.generation, creation_timestamp=self.created_at
        )
        return EvolutionRun(metadata=metadata, spec=spec, status=self.status)


def load_state(folder: RunFolder) -> LocalState:
    """Return the kept state; a damaged file is a `ContractError` and is never written over."""
    remedy = f"Restore {folder.state} from a copy, or delete {folder.path} to start anew; its artifacts cannot be used without it."
    return read_document(folder.state, LocalState, remedy=remedy)


def save_state(folder: RunFolder, state: LocalState) -> None:
    """Keep the state durably."""
    write_document(folder.state, state)
