"""The record of an iteration as it grows, and what a run remembers of the finished ones.

Everything that later decisions need from an iteration is folded into the status when it ends, so that no decision depends on whether
the records can be read. A rerun folds the same records again, up to the place it goes back to.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from evolution_contracts.api.iteration import GateDecision, IterationRecord, StageRecord
from evolution_contracts.api.run import MAX_HISTORY, IncumbentStatus, IterationSummary, MixtureMemory, RunStatus
from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.results import Outcome
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.mixture import posterior_mean
from evolution_operator.core.stages import manifests, stages_of


def with_stage(record: IterationRecord, finished: StageRecord, outcome: Outcome) -> IterationRecord:
    """Return the record with one more finished stage and its outcome; the report leaves no outcome in it."""
    changes: dict[str, Any] = {"stages": (*record.stages, finished)}
    if finished.stage is not StageName.REPORT:
        changes[finished.stage.value] = outcome
    return record.model_copy(update=changes)


def cut_before(record: IterationRecord, stage: StageName) -> IterationRecord:
    """Return the record as it was when `stage` was about to begin."""
    order = stages_of(record.iteration, with_report=True)
    repeated = order[order.index(stage) :]
    if stage is StageName.REPORT:
        return record.model_copy(update={"stages": tuple(kept for kept in record.stages if kept.stage not in repeated)})
    forgotten: dict[str, Any] = {name.value: None for name in repeated if name is not StageName.REPORT}
    if StageName.GENERATE in repeated:
        forgotten["plan"] = None
    return record.model_copy(
        update={
            **forgotten,
            "stages": tuple(kept for kept in record.stages if kept.stage not in repeated),
            "finished_at": None,
            "decision": None,
            "decision_reason": "",
        }
    )


def has_same_work(record: IterationRecord, other: IterationRecord) -> bool:
    """Return whether two records tell of the same decision on the same artifacts; times may be written less exactly."""
    return (record.iteration, record.decision, manifests(record)) == (other.iteration, other.decision, manifests(other))


def remembered(status: RunStatus, record: IterationRecord) -> RunStatus:
    """Return the status with all that later iterations need from `record`; from an unfinished one only data and seeds are taken."""
    if record.prepare is not None:
        natural = status.mixture.model_copy(update={"natural": record.prepare.natural})
        status = status.model_copy(update={"data": manifests(record)[StageName.PREPARE][0], "mixture": natural})
    if record.decision is None or record.evaluate is None:
        return status
    evaluation = manifests(record)[StageName.EVALUATE][0]
    changes: dict[str, Any] = {
        "history": _history(status, record),
        "rejections": status.rejections + 1 if record.decision is GateDecision.REJECTED else 0,
        "mixture": _mixture_memory(status.mixture, record),
    }
    if record.decision is GateDecision.BASELINE:
        changes |= {"baseline": record.evaluate.score, "baseline_evaluation": evaluation}
    if record.decision is not GateDecision.REJECTED:
        changes["best"] = _incumbent(record, evaluation)
    return status.model_copy(update=changes)


def recalled(records: Iterable[IterationRecord]) -> RunStatus:
    """Return a status that remembers the given records, oldest first, and nothing else."""
    status = RunStatus()
    for record in records:
        status = remembered(status, record)
    return status


def _incumbent(record: IterationRecord, evaluation: ArtifactRef) -> IncumbentStatus:
    assert record.evaluate is not None
    source = StageName.TRAIN if record.iteration else StageName.PREPARE
    return IncumbentStatus(
        iteration=record.iteration,
        score=record.evaluate.score,
        model_digest=record.evaluate.model_digest,
        model=manifests(record)[source][0],
        evaluation=evaluation,
    )


def _history(status: RunStatus, record: IterationRecord) -> tuple[IterationSummary, ...]:
    assert record.evaluate is not None
    assert record.decision is not None
    line = IterationSummary(iteration=record.iteration, score=record.evaluate.score, decision=record.decision)
    others = tuple(known for known in status.history if known.iteration != record.iteration)
    return (*others, line)[-MAX_HISTORY:]


def _mixture_memory(memory: MixtureMemory, record: IterationRecord) -> MixtureMemory:
    if record.plan is None or record.diagnose is None:
        return memory
    return memory.model_copy(
        update={
            "first": memory.first or record.plan.mixture,
            "previous": record.plan.mixture,
            "previous_accuracies": {category: posterior_mean(found) for category, found in record.diagnose.categories.items()},
        }
    )
