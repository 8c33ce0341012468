"""The difficulty band: which pass rates are worth training on."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from evolution_contracts.records import Rollouts


class Fate(StrEnum):
    """What becomes of a candidate; all but the first are reasons for dropping it."""

    KEPT = "kept"
    TOO_EASY = "too_easy"
    TOO_HARD = "too_hard"
    DUPLICATE = "duplicate"
    CONTAMINATED = "contaminated"
    UNPARSABLE = "unparsable"


def fate(rollouts: Rollouts | None, *, least: float, most: float) -> Fate:
    """Return what becomes of a candidate whose pass rate must lie between two bounds, both inclusive.

    Compared as exact fractions of the decimals that the user wrote: 3 of 10 lies in a band from 0.3.

    Args:
        rollouts: The scored rollouts; None where none of them could be judged.
        least: Least pass rate to keep.
        most: Largest pass rate to keep.

    Source: method notes 1.6; nothing is filled up with dropped candidates (D16).
    """
    if rollouts is None or rollouts.unparsable == rollouts.total:
        return Fate.UNPARSABLE
    rate = Fraction(rollouts.correct, rollouts.total)
    if rate < Fraction(str(least)):
        return Fate.TOO_HARD
    return Fate.KEPT if rate <= Fraction(str(most)) else Fate.TOO_EASY
