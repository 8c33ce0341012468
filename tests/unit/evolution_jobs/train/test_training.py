"""The real trainer on the built-in model: it resumes exactly, stops cleanly, and runs on several processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evolution_contracts.spec.model import AnswerFormat, PromptSpec
from evolution_contracts.spec.train import GrpoSpec, LoraSpec, TrainSpec
from evolution_jobs.policy.transformers_engine import load_model
from evolution_jobs.runtime.datasets import write_dataset
from evolution_jobs.train.batches import plan_batches
from evolution_jobs.train.checkpoints import mark_complete, newest_checkpoint
from evolution_jobs.train.processes import run_training
from evolution_jobs.train.trainer import Hooks
from evolution_jobs.train.worker import Training, train
from support.tiny import drawn_rows, weights_digest_equal

PROMPT = PromptSpec(answer_format=AnswerFormat.PLAIN, max_answer_tokens=3)
SPEC = TrainSpec(
    grpo=GrpoSpec(
        group_size=4,
        prompts_per_step=8,
        updates_per_step=2,
        inner_epochs=2,
        learning_rate=1e-3,
        learning_rate_decay=0.5,
        kl_coefficient=0.02,
        top_p=1.0,
        max_steps=3,
    ),
    micro_batch_size=16,
    checkpoint_every_steps=1,
    precision="float32",
)
RECIPE = "the same for all"

Factory = Callable[..., Training]


@pytest.fixture
def training(tmp_path: Path, tiny_model: Path) -> Factory:
    training_set = tmp_path / "training_set.parquet"
    write_dataset(training_set, drawn_rows(24))

    def make(name: str, **changes: Any) -> Training:
        folder = tmp_path / name
        folder.mkdir()
        made = Training(
            spec=SPEC,
            prompt=PROMPT,
            plan=plan_batches(24, SPEC.grpo, processes=1, micro_batch_size=SPEC.micro_batch_size),
            seed=5,
            model=tiny_model,
            training_set=training_set,
            checkpoints=folder / "checkpoints",
            result=folder / "model",
            resume=None,
        )
        return replace(made, **changes)

    return make


def _hooks(log: list[dict[str, Any]] | None = None, stop_after: int | None = None) -> Hooks:
    seen = {"updates": 0}

    def on_update(update: int, values: dict[str, Any]) -> None:
        seen["updates"] = update
        if log is not None:
            log.append(values)

    return Hooks(
        on_update=on_update,
        on_checkpoint=lambda folder, updates: mark_complete(folder, updates=updates, recipe=RECIPE),
        is_stop_requested=lambda: stop_after is not None and seen["updates"] >= stop_after,
    )


def test_resumed_training_ends_with_the_weights_of_an_undisturbed_one(training: Factory) -> None:
    undisturbed = training("undisturbed")
    log: list[dict[str, Any]] = []
    assert train(undisturbed, _hooks(log)) == 12
    assert len(log) == 12

    stopped = training("stopped")
    assert train(stopped, _hooks(stop_after=5)) == 8, "stops only between batches of rollouts"
    assert not stopped.result.exists()

    checkpoint = newest_checkpoint([stopped.checkpoints], RECIPE)
    assert checkpoint is not None
    assert checkpoint.updates == 8
    resumed = training("resumed", resume=checkpoint)
    rewards: list[dict[str, Any]] = []
    assert train(resumed, _hooks(rewards)) == 12
    assert len(rewards) == 4
    assert rewards[0]["reward"] == log[8]["reward"], "the first rollouts come from the checkpoint's weights"
    assert weights_digest_equal(undisturbed.result, resumed.result)
    assert not weights_digest_equal(undisturbed.result, undisturbed.model)


def test_trained_folder_loads_like_the_model_it_came_from(training: Factory) -> None:
    done = training("done")
    train(done, _hooks())
    processor, model = load_model(done.result, precision="float32")
    assert processor.chat_template
    assert model.generation_config.suppress_tokens


def test_adapters_are_fused_into_the_weights(training: Factory) -> None:
    spec = SPEC.evolve(lora=LoraSpec(rank=4, alpha=8))
    done = training("adapted", spec=spec)
    assert train(done, _hooks()) == 12
    _, model = load_model(done.result, precision="float32")
    assert not [name for name, _ in model.named_parameters() if "lora" in name]
    assert not weights_digest_equal(done.result, done.model)


def test_two_processes_train_one_model(training: Factory) -> None:
    spec = SPEC.evolve(grpo=SPEC.grpo.evolve(max_steps=1))
    plan = plan_batches(24, spec.grpo, processes=2, micro_batch_size=8)
    joint = training("joint", spec=spec, plan=plan)
    program = _program(joint)
    subprocess.run([sys.executable, "-c", program], check=True, timeout=240, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert (joint.result / "model.safetensors").is_file()
    assert not weights_digest_equal(joint.result, joint.model)


def _program(joint: Training) -> str:
    """Return a program that trains on two processes; a process of its own, because forking the test's would copy its threads."""
    return f"""
from pathlib import Path, PosixPath
from evolution_contracts.spec.model import *
from evolution_contracts.spec.train import *
from evolution_jobs.train.batches import BatchPlan
from evolution_jobs.train.processes import run_training
from evolution_jobs.train.trainer import Hooks
from evolution_jobs.train.worker import Training
joint = Training(
    spec=TrainSpec.model_validate_json({joint.spec.canonical_json()!r}),
    prompt=PromptSpec.model_validate_json({joint.prompt.canonical_json()!r}),
    plan={joint.plan!r}, seed=5, model={joint.model!r}, training_set={joint.training_set!r},
    checkpoints={joint.checkpoints!r}, result={joint.result!r}, resume=None,
)
hooks = Hooks(on_update=lambda *_: None, on_checkpoint=lambda *_: None, is_stop_requested=lambda: False)
assert run_training(joint, hooks, processes=2, nodes=1) == 4
"""


def test_training_on_several_nodes_says_that_it_needs_their_address(training: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MASTER_ADDR", raising=False)
    with pytest.raises(Exception, match="MASTER_ADDR is missing"):
        run_training(training("nodes"), _hooks(), processes=1, nodes=2)
