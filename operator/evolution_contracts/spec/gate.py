"""When a candidate replaces the incumbent."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from evolution_contracts.base import Contract


class OnReject(StrEnum):
    """What follows a rejected candidate."""

    ROLL_BACK = "RollBack"
    STOP = "Stop"


class GateSpec(Contract):
    """The promotion rule, on the first suite of `evaluate`."""

    min_gain: Annotated[float, Field(ge=-1, le=1)] = 0.0
    """Least paired difference of the score to the incumbent that promotes, in points of 0..1."""
    require_significance: bool = False
    """True promotes only when the whole interval of the difference lies above `minGain`."""
    max_regression: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Largest loss in one category. A loss counts when its interval shows it: upper end below 0, mean below -`maxRegression`."""
    on_reject: OnReject = OnReject.ROLL_BACK
    """`RollBack` keeps the incumbent and goes on; `Stop` ends the run with the incumbent."""
    max_rejections: Annotated[int, Field(ge=1, le=1000)] = 2
    """Rejections in a row after which the run ends with the incumbent."""
