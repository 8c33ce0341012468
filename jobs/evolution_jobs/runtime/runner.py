"""The life of a stage's process: read the input, do nothing where it is done, run, seal, tell the result, exit.

This is one of the two places in the project that catch every exception: whatever happens inside a stage ends as a result that names it.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import structlog
from pydantic import ValidationError

from evolution_contracts.artifacts import INPUT_NAME
from evolution_contracts.errors import ArtifactError, ConfigError, EvolutionError, ExitCode
from evolution_contracts.results import MAX_RESULT_BYTES, Outcome, StageFailure, StageResult
from evolution_contracts.stage import StageInput
from evolution_contracts.vocabulary import StageName
from evolution_jobs.runtime.context import Interrupt, Stage, StageContext
from evolution_jobs.runtime.files import write_atomically
from evolution_jobs.runtime.logs import stage_logger
from evolution_jobs.runtime.names import OUTCOME_NAME
from evolution_jobs.runtime.progress import ProgressReporter, serve_progress
from evolution_jobs.runtime.settings import Settings
from evolution_jobs.runtime.timing import TIMING_NAME, timing_since
from evolution_jobs.runtime.workspace import Workspace

MAX_MESSAGE_BYTES = 2000
"""Longest failure message, written as JSON: the result around it must stay below the limit whatever the message holds."""


def read_input(path: Path, stage: StageName) -> StageInput:
    """Return the input document; `ConfigError` where it is no valid input for this stage."""
    try:
        stage_input = StageInput.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"cannot read the stage input {path}: {error.strerror}.", remedy="Name an existing file with --input.") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{path}: {field}: {first['msg']}.", remedy="Use the version of evo-stage that the operator expects.") from error
    if stage_input.stage is not stage:
        raise ConfigError(f"{path} is an input for stage {stage_input.stage}, not {stage}.", remedy=f"Run `evo-stage {stage_input.stage}`.")
    return stage_input


def run_stage(stage: Stage, stage_input: StageInput, settings: Settings) -> ExitCode:
    """Run one attempt to its end and write its result; returns the process's exit code."""
    log = stage_logger(stage_input, settings.shard)
    began = time.monotonic()
    outcome: Outcome | None = None
    failure: StageFailure | None = None
    workspace = Workspace(settings.artifact_root, stage_input, settings.shard)
    try:
        if (finished := _finished(settings, stage_input)) is not None:
            workspace, outcome = finished
        else:
            outcome = _work(stage, stage_input, settings, workspace, log, began=began)
    except EvolutionError as error:
        failure = _failure(error.reason, str(error), error.exit_code, is_retryable=error.is_retryable)
    except MemoryError:
        raise
    except Exception as error:
        log.exception("stage crashed")
        failure = _failure("InternalError", f"{type(error).__name__}: {error}", ExitCode.INTERNAL, is_retryable=True)
    timing = timing_since(began)
    result = StageResult(
        stage=stage_input.stage,
        iteration=stage_input.iteration,
        attempt=stage_input.attempt,
        shard=settings.shard if stage_input.shards is not None else None,
        outcome=outcome,
        failure=failure,
        manifest=workspace.reference() if outcome is not None else None,
        seconds=timing.seconds,
        peak_memory_bytes=timing.peak_memory_bytes,
    )
    _write_result(settings.result_file, result)
    exit_code = ExitCode(failure.exit_code) if failure else ExitCode.OK
    log.info(
        "stage ended",
        exit_code=int(exit_code),
        seconds=result.seconds,
        peak_memory_bytes=result.peak_memory_bytes,
        reason=failure.reason if failure else "Completed",
        message=failure.message if failure else "",
    )
    return exit_code


def _work(
    stage: Stage, stage_input: StageInput, settings: Settings, workspace: Workspace, log: structlog.stdlib.BoundLogger, *, began: float
) -> Outcome:
    workspace.create()
    write_atomically(workspace.folder / INPUT_NAME, stage_input.canonical_json())
    interrupt = Interrupt()
    interrupt.listen()
    progress = ProgressReporter(stage_input, settings.shard, settings.progress_file)
    server = serve_progress(progress, settings.progress_port) if settings.progress_port is not None else None
    context = StageContext(
        input=stage_input,
        shard=settings.shard,
        settings=settings,
        workspace=workspace,
        progress=progress,
        interrupt=interrupt,
        log=log,
    )
    try:
        progress.flush()
        outcome = stage(context)
        progress.flush()
    finally:
        if server is not None:
            server.shutdown()
            server.server_close()
    write_atomically(workspace.folder / OUTCOME_NAME, outcome.canonical_json())
    write_atomically(workspace.folder / TIMING_NAME, timing_since(began).canonical_json())
    context.leave(INPUT_NAME, OUTCOME_NAME, TIMING_NAME)
    workspace.seal(sorted(context.artifacts))
    return outcome


def _finished(settings: Settings, stage_input: StageInput) -> tuple[Workspace, Outcome] | None:
    """Return where the work is finished already, and its outcome.

    It may be finished in this attempt, or in one before it that was killed before it could tell: attempts with equal inputs leave equal
    artifacts, so those are as good. An earlier attempt with another input is passed over.
    """
    for attempt in range(stage_input.attempt, stage_input.first_attempt - 1, -1):
        workspace = Workspace(settings.artifact_root, stage_input.evolve(attempt=attempt), settings.shard)
        try:
            if (outcome := _finished_outcome(workspace)) is not None:
                return workspace, outcome
        except ArtifactError:
            if attempt == stage_input.attempt:
                raise
    return None


def _finished_outcome(workspace: Workspace) -> Outcome | None:
    manifest = workspace.finished()
    if manifest is None:
        return None
    path = workspace.open(workspace.reference()).path(OUTCOME_NAME)
    try:
        return StageResult.model_validate(_envelope(path)).outcome
    except ValidationError as error:
        raise ArtifactError(f"{path} is no outcome: {error.errors()[0]['msg']}.", remedy="Remove the attempt's folder.") from error


def _envelope(path: Path) -> dict[str, object]:
    outcome = json.loads(path.read_bytes())
    return {"stage": outcome["stage"], "iteration": 0, "attempt": 0, "outcome": outcome}


def _failure(reason: str, message: str, exit_code: ExitCode, *, is_retryable: bool) -> StageFailure:
    return StageFailure(reason=reason, message=_fitting(message), exit_code=int(exit_code), is_retryable=is_retryable)


def _fitting(message: str) -> str:
    """Return the message, cut so that it fits a result; what has no UTF-8 form (a name of undecodable bytes) becomes a question mark."""
    text = message[:MAX_MESSAGE_BYTES].encode(errors="replace").decode()
    while len(json.dumps(text, ensure_ascii=False).encode()) > MAX_MESSAGE_BYTES:
        text = text[: len(text) * 9 // 10]
    return text


def _write_result(path: Path, result: StageResult) -> None:
    text = result.canonical_json()
    assert len(text.encode()) <= MAX_RESULT_BYTES, f"result of {len(text.encode())} bytes is cut by Kubernetes at {MAX_RESULT_BYTES}"
    if path.is_char_device() or str(path) == "/dev/termination-log":
        path.write_text(text)
    else:
        write_atomically(path, text)
