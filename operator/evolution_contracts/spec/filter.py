"""Which candidates are worth training on."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from evolution_contracts.base import Contract
from evolution_contracts.spec.kubernetes import StagePod
from evolution_contracts.spec.serving import Sampling, ServingSpec


class FilterSpec(Contract):
    """The difficulty filter; nothing is ever filled up with rejected candidates."""

    rollouts: Annotated[int, Field(ge=1, le=64)] = 9
    """Completions for each candidate, n."""
    min_pass_rate: Annotated[float, Field(ge=0, le=1)] = 0.3
    """Least pass rate to keep, inclusive; at 0.3 and n = 9 at least 3 correct."""
    max_pass_rate: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Largest pass rate to keep, inclusive; at 0.8 and n = 9 at most 7 correct."""
    sampling: Sampling = Sampling(temperature=1.0)
    """How completions are drawn."""
    serving: ServingSpec = ServingSpec()
    """What answers the prompts."""
    pod: StagePod = StagePod()
    """Pod settings."""

    @model_validator(mode="after")
    def _band_is_ordered(self) -> Self:
        if self.min_pass_rate > self.max_pass_rate:
            raise ValueError(f"minPassRate: {self.min_pass_rate} is above maxPassRate {self.max_pass_rate}")
        return self
