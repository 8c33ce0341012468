"""What an attempt took, left beside its outcome so that the report can tell it.

It is the one artifact that differs between two attempts with equal inputs.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from evolution_contracts.base import Contract
from evolution_contracts.errors import ContractError
from evolution_contracts.results import Count

TIMING_NAME = "timing.json"


class Timing(Contract):
    """Time and memory of one attempt."""

    seconds: Annotated[float, Field(ge=0)]
    """Wall time inside the stage's process, until its work was done."""
    peak_memory_bytes: Count
    """Largest resident memory of the process, or of its largest child where that is larger."""


def timing_since(began: float) -> Timing:
    """Return the timing of a process that began its work at a time of the monotonic clock."""
    return Timing(seconds=round(time.monotonic() - began, 3), peak_memory_bytes=_peak_memory_bytes())


def read_timing(path: Path) -> Timing:
    """Read the timing that the runner left; `ContractError` where the file holds something else."""
    try:
        return Timing.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ContractError(f"{path} is no timing: {error.errors()[0]['msg']}.", remedy="Rerun the stage that wrote it.") from error


def _peak_memory_bytes() -> int:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(own, children) * 1024
