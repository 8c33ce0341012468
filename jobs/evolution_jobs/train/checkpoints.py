"""Checkpoints that are either complete or ignored.

The training library writes a checkpoint file by file. The marker is written after the last of them, so a folder without it is what a killed
process left and is never resumed from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evolution_jobs.runtime.files import write_atomically

MARKER_NAME = "complete.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A complete checkpoint."""

    folder: Path
    updates: int
    """Optimiser updates that led to it."""


def mark_complete(folder: Path, *, updates: int, recipe: str) -> None:
    """Declare a checkpoint complete; `recipe` is the digest of everything that it was trained with."""
    write_atomically(folder / MARKER_NAME, json.dumps({"updates": updates, "recipe": recipe}))


def newest_checkpoint(folders: Iterable[Path], recipe: str) -> Checkpoint | None:
    """Return the complete checkpoint of this recipe with the most updates in any of the folders."""
    found = [
        Checkpoint(folder=marker.parent, updates=content["updates"])
        for folder in folders
        for marker in folder.glob(f"checkpoint-*/{MARKER_NAME}")
        if (content := json.loads(marker.read_bytes()))["recipe"] == recipe
    ]
    return max(found, key=lambda checkpoint: checkpoint.updates, default=None)
