"""How a run folder is begun, continued, and asked to repeat a part."""

from __future__ import annotations

import uuid
from datetime import datetime

from evolution_contracts.errors import ConfigError
from evolution_contracts.spec.run import RerunRequest
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.stages import stages_of
from evolution_operator.local.changes import refuse_changes
from evolution_operator.local.documents import write_atomically
from evolution_operator.local.folder import RunFolder
from evolution_operator.local.run_file import RunFile
from evolution_operator.local.state import LocalState, load_state, save_state


def open_run(folder: RunFolder, run_file: RunFile, *, now: datetime) -> LocalState:
    """Return the state of a folder for a run file: a new one, or the kept one with what may change taken over.

    Raises:
        ConfigError: The file changes what must stay as it is while the run lives.
        ContractError: The kept state is damaged.
    """
    state = _continued(folder, run_file) if folder.state.exists() else _begun(run_file, now)
    write_atomically(folder.run_file, run_file.text)
    save_state(folder, state)
    return state


def ask_for_rerun(folder: RunFolder, iteration: int, stage: StageName) -> LocalState:
    """Return the kept state with a new request to repeat the run from a stage on.

    Raises:
        ConfigError: The run has not come that far.
    """
    state = load_state(folder)
    reached = state.status.iteration if state.status else 0
    if iteration > reached:
        raise ConfigError(f"iteration {iteration} cannot be repeated: the run is at iteration {reached}.", remedy="Name an earlier one.")
    if stage not in (known := stages_of(iteration, with_report=True)):
        names = ", ".join(name.value for name in known)
        raise ConfigError(f"iteration {iteration} has no stage {stage.value}.", remedy=f"Name one of {names}.")
    request = RerunRequest(id=uuid.uuid4().hex, from_iteration=iteration, from_stage=stage)
    changed = state.evolve(rerun=request, generation=state.generation + 1)
    save_state(folder, changed)
    return changed


def _begun(run_file: RunFile, now: datetime) -> LocalState:
    return LocalState(
        name=run_file.run.metadata.name,
        uid=str(uuid.uuid4()),
        created_at=now,
        run_file=str(run_file.path.resolve()),
        spec=run_file.run.spec,
    )


def _continued(folder: RunFolder, run_file: RunFile) -> LocalState:
    state, given = load_state(folder), run_file.run.spec
    if run_file.run.metadata.name != state.name:
        raise ConfigError(
            f"metadata.name: {run_file.run.metadata.name!r}, but {folder.path} holds the run {state.name!r}.",
            remedy="Start another run with `evo run --folder`.",
        )
    refuse_changes(state.spec, given, folder=str(folder.path))
    # A request in the file is newer than one of `evo rerun` only where the file has changed since.
    rerun = state.rerun if given.rerun == state.spec.rerun else None
    generation = state.generation if (given, rerun) == (state.spec, state.rerun) else state.generation + 1
    return state.evolve(spec=given, rerun=rerun, generation=generation, run_file=str(run_file.path.resolve()))
