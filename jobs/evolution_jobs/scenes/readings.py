"""Values read off a scale: right within a tolerance that depends on how finely the scale is divided."""

from __future__ import annotations

from typing import NamedTuple

from evolution_contracts.answers import NumberAnswer
from evolution_jobs.scenes import replies
from evolution_jobs.scenes.questions import AnswerKind


class Reading(NamedTuple):
    """A value on a scale."""

    value: float
    tolerance: float
    """What an attentive reader may be off by, in the unit of the scale."""


def _is_within(gold: Reading, given: float) -> bool:
    # The two ways to a value may differ in its last bits.
    return abs(gold.value - given) <= gold.tolerance + 1e-9


READING = AnswerKind(
    make=lambda state, gold: NumberAnswer(value=gold.value, abs_tol=gold.tolerance, unit=state["unit"]),
    read=lambda _, text: replies.number(text),
    same=_is_within,
    show=lambda gold: f"{gold.value:g}",
)
"""The kind of answer whose values are a `Reading` in `state["unit"]`."""
