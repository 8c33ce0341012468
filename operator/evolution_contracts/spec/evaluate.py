"""What a model is judged by."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from evolution_contracts.base import Contract
from evolution_contracts.spec.kubernetes import StagePod
from evolution_contracts.spec.serving import ServingSpec
from evolution_contracts.vocabulary import Fold


class Suite(Contract):
    """One set of held-out samples."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=40)]
    """Name of the suite in status, metrics and report."""
    fold: Literal[Fold.VALIDATION, Fold.TEST] = Fold.TEST
    """Fold that the suite asks."""


class EvaluateSpec(Contract):
    """The evaluation of one model: greedy answers, paired with the incumbent's on the same samples."""

    suites: Annotated[tuple[Suite, ...], Field(min_length=1, max_length=16)] = (Suite(name="test"),)
    """Suites to ask; the gate reads the first."""
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    """Level of all intervals."""
    serving: ServingSpec = ServingSpec()
    """What answers the prompts."""
    pod: StagePod = StagePod()
    """Pod settings."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [suite.name for suite in self.suites]
        if len(set(names)) != len(names):
            raise ValueError(f"suites: a name stands twice in {names}; give each suite its own")
        return self
