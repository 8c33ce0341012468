"""One process of the training: the same function whether it is the only one or one of many under torchrun."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import PrinterCallback

from evolution_contracts.spec.model import PromptSpec
from evolution_contracts.spec.train import TrainSpec
from evolution_jobs.answers.verifier import Verifier
from evolution_jobs.policy.transformers_engine import load_model
from evolution_jobs.runtime.datasets import read_dataset
from evolution_jobs.train.batches import BatchPlan
from evolution_jobs.train.checkpoints import Checkpoint
from evolution_jobs.train.rewards import VerifiableReward
from evolution_jobs.train.rows import training_rows
from evolution_jobs.train.shared_pictures import share_pictures
from evolution_jobs.train.trainer import Hooks, RepeatableGRPOTrainer, StageCallback, grpo_config


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What every process of the training must agree on."""

    spec: TrainSpec
    prompt: PromptSpec
    plan: BatchPlan
    seed: int
    model: Path
    """Folder of the model to start from, which is also the reference of the KL term."""
    training_set: Path
    checkpoints: Path
    """Folder that checkpoints are written to."""
    result: Path
    """Folder that the trained model is written to."""
    resume: Checkpoint | None


def train(training: Training, hooks: Hooks) -> int:
    """Train until the plan is done or a stop is requested; return the number of updates done. Writes the model only when done."""
    processor, model = load_model(training.model, precision="float32")
    if training.resume is not None and training.spec.lora is None:
        _take_weights(model, training.resume.folder)
    share_pictures(model)
    ends = model.generation_config.eos_token_id
    end_tokens = frozenset([ends] if isinstance(ends, int) else ends)
    with Verifier(training.prompt.answer_format) as verifier:
        trainer = RepeatableGRPOTrainer(
            model=model,
            processing_class=processor,
            reward_funcs=VerifiableReward(verifier, training.prompt.answer_format, training.spec.grpo, end_tokens),
            args=grpo_config(
                training.spec,
                training.prompt,
                training.plan,
                folder=training.checkpoints,
                seed=training.seed,
                suppress=list(model.generation_config.suppress_tokens or []),
            ),
            train_dataset=training_rows(list(read_dataset(training.training_set)), training.prompt),
            callbacks=[StageCallback(hooks, training.plan, training.spec.checkpoint_every_steps)],
            peft_config=_adapters(training.spec),
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train(resume_from_checkpoint=str(training.resume.folder) if training.resume else None)
    updates = int(trainer.state.global_step)
    if updates == training.plan.updates and trainer.is_world_process_zero():
        _save(trainer, processor, training)
    return updates


def _take_weights(model: Any, folder: Path) -> None:
    """Load a checkpoint's weights through the model's own loader.

    The trainer's resume restores optimiser and step but matches the weights by names that differ from the live model's, and passes over
    what does not match; without this a resumed training would go on from the untrained weights.
    """
    restored = type(model).from_pretrained(folder, dtype=model.dtype, local_files_only=True)
    model.load_state_dict(restored.state_dict())


def _adapters(spec: TrainSpec) -> Any:
    if spec.lora is None:
        return None
    from peft import LoraConfig  # noqa: PLC0415 - peft costs a second that full training need not wait

    modules: Any = list(spec.lora.target_modules)
    return LoraConfig(
        r=spec.lora.rank,
        lora_alpha=spec.lora.alpha,
        target_modules=modules[0] if modules == ["all-linear"] else modules,
        exclude_modules=r".*visual.*",
        task_type="CAUSAL_LM",
    )


def _save(trainer: Any, processor: Any, training: Training) -> None:
    model = trainer.accelerator.unwrap_model(trainer.model)
    if training.spec.lora is not None:
        model = model.merge_and_unload()
    partial = training.result.with_name(f".{training.result.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    model.save_pretrained(partial)
    processor.save_pretrained(partial)
    shutil.rmtree(training.result, ignore_errors=True)
    partial.rename(training.result)
