"""Finding the work of earlier attempts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evolution_contracts.base import text_digest
from evolution_contracts.results import ReportOutcome
from evolution_contracts.vocabulary import StageName
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.resume import recipe_of, resume
from support.stage_world import World, failure_of


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(root=tmp_path)


def attempt(world: World, number: int, lines: list[dict[str, Any]], *, recipe: str = "a") -> list[dict[str, Any]]:
    """Run an attempt that appends lines and is stopped before it is finished; return what it found."""
    found: list[dict[str, Any]] = []

    def stage(context: StageContext) -> ReportOutcome:
        with resume(context, "journal.jsonl", recipe) as resumed:
            found.extend(resumed.kept)
            resumed.journal.append(lines)
        context.interrupt.request()
        context.interrupt.check()
        return ReportOutcome(page_digest=text_digest(""), size_bytes=0)

    assert failure_of(world.run(stage, world.input(StageName.REPORT, attempt=number))).reason == "Interrupted"
    return found


def test_attempt_finds_the_lines_of_all_earlier_ones_in_order(world: World) -> None:
    assert attempt(world, 0, [{"n": 0}]) == []
    assert attempt(world, 1, [{"n": 1}]) == [{"n": 0}]
    assert attempt(world, 3, []) == [{"n": 0}, {"n": 1}]


def test_work_for_another_recipe_is_not_taken_over(world: World) -> None:
    attempt(world, 0, [{"n": 0}], recipe="old")
    assert attempt(world, 1, []) == []


def test_own_journal_is_continued_after_a_crash(world: World) -> None:
    attempt(world, 0, [{"n": 0}])
    assert attempt(world, 0, [{"n": 1}]) == [{"n": 0}]
    assert attempt(world, 1, []) == [{"n": 0}, {"n": 1}]


def test_own_journal_of_another_recipe_is_begun_anew(world: World) -> None:
    attempt(world, 0, [{"n": 0}], recipe="old")
    assert attempt(world, 0, [{"n": 1}]) == []
    assert attempt(world, 1, []) == [{"n": 1}]


def test_recipe_depends_on_what_decides_the_lines_and_on_nothing_else(world: World) -> None:
    stage_input = world.input(StageName.DIAGNOSE)
    recipe = recipe_of(stage_input, sampling={"temperature": 0})
    assert recipe == recipe_of(stage_input.evolve(attempt=3), sampling={"temperature": 0})
    assert recipe != recipe_of(stage_input.evolve(seed=8), sampling={"temperature": 0})
    assert recipe != recipe_of(stage_input.evolve(iteration=2), sampling={"temperature": 0})
    assert recipe != recipe_of(stage_input, sampling={"temperature": 1})
