"""How candidates are made."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from evolution_contracts.base import Contract
from evolution_contracts.spec.kubernetes import StagePod


class Provider(StrEnum):
    """Who makes candidates."""

    PROCEDURAL = "Procedural"
    AGENTS = "Agents"


class GenerateSpec(Contract):
    """The generation of one iteration."""

    samples: Annotated[int, Field(ge=1, le=10_000_000)] = 4000
    """Candidates to make, N; the quotas m_c sum to it exactly."""
    shards: Annotated[int, Field(ge=1, le=1000)] = 1
    """Workers that share the slots. A slot gives the same sample whoever fills it; duplicates between workers are left to the filter."""
    provider: Provider = Provider.PROCEDURAL
    """`Procedural` draws scenes with known truth; `Agents` runs planner, image selector, question generator and validator."""
    max_attempts_per_slot: Annotated[int, Field(ge=1, le=100)] = 8
    """Tries to fill one slot; an unfilled slot is reported as shortfall, never given to another category."""
    min_difficulty: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Easiest difficulty to ask for."""
    max_difficulty: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Hardest difficulty to ask for."""
    pod: StagePod = StagePod()
    """Pod settings."""
