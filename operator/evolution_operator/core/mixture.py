"""From the diagnosis to the mixture alpha(k): which share of the data each category gets.

Accuracies are posterior means of the judged answers, so few answers move the mixture little and abstentions do not move it at all. A
control arm replaces the diagnosis by something else at an equal budget, which is how the worth of diagnosing can be measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from evolution_contracts.results import CategoryDiagnosis
from evolution_contracts.seeds import derive_seed
from evolution_contracts.spec.mixture import MixturePolicy, MixtureSpec
from evolution_contracts.vocabulary import Arm, Category

Shares = dict[Category, float]

STEP_TABLE = ((0.70, 2.0), (0.75, 1.5), (0.85, 1.0), (0.90, 0.8))
"""Weight of an accuracy below the bound. Source: the reference code's table (method notes 1.3, item 6)."""
STEP_ABOVE = 0.5
"""Weight from the last bound of the table on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known when the mixture of an iteration is decided."""

    categories: Sequence[Category]
    """Categories that take part; each gets a share, whether it was diagnosed or not."""
    diagnosis: Mapping[Category, CategoryDiagnosis]
    previous_accuracies: Mapping[Category, float] = field(default_factory=dict)
    """Accuracies of the iteration before; empty in iteration 1."""
    previous_mixture: Mapping[Category, float] = field(default_factory=dict)
    """alpha(k-1); empty in iteration 1."""
    first_mixture: Mapping[Category, float] = field(default_factory=dict)
    """alpha(1); empty in iteration 1."""
    natural: Mapping[Category, int] = field(default_factory=dict)
    """Samples of each category in the seeds fold."""

    def accuracies(self) -> Shares:
        """Return the posterior mean accuracy of every category that takes part; 0.5 where nothing was judged."""
        return {category: posterior_mean(self.diagnosis.get(category)) for category in self.categories}


def posterior_mean(diagnosis: CategoryDiagnosis | None) -> float:
    """Return the mean accuracy under a Beta(1, 1) prior, from judged answers alone.

    Source: method notes 7.1 (smoothing) and feature F5.
    """
    return 0.5 if diagnosis is None else (diagnosis.correct + 1) / (diagnosis.n + 2)


def mixture(spec: MixtureSpec, arm: Arm, evidence: Evidence, *, seed: int, iteration: int) -> Shares:
    """Return alpha(k): the share of each category that takes part; the shares sum to 1.

    Args:
        spec: The policy and its floor, cap and inertia.
        arm: What decides; all but `Diagnostic` are controls. `Uniform` and `Natural` know neither floor nor cap nor inertia.
        evidence: What the iteration and those before it found.
        seed: Seed of the run; only the arm `Shuffled` draws from it.
        iteration: Number of the iteration, k.

    Source: method notes 1.3 (weights), F1 (arms), F6 (policies, floor, cap, inertia).
    """
    match arm:
        case Arm.UNIFORM:
            return _normalised(dict.fromkeys(evidence.categories, 1.0))
        case Arm.NATURAL:
            return _natural(evidence)
        case Arm.STALE if evidence.first_mixture:
            return dict(evidence.first_mixture)
        case Arm.INVERSE:
            shares = _inverted(_diagnosed(spec, evidence))
        case Arm.SHUFFLED:
            shares = _shuffled(_diagnosed(spec, evidence), derive_seed(seed, "shuffled", iteration))
        case Arm.STALE | Arm.DIAGNOSTIC:
            shares = _diagnosed(spec, evidence)
    return _blended(shares, evidence.previous_mixture, spec.inertia)


def _diagnosed(spec: MixtureSpec, evidence: Evidence) -> Shares:
    """Return the shares that the diagnosis asks for: weights, then floor, then cap."""
    followed = _proportions(_weights(spec, evidence))
    even = 1 / len(followed)
    floored = {category: spec.floor_share * even + (1 - spec.floor_share) * share for category, share in followed.items()}
    return _capped(_normalised(floored), spec.cap_share)


def _weights(spec: MixtureSpec, evidence: Evidence) -> Shares:
    accuracies = evidence.accuracies()
    match spec.policy:
        case MixturePolicy.STEP:
            return _each(step_weight, accuracies)
        case MixturePolicy.GAP:
            return _each(lambda accuracy: (1 - accuracy) ** spec.gamma, accuracies)
        case MixturePolicy.SOFTMAX:
            weakest = min(accuracies.values())
            # Measured from the weakest category, the exponent is never positive and cannot overflow.
            return _each(lambda accuracy: math.exp((weakest - accuracy) / spec.temperature), accuracies)
        case MixturePolicy.LEARNING_PROGRESS:
            return _learning_progress(accuracies, evidence.previous_accuracies)


def step_weight(accuracy: float) -> float:
    """Return the weight of a category by the reference code's table."""
    return next((weight for bound, weight in STEP_TABLE if accuracy < bound), STEP_ABOVE)


def _learning_progress(accuracies: Shares, previous: Mapping[Category, float]) -> Shares:
    """Return how far each accuracy moved, up or down; 0 for every category in iteration 1, which makes the shares even."""
    return {category: abs(accuracy - previous.get(category, accuracy)) for category, accuracy in accuracies.items()}


def _natural(evidence: Evidence) -> Shares:
    """Return the frequencies of the seeds fold; a run without seeds has no category that is more frequent than another."""
    return _proportions({category: float(evidence.natural.get(category, 0)) for category in evidence.categories})


def _inverted(shares: Shares) -> Shares:
    """Return the shares with their order reversed: the strongest category gets what the weakest would."""
    ranked = sorted(shares, key=lambda category: (shares[category], category.value))
    return _in_order(shares, dict(zip(ranked, (shares[category] for category in reversed(ranked)), strict=True)))


def _shuffled(shares: Shares, seed: int) -> Shares:
    """Return the shares handed to the categories in an order drawn from `seed`."""
    drawn = sorted(shares, key=lambda category: derive_seed(seed, category.value))
    return _in_order(shares, dict(zip(drawn, shares.values(), strict=True)))


def _capped(shares: Shares, cap: float) -> Shares:
    """Cut what is above `cap` and give it to the others in proportion, until none is above.

    Raising the others can lift a further one above the cap, so they are cut in turn; each round fixes at least one category.
    """
    full: set[Category] = set()
    capped = shares
    while over := {category for category, share in capped.items() if category not in full and share > cap}:
        full |= over
        others = {category: share for category, share in shares.items() if category not in full}
        left = max(0.0, 1 - cap * len(full))
        capped = dict.fromkeys(full, cap) | {category: left * share for category, share in _proportions(others).items()}
    return _in_order(shares, capped)


def _proportions(weights: Shares) -> Shares:
    """Return the weights as shares of their sum; even shares where all are zero."""
    if not weights:
        return {}
    return _normalised(weights if any(weights.values()) else dict.fromkeys(weights, 1.0))


def _blended(shares: Shares, previous: Mapping[Category, float], inertia: float) -> Shares:
    if not previous:
        return shares
    return _normalised({category: inertia * previous.get(category, 0.0) + (1 - inertia) * share for category, share in shares.items()})


def _normalised(weights: Shares) -> Shares:
    total = math.fsum(weights.values())
    return {category: min(1.0, weight / total) for category, weight in weights.items()}


def _each(rule: Callable[[float], float], accuracies: Shares) -> Shares:
    return {category: rule(accuracy) for category, accuracy in accuracies.items()}


def _in_order(order: Iterable[Category], shares: Shares) -> Shares:
    return {category: shares[category] for category in order}
