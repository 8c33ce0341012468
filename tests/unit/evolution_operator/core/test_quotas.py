from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evolution_contracts.vocabulary import Category
from evolution_operator.core.quotas import quotas
from support.steady import STEADY

MAP, MIXED, MEDICAL = Category.MAP, Category.MIXED, Category.MEDICAL

mixtures = st.dictionaries(st.sampled_from(Category), st.floats(0.0, 1.0), min_size=1, max_size=12).filter(
    lambda shares: sum(shares.values()) > 1e-6
)


def test_uniform_mixture_of_twelve_leaves_no_sample_without_a_category() -> None:
    """1000 / 12 = 83.33: the reference's floor gives 996; here the four least accurate get one more each."""
    accuracies = {category: place / 100 for place, category in enumerate(Category)}
    counts = quotas(dict.fromkeys(Category, 1 / 12), 1000, accuracies)
    assert sum(counts.values()) == 1000
    assert [category for category, count in counts.items() if count == 84] == list(Category)[:4]


@pytest.mark.parametrize(
    ("mixture", "samples", "expected"),
    [
        ({MAP: 0.5, MIXED: 0.3, MEDICAL: 0.2}, 10, {MAP: 5, MIXED: 3, MEDICAL: 2}),
        ({MAP: 0.55, MIXED: 0.25, MEDICAL: 0.2}, 10, {MAP: 6, MIXED: 2, MEDICAL: 2}),
        ({MAP: 0.38, MIXED: 0.37, MEDICAL: 0.25}, 3, {MAP: 1, MIXED: 1, MEDICAL: 1}),
        ({MAP: 1.0, MIXED: 0.0, MEDICAL: 0.0}, 7, {MAP: 7, MIXED: 0, MEDICAL: 0}),
        ({MAP: 2.0, MIXED: 1.0, MEDICAL: 1.0}, 8, {MAP: 4, MIXED: 2, MEDICAL: 2}),
    ],
    ids=["exact", "one-left", "largest-remainders", "empty-shares", "only-proportions-count"],
)
def test_quotas_worked_out_by_hand(mixture: dict[Category, float], samples: int, expected: dict[Category, int]) -> None:
    accuracies = {MAP: 0.4, MIXED: 0.5, MEDICAL: 0.6}
    assert quotas(mixture, samples, accuracies) == expected


def test_equal_remainders_go_to_the_lower_accuracy_first() -> None:
    assert quotas({MAP: 0.5, MIXED: 0.5}, 3, {MAP: 0.9, MIXED: 0.2}) == {MAP: 1, MIXED: 2}


def test_equal_remainders_and_accuracies_go_by_name() -> None:
    assert quotas({MIXED: 0.5, MAP: 0.5}, 3, {}) == {MIXED: 1, MAP: 2}


def test_rounding_noise_in_a_share_does_not_beat_a_lower_accuracy() -> None:
    """Both are 1.5 of 5, but 0.1 + 0.2 is a little more than 0.3."""
    shares = {MAP: 0.1 + 0.2, MIXED: 0.3, MEDICAL: 0.4}
    assert quotas(shares, 5, {MAP: 0.9, MIXED: 0.1, MEDICAL: 0.5}) == {MAP: 1, MIXED: 2, MEDICAL: 2}


@STEADY
@given(mixtures, st.integers(1, 100_000))
def test_quotas_sum_to_the_order_exactly(mixture: dict[Category, float], samples: int) -> None:
    assert sum(quotas(mixture, samples, {}).values()) == samples


@STEADY
@given(mixtures, st.integers(1, 100_000))
def test_every_quota_is_within_one_of_its_share(mixture: dict[Category, float], samples: int) -> None:
    whole = sum(mixture.values())
    for category, count in quotas(mixture, samples, {}).items():
        assert abs(count - mixture[category] / whole * samples) < 1 + 1e-6
        assert 0 <= count <= samples


@STEADY
@given(mixtures, st.integers(1, 1000), st.randoms(use_true_random=False))
def test_order_of_the_categories_does_not_matter(mixture: dict[Category, float], samples: int, random: Random) -> None:
    items = list(mixture.items())
    random.shuffle(items)
    assert quotas(dict(items), samples, {}) == quotas(mixture, samples, {})
