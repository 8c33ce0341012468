"""Intervals: known values, honesty at the edges, and coverage in simulation.

Wilson, 8 of 10 at 95 %: z = 1.95996, centre (8 + 1.92073) / 13.84146 = 0.71674, half width 1.95996 / 13.84146 * sqrt(1.6 + 0.96036) =
0.22658, so [0.4902, 0.9433] (the textbook value).
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evolution_contracts.statistics import Estimate
from evolution_jobs.evaluate.intervals import accuracy, accuracy_part, difference, difference_part, mean


def test_wilson_interval_of_eight_of_ten() -> None:
    assert accuracy(8, 10, 0.95) == Estimate(mean=0.8, low=0.4902, high=0.9433, n=10)


@pytest.mark.parametrize(("correct", "low", "high"), [(0, 0.0, 0.2775), (10, 0.7225, 1.0)])
def test_nothing_is_certain_after_ten_samples(correct: int, low: float, high: float) -> None:
    """z² / (n + z²) = 3.84146 / 13.84146 = 0.27753."""
    assert accuracy(correct, 10, 0.95) == Estimate(mean=correct / 10, low=low, high=high, n=10)


def test_paired_difference_by_hand() -> None:
    """30 gained, 10 lost of 100 pairs: 30.5 and 10.5 of 102; (41 - 20² / 102) / 102² = 0.0035639, root 0.0596983; centre 20 / 102."""
    found = difference(30, 10, 100, 0.95)
    half = 1.959964 * math.sqrt((41 - 400 / 102) / 102**2)
    assert (found.mean, found.n) == (0.2, 100)
    assert found.low == pytest.approx(20 / 102 - half, abs=1e-4)
    assert found.high == pytest.approx(20 / 102 + half, abs=1e-4)


def test_few_samples_that_all_got_worse_prove_little() -> None:
    """Three of three lost: a bootstrap would call it [-1, -1]."""
    found = difference(0, 3, 3, 0.95)
    assert (found.mean, found.low) == (-1.0, -1.0)
    assert found.high > -0.1


def test_mean_weighs_every_category_the_same() -> None:
    parts = [accuracy_part(1, 2, 0.95), accuracy_part(900, 1000, 0.95)]
    found = mean(parts, 0.95, least=0.0)
    assert (found.mean, found.n) == (0.7, 1002)


counts = st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200)).filter(lambda found: sum(found) > 0)


@given(found=counts, confidence=st.floats(0.51, 0.999))
def test_intervals_hold_their_mean_and_stay_in_range(found: tuple[int, int, int], confidence: float) -> None:
    gained, lost, same = found
    n = gained + lost + same
    for estimate, least in ((accuracy(gained, n, confidence), 0), (difference(gained, lost, n, confidence), -1)):
        assert least <= estimate.low <= estimate.mean <= estimate.high <= 1
        assert estimate.high > estimate.low
    assert difference(lost, gained, n, confidence).mean == -difference(gained, lost, n, confidence).mean


def covered(found: list[Estimate], truth: float) -> float:
    """Return the share of 95 % intervals that hold the truth."""
    return sum(each.low <= truth <= each.high for each in found) / len(found)


@pytest.mark.parametrize("n", [5, 20, 200])
def test_score_interval_covers_the_truth_about_as_often_as_it_says(n: int) -> None:
    """600 simulated evaluations of 12 categories with true accuracies from 0.5 to 0.99."""
    truth = np.linspace(0.5, 0.99, 12)
    counts = np.random.default_rng(3).binomial(n, truth, size=(600, 12)).tolist()
    found = [mean([accuracy_part(each, n, 0.95) for each in line], 0.95, least=0.0) for line in counts]
    assert 0.93 <= covered(found, truth.mean()) <= 0.99


@pytest.mark.parametrize("n", [5, 20, 200])
@pytest.mark.parametrize("categories", [1, 12])
def test_difference_intervals_cover_the_truth_about_as_often_as_they_say(n: int, categories: int) -> None:
    """Samples gained with probability 0.15 and lost with 0.1: the true difference is 0.05."""
    table = np.random.default_rng(4).multinomial(n, [0.15, 0.1, 0.75], size=(600, categories)).tolist()
    means = [mean([difference_part(gained, lost, n) for gained, lost, _ in line], 0.95, least=-1.0) for line in table]
    assert 0.91 <= covered(means, 0.05) <= 0.99
    single = [difference(gained, lost, n, 0.95) for line in table for gained, lost, _ in line]
    assert covered(single, 0.05) >= 0.91


def test_part_of_a_difference_keeps_the_raw_mean() -> None:
    assert difference_part(3, 1, 10).mean == 0.2
