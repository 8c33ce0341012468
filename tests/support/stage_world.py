"""A world for one stage: an artifact root on the disk, upstream attempts, and stages run by the real runner.

`ScriptedPolicy` stands in for a model: it implements the `Policy` protocol and answers by a script. Everything else is the real thing.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.errors import ExitCode, ModelServiceError
from evolution_contracts.results import Outcome, PrepareOutcome, StageFailure, StageResult
from evolution_contracts.spec.model import PromptSpec
from evolution_contracts.spec.run import RunSpec
from evolution_contracts.spec.serving import Sampling, ServingSpec
from evolution_contracts.stage import IterationPlan, Role, RunIdentity, StageInput
from evolution_contracts.vocabulary import Category, Fold, StageName
from evolution_jobs.answers.instruction import canonical_text, wrap
from evolution_jobs.policy.policy import Completion, Policy, Prompt
from evolution_jobs.prepare.data import prepare_data
from evolution_jobs.runtime.context import Stage, StageContext
from evolution_jobs.runtime.datasets import Row, read_dataset
from evolution_jobs.runtime.folds import fold_file
from evolution_jobs.runtime.model_folder import MODEL_FOLDER
from evolution_jobs.runtime.runner import run_stage
from evolution_jobs.runtime.settings import Settings
from evolution_jobs.runtime.workspace import Workspace

IDENTITY = RunIdentity(namespace="default", name="demo", uid="demo")
TWO_CATEGORIES = (Category.EVERYDAY_OBJECT, Category.CHART_GRAPH)

Upstreams = Mapping[Role, Sequence[ArtifactRef]]


def tiny_spec(**parts: Any) -> RunSpec:
    """Return a spec over two categories of 64-pixel scenes with plain answers; `parts` replace or add whole sections."""
    base: dict[str, Any] = {
        "model": {"source": "builtin://tiny-vlm"},
        "prompt": {"answer_format": "Plain"},
        "data": {
            "categories": TWO_CATEGORIES,
            "image_size_pixels": 64,
            "folds": {"diagnosis": 12, "seeds": 4, "validation": 0, "test": 10},
        },
        "diagnose": {"items_per_category": 6},
        "generate": {"samples": 20},
    }
    return RunSpec.model_validate({**base, **parts})


@dataclass(kw_only=True)
class World:
    """An artifact root, and what is done in it."""

    root: Path
    spec: RunSpec = field(default_factory=tiny_spec)
    seed: int = 7

    def input(
        self,
        stage: StageName,
        *,
        iteration: int = 1,
        attempt: int = 0,
        upstream: Upstreams | None = None,
        plan: IterationPlan | None = None,
        shards: int | None = None,
    ) -> StageInput:
        """Return the input of an attempt."""
        return StageInput(
            run=IDENTITY,
            stage=stage,
            iteration=iteration,
            attempt=attempt,
            shards=shards,
            seed=self.seed,
            spec=self.spec,
            upstream={role: tuple(refs) for role, refs in (upstream or {}).items()},
            plan=plan,
        )

    def settings(self, shard: int = 0) -> Settings:
        """Return settings that keep everything inside the root."""
        return Settings(
            artifact_root=self.root / "artifacts",
            result_file=self.root / "result.json",
            progress_file=self.root / "progress.json",
            progress_port=None,
            data_root=self.root,
            cache_folder=self.root / "cache",
            shard=shard,
        )

    def run(self, stage: Stage, stage_input: StageInput, shard: int = 0) -> StageResult:
        """Run one attempt with the real runner and return the result that it wrote."""
        settings = self.settings(shard)
        with _kept_signal_handlers():
            exit_code = run_stage(stage, stage_input, settings)
        result = StageResult.model_validate_json(settings.result_file.read_bytes())
        assert exit_code == (result.failure.exit_code if result.failure else ExitCode.OK)
        return result

    def folder(self, stage_input: StageInput, shard: int = 0) -> Path:
        """Return the folder of an attempt."""
        return Workspace(self.root / "artifacts", stage_input, shard).folder

    def leave(self, stage_input: StageInput, files: Mapping[str, bytes | str], shard: int = 0) -> ArtifactRef:
        """Leave a finished attempt with the given files, as if its stage had run."""
        workspace = Workspace(self.root / "artifacts", stage_input, shard)
        workspace.create()
        for name, content in files.items():
            path = workspace.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        workspace.seal(list(files))
        return workspace.reference()

    def prepare(self) -> ArtifactRef:
        """Run `prepare_stage` as iteration 0."""
        result = self.run(prepare_stage, self.input(StageName.PREPARE, iteration=0))
        return succeeded(result)

    def rows(self, data: ArtifactRef, fold: Fold) -> list[Row]:
        """Return the rows of a fold that `prepare` left."""
        folder = self.folder(self.input(data.stage, iteration=data.iteration, attempt=data.attempt))
        return list(read_dataset(folder / fold_file(fold)))


def succeeded(result: StageResult) -> ArtifactRef:
    """Return the manifest of an attempt that must have succeeded."""
    assert result.failure is None, result.failure
    assert result.manifest is not None
    return result.manifest


def outcome_of(result: StageResult) -> Outcome:
    """Return the outcome of an attempt that must have succeeded."""
    succeeded(result)
    assert result.outcome is not None
    return result.outcome


def failure_of(result: StageResult) -> StageFailure:
    """Return the failure of an attempt that must have failed."""
    assert result.failure is not None, result.outcome
    return result.failure


def prepare_stage(context: StageContext) -> PrepareOutcome:
    """Prepare the data for real, beside a model folder without weights worth the name."""
    weights = context.workspace.folder / MODEL_FOLDER / "weights.safetensors"
    weights.parent.mkdir()
    weights.write_bytes(b"no weights")
    context.leave(f"{MODEL_FOLDER}/weights.safetensors")
    folds, natural = prepare_data(context)
    return PrepareOutcome(model_digest="sha256:" + 64 * "0", folds=folds, natural=natural)


@contextmanager
def _kept_signal_handlers() -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


Script = Callable[[Prompt, int], "str | Completion"]
"""Returns completion number `index` to a prompt."""


@dataclass(kw_only=True)
class ScriptedPolicy:
    """Stands in for a model: answers by a script, and remembers what it was asked."""

    script: Script
    batch_size: int = 4
    dies_after: int | None = None
    """Batches after which the engine is gone; None lives on."""
    batches: list[list[str]] = field(default_factory=list)
    """Keys of the prompts of every batch."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        pass

    def complete(self, prompts: Sequence[Prompt], *, n: int, sampling: Sampling, seed: int) -> list[list[Completion]]:
        """Answer by the script."""
        if self.dies_after is not None and len(self.batches) >= self.dies_after:
            raise ModelServiceError("the scripted engine is gone.", remedy="Script it to live longer.")
        self.batches.append([prompt.key for prompt in prompts])
        found = [[self.script(prompt, index) for index in range(n)] for prompt in prompts]
        return [[Completion(text=each) if isinstance(each, str) else each for each in completions] for completions in found]

    def opener(self, serving: ServingSpec, folder: Path, prompt: PromptSpec) -> Policy:
        """Return the policy, as `open_policy` does."""
        return self


def right_answers(rows: Sequence[Row], spec: RunSpec) -> dict[str, str]:
    """Return the completion that answers each sample rightly, by sample id."""
    return {row.sample.id: wrap(spec.prompt.answer_format, canonical_text(row.sample.answer)) for row in rows}
