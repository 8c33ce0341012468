"""Which stage comes next, and what it is given.

A stage reads manifests that earlier stages left; the status knows them all, so the input of an attempt is a function of the status and
the spec. Seeds depend on the run's seed, the iteration and the stage alone: the same file gives the same data under any name, here or
on a cluster.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from evolution_contracts.api.iteration import IterationRecord
from evolution_contracts.api.run import EvolutionRun, RunStatus
from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.seeds import derive_seed
from evolution_contracts.spec.failure import FailureSpec
from evolution_contracts.spec.gate import GateSpec
from evolution_contracts.spec.run import RunSpec
from evolution_contracts.spec.scheduling import BudgetSpec
from evolution_contracts.stage import IterationVerdict, Role, RunIdentity, StageInput
from evolution_contracts.vocabulary import ITERATION_STAGES, StageName

BASELINE_STAGES = (StageName.PREPARE, StageName.EVALUATE)
"""The stages of iteration 0."""
MAX_MANIFESTS = 1000
"""Longest history that a stage input holds."""
ROLES: dict[StageName, tuple[Role, ...]] = {
    StageName.PREPARE: (),
    StageName.DIAGNOSE: ("data", "model"),
    StageName.GENERATE: ("data", "diagnosis"),
    StageName.FILTER: ("data", "model", "candidates"),
    StageName.TRAIN: ("data", "model", "training_set"),
    StageName.EVALUATE: ("data", "model", "incumbent_evaluation", "baseline_evaluation"),
    StageName.REPORT: ("data",),
}
"""What a stage reads; the report reads the history besides."""
STABLE: dict[str, Any] = {
    "suspend": False,
    "rerun": None,
    "ttl_seconds_after_finished": None,
    "budget": BudgetSpec(),
    "failure": FailureSpec(),
    "gate": GateSpec(),
    "iterations": RunSpec.model_fields["iterations"].default,
}
"""What stages see of the fields that may be edited while a run lives: only the control plane reads these."""


class Position(NamedTuple):
    """A place in the life of a run."""

    iteration: int
    stage: StageName

    @property
    def order(self) -> tuple[int, int]:
        """Sort key: places in the order in which a run comes through them."""
        return self.iteration, tuple(StageName).index(self.stage)


def stages_of(iteration: int, *, with_report: bool = False) -> tuple[StageName, ...]:
    """Return the stages of an iteration in order; the report follows the last one."""
    stages = ITERATION_STAGES if iteration else BASELINE_STAGES
    return (*stages, StageName.REPORT) if with_report else stages


def next_position(status: RunStatus) -> Position | None:
    """Return the stage to begin when none is under way; None when the run is complete."""
    current = status.current
    if current is None:
        return Position(0, StageName.PREPARE)
    finished = {record.stage for record in current.stages}
    if status.ending is not None:
        return None if StageName.REPORT in finished else Position(current.iteration, StageName.REPORT)
    for stage in stages_of(current.iteration):
        if stage not in finished:
            return Position(current.iteration, stage)
    return Position(current.iteration + 1, StageName.DIAGNOSE)


def stable_spec(spec: RunSpec) -> RunSpec:
    """Return the spec as stages see it: equal for all edits that a living run allows, so that inputs keep their digests."""
    return spec.model_copy(update=STABLE)


def shards_of(spec: RunSpec, stage: StageName) -> int | None:
    """Return the number of shards of a stage; None for a stage without shards."""
    return spec.generate.shards if stage is StageName.GENERATE else None


def stage_input(run: EvolutionRun, status: RunStatus, attempt: int, kept: Sequence[IterationRecord]) -> StageInput:
    """Return the input of an attempt of the current stage.

    Args:
        run: The run; its status is not read.
        status: The status that the stage begins from; names the current stage and iteration.
        attempt: Number of the attempt.
        kept: Records of the finished iterations, oldest first; only the report reads them.
    """
    assert status.stage is not None
    assert status.current is not None
    stage = status.stage.stage
    return StageInput(
        run=RunIdentity(namespace=run.metadata.namespace, name=run.metadata.name, uid=run.metadata.uid or run.metadata.name),
        stage=stage,
        iteration=status.iteration,
        attempt=attempt,
        first_attempt=min(status.first_attempt, attempt),
        shards=shards_of(run.spec, stage),
        seed=derive_seed(run.spec.seed, status.iteration, stage.value),
        spec=stable_spec(run.spec),
        upstream=upstream(status, stage),
        plan=status.current.plan,
        history=history(status, kept) if stage is StageName.REPORT else (),
        verdicts=verdicts(status, kept) if stage is StageName.REPORT else (),
    )


def upstream(status: RunStatus, stage: StageName) -> dict[Role, tuple[ArtifactRef, ...]]:
    """Return the manifests that a stage of the current iteration reads, by their role."""
    of_stage = manifests(status.current)
    known: dict[Role, tuple[ArtifactRef, ...]] = {
        "data": _one(status.data),
        "model": _model(status, stage),
        "diagnosis": of_stage.get(StageName.DIAGNOSE, ()),
        "candidates": of_stage.get(StageName.GENERATE, ()),
        "training_set": of_stage.get(StageName.FILTER, ()),
        "incumbent_evaluation": _one(status.best.evaluation if status.best else None),
        "baseline_evaluation": _one(status.baseline_evaluation),
    }
    return {role: known[role] for role in roles(stage, status.iteration)}


def roles(stage: StageName, iteration: int) -> tuple[Role, ...]:
    """Return what a stage reads; the baseline has nothing to be compared with."""
    return ("data", "model") if stage is StageName.EVALUATE and not iteration else ROLES[stage]


def _model(status: RunStatus, stage: StageName) -> tuple[ArtifactRef, ...]:
    """Return the model that a stage asks or trains: the candidate where it is evaluated, else the incumbent."""
    if stage is StageName.EVALUATE and status.iteration:
        return manifests(status.current)[StageName.TRAIN]
    return _one(status.best.model if status.best else status.data)


def history(status: RunStatus, kept: Sequence[IterationRecord]) -> tuple[ArtifactRef, ...]:
    """Return every manifest of the run, oldest first.

    Shards are left out where the list would grow beyond what an input holds: a page about the run needs the evaluations of all
    iterations more than the folders of all workers.
    """
    earlier = sorted((record for record in kept if record.iteration < status.iteration), key=lambda record: record.iteration)
    records = [record for record in (*earlier, status.current) if record is not None]
    every = tuple(ref for record in records for refs in manifests(record).values() for ref in refs)
    return every if len(every) <= MAX_MANIFESTS else tuple(ref for ref in every if ref.shard is None)


def verdicts(status: RunStatus, kept: Sequence[IterationRecord]) -> tuple[IterationVerdict, ...]:
    """Return what the gate decided about every iteration, oldest first; one that never reached the gate has no verdict."""
    earlier = [record for record in kept if record.iteration < status.iteration]
    return tuple(
        IterationVerdict(iteration=record.iteration, decision=record.decision.value, reason=record.decision_reason)
        for record in sorted([*earlier, *([status.current] if status.current else [])], key=lambda record: record.iteration)
        if record.decision is not None
    )


def manifests(record: IterationRecord | None) -> dict[StageName, tuple[ArtifactRef, ...]]:
    """Return the manifests of an iteration's finished stages, in order."""
    return {} if record is None else {stage.stage: stage.manifests for stage in record.stages}


def _one(ref: ArtifactRef | None) -> tuple[ArtifactRef, ...]:
    return () if ref is None else (ref,)
