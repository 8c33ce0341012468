"""How a stage asks the policy."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from evolution_contracts.base import Contract
from evolution_contracts.spec.kubernetes import Resources, SecretKey


class Engine(StrEnum):
    """What runs the model."""

    TRANSFORMERS = "Transformers"
    VLLM = "VLLM"
    HTTP = "HTTP"


class ServingSpec(Contract):
    """What answers the prompts of diagnose, filter and evaluate."""

    engine: Engine = Engine.TRANSFORMERS
    """`Transformers` runs in the stage's process, `VLLM` as a sidecar of its pod, `HTTP` asks an OpenAI-compatible server elsewhere."""
    batch_size: Annotated[int, Field(ge=1, le=4096)] = 64
    """Prompts in one batch (Transformers), or requests in flight (VLLM, HTTP)."""
    url: Annotated[str, Field(max_length=1000, pattern=r"^https?://.+$")] | None = None
    """Base URL of the server for `HTTP`, ending in `/v1`."""
    api_key: SecretKey | None = None
    """Secret with the server's key."""
    request_timeout_seconds: Annotated[int, Field(ge=1, le=86_400)] = 600
    """Longest wait for one completion."""
    tensor_parallel_size: Annotated[int, Field(ge=1, le=64)] = 1
    """GPUs that one vLLM server spans."""
    max_model_length_tokens: Annotated[int, Field(ge=64, le=10_000_000)] | None = None
    """Context length of the vLLM server; None takes the model's own."""
    gpu_memory_share: Annotated[float, Field(gt=0, le=1)] = 0.85
    """Share of a GPU's memory that vLLM may take."""
    extra_arguments: Annotated[tuple[Annotated[str, Field(max_length=500)], ...], Field(max_length=64)] = ()
    """Further command-line arguments for the vLLM server."""
    image: Annotated[str, Field(max_length=500)] | None = None
    """Container image of the vLLM server; None takes the operator's default."""
    resources: Resources = Resources()
    """Resources of the vLLM server's container."""


class Sampling(Contract):
    """How completions are drawn."""

    temperature: Annotated[float, Field(ge=0, le=5)] = 0.0
    """0 is greedy."""
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Nucleus: smallest set of tokens with at least this probability; 1 keeps all."""
    top_k: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """Most likely tokens to draw from; 0 keeps all."""
