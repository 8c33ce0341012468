"""How accuracies become shares of the data to generate."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from evolution_contracts.base import Contract


class MixturePolicy(StrEnum):
    """The rule from accuracies to weights."""

    GAP = "Gap"
    STEP = "Step"
    SOFTMAX = "Softmax"
    LEARNING_PROGRESS = "LearningProgress"


class MixtureSpec(Contract):
    """The mixture alpha(k)."""

    policy: MixturePolicy = MixturePolicy.GAP
    """`Gap`: (1 - accuracy)^gamma. `Step`: the reference code's table. `Softmax`: exp((1 - accuracy) / temperature).
    `LearningProgress`: change of accuracy since the iteration before."""
    gamma: Annotated[float, Field(gt=0, le=10)] = 1.0
    """Exponent of `Gap`."""
    temperature: Annotated[float, Field(gt=0, le=10)] = 0.2
    """Temperature of `Softmax`."""
    floor_share: Annotated[float, Field(ge=0, le=1)] = 0.25
    """Part of the budget that is spread evenly over all categories before the rest follows the weights."""
    cap_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Largest share of one category; what is cut goes to the others in proportion."""
    inertia: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Weight of the iteration before: alpha = inertia * alpha(k-1) + (1 - inertia) * new."""

    @model_validator(mode="after")
    def _cap_is_above_floor(self) -> Self:
        if self.cap_share < self.floor_share / 12:
            raise ValueError(f"capShare: {self.cap_share} is below the even floor {self.floor_share / 12:.4f}; raise it")
        return self
