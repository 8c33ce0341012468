"""Stage train as a whole: what it leaves, what it refuses, how it goes on after a stop."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.results import StageResult, TrainOutcome
from evolution_contracts.stage import StageInput
from evolution_contracts.vocabulary import Fold, StageName
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.datasets import Row, write_dataset
from evolution_jobs.runtime.folds import REGISTRY_NAME
from evolution_jobs.train.stage import run
from support.stage_world import World, failure_of, outcome_of, tiny_spec
from support.tiny import drawn_rows

GRPO = {"groupSize": 4, "promptsPerStep": 8, "updatesPerStep": 1, "learningRate": 1e-3, "topP": 1.0, "maxSteps": 3}


@dataclass(frozen=True)
class Ready:
    """A world in which stage train can begin."""

    world: World
    upstream: dict[Any, list[ArtifactRef]]

    def input(self, **changes: Any) -> StageInput:
        return self.world.input(StageName.TRAIN, upstream=self.upstream, **changes)

    def result(self, attempt: int = 0, stage: Callable[[StageContext], TrainOutcome] = run) -> StageResult:
        return self.world.run(stage, self.input(attempt=attempt))


@pytest.fixture
def ready(tmp_path: Path, tiny_model: Path) -> Callable[..., Ready]:
    def make(rows: list[Row] | None = None, **train: Any) -> Ready:
        settings = {"precision": "float32", "microBatchSize": 32, "checkpointEverySteps": 1, "grpo": GRPO, **train}
        spec = tiny_spec(prompt={"answerFormat": "Plain", "maxAnswerTokens": 3}, train=settings)
        world = World(root=tmp_path, spec=spec)
        data = world.prepare()
        model = world.input(StageName.TRAIN, iteration=0)
        files = {f"model/{path.name}": path.read_bytes() for path in tiny_model.iterdir()}
        training_set = tmp_path / "training_set.parquet"
        write_dataset(training_set, rows if rows is not None else drawn_rows(24, seed=99))
        upstream: dict[Any, list[ArtifactRef]] = {
            "data": [data],
            "model": [world.leave(model, files)],
            "training_set": [world.leave(world.input(StageName.FILTER), {"training_set.parquet": training_set.read_bytes()})],
        }
        return Ready(world, upstream)

    return make


def test_stage_leaves_a_model_and_its_curve(ready: Callable[..., Ready]) -> None:
    made = ready()
    outcome = outcome_of(made.result())
    assert isinstance(outcome, TrainOutcome)
    assert (outcome.steps, outcome.prompts) == (3, 24)
    assert 0 <= outcome.groups_with_signal <= 24
    folder = made.world.folder(made.input())
    curve = [json.loads(line) for line in (folder / "curve.jsonl").read_text().splitlines()]
    assert [line["update"] for line in curve] == [1, 2, 3]
    assert {"reward_mean", "kl", "loss", "zero_signal_share"} <= set(curve[0])
    assert not (folder / "checkpoints").exists(), "checkpoints are not kept once the model is there"


def test_stopped_training_goes_on_in_the_next_attempt_and_ends_equal(ready: Callable[..., Ready]) -> None:
    made = ready()
    undisturbed = outcome_of(made.result())
    shutil.rmtree(made.world.folder(made.input()))

    def stopped(context: StageContext) -> TrainOutcome:
        context.interrupt.request()
        return run(context)

    failure = failure_of(made.result(stage=stopped))
    assert (failure.reason, failure.exit_code) == ("Interrupted", 75)
    assert outcome_of(made.result(attempt=1)) == undisturbed
    curve = (made.world.folder(made.input(attempt=1)) / "curve.jsonl").read_text().splitlines()
    assert [json.loads(line)["update"] for line in curve] == [1, 2, 3]
    assert not list(made.world.root.glob("artifacts/**/checkpoint-*"))


def test_sample_of_a_held_out_fold_is_never_trained_on(ready: Callable[..., Ready]) -> None:
    """Defect D11 of the reference code: diagnosis, seeds and training came from one pool."""
    made = ready()
    leaked = made.world.rows(made.upstream["data"][0], Fold.TEST)[:1]
    training_set = made.world.root / "leaked.parquet"
    write_dataset(training_set, [*drawn_rows(8, seed=3), *leaked])
    leak = made.world.input(StageName.FILTER, attempt=1)
    made.upstream["training_set"] = [made.world.leave(leak, {"training_set.parquet": training_set.read_bytes()})]
    failure = failure_of(made.result())
    assert failure.reason == "SplitViolation"
    assert leaked[0].sample.id in failure.message
    assert REGISTRY_NAME not in failure.message


def test_backend_that_is_not_installed_is_an_error(ready: Callable[..., Ready]) -> None:
    failure = failure_of(ready(backend="VERL").result())
    assert "train.backend: VERL" in failure.message
    assert failure.exit_code == 78


def test_training_set_that_fills_no_batch_is_an_error(ready: Callable[..., Ready]) -> None:
    failure = failure_of(ready(rows=[]).result())
    assert "0 training samples do not fill one batch" in failure.message
