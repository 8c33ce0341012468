"""The difficulty band."""

from __future__ import annotations

import pytest

from evolution_contracts.base import text_digest
from evolution_contracts.records import Rollouts
from evolution_jobs.filter.band import Fate, fate


def rollouts(correct: int, total: int = 9, *, unparsable: int = 0) -> Rollouts:
    return Rollouts(sample_id=text_digest("sample"), correct=correct, unparsable=unparsable, total=total)


@pytest.mark.parametrize("correct", range(10))
def test_default_band_keeps_exactly_three_to_seven_of_nine(correct: int) -> None:
    expected = Fate.TOO_HARD if correct < 3 else Fate.KEPT if correct <= 7 else Fate.TOO_EASY
    assert fate(rollouts(correct), least=0.3, most=0.8) is expected


@pytest.mark.parametrize("total", range(1, 65))
def test_bounds_are_inclusive_where_the_rate_is_exactly_the_bound(total: int) -> None:
    """Products such as 0.3 * 10 are not exact in floating point, so groups of every size are tried."""
    for tenths in range(11):
        if tenths * total % 10 == 0:
            bound = tenths / 10
            assert fate(rollouts(tenths * total // 10, total), least=bound, most=bound) is Fate.KEPT


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (None, Fate.UNPARSABLE),
        (rollouts(0, unparsable=9), Fate.UNPARSABLE),
        (rollouts(0, unparsable=8), Fate.TOO_HARD),
        (rollouts(3, unparsable=6), Fate.KEPT),
    ],
    ids=["never judged", "never readable", "once readable", "unreadable ones count as wrong"],
)
def test_unreadable_rollouts_stay_in_the_denominator(found: Rollouts | None, expected: Fate) -> None:
    assert fate(found, least=0.3, most=0.8) is expected
