"""Estimates with intervals: accuracies, their mean over categories, and paired differences.

All intervals are closed formulas that stay honest at 0 and 1 and for few samples: a category with three samples that all got worse does not
become a certain regression.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from scipy.stats import norm

from evolution_contracts.statistics import Estimate

DIGITS = 4
"""Decimals of estimates: the outcome must fit into a termination message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one category adds to a mean over categories."""

    mean: float
    variance: float
    """Variance of the mean; never 0, however equal the samples."""
    n: int


def accuracy(correct: int, n: int, confidence: float) -> Estimate:
    """Return an accuracy with its Wilson score interval.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927).
    """
    z = _quantile(confidence)
    middle = (correct + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(correct * (n - correct) / n + z * z / 4)
    return _estimate(correct / n, middle - half, middle + half, n, bounds=(0.0, 1.0))


def accuracy_part(correct: int, n: int, confidence: float) -> Part:
    """Return what a category's accuracy adds to the score.

    The variance is the unbiased one, or the adjusted one where that is larger: for a few samples that are all right, or all wrong.

    Source: A. Agresti and B. A. Coull, "Approximate Is Better than Exact for Interval Estimation of Binomial Proportions", The American
    Statistician 52 (1998): z²/2 successes and failures are added before the variance is taken.
    """
    z = _quantile(confidence)
    size = n + z * z
    share = (correct + z * z / 2) / size
    unbiased = correct * (n - correct) / n**2 / (n - 1) if n > 1 else 0.0
    return Part(mean=correct / n, variance=max(unbiased, share * (1 - share) / size), n=n)


def difference_part(gained: int, lost: int, n: int) -> Part:
    """Return what a category's paired difference adds to the mean difference: `gained` samples became right, `lost` wrong, of `n` pairs.

    The variance is the unbiased one, or the adjusted one of `difference` where that is larger.
    """
    unbiased = (gained + lost - (gained - lost) ** 2 / n) / n / (n - 1) if n > 1 else 0.0
    return Part(mean=(gained - lost) / n, variance=max(unbiased, _adjusted_variance(gained, lost, n)), n=n)


def difference(gained: int, lost: int, n: int, confidence: float) -> Estimate:
    """Return the paired difference of one category with its interval around the adjusted difference.

    Source: A. Agresti and Y. Min, "Simple Improved Confidence Intervals for Comparing Matched Proportions", Statistics in Medicine 24
    (2005): half a pair is added to each cell of the 2 x 2 table before difference and variance are taken.
    """
    raw = (gained - lost) / n
    middle, half = (gained - lost) / (n + 2), _quantile(confidence) * math.sqrt(_adjusted_variance(gained, lost, n))
    return _estimate(raw, min(middle - half, raw), max(middle + half, raw), n, bounds=(-1.0, 1.0))


def _adjusted_variance(gained: int, lost: int, n: int) -> float:
    size = n + 2
    return (gained + lost + 1 - (gained - lost) ** 2 / size) / size**2


def mean(parts: Sequence[Part], confidence: float, *, least: float) -> Estimate:
    """Return the mean over categories, each weighing the same, with a normal interval; `least` is the lower bound of the quantity."""
    middle = sum(part.mean for part in parts) / len(parts)
    half = _quantile(confidence) * math.sqrt(sum(part.variance for part in parts)) / len(parts)
    return _estimate(middle, middle - half, middle + half, sum(part.n for part in parts), bounds=(least, 1.0))


@cache
def _quantile(confidence: float) -> float:
    return float(norm.ppf((1 + confidence) / 2))


def _estimate(middle: float, low: float, high: float, n: int, *, bounds: tuple[float, float]) -> Estimate:
    least, most = bounds
    return Estimate(mean=round(middle, DIGITS), low=round(max(least, low), DIGITS), high=round(min(most, high), DIGITS), n=n)
