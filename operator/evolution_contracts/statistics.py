"""The numbers with error bars that stages report and the control plane decides on."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from evolution_contracts.base import Contract


class Estimate(Contract):
    """A mean with its interval."""

    mean: float
    low: float
    """Lower end of the interval."""
    high: float
    """Upper end of the interval."""
    n: Annotated[int, Field(ge=0)]
    """Samples behind the estimate; abstentions are not among them."""

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        if not self.low <= self.high:
            raise ValueError(f"interval [{self.low}, {self.high}] is reversed")
        return self
