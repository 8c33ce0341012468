"""What an attempt took is left beside its outcome."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from evolution_contracts.errors import ContractError
from evolution_contracts.results import PrepareOutcome
from evolution_contracts.vocabulary import StageName
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.timing import TIMING_NAME, read_timing, timing_since
from evolution_jobs.runtime.workspace import Workspace
from support.stage_world import World, succeeded


def test_time_runs_from_the_beginning_of_the_work() -> None:
    assert timing_since(time.monotonic() - 5).seconds >= 5
    assert timing_since(time.monotonic()).peak_memory_bytes > 1_000_000


def test_every_attempt_leaves_its_timing_as_an_artifact(tmp_path: Path) -> None:
    world = World(root=tmp_path)
    ref = world.prepare()
    workspace = Workspace(tmp_path / "artifacts", world.input(StageName.REPORT), 0)
    assert read_timing(workspace.open(ref).path(TIMING_NAME)).seconds > 0
    again = succeeded(world.run(_never, world.input(StageName.PREPARE, iteration=0)))
    assert again == ref


def test_damaged_timing_is_refused(tmp_path: Path) -> None:
    (tmp_path / TIMING_NAME).write_text('{"seconds": -1}')
    with pytest.raises(ContractError, match="is no timing"):
        read_timing(tmp_path / TIMING_NAME)


def _never(context: StageContext) -> PrepareOutcome:
    raise AssertionError("a finished attempt was run again")
