"""The progress document: what a running stage tells about itself.

A counter that only grows is the only thing that counts as progress: a process that is alive, or a log that is written, proves nothing.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from evolution_contracts.base import Contract
from evolution_contracts.vocabulary import StageName


class Progress(Contract):
    """Progress of one attempt (of one shard), as served on `/progress` and kept in `progress.json`."""

    stage: StageName
    iteration: Annotated[int, Field(ge=0)]
    attempt: Annotated[int, Field(ge=0)]
    shard: Annotated[int, Field(ge=0)] = 0
    unit: Annotated[str, Field(max_length=40)]
    """What is counted, plural: `items`, `slots`, `steps`."""
    done: Annotated[int, Field(ge=0)] = 0
    """Units finished; never falls within an attempt."""
    total: Annotated[int, Field(ge=0)] | None = None
    """Units that the stage expects; None while it is unknown."""
    activity: Annotated[str, Field(max_length=200)] = ""
    """What the stage does now, for people."""
    started_at: Annotated[float, Field(ge=0)]
    """Unix time at which the attempt began to work, in seconds."""
    progressed_at: Annotated[float, Field(ge=0)]
    """Unix time at which `done` last grew (or the attempt began), in seconds."""
    metrics: Annotated[dict[str, float], Field(max_length=64)] = {}
    """Newest values for people and Prometheus, such as `reward_mean`."""
