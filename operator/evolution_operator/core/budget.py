"""What a run has used, and when it has used enough.

Use is added up from look to look. To keep the status quiet it is only brought forward when the stage changes its state, or once a
minute; a limit may therefore be passed by one minute of use.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from evolution_contracts.api.conditions import ConditionType, Reason
from evolution_contracts.api.run import RunStatus, StageState
from evolution_contracts.spec.diagnose import DiagnoseSpec
from evolution_contracts.spec.evaluate import EvaluateSpec
from evolution_contracts.spec.filter import FilterSpec
from evolution_contracts.spec.kubernetes import Resources
from evolution_contracts.spec.run import RunSpec
from evolution_contracts.spec.serving import Engine
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.look import holds
from evolution_operator.core.observation import Child

ACCOUNTING_PERIOD = timedelta(seconds=60)
SECONDS_PER_HOUR = 3600
API_COST_METRIC = "api_cost"
"""Metric of a stage's progress that counts the cost of hosted models since its attempt began."""
GPU_RESOURCE_SUFFIX = "/gpu"
"""Ending of the names of GPU resources of all vendors, such as `nvidia.com/gpu`."""


class Exhaustion(NamedTuple):
    """A limit that is used up."""

    reason: Reason
    message: str


def exhausted(spec: RunSpec, status: RunStatus) -> Exhaustion | None:
    """Return the first limit of the budget that is used up."""
    budget = spec.budget
    used = (
        (Reason.GPU_HOURS_EXHAUSTED, "gpuHours", status.gpu_seconds / SECONDS_PER_HOUR, budget.gpu_hours),
        (Reason.API_COST_EXHAUSTED, "apiCost", status.api_cost, budget.api_cost),
        (Reason.WALL_HOURS_EXHAUSTED, "wallHours", status.active_seconds / SECONDS_PER_HOUR, budget.wall_hours),
    )
    for reason, field, amount, limit in used:
        if limit is not None and amount > 0 and amount >= limit:
            return Exhaustion(reason, f"budget.{field}: {amount:.3f} of {limit:g} used; raise it and ask for a rerun to go on")
    return None


def largest_use(spec: RunSpec, status: RunStatus) -> float:
    """Return the used share of the limit that is closest to its end; 0 without limits."""
    budget = spec.budget
    pairs = (
        (status.gpu_seconds / SECONDS_PER_HOUR, budget.gpu_hours),
        (status.api_cost, budget.api_cost),
        (status.active_seconds / SECONDS_PER_HOUR, budget.wall_hours),
    )
    return max((amount / limit for amount, limit in pairs if limit), default=0.0)


def accounted(spec: RunSpec, status: RunStatus, child: Child | None, now: datetime, *, has_changed: bool) -> RunStatus:
    """Return the status with the use since the last look added.

    Args:
        spec: The run's spec.
        status: Status before this look; its stage tells what the time since then was spent on.
        child: Child of the current attempt, if there is one.
        now: Time of this look.
        has_changed: True when the stage is in another state than before, so that the time must be split here.
    """
    status = _with_cost(status, child)
    since = status.accounted_at or now
    if not has_changed and status.accounted_at is not None and abs(now - since) < ACCOUNTING_PERIOD:
        return status
    # A clock that was set back adds nothing, and counting goes on from the new time.
    active = _active_seconds(spec, status, child, since, now)
    gpu = _gpu_seconds(spec, status, child, since, now)
    changes: dict[str, Any] = {
        "accounted_at": now,
        "active_seconds": status.active_seconds + active,
        "iteration_active_seconds": status.iteration_active_seconds + active,
        "gpu_seconds": status.gpu_seconds + gpu,
    }
    if status.stage is not None and gpu:
        changes["stage"] = status.stage.model_copy(update={"gpu_seconds": status.stage.gpu_seconds + gpu})
    return status.model_copy(update=changes)


def _active_seconds(spec: RunSpec, status: RunStatus, child: Child | None, since: datetime, now: datetime) -> float:
    """Return the time outside queues and suspension; after a look that found the run waiting, only from the start of its pods on."""
    if not holds(status, ConditionType.SUSPENDED) and (status.stage is None or status.stage.state is not StageState.QUEUED):
        return _seconds(since, now)
    if spec.suspend or child is None or child.running_since is None:
        return 0.0
    return _seconds(max(since, child.running_since), now)


def _gpu_seconds(spec: RunSpec, status: RunStatus, child: Child | None, since: datetime, now: datetime) -> float:
    if status.stage is None or child is None or child.running_since is None:
        return 0.0
    return gpus(spec, status.stage.stage) * _seconds(max(since, child.running_since), child.finished_at or now)


def _seconds(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())


def _with_cost(status: RunStatus, child: Child | None) -> RunStatus:
    """Return the status with the attempt's cost so far; a cost that was counted once is never taken back."""
    if status.stage is None or child is None:
        return status
    told = max(
        sum(progress.metrics.get(API_COST_METRIC, 0.0) for progress in child.progress),
        sum(result.api_cost for result in child.results),
    )
    new = told - status.stage.api_cost
    if new <= 0:
        return status
    return status.model_copy(update={"api_cost": status.api_cost + new, "stage": status.stage.model_copy(update={"api_cost": told})})


def gpus(spec: RunSpec, stage: StageName) -> float:
    """Return the GPUs that one attempt of a stage holds while it runs, over all of its pods."""
    match stage:
        case StageName.TRAIN:
            return float(spec.train.nodes * spec.train.gpus_per_node)
        case StageName.GENERATE:
            return spec.generate.shards * _limit(spec.generate.pod.resources)
        case StageName.DIAGNOSE:
            return _asking(spec.diagnose)
        case StageName.FILTER:
            return _asking(spec.filter)
        case StageName.EVALUATE:
            return _asking(spec.evaluate)
        case StageName.PREPARE | StageName.REPORT:
            return 0.0


def _asking(part: DiagnoseSpec | FilterSpec | EvaluateSpec) -> float:
    """Return the GPUs of a stage that asks the policy: its own, and those of the server in its pod."""
    served = _limit(part.serving.resources) if part.serving.engine is Engine.VLLM else 0.0
    return _limit(part.pod.resources) + served


def _limit(resources: Resources) -> float:
    """Return the GPUs among the limits; Kubernetes takes whole ones only."""
    amounts = (amount for name, amount in resources.limits.items() if name.endswith(GPU_RESOURCE_SUFFIX))
    return sum(float(amount) for amount in amounts if amount.isdecimal())
