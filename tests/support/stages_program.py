"""A scripted stage program: a real process that obeys the contract of stages and does what a script says instead of real work.

It stands in for `evolution_jobs.main` where only the supervision of processes is tested. The script is `script.json` in the data root;
its keys are `stage`, `stage/iteration`, `stage/iteration/attempt` or the latter with `/shard`, and the most exact one counts:

    units, unit_seconds     units of work and the time of each (0 units by default)
    exit                    exit code to fail with, after the units
    result                  false leaves no result
    ignore_term             true ignores SIGTERM
    kill                    true kills itself with SIGKILL
    grandchild              true leaves a sleeping process of its own behind
    say                     a line for the log
    show                    name of an environment variable for the log
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evolution_contracts.artifacts import Artifact, ArtifactRef, Manifest, attempt_folder, file_digest
from evolution_contracts.base import text_digest
from evolution_contracts.progress import Progress
from evolution_contracts.results import (
    CategoryDiagnosis,
    DiagnoseOutcome,
    EvaluateOutcome,
    FilterOutcome,
    GenerateOutcome,
    Outcome,
    PrepareOutcome,
    ReportOutcome,
    StageFailure,
    StageResult,
    TrainOutcome,
)
from evolution_contracts.stage import StageInput
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Fold, StageName

LEDGER = "started.txt"
"""One line for each process that began to work: what was repeated can be seen in it."""


class _StopError(Exception):
    """Raised by SIGTERM."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play one stage: `STAGE --input FILE`, like the real program."""
    _, flag, file = arguments or sys.argv[1:]
    assert flag == "--input"
    stage_input = StageInput.model_validate_json(Path(file).read_bytes())
    shard = int(os.environ["JOB_COMPLETION_INDEX"]) if stage_input.shards is not None else None
    data = Path(os.environ["EVOLUTION_DATA_ROOT"])
    script = _script(data, stage_input, shard)
    with (data / LEDGER).open("a") as ledger:
        ledger.write(f"{_key(stage_input, shard)} pid={os.getpid()}\n")
    if script.get("ignore_term"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, _stop)
    if script.get("grandchild"):
        sleeper = subprocess.Popen(["sleep", "1000"])
        with (data / LEDGER).open("a") as ledger:
            ledger.write(f"grandchild pid={sleeper.pid}\n")
    if name := script.get("show"):
        sys.stdout.write(f"{name}={os.environ.get(name)}\n")
    sys.stdout.write(script.get("say", "working") + "\n")
    try:
        _work(stage_input, shard, script)
    except _StopError:
        return _fail(stage_input, shard, 75, "stopped, work is saved")
    if script.get("kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    if code := script.get("exit"):
        return _fail(stage_input, shard, code, f"scripted failure {code}")
    if script.get("result", True):
        _succeed(stage_input, shard)
    return 0


def _stop(*_: object) -> None:
    raise _StopError


def _key(stage_input: StageInput, shard: int | None) -> str:
    key = f"{stage_input.stage.value}/{stage_input.iteration}/{stage_input.attempt}"
    return key if shard is None else f"{key}/{shard}"


def _script(data: Path, stage_input: StageInput, shard: int | None) -> dict[str, Any]:
    path = data / "script.json"
    scripts = json.loads(path.read_text()) if path.exists() else {}
    found: dict[str, Any] = {}
    name = ""
    for part in _key(stage_input, shard).split("/"):
        name = f"{name}/{part}" if name else part
        found = scripts.get(name, found)
    return found


def _work(stage_input: StageInput, shard: int | None, script: dict[str, Any]) -> None:
    total, started = script.get("units", 0), time.time()
    for done in range(total + 1):
        if done:
            time.sleep(script.get("unit_seconds", 0.05))
        progress = Progress(
            stage=stage_input.stage,
            iteration=stage_input.iteration,
            attempt=stage_input.attempt,
            shard=shard or 0,
            unit="units",
            done=done,
            total=total,
            started_at=started,
            progressed_at=time.time(),
        )
        _write(Path(os.environ["EVOLUTION_PROGRESS_FILE"]), progress.canonical_json())


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text)
    temporary.replace(path)


def _fail(stage_input: StageInput, shard: int | None, code: int, message: str) -> int:
    failure = StageFailure(reason="Scripted", message=message, exit_code=code, is_retryable=code in {69, 75})
    result = StageResult(
        stage=stage_input.stage, iteration=stage_input.iteration, attempt=stage_input.attempt, shard=shard, failure=failure
    )
    _write(Path(os.environ["EVOLUTION_RESULT_FILE"]), result.canonical_json())
    return code


def _succeed(stage_input: StageInput, shard: int | None) -> None:
    outcome = scripted_outcome(stage_input, shard or 0)
    run = stage_input.run
    place = attempt_folder(
        run.namespace, run.name, iteration=stage_input.iteration, stage=stage_input.stage, attempt=stage_input.attempt, shard=shard
    )
    folder = Path(os.environ["EVOLUTION_ARTIFACT_ROOT"]) / place
    folder.mkdir(parents=True, exist_ok=True)
    name = "report.html" if stage_input.stage is StageName.REPORT else "outcome.json"
    (folder / name).write_text("<!doctype html><title>scripted</title>" if name.endswith("html") else outcome.canonical_json())
    artifact = Artifact(path=name, size_bytes=(folder / name).stat().st_size, digest=file_digest(folder / name))
    _write(folder / "manifest.json", Manifest(input_digest=stage_input.fingerprint(), artifacts=(artifact,)).canonical_json())
    reference = ArtifactRef(
        stage=stage_input.stage,
        iteration=stage_input.iteration,
        attempt=stage_input.attempt,
        shard=shard,
        manifest_digest=file_digest(folder / "manifest.json"),
    )
    result = StageResult(
        stage=stage_input.stage,
        iteration=stage_input.iteration,
        attempt=stage_input.attempt,
        shard=shard,
        outcome=outcome,
        manifest=reference,
        seconds=1.0,
    )
    _write(Path(os.environ["EVOLUTION_RESULT_FILE"]), result.canonical_json())


def scripted_outcome(stage_input: StageInput, shard: int) -> Outcome:  # noqa: PLR0911 - one for each stage
    """Return an outcome that makes a run go on: every iteration is ten points better than the one before."""
    categories = stage_input.spec.data.categories
    score = 0.3 + 0.1 * stage_input.iteration
    digest = text_digest(f"{stage_input.stage}{stage_input.iteration}")
    match stage_input.stage:
        case StageName.PREPARE:
            folds = {Fold.DIAGNOSIS: 10, Fold.SEEDS: 10, Fold.TEST: 10}
            return PrepareOutcome(model_digest=digest, folds=folds, natural=dict.fromkeys(categories, 5))
        case StageName.DIAGNOSE:
            found = CategoryDiagnosis(n=10, correct=3, accuracy=score, low=score - 0.1, high=score + 0.1)
            return DiagnoseOutcome(categories=dict.fromkeys(categories, found), accuracy=score, abstain_share=0.0)
        case StageName.GENERATE:
            assert stage_input.plan is not None
            shards = stage_input.shards or 1
            accepted = {category: _part(quota, shard, shards) for category, quota in stage_input.plan.quotas.items()}
            return GenerateOutcome(dataset_digest=digest, accepted=accepted)
        case StageName.FILTER:
            return FilterOutcome(dataset_digest=digest, kept=dict.fromkeys(categories, 2), mean_pass_rate=0.5)
        case StageName.TRAIN:
            return TrainOutcome(model_digest=digest, steps=4, prompts=8, groups_with_signal=6, first_reward=0.2, last_reward=0.4)
        case StageName.EVALUATE:
            return _evaluation(stage_input, digest, score)
        case StageName.REPORT:
            return ReportOutcome(page_digest=digest, size_bytes=38)


def _part(quota: int, shard: int, shards: int) -> int:
    return quota // shards + (1 if shard < quota % shards else 0)


def _evaluation(stage_input: StageInput, digest: str, score: float) -> EvaluateOutcome:
    gain = Estimate(mean=0.1, low=0.05, high=0.15, n=20) if stage_input.iteration else None
    total = 0.1 * stage_input.iteration
    to_baseline = Estimate(mean=total, low=total - 0.05, high=total + 0.05, n=20) if stage_input.iteration else None
    estimate = Estimate(mean=score, low=score - 0.1, high=score + 0.1, n=20)
    return EvaluateOutcome(
        model_digest=digest,
        suite=stage_input.spec.evaluate.suites[0].name,
        score=estimate,
        categories=dict.fromkeys(stage_input.spec.data.categories, estimate),
        difference=gain,
        category_differences=dict.fromkeys(stage_input.spec.data.categories, gain) if gain else {},
        baseline_difference=to_baseline,
    )
