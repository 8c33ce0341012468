"""Every metric of the project, declared once: name, type, labels and meaning.

Labels come from closed sets, except for those that name a run; series of a run vanish with it. Base units, and the suffixes of OpenMetrics.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MetricType(StrEnum):
    """The types of Prometheus."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric; a counter's exposed name ends in `_total`."""

    name: str
    type: MetricType
    help: str
    labels: tuple[str, ...] = ()


RUN = ("namespace", "name")
_G, _C, _H = MetricType.GAUGE, MetricType.COUNTER, MetricType.HISTOGRAM

RUN_METRICS = (
    Metric("evolution_run_info", _G, "Always 1; what a run is.", (*RUN, "uid", "model", "queue", "backend")),
    Metric("evolution_run_status_condition", _G, "1 for the status that a condition has.", (*RUN, "type", "status")),
    Metric("evolution_run_phase", _G, "1 for the phase that a run is in.", (*RUN, "phase")),
    Metric("evolution_run_iteration", _G, "Number of the current iteration.", RUN),
    Metric("evolution_run_spec_iterations", _G, "Iterations that the spec asks for.", RUN),
    Metric("evolution_run_suspended", _G, "1 while the spec suspends the run.", RUN),
    Metric("evolution_run_created_timestamp_seconds", _G, "When the run was created.", RUN),
    Metric("evolution_run_completed_timestamp_seconds", _G, "When the run ended.", RUN),
    Metric("evolution_run_budget_gpu_seconds", _G, "GPU time that the run may use.", RUN),
    Metric("evolution_run_best_score", _G, "Score of the best model so far, 0..1.", RUN),
    Metric("evolution_run_baseline_score", _G, "Score of the model that the run started with, 0..1.", RUN),
)
STAGE_METRICS = (
    Metric("evolution_stage_state", _G, "1 for the state that the current stage is in.", (*RUN, "stage", "state")),
    Metric("evolution_stage_state_start_timestamp_seconds", _G, "When the current stage came into its state.", (*RUN, "stage")),
    Metric("evolution_stage_last_progress_timestamp_seconds", _G, "Progress mark of the stall clock.", (*RUN, "stage")),
    Metric("evolution_stage_stall_budget_seconds", _G, "Time without progress that counts as a stall.", (*RUN, "stage")),
    Metric("evolution_stage_starting_deadline_seconds", _G, "Time in which the stage must have started.", (*RUN, "stage")),
    Metric("evolution_stage_clock_running", _G, "1 while the stall clock runs.", (*RUN, "stage")),
    Metric("evolution_stage_progress_ratio", _G, "Units done of units expected, 0..1.", (*RUN, "stage")),
    Metric("evolution_stage_attempts", _G, "Attempts of the current stage.", (*RUN, "stage")),
    Metric("evolution_stage_retries_total", _C, "Attempts that failed and were followed by another.", (*RUN, "stage", "cause")),
    Metric("evolution_stage_duration_seconds", _H, "Time from running to the end of a stage.", ("stage", "outcome")),
    Metric("evolution_stage_queue_seconds", _H, "Time from creation to admission.", ("stage",)),
    Metric("evolution_stage_startup_seconds", _H, "Time from admission to running.", ("stage",)),
)
LEARNING_METRICS = (
    Metric("evolution_capability_score", _G, "Score in one category, 0..1.", (*RUN, "capability", "arm", "split")),
    Metric("evolution_capability_score_stderr", _G, "Standard error of the score.", (*RUN, "capability", "arm", "split")),
    Metric("evolution_capability_share", _G, "Share of the category in the mixture, 0..1.", (*RUN, "capability")),
    Metric("evolution_samples_total", _C, "Samples by what became of them.", (*RUN, "stage", "verdict", "reason")),
    Metric("evolution_reward_mean", _G, "Newest mean reward of the training.", RUN),
    Metric("evolution_rollbacks_total", _C, "Candidates that were rejected.", RUN),
    Metric("evolution_gate_decisions_total", _C, "Decisions of the gate.", (*RUN, "decision")),
)
COST_METRICS = (
    Metric("evolution_gpu_seconds_total", _C, "GPU time.", (*RUN, "stage", "accelerator", "arm")),
    Metric("evolution_gpu_seconds_wasted_total", _C, "GPU time of attempts that failed.", (*RUN, "cause")),
    Metric("evolution_cost_total", _C, "Cost of hosted models.", (*RUN, "currency")),
    Metric("evolution_api_tokens_total", _C, "Tokens of hosted models.", (*RUN, "provider", "direction")),
)
OPERATOR_METRICS = (
    Metric("evolution_operator_is_leader", _G, "1 in the replica that holds the lease."),
    Metric("evolution_operator_build_info", _G, "Always 1; what runs.", ("version",)),
    Metric("evolution_operator_reconcile_total", _C, "Reconciliations.", ("result",)),
    Metric("evolution_operator_reconcile_duration_seconds", _H, "Time of one reconciliation."),
    Metric("evolution_operator_last_reconcile_timestamp_seconds", _G, "When a reconciliation last ended."),
    Metric("evolution_operator_queue_depth", _G, "Runs that wait for a worker."),
    Metric("evolution_operator_queue_oldest_seconds", _G, "How long the oldest of them waits."),
    Metric("evolution_operator_watch_last_event_timestamp_seconds", _G, "When a watch last told something.", ("resource",)),
    Metric("evolution_operator_api_requests_total", _C, "Requests to the API server.", ("verb", "resource", "code")),
    Metric("evolution_operator_actions_total", _C, "Actions carried out.", ("action", "result")),
    Metric("evolution_operator_status_writes_total", _C, "Writes of a run's status."),
    Metric("evolution_operator_event_loop_lag_seconds", _G, "Delay of the event loop."),
)
ALL_METRICS = (*RUN_METRICS, *STAGE_METRICS, *LEARNING_METRICS, *COST_METRICS, *OPERATOR_METRICS)
"""Every metric that a dashboard or an alert may use."""
