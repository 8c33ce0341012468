"""TRL's GRPO trainer with what a stage needs: repeatable rollouts, checkpoints between batches, curves, a clean stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback
from trl import GRPOConfig, GRPOTrainer

from evolution_contracts.seeds import derive_seed
from evolution_contracts.spec.model import PromptSpec
from evolution_contracts.spec.train import TrainSpec
from evolution_jobs.train.batches import BatchPlan


class RepeatableGRPOTrainer(GRPOTrainer):
    """Seeds every batch of rollouts by its number, so that a resumed training samples what an undisturbed one would have."""

    def _generate_and_score_completions(self, inputs: Any) -> Any:
        torch.manual_seed(derive_seed(self.args.seed, "rollouts", self.state.global_step, self.accelerator.process_index))
        return super()._generate_and_score_completions(inputs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """What the stage wants to hear while the trainer works."""

    on_update: Callable[[int, dict[str, Any]], None]
    """Called after each optimiser update with its number and the trainer's log."""
    on_checkpoint: Callable[[Path, int], None]
    """Called when a checkpoint's last file is written, with its folder and the number of updates."""
    is_stop_requested: Callable[[], bool]
    """Whether to stop at the next boundary between batches of rollouts."""


class StageCallback(TrainerCallback):
    """Connects the trainer's life to the stage's hooks."""

    def __init__(self, hooks: Hooks, plan: BatchPlan, checkpoint_every: int) -> None:
        self._hooks = hooks
        self._boundary = plan.updates_per_rollout
        self._checkpoint_every = checkpoint_every * plan.updates_per_rollout

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_kwargs: Any) -> None:  # noqa: ARG002
        """Pass the log of an update on; the summary at the end is none."""
        if state.is_world_process_zero and logs and "loss" in logs:
            self._hooks.on_update(state.global_step, logs)

    def on_step_end(self, args: Any, state: Any, control: Any, **_kwargs: Any) -> Any:  # noqa: ARG002
        """Save only between batches of rollouts, where a resumed training can take up exactly."""
        if state.global_step % self._boundary:
            return control
        stops = self._hooks.is_stop_requested()
        control.should_save = stops or state.global_step % self._checkpoint_every == 0
        control.should_training_stop = control.should_training_stop or stops
        return control

    def on_save(self, args: Any, state: Any, control: Any, **_kwargs: Any) -> None:  # noqa: ARG002
        """Tell that a checkpoint is complete."""
        if state.is_world_process_zero:
            self._hooks.on_checkpoint(Path(args.output_dir) / f"checkpoint-{state.global_step}", state.global_step)


def grpo_config(spec: TrainSpec, prompt: PromptSpec, plan: BatchPlan, *, folder: Path, seed: int, suppress: list[int]) -> GRPOConfig:
    """Return TRL's configuration; one setting of ours is one of theirs, and everything else is switched off."""
    grpo = spec.grpo
    has_gpu = torch.cuda.is_available()
    return GRPOConfig(
        output_dir=str(folder),
        seed=seed % 2**31,
        use_cpu=not has_gpu,
        bf16=has_gpu and spec.precision == "bfloat16",
        ddp_backend="gloo" if torch.distributed.is_torchelastic_launched() and not has_gpu else None,
        max_steps=plan.updates,
        per_device_train_batch_size=plan.micro_batch,
        gradient_accumulation_steps=plan.accumulation,
        steps_per_generation=plan.micro_batches_per_rollout,
        num_generations=grpo.group_size,
        num_iterations=grpo.inner_epochs,
        max_completion_length=prompt.max_answer_tokens,
        generation_kwargs={"suppress_tokens": suppress} if suppress else None,
        temperature=grpo.temperature,
        top_p=grpo.top_p,
        learning_rate=grpo.learning_rate,
        lr_scheduler_type="polynomial" if grpo.learning_rate_decay else "constant_with_warmup",
        lr_scheduler_kwargs={"lr_end": grpo.learning_rate * (1 - grpo.learning_rate_decay)} if grpo.learning_rate_decay else {},
        warmup_steps=int(grpo.warmup_share * plan.updates),
        weight_decay=grpo.weight_decay,
        max_grad_norm=grpo.max_gradient_norm,
        beta=grpo.kl_coefficient,
        epsilon=grpo.clip_low,
        epsilon_high=grpo.clip_high,
        loss_type="grpo",
        scale_rewards="group",
        activation_checkpointing=spec.gradient_checkpointing,
        logging_steps=1,
        logging_strategy="steps",
        save_strategy="no",
        save_total_limit=2,
        report_to=[],
        disable_tqdm=True,
        dataloader_num_workers=0,
        dataloader_pin_memory=has_gpu,
    )
