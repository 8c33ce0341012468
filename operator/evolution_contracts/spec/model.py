"""Which model evolves, and how it is asked."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from evolution_contracts.base import Contract
from evolution_contracts.spec.kubernetes import SecretKey


class AnswerFormat(StrEnum):
    """The form in which the prompt asks for the answer."""

    PLAIN = "Plain"
    BOXED = "Boxed"
    THINK_BOXED = "ThinkBoxed"


class ModelSpec(Contract):
    """The model to start from."""

    source: Annotated[str, Field(max_length=1000, pattern=r"^(hf|pvc|s3|file|builtin)://.+$")]
    """Where the model comes from: `hf://owner/name`, `pvc://claim/path`, `s3://bucket/path`, `file:///folder` or `builtin://tiny-vlm`."""
    revision: Annotated[str, Field(max_length=100)] | None = None
    """Commit or tag for `hf://`; pin a commit to make a run repeatable. None takes the newest."""
    token: SecretKey | None = None
    """Secret with the hub's access token, for gated models."""


class PromptSpec(Contract):
    """The one prompt that diagnosis, filter, training and evaluation share.

    Pass rates are only meaningful for training when they were measured on the same prompt, so there is nowhere to set a second one.
    """

    answer_format: AnswerFormat = AnswerFormat.BOXED
    """`Plain`: the completion is the answer. `Boxed`: the answer stands in `\\boxed{}`.
    `ThinkBoxed`: reasoning in think tags, then the boxed answer."""
    instruction: Annotated[str, Field(max_length=2000)] | None = None
    """Text after the question; None takes the standard instruction of the answer format, an empty string takes none."""
    max_answer_tokens: Annotated[int, Field(ge=1, le=32_768)] = 4096
    """Most tokens of a completion; what is cut off counts as unparsable."""
