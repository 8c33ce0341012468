"""How the policy's blind spots are measured."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from evolution_contracts.base import Contract
from evolution_contracts.spec.kubernetes import SecretKey, StagePod
from evolution_contracts.spec.serving import Sampling, ServingSpec


class JudgeSpec(Contract):
    """A model that judges answers which no program can verify; off unless named."""

    url: Annotated[str, Field(max_length=1000, pattern=r"^https?://.+$")]
    """Base URL of the OpenAI-compatible server, ending in `/v1`."""
    model: Annotated[str, Field(min_length=1, max_length=200)]
    """Name of the served model."""
    api_key: SecretKey | None = None
    """Secret with the server's key."""


class DiagnoseSpec(Contract):
    """The diagnosis of one iteration."""

    items_per_category: Annotated[int, Field(ge=1, le=100_000)] = 50
    """Samples of each category to ask first (method notes 7.1: at least 50)."""
    max_items_per_category: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Samples of a category to ask at most while its interval is too wide; None does not go beyond `itemsPerCategory`."""
    target_interval_width: Annotated[float, Field(gt=0, le=1)] = 0.15
    """Width of the 90 % credible interval at which a category has been asked enough."""
    answers_per_item: Annotated[int, Field(ge=1, le=64)] = 1
    """Completions drawn for each sample."""
    sampling: Sampling = Sampling()
    """How they are drawn; greedy by default, so that a repeated diagnosis gives the same report."""
    max_abstain_share: Annotated[float, Field(ge=0, le=1)] = 0.2
    """Share of answers without a verdict above which the stage fails instead of steering by noise."""
    rotate: bool = True
    """True asks other samples of the fold in each iteration, as far as there are some; False repeats the same."""
    serving: ServingSpec = ServingSpec()
    """What answers the prompts."""
    judge: JudgeSpec | None = None
    """Judge for answers that no program can verify; None needs verifiable data."""
    pod: StagePod = StagePod()
    """Pod settings."""

    @model_validator(mode="after")
    def _can_top_up(self) -> Self:
        if self.max_items_per_category is not None and self.max_items_per_category < self.items_per_category:
            raise ValueError(f"maxItemsPerCategory: {self.max_items_per_category} is below itemsPerCategory {self.items_per_category}")
        return self
