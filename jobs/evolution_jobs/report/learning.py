"""How the training went: learning curves over all iterations, and what each training amounts to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evolution_contracts.results import TrainOutcome
from evolution_contracts.vocabulary import StageName
from evolution_jobs.report.charts import Curve, curve_chart
from evolution_jobs.report.history import History, Iteration
from evolution_jobs.runtime.journal import Line, read_journal
from evolution_jobs.runtime.names import CURVE_NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric of the learning curve."""

    name: str
    title: str
    meaning: str


METRICS = (
    Metric(name="reward_mean", title="Mean reward", meaning="mean over the rollouts of an update; higher is better"),
    Metric(
        name="kl", title="KL to the reference policy", meaning="how far the policy has moved from the model that the iteration started from"
    ),
    Metric(name="entropy", title="Entropy", meaning="how undecided the policy is; a fall to zero means that it explores no more"),
    Metric(
        name="zero_signal_share",
        title="Groups without signal",
        meaning="share of groups whose rewards are all equal and so teach nothing",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What one training amounts to."""

    number: int
    decision: str
    outcome: TrainOutcome


def trained(history: History) -> list[Trained]:
    """Return the outcome of every training."""
    return [
        Trained(number=iteration.number, decision=iteration.decision, outcome=outcome)
        for iteration in history.iterations
        if (outcome := iteration.outcome(TrainOutcome)) is not None
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The curves of one metric; no chart where the trainer did not log it."""

    metric: Metric
    chart: Markup | None


def panels(history: History) -> list[Panel]:
    """Return one panel for each metric; none at all where nothing was trained."""
    curves = [(iteration, lines) for iteration in history.iterations if (lines := _lines(iteration))]
    return [_panel(metric, curves) for metric in METRICS] if curves else []


def _lines(iteration: Iteration) -> list[Line]:
    path = iteration.artifact(StageName.TRAIN, CURVE_NAME)
    return list(read_journal(path)) if path is not None else []


def _panel(metric: Metric, curves: Sequence[tuple[Iteration, list[Line]]]) -> Panel:
    drawn = [
        Curve(
            f"i{iteration.number}",
            iteration.decision,
            [(line["update"], line[metric.name]) for line in lines if metric.name in line],
            lines[-1]["update"],
        )
        for iteration, lines in curves
    ]
    if not any(curve.values for curve in drawn):
        return Panel(metric=metric, chart=None)
    ends = [f"iteration {curve.name[1:]}: {curve.values[0][1]:.4g} to {curve.values[-1][1]:.4g}" for curve in drawn if curve.values]
    return Panel(
        metric=metric,
        chart=curve_chart(f"curve-{metric.name.replace('_', '-')}", drawn, title=metric.title, description="; ".join(ends)),
    )
