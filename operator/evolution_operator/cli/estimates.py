"""How much work a run asks for, from its spec alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

from evolution_contracts.spec.data import DataSource
from evolution_contracts.spec.run import RunSpec
from evolution_contracts.vocabulary import Fold, StageName


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEstimate:
    """The work of one stage, at most."""

    stage: StageName
    processes: int = 1
    """Processes at work; shards of a sharded stage."""
    prompts: int | None = 0
    """Different prompts that the policy is asked; None where only the data will tell."""
    completions: int | None = 0
    """Completions that the policy writes; None where only the data will tell."""
    note: str = ""


def baseline_estimates(spec: RunSpec) -> tuple[StageEstimate, ...]:
    """Return the work of iteration 0."""
    return (StageEstimate(stage=StageName.PREPARE, note=_prepared(spec)), _evaluate(spec))


def iteration_estimates(spec: RunSpec) -> tuple[StageEstimate, ...]:
    """Return the work of one iteration after the baseline."""
    return (_diagnose(spec), _generate(spec), _filter(spec), _train(spec), _evaluate(spec))


def training_steps(spec: RunSpec) -> int:
    """Return the rollout batches of one training at most, when the filter keeps every candidate."""
    grpo = spec.train.grpo
    if grpo.max_steps is not None:
        return grpo.max_steps
    return max(1, math.ceil(grpo.epochs * spec.generate.samples / grpo.prompts_per_step))


def total_completions(spec: RunSpec) -> int | None:
    """Return the completions of the whole run at most; None where only the data will tell."""
    once = [estimate.completions for estimate in baseline_estimates(spec)]
    repeated = [estimate.completions for estimate in iteration_estimates(spec)]
    if None in once or None in repeated:
        return None
    return sum(count or 0 for count in once) + spec.iterations * sum(count or 0 for count in repeated)


def _prepared(spec: RunSpec) -> str:
    if spec.data.source is DataSource.FILES:
        return f"{spec.model.source}; {len(spec.data.files)} data files"
    folds, categories = spec.data.folds, len(spec.data.categories)
    samples = categories * (folds.diagnosis + folds.seeds + folds.validation + folds.test)
    return f"{spec.model.source}; {samples} drawn samples in {categories} categories"


def _diagnose(spec: RunSpec) -> StageEstimate:
    asked = spec.diagnose.max_items_per_category or spec.diagnose.items_per_category
    prompts = asked * len(spec.data.categories)
    each = f"{asked}" if asked == spec.diagnose.items_per_category else f"{spec.diagnose.items_per_category} to {asked}"
    return StageEstimate(
        stage=StageName.DIAGNOSE,
        prompts=prompts,
        completions=prompts * spec.diagnose.answers_per_item,
        note=f"{each} samples a category, {spec.diagnose.serving.engine.value}",
    )


def _generate(spec: RunSpec) -> StageEstimate:
    note = f"{spec.generate.samples} candidates, {spec.generate.provider.value}, at most {spec.generate.max_attempts_per_slot} tries each"
    return StageEstimate(stage=StageName.GENERATE, processes=spec.generate.shards, note=note)


def _filter(spec: RunSpec) -> StageEstimate:
    return StageEstimate(
        stage=StageName.FILTER,
        prompts=spec.generate.samples,
        completions=spec.generate.samples * spec.filter.rollouts,
        note=f"{spec.filter.rollouts} rollouts each, keeps pass rates {spec.filter.min_pass_rate:g} to {spec.filter.max_pass_rate:g}",
    )


def _train(spec: RunSpec) -> StageEstimate:
    train, steps = spec.train, training_steps(spec)
    prompts = steps * train.grpo.prompts_per_step
    return StageEstimate(
        stage=StageName.TRAIN,
        processes=train.nodes * (train.processes_per_node or max(1, train.gpus_per_node)),
        prompts=prompts,
        completions=prompts * train.grpo.group_size,
        note=f"{train.backend.value}, {steps} steps of {train.grpo.prompts_per_step} prompts in groups of {train.grpo.group_size}",
    )


def _evaluate(spec: RunSpec) -> StageEstimate:
    names = ", ".join(suite.name for suite in spec.evaluate.suites)
    if spec.data.source is DataSource.FILES:
        return StageEstimate(stage=StageName.EVALUATE, prompts=None, completions=None, note=f"suites {names}")
    sizes = {Fold.TEST: spec.data.folds.test, Fold.VALIDATION: spec.data.folds.validation}
    prompts = len(spec.data.categories) * sum(sizes[suite.fold] for suite in spec.evaluate.suites)
    note = f"suites {names}, {spec.evaluate.serving.engine.value}, greedy"
    return StageEstimate(stage=StageName.EVALUATE, prompts=prompts, completions=prompts, note=note)
