"""How the policy is trained."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from evolution_contracts.base import Contract
from evolution_contracts.spec.kubernetes import StagePod


class TrainBackend(StrEnum):
    """The training library."""

    TRL = "TRL"
    VERL = "VERL"


class Launcher(StrEnum):
    """The Kubernetes resource that carries the training."""

    JOB = "Job"
    PYTORCH_JOB = "PyTorchJob"
    RAY_JOB = "RayJob"
    TRAIN_JOB = "TrainJob"


class LoraSpec(Contract):
    """Low-rank adapters; fused into the weights when training ends."""

    rank: Annotated[int, Field(ge=1, le=1024)] = 64
    """Rank of the adapters."""
    alpha: Annotated[int, Field(ge=1, le=4096)] = 128
    """Scale of the adapters."""
    target_modules: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=64)] = ("all-linear",)
    """Modules that get adapters; the vision tower is left out."""


class GrpoSpec(Contract):
    """Group relative policy optimisation; names and defaults follow the method's table (method notes, section 3)."""

    group_size: Annotated[int, Field(ge=2, le=128)] = 8
    """Rollouts of each prompt, G."""
    prompts_per_step: Annotated[int, Field(ge=1, le=65_536)] = 512
    """Prompts rolled out together, over all processes."""
    updates_per_step: Annotated[int, Field(ge=1, le=1024)] = 4
    """Optimiser updates made from one batch of rollouts, each on its own part of the prompts."""
    inner_epochs: Annotated[int, Field(ge=1, le=16)] = 1
    """Times each batch of rollouts is gone through."""
    max_steps: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Rollout batches to train on; None makes `epochs` passes over the training set."""
    epochs: Annotated[float, Field(gt=0, le=1000)] = 1.0
    """Passes over the training set when `maxSteps` is not set."""
    learning_rate: Annotated[float, Field(gt=0, le=1)] = 1e-6
    """Peak learning rate."""
    learning_rate_decay: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of the learning rate lost linearly until the end; 0 keeps it constant."""
    warmup_share: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share of the updates with a linearly rising learning rate."""
    weight_decay: Annotated[float, Field(ge=0, le=1)] = 0.01
    """Weight decay of AdamW."""
    max_gradient_norm: Annotated[float, Field(gt=0, le=1000)] = 1.0
    """Norm to which gradients are clipped."""
    kl_coefficient: Annotated[float, Field(ge=0, le=10)] = 0.01
    """Weight of the KL term to the policy at the start of the iteration, beta."""
    clip_low: Annotated[float, Field(gt=0, lt=1)] = 0.2
    """Lower clip range of the importance ratio."""
    clip_high: Annotated[float, Field(gt=0, lt=10)] = 0.3
    """Upper clip range of the importance ratio."""
    temperature: Annotated[float, Field(gt=0, le=5)] = 1.0
    """Temperature of the rollouts."""
    top_p: Annotated[float, Field(gt=0, le=1)] = 0.99
    """Nucleus of the rollouts."""
    accuracy_weight: Annotated[float, Field(gt=0, le=1)] = 0.9
    """Reward of a correct answer when the prompt asks for a format; 1 otherwise."""
    format_weight: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Reward of the right form, given only when the prompt asks for a format."""


class TrainSpec(Contract):
    """The training of one iteration."""

    backend: TrainBackend = TrainBackend.TRL
    """`TRL` for one node to a few; `VERL` for many nodes."""
    launcher: Launcher = Launcher.PYTORCH_JOB
    """Kubernetes resource that carries the training; locally always processes."""
    grpo: GrpoSpec = GrpoSpec()
    """The objective and its settings."""
    lora: LoraSpec | None = None
    """Adapters instead of full training; None trains all weights."""
    nodes: Annotated[int, Field(ge=1, le=1024)] = 1
    """Nodes (pods) of the training."""
    gpus_per_node: Annotated[int, Field(ge=0, le=64)] = 0
    """GPUs of each node; 0 trains on the CPU."""
    processes_per_node: Annotated[int, Field(ge=1, le=64)] | None = None
    """Processes on each node; None starts one for each GPU, or one where there is none."""
    micro_batch_size: Annotated[int, Field(ge=1, le=65_536)] = 8
    """Completions that one process holds in memory for the backward pass."""
    checkpoint_every_steps: Annotated[int, Field(ge=1, le=1_000_000)] = 10
    """Rollout batches between checkpoints; one always stands between two batches, so that a resumed run equals an undisturbed one."""
    checkpoint_seconds: Annotated[int, Field(ge=1, le=86_400)] = 60
    """Time that writing one checkpoint may take; the stall clock allows three times as much."""
    precision: Annotated[str, Field(pattern=r"^(float32|bfloat16)$")] = "bfloat16"
    """Number format of weights and activations."""
    gradient_checkpointing: bool = False
    """True saves memory and costs about a third more time."""
    pod: StagePod = StagePod()
    """Pod settings."""

    @model_validator(mode="after")
    def _divides_evenly(self) -> Self:
        if self.grpo.prompts_per_step % self.grpo.updates_per_step:
            raise ValueError(
                f"grpo.updatesPerStep: {self.grpo.updates_per_step} does not divide promptsPerStep {self.grpo.prompts_per_step}"
            )
        return self
