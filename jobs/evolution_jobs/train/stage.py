"""Stage train: reads the training set and the incumbent, leaves the candidate model and its learning curve."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evolution_contracts.errors import ConfigError
from evolution_contracts.results import TrainOutcome
from evolution_contracts.spec.train import TrainBackend
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.datasets import read_dataset
from evolution_jobs.runtime.folds import REGISTRY_NAME, Registry
from evolution_jobs.runtime.journal import Journal
from evolution_jobs.runtime.model_folder import MODEL_FOLDER, model_artifacts, model_digest
from evolution_jobs.runtime.names import CURVE_NAME, TRAINING_SET_NAME
from evolution_jobs.runtime.resume import recipe_of
from evolution_jobs.train.batches import BatchPlan, plan_batches
from evolution_jobs.train.checkpoints import mark_complete, newest_checkpoint
from evolution_jobs.train.curve import curve_line, curve_until, mean_of_tenth
from evolution_jobs.train.processes import run_training
from evolution_jobs.train.trainer import Hooks
from evolution_jobs.train.worker import Training

CHECKPOINTS = "checkpoints"


def run(context: StageContext) -> TrainOutcome:
    """Train the candidate; resumes from the newest complete checkpoint of any attempt."""
    spec = context.input.spec
    if spec.train.backend is not TrainBackend.TRL:
        raise ConfigError(f"spec.train.backend: {spec.train.backend} cannot run in this image.", remedy="Set train.backend: TRL.")
    training_set = context.workspace.upstream("training_set").path(TRAINING_SET_NAME)
    rows = _check_rows(context, training_set)
    processes = (spec.train.processes_per_node or max(1, spec.train.gpus_per_node)) * spec.train.nodes
    plan = plan_batches(rows, spec.train.grpo, processes=processes, micro_batch_size=spec.train.micro_batch_size)
    recipe = recipe_of(context.input, train=spec.train.document(), prompt=spec.prompt.document(), batches=asdict(plan))
    training = _training(context, training_set, plan, recipe)
    hooks = _hooks(context, training, recipe)
    updates = run_training(training, hooks, processes=processes // spec.train.nodes, nodes=spec.train.nodes)
    if updates < plan.updates:
        context.interrupt.request()
        context.interrupt.check()
    return _outcome(context, plan)


def _check_rows(context: StageContext, training_set: Path) -> int:
    """Return the number of rows after checking that none of them is held out."""
    registry = Registry.read(context.workspace.upstream("data").path(REGISTRY_NAME))
    samples = [row.sample for row in read_dataset(training_set)]
    registry.require_trainable(samples)
    return len(samples)


def _training(context: StageContext, training_set: Path, plan: BatchPlan, recipe: str) -> Training:
    folder = context.workspace.folder
    checkpoints = folder / CHECKPOINTS
    places = [checkpoints, *(earlier / CHECKPOINTS for earlier in context.workspace.earlier_attempts())]
    resume = newest_checkpoint(places, recipe)
    if resume is not None:
        context.log.info("training resumes", updates=resume.updates, checkpoint=str(resume.folder))
    return Training(
        spec=context.input.spec.train,
        prompt=context.input.spec.prompt,
        plan=plan,
        seed=context.input.seed,
        model=context.workspace.upstream("model").under(MODEL_FOLDER),
        training_set=training_set,
        checkpoints=checkpoints,
        result=folder / MODEL_FOLDER,
        resume=resume,
    )


def _hooks(context: StageContext, training: Training, recipe: str) -> Hooks:
    curve = context.workspace.folder / CURVE_NAME
    done, kept = 0, []
    if training.resume is not None:
        done = training.resume.updates
        kept = curve_until(training.resume.folder.parent.parent / CURVE_NAME, done)
    curve.unlink(missing_ok=True)
    with Journal(curve) as journal:
        journal.append(kept)
    context.progress.begin("steps", training.plan.updates, done)

    def on_update(update: int, log: dict[str, Any]) -> None:
        line = curve_line(update, log)
        with Journal(curve) as journal:
            journal.append([line])
        context.progress.metrics(**{name: value for name, value in line.items() if name != "update"})
        context.progress.advance(update - context.progress.snapshot().done)

    return Hooks(
        on_update=on_update,
        on_checkpoint=lambda folder, updates: mark_complete(folder, updates=updates, recipe=recipe),
        is_stop_requested=lambda: context.interrupt.is_requested,
    )


def _outcome(context: StageContext, plan: BatchPlan) -> TrainOutcome:
    folder = context.workspace.folder
    lines = curve_until(folder / CURVE_NAME, plan.updates)
    artifacts = model_artifacts(folder)
    context.leave(CURVE_NAME, *artifacts)
    for attempt in (folder, *context.workspace.earlier_attempts()):
        shutil.rmtree(attempt / CHECKPOINTS, ignore_errors=True)
    rolled_out = [line for line in lines if (line["update"] - 1) % plan.updates_per_rollout == 0]
    prompts = plan.rollout_batches * plan.prompts_per_step
    signal = sum(round((1 - line.get("zero_signal_share", 0.0)) * plan.prompts_per_step) for line in rolled_out)
    return TrainOutcome(
        model_digest=model_digest(folder / MODEL_FOLDER),
        steps=plan.updates,
        prompts=prompts,
        groups_with_signal=min(signal, prompts),
        first_reward=round(mean_of_tenth(lines, "reward_mean", last=False), 5),
        last_reward=round(mean_of_tenth(lines, "reward_mean", last=True), 5),
    )
