"""Facts about the process that come from the environment; read here and nowhere else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from evolution_contracts.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where a stage reads, writes and reports."""

    artifact_root: Path
    """`EVOLUTION_ARTIFACT_ROOT`: root of all artifacts."""
    result_file: Path
    """`EVOLUTION_RESULT_FILE`: where the result is written; Kubernetes' termination message by default."""
    progress_file: Path | None
    """`EVOLUTION_PROGRESS_FILE`: where progress is kept; None keeps it only on the endpoint."""
    progress_port: int | None
    """`EVOLUTION_PROGRESS_PORT`: TCP port of `/progress` and `/metrics`; None opens none."""
    data_root: Path
    """`EVOLUTION_DATA_ROOT`: folder that relative `spec.data.files` start at."""
    cache_folder: Path
    """`EVOLUTION_CACHE`: folder for built and downloaded models."""
    shard: int
    """`JOB_COMPLETION_INDEX`: index of this process among the shards; 0 without shards."""

    @classmethod
    def from_environment(cls) -> Self:
        """Read the settings; an unusable value is a `ConfigError` that names the variable."""
        return cls(
            artifact_root=Path(_text("EVOLUTION_ARTIFACT_ROOT", "/artifacts")),
            result_file=Path(_text("EVOLUTION_RESULT_FILE", "/dev/termination-log")),
            progress_file=Path(path) if (path := os.environ.get("EVOLUTION_PROGRESS_FILE")) else None,
            progress_port=_number("EVOLUTION_PROGRESS_PORT"),
            data_root=Path(_text("EVOLUTION_DATA_ROOT", ".")),
            cache_folder=Path(_text("EVOLUTION_CACHE", str(Path.home() / ".cache" / "evolution-operator"))),
            shard=_number("JOB_COMPLETION_INDEX") or 0,
        )


def _text(name: str, default: str) -> str:
    return os.environ.get(name) or default


def _number(name: str) -> int | None:
    value = os.environ.get(name)
    if not value:
        return None
    if not value.isdecimal():
        raise ConfigError(f"environment variable {name} is {value!r}, which is not a whole number.", remedy="Set it to a whole number.")
    return int(value)
