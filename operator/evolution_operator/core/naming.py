"""The names of children: made from the run, the iteration, the stage and the attempt, and from nothing else.

A deterministic name is what makes creation safe to repeat: whoever creates the same attempt again meets the child that is already there.
"""

from __future__ import annotations

import hashlib

from evolution_contracts.vocabulary import StageName

MAX_NAME_LENGTH = 63
"""Longest value of a Kubernetes label, and longest name of most workloads."""
HASH_LENGTH = 8


def child_name(run_name: str, iteration: int, stage: StageName, attempt: int) -> str:
    """Return `<run>-i<NNN>-<stage>-a<attempt>`; what is longer than 63 characters is cut and ends in a hash of the whole."""
    return shortened(f"{run_name}-i{iteration:03d}-{stage.value}-a{attempt}")


def shortened(name: str) -> str:
    """Return `name` itself where it fits, else its beginning and 8 hex digits of its SHA-256."""
    if len(name) <= MAX_NAME_LENGTH:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:HASH_LENGTH]
    return f"{name[: MAX_NAME_LENGTH - HASH_LENGTH - 1].rstrip('-')}-{digest}"
