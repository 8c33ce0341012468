"""The course of a run from stage to stage: what begins next, how an iteration closes, and when no further one begins."""

from __future__ import annotations

from dataclasses import replace

from evolution_contracts.api.conditions import Reason
from evolution_contracts.api.iteration import GateDecision, IterationRecord, StageRecord
from evolution_contracts.api.run import StageState, StageStatus
from evolution_contracts.results import EvaluateOutcome, FilterOutcome, GenerateOutcome
from evolution_contracts.spec.gate import OnReject
from evolution_contracts.stage import IterationPlan
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.actions import KeepIteration
from evolution_operator.core.budget import Exhaustion, exhausted
from evolution_operator.core.gate import baseline, judged
from evolution_operator.core.lineage import has_same_work, remembered, with_stage
from evolution_operator.core.look import SOON, Ending, Finding, Look, clipped
from evolution_operator.core.mixture import Evidence, mixture
from evolution_operator.core.outcomes import Harvest
from evolution_operator.core.quotas import quotas
from evolution_operator.core.stages import Position, next_position, stable_spec
from evolution_operator.core.stall import stall_budget


def begin_next(look: Look) -> Look:
    """Return the look with the next stage begun; without a stage when the run has ended, or waits for a record to be kept.

    Nothing follows a finished iteration before its record is seen among the kept ones: what was done must not be lost.
    """
    current = look.status.current
    is_decided = current is not None and current.decision is not None
    if current is not None and is_decided:
        if look.status.repeats_from is not None:
            return look.waking(look.now + SOON)
        if not any(has_same_work(current, kept) for kept in look.seen.iterations):
            return look.asking(KeepIteration(record=current)).waking(look.now + SOON)
    look = _with_ending(look)
    if look.is_finished:
        return look
    position = next_position(look.status)
    return _complete(look) if position is None else _begun(look, position)


def _with_ending(look: Look) -> Look:
    """Return the look with the reason noted why no further stage but the report begins, if there is one."""
    status, spec = look.status, look.spec
    if status.ending is not None or status.current is None:
        return look
    if status.current.decision is not None and (reason := _no_further_iteration(look, status.current)):
        return look.with_status(ending=reason)
    over = exhausted(spec, status)
    return look if over is None else end_early(look, over)


def _no_further_iteration(look: Look, finished: IterationRecord) -> Reason | None:
    """Return why no iteration follows a finished one."""
    gate = look.spec.gate
    if finished.decision is GateDecision.REJECTED and gate.on_reject is OnReject.STOP:
        return Reason.STOPPED_BY_GATE
    if look.status.rejections >= gate.max_rejections:
        return Reason.TOO_MANY_REJECTIONS
    return Reason.COMPLETED if finished.iteration >= look.spec.iterations else None


def end_early(look: Look, over: Exhaustion) -> Look:
    """Return the look with the run given up for its budget: the stage under way is stopped, and only the report follows.

    A run that was stopped before it measured its baseline has nothing to report, so it failed.
    """
    if look.status.best is None:
        return fail_run(look, Finding(over.reason, over.message))
    given_up = look.status.stage
    first_attempt = max(look.status.first_attempt, given_up.attempt + 1 if given_up else 0)
    return look.giving_up().with_status(ending=over.reason, stage=None, first_attempt=first_attempt)


def fail_run(look: Look, finding: Finding) -> Look:
    """Return the look with the run failed; the stage it failed in stays in the status."""
    if look.status.stage is not None:
        look = look.with_stage(
            state=StageState.FAILED, state_since=look.now, message=clipped(finding.message), progressed_at=None, retry_at=None
        )
    return look.ended(Ending(has_succeeded=False, reason=finding.reason, message=finding.message))


def _complete(look: Look) -> Look:
    status = look.status
    assert status.ending is not None
    best = status.best
    message = f"{status.iteration} iterations"
    if best is not None and status.baseline is not None:
        message += f"; best is iteration {best.iteration} with {best.score.mean:.4f}, baseline {status.baseline.mean:.4f}"
    return look.ended(Ending(has_succeeded=True, reason=status.ending, message=message))


def _begun(look: Look, position: Position) -> Look:
    """Return the look with a stage begun; its first attempt is not created yet."""
    current = look.status.current
    if current is None or current.iteration != position.iteration:
        look = _with_new_iteration(look, position.iteration)
    if position.stage is StageName.GENERATE:
        look = _with_plan(look)
    stage = StageStatus(
        stage=position.stage,
        attempt=look.status.first_attempt,
        state_since=look.now,
        stall_budget_seconds=stall_budget(look.spec, position.stage),
    )
    return look.with_status(stage=stage)


def _with_new_iteration(look: Look, iteration: int) -> Look:
    record = IterationRecord(
        iteration=iteration,
        spec_digest=stable_spec(look.spec).fingerprint(),
        started_at=look.now,
        incumbent=look.status.best.iteration if look.status.best else 0,
    )
    return look.with_status(iteration=iteration, current=record, iteration_active_seconds=0.0)


def _with_plan(look: Look) -> Look:
    """Return the look with the mixture and the quotas of the iteration decided from its diagnosis."""
    current, memory, spec = look.status.current, look.status.mixture, look.spec
    assert current is not None
    assert current.diagnose is not None
    evidence = Evidence(
        categories=spec.data.categories,
        diagnosis=current.diagnose.categories,
        previous_accuracies=memory.previous_accuracies,
        previous_mixture=memory.previous,
        first_mixture=memory.first,
        natural=memory.natural,
    )
    shares = mixture(spec.mixture, spec.arm, evidence, seed=spec.seed, iteration=current.iteration)
    plan = IterationPlan(mixture=shares, quotas=quotas(shares, spec.generate.samples, evidence.accuracies()))
    return look.with_status(current=current.model_copy(update={"plan": plan}))


def finish_stage(look: Look, finished: StageRecord, harvest: Harvest) -> Look:
    """Return the look with a stage's outcome in the record; the gate decides after the evaluation, and no stage is under way."""
    current = look.status.current
    assert current is not None
    record = with_stage(current, finished, harvest.outcome)
    if isinstance(harvest.outcome, EvaluateOutcome):
        record = _decided(look, record, harvest.outcome)
    look = look.with_status(current=record)
    if problem := _emptiness(look, harvest):
        return fail_run(look, problem)
    if finished.stage is StageName.REPORT:
        return look.with_status(stage=None)
    return replace(look, status=remembered(look.status, record)).with_status(stage=None)


def _decided(look: Look, record: IterationRecord, outcome: EvaluateOutcome) -> IterationRecord:
    verdict = judged(look.spec.gate, outcome) if record.iteration else baseline(outcome)
    is_rejected = verdict.decision is GateDecision.REJECTED
    return record.model_copy(
        update={
            "decision": verdict.decision,
            "decision_reason": clipped(verdict.reason),
            "finished_at": look.now,
            "incumbent": record.incumbent if is_rejected else record.iteration,
        }
    )


def _emptiness(look: Look, harvest: Harvest) -> Finding | None:
    """Return what to tell when a stage left nothing for the next one to work on."""
    outcome, where = harvest.outcome, f"iteration {look.status.iteration}"
    if isinstance(outcome, GenerateOutcome) and not sum(outcome.accepted.values()):
        return Finding(
            Reason.NO_CANDIDATES,
            f"{where}: generate accepted none of {look.spec.generate.samples} samples ({_told(outcome.rejected)}). "
            "Read the reject reasons, mend their cause, and ask for a rerun from generate",
        )
    if isinstance(outcome, FilterOutcome) and not sum(outcome.kept.values()):
        band = f"{look.spec.filter.min_pass_rate:g}..{look.spec.filter.max_pass_rate:g}"
        return Finding(
            Reason.NO_TRAINING_SAMPLES,
            f"{where}: filter kept none of the candidates at pass rates {band} ({_told(outcome.dropped)}); training on nothing would "
            "change nothing. Widen the band or the difficulty of generate in a new run",
        )
    return None


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items())) or "no reasons told"
