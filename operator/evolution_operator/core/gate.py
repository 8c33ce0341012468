"""The gate: whether a candidate becomes the incumbent.

The candidate and the incumbent answered the same samples, so the paired difference carries the comparison. A gain in the mean does not
buy a proven loss in one category.
"""

from __future__ import annotations

from typing import NamedTuple

from evolution_contracts.api.iteration import GateDecision
from evolution_contracts.errors import ContractError
from evolution_contracts.results import EvaluateOutcome
from evolution_contracts.spec.gate import GateSpec
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category


class Verdict(NamedTuple):
    """What the gate decided, and why."""

    decision: GateDecision
    reason: str
    """The numbers that were compared, in a sentence."""


def judged(spec: GateSpec, outcome: EvaluateOutcome) -> Verdict:
    """Return whether the evaluated candidate replaces the incumbent.

    Raises:
        ContractError: The evaluation has no paired difference to the incumbent.
    """
    if outcome.difference is None:
        raise ContractError(
            f"difference: the evaluation of a candidate on suite {outcome.suite!r} has none.",
            remedy="Evaluate the candidate on the same samples as the incumbent.",
        )
    gain = f"score {outcome.score.mean:.4f}, difference to the incumbent {_shown(outcome.difference)}"
    if lost := _worst_loss(spec, outcome):
        category, loss = lost
        return Verdict(
            GateDecision.REJECTED, f"{gain}; {category.value} lost {_shown(loss)}, more than maxRegression {spec.max_regression}"
        )
    if outcome.difference.mean < spec.min_gain:
        return Verdict(GateDecision.REJECTED, f"{gain}; below minGain {spec.min_gain}")
    if spec.require_significance and outcome.difference.low <= spec.min_gain:
        return Verdict(GateDecision.REJECTED, f"{gain}; the interval does not lie above minGain {spec.min_gain}")
    return Verdict(GateDecision.PROMOTED, f"{gain}; minGain {spec.min_gain} reached, no category lost more than {spec.max_regression}")


def baseline(outcome: EvaluateOutcome) -> Verdict:
    """Return the decision on the model that the run starts with: it is the first incumbent."""
    return Verdict(GateDecision.BASELINE, f"score {outcome.score.mean:.4f} [{outcome.score.low:.4f}, {outcome.score.high:.4f}]")


def _worst_loss(spec: GateSpec, outcome: EvaluateOutcome) -> tuple[Category, Estimate] | None:
    """Return the category with the largest loss that its interval proves and the gate does not allow."""
    losses = [
        (category, difference)
        for category, difference in outcome.category_differences.items()
        if difference.high < 0 and difference.mean < -spec.max_regression
    ]
    return min(losses, key=lambda loss: (loss[1].mean, loss[0].value), default=None)


def _shown(estimate: Estimate) -> str:
    return f"{estimate.mean:+.4f} [{estimate.low:+.4f}, {estimate.high:+.4f}]"
