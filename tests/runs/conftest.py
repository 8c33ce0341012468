"""Whole runs by the command line, as a user starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

EXAMPLES = Path(__file__).parents[2] / "examples"
LIMIT_SECONDS = 500


@dataclass(frozen=True)
class Ended:
    """A run of `evo` that has ended."""

    code: int
    output: str
    folder: Path

    @property
    def summary(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "summary.json").read_text())
        return document


Evolve = Callable[..., Ended]


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for the built-in models of all runs."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def evolve(tmp_path: Path, model_cache: Path) -> Evolve:
    """Run `evo run FILE` in a folder of its own."""

    def run(file: Path, overrides: Sequence[str] = (), command: str = "run") -> Ended:
        arguments = [part for override in overrides for part in ("--set", override)]
        done = subprocess.run(
            [sys.executable, "-m", "evolution_operator.cli.main", command, str(file), "--folder", str(tmp_path / "runs"), *arguments],
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
            env={**os.environ, "EVOLUTION_CACHE": str(model_cache), "COLUMNS": "200"},
        )
        name = yaml.safe_load(file.read_text())["metadata"]["name"]
        return Ended(done.returncode, done.stdout + done.stderr, tmp_path / "runs" / name)

    return run
