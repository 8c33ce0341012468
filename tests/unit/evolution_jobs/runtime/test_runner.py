"""The life of a stage's process."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from evolution_contracts.base import text_digest
from evolution_contracts.errors import ConfigError, EvolutionError, ExitCode, all_error_classes
from evolution_contracts.results import MAX_RESULT_BYTES, ReportOutcome
from evolution_contracts.vocabulary import StageName
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.runner import read_input
from support.stage_world import World, failure_of, succeeded

OUTCOME = ReportOutcome(page_digest=text_digest("page"), size_bytes=4)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(root=tmp_path)


class CountingStage:
    """A stage that counts how often it really ran."""

    runs = 0

    def __call__(self, context: StageContext) -> ReportOutcome:
        self.runs += 1
        (context.workspace.folder / "page.html").write_text("page")
        context.leave("page.html")
        return OUTCOME


def test_finished_attempt_started_again_does_nothing_and_tells_the_same(world: World) -> None:
    stage, stage_input = CountingStage(), world.input(StageName.REPORT)
    first, second = (world.run(stage, stage_input) for _ in range(2))
    assert stage.runs == 1
    assert (second.outcome, second.manifest) == (first.outcome, first.manifest) == (OUTCOME, first.manifest)


def test_finished_attempt_with_another_input_is_refused(world: World) -> None:
    stage = CountingStage()
    world.run(stage, world.input(StageName.REPORT))
    world.seed += 1
    failure = failure_of(world.run(stage, world.input(StageName.REPORT)))
    assert (failure.reason, failure.exit_code, failure.is_retryable) == ("InvalidArtifact", ExitCode.DATA, False)
    assert stage.runs == 1


def test_changed_outcome_of_a_finished_attempt_is_refused(world: World) -> None:
    stage, stage_input = CountingStage(), world.input(StageName.REPORT)
    world.run(stage, stage_input)
    (world.folder(stage_input) / "outcome.json").write_text("{}")
    assert failure_of(world.run(stage, stage_input)).reason == "InvalidArtifact"


def test_manifest_lists_what_the_stage_left(world: World) -> None:
    stage_input = world.input(StageName.REPORT)
    reference = succeeded(world.run(CountingStage(), stage_input))
    names = {path.name for path in world.folder(stage_input).iterdir()}
    assert {"input.json", "manifest.json", "outcome.json", "page.html"} <= names
    assert (reference.stage, reference.iteration, reference.attempt, reference.shard) == (StageName.REPORT, 1, 0, None)


@pytest.mark.parametrize("kind", all_error_classes(), ids=lambda kind: kind.__name__)
def test_every_error_ends_with_its_own_exit_code_and_reason(world: World, kind: type[EvolutionError]) -> None:
    def stage(context: StageContext) -> ReportOutcome:
        raise kind("something happened.", remedy="Do something.")

    failure = failure_of(world.run(stage, world.input(StageName.REPORT)))
    assert (failure.reason, failure.exit_code, failure.is_retryable) == (kind.reason, kind.exit_code, kind.is_retryable)
    assert failure.message == "something happened. Do something."
    assert not (world.folder(world.input(StageName.REPORT)) / "manifest.json").exists()


def test_defect_of_a_stage_is_an_internal_error(world: World) -> None:
    def stage(context: StageContext) -> ReportOutcome:
        raise ZeroDivisionError("division by zero")

    failure = failure_of(world.run(stage, world.input(StageName.REPORT)))
    assert (failure.reason, failure.exit_code, failure.is_retryable) == ("InternalError", ExitCode.INTERNAL, True)
    assert failure.message == "ZeroDivisionError: division by zero"


@pytest.mark.parametrize("character", ["x", "数", "\0", "\ud800", '"', "🙂"], ids=["ascii", "wide", "control", "half", "quote", "emoji"])
def test_message_of_any_kind_and_length_fits_into_the_result(world: World, character: str) -> None:
    def stage(context: StageContext) -> ReportOutcome:
        raise ConfigError(f"begins here {character * 10_000}")

    failure = failure_of(world.run(stage, world.input(StageName.REPORT)))
    assert failure.message.startswith("begins here")
    assert (world.root / "result.json").stat().st_size <= MAX_RESULT_BYTES


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stage_that_is_asked_to_stop_ends_as_interrupted(world: World, number: signal.Signals) -> None:
    def stage(context: StageContext) -> ReportOutcome:
        os.kill(os.getpid(), number)
        context.interrupt.check()
        return OUTCOME

    failure = failure_of(world.run(stage, world.input(StageName.REPORT)))
    assert (failure.reason, failure.exit_code, failure.is_retryable) == ("Interrupted", ExitCode.TEMPORARY, True)


def test_shards_work_in_their_own_folders(world: World) -> None:
    stage_input = world.input(StageName.GENERATE, shards=2)
    results = [world.run(CountingStage(), stage_input, shard) for shard in range(2)]
    assert [result.shard for result in results] == [0, 1]
    assert [succeeded(result).shard for result in results] == [0, 1]


def test_progress_file_is_there_from_the_start(world: World) -> None:
    def stage(context: StageContext) -> ReportOutcome:
        assert (world.root / "progress.json").exists()
        return OUTCOME

    succeeded(world.run(stage, world.input(StageName.REPORT)))


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot read"), (b"{}", "run: Field required"), (b"no json", "Invalid JSON")],
    ids=["missing", "empty", "no json"],
)
def test_unusable_input_is_a_configuration_error(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "input.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        read_input(path, StageName.REPORT)


def test_input_of_another_stage_is_refused(world: World, tmp_path: Path) -> None:
    path = tmp_path / "input.json"
    path.write_text(world.input(StageName.FILTER).canonical_json())
    assert read_input(path, StageName.FILTER) == world.input(StageName.FILTER)
    with pytest.raises(ConfigError, match="input for stage filter, not train"):
        read_input(path, StageName.TRAIN)


def test_attempt_after_one_that_was_killed_before_it_could_tell_takes_its_artifacts(world: World) -> None:
    stage = CountingStage()
    first = world.run(stage, world.input(StageName.REPORT))
    second = world.run(stage, world.input(StageName.REPORT, attempt=1))
    assert stage.runs == 1
    assert (second.attempt, second.outcome, second.manifest) == (1, first.outcome, first.manifest)


def test_rerun_does_the_work_of_earlier_attempts_again(world: World) -> None:
    stage = CountingStage()
    world.run(stage, world.input(StageName.REPORT))
    again = world.run(stage, world.input(StageName.REPORT, attempt=1).evolve(first_attempt=1))
    assert stage.runs == 2
    assert succeeded(again).attempt == 1


def test_earlier_attempt_with_another_input_is_passed_over(world: World) -> None:
    stage = CountingStage()
    world.run(stage, world.input(StageName.REPORT))
    done = world.run(stage, world.input(StageName.REPORT, attempt=1).evolve(seed=world.seed + 1))
    assert stage.runs == 2
    assert succeeded(done).attempt == 1
