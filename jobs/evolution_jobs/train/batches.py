"""How prompts, groups, updates and processes fit together, as numbers."""

from __future__ import annotations

from dataclasses import dataclass

from evolution_contracts.errors import ConfigError
from evolution_contracts.spec.train import GrpoSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPlan:
    """The sizes that the trainer is configured with."""

    prompts_per_step: int
    """Prompts in one batch of rollouts, over all processes."""
    rollout_batches: int
    """Batches of rollouts to train on."""
    micro_batch: int
    """Completions that one process holds for the backward pass."""
    accumulation: int
    """Micro-batches of one optimiser update."""
    micro_batches_per_rollout: int
    """Micro-batches that one batch of rollouts is cut into, for one inner epoch."""
    updates_per_rollout: int
    """Optimiser updates made from one batch of rollouts, inner epochs included."""

    @property
    def updates(self) -> int:
        """Optimiser updates in all."""
        return self.rollout_batches * self.updates_per_rollout


def plan_batches(rows: int, grpo: GrpoSpec, *, processes: int, micro_batch_size: int) -> BatchPlan:
    """Return the batch sizes for a training set of `rows` samples.

    A training set smaller than one batch shrinks the batch to the largest size that still divides evenly. The micro-batch is the largest
    divisor of an update's share that is not above the spec's.

    Raises:
        ConfigError: the training set is too small for even one update on each process.
    """
    unit = _smallest_batch(grpo, processes)
    prompts = min(grpo.prompts_per_step, rows) // unit * unit
    if prompts == 0:
        raise ConfigError(
            f"train.grpo: {rows} training samples do not fill one batch of {unit} prompts "
            f"({grpo.updates_per_step} updates on {processes} processes).",
            remedy="Generate more samples, widen the filter's band, or lower train.grpo.updatesPerStep.",
        )
    share = prompts * grpo.group_size // (grpo.updates_per_step * processes)
    micro_batch = max(size for size in range(1, min(micro_batch_size, share) + 1) if share % size == 0)
    accumulation = share // micro_batch
    batches = grpo.max_steps if grpo.max_steps is not None else max(1, int(grpo.epochs * rows // prompts))
    return BatchPlan(
        prompts_per_step=prompts,
        rollout_batches=batches,
        micro_batch=micro_batch,
        accumulation=accumulation,
        micro_batches_per_rollout=accumulation * grpo.updates_per_step,
        updates_per_rollout=grpo.updates_per_step * grpo.inner_epochs,
    )


def _smallest_batch(grpo: GrpoSpec, processes: int) -> int:
    """Return the least number of prompts whose completions divide evenly into updates and processes."""
    parts = grpo.updates_per_step * processes
    return next(prompts for prompts in range(1, parts + 1) if prompts * grpo.group_size % parts == 0)
