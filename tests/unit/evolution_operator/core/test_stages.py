from typing import Any

import pytest

from evolution_contracts.api.conditions import Reason
from evolution_contracts.api.iteration import GateDecision, IterationRecord, StageRecord
from evolution_contracts.api.run import RunStatus, StageStatus
from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.seeds import derive_seed
from evolution_contracts.spec.run import RerunRequest
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.stages import Position, history, next_position, shards_of, stable_spec, stage_input, stages_of
from support.runs import START, a_run, a_spec
from support.stage_results import a_digest

PREPARE, DIAGNOSE, GENERATE, FILTER, TRAIN, EVALUATE, REPORT = tuple(StageName)


def a_stage_record(iteration: int, stage: StageName, shards: int | None = None) -> StageRecord:
    refs = tuple(
        ArtifactRef(stage=stage, iteration=iteration, attempt=0, shard=shard, manifest_digest=a_digest(iteration, stage, shard))
        for shard in (range(shards) if shards else (None,))
    )
    return StageRecord(stage=stage, attempt=0, manifests=refs)


def a_record(iteration: int, *stages: StageName, **fields: Any) -> IterationRecord:
    done = tuple(a_stage_record(iteration, stage) for stage in stages)
    return IterationRecord(**{"iteration": iteration, "spec_digest": a_digest("spec"), "started_at": START, "stages": done, **fields})


@pytest.mark.parametrize(
    ("current", "ending", "expected"),
    [
        (None, None, (0, PREPARE)),
        (a_record(0), None, (0, PREPARE)),
        (a_record(0, PREPARE), None, (0, EVALUATE)),
        (a_record(0, PREPARE, EVALUATE), None, (1, DIAGNOSE)),
        (a_record(4, DIAGNOSE), None, (4, GENERATE)),
        (a_record(4, DIAGNOSE, GENERATE, FILTER, TRAIN), None, (4, EVALUATE)),
        (a_record(4, *stages_of(4)), None, (5, DIAGNOSE)),
        (a_record(4, *stages_of(4)), Reason.COMPLETED, (4, REPORT)),
        (a_record(4, DIAGNOSE), Reason.GPU_HOURS_EXHAUSTED, (4, REPORT)),
        (a_record(4, *stages_of(4), REPORT), Reason.COMPLETED, None),
    ],
    ids=["new", "begun", "prepared", "baseline", "diagnosed", "trained", "evaluated", "last", "out-of-budget", "reported"],
)
def test_next_stage_follows_from_what_is_finished(current: IterationRecord | None, ending: Reason | None, expected: Any) -> None:
    assert next_position(RunStatus(current=current, ending=ending)) == expected


def test_places_are_ordered_as_a_run_comes_through_them() -> None:
    places = [Position(iteration, stage) for iteration in (0, 1, 2) for stage in stages_of(iteration)] + [Position(2, REPORT)]
    assert sorted(places, key=lambda place: place.order) == places


@pytest.mark.parametrize(
    "edit",
    [
        {"suspend": True},
        {"iterations": 99},
        {"ttl_seconds_after_finished": 5},
        {"rerun": RerunRequest(id="x", from_iteration=1, from_stage=TRAIN)},
        {"budget": {"gpu_hours": 1}},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_spec_that_stages_see_is_blind_to_edits_of_a_living_run(edit: dict[str, Any]) -> None:
    assert stable_spec(a_spec(**edit)).fingerprint() == stable_spec(a_spec()).fingerprint()


def test_spec_that_stages_see_keeps_everything_else() -> None:
    assert stable_spec(a_spec(seed=7)).seed == 7
    assert stable_spec(a_spec(seed=7)).fingerprint() != stable_spec(a_spec()).fingerprint()


def test_only_generate_has_shards() -> None:
    spec = a_spec(generate={"samples": 120, "shards": 6})
    assert {stage: shards_of(spec, stage) for stage in StageName if shards_of(spec, stage)} == {GENERATE: 6}


def at_stage(iteration: int, stage: StageName, current: IterationRecord) -> RunStatus:
    return RunStatus(iteration=iteration, current=current, stage=StageStatus(stage=stage, state_since=START))


def test_attempts_of_a_stage_differ_in_their_number_alone() -> None:
    status = at_stage(0, PREPARE, a_record(0))
    first, second = (stage_input(a_run(), status, attempt, ()) for attempt in (0, 1))
    assert second == first.model_copy(update={"attempt": 1})
    assert first.seed == derive_seed(42, 0, "prepare")


def test_run_that_no_cluster_keeps_is_identified_by_its_name() -> None:
    given = stage_input(a_run("local", uid=""), at_stage(0, PREPARE, a_record(0)), 0, ())
    assert given.run.uid == "local"


def test_history_is_oldest_first_however_the_records_are_read() -> None:
    records = [a_record(number, EVALUATE, decision=GateDecision.PROMOTED) for number in (2, 0, 1)]
    status = at_stage(3, REPORT, a_record(3, DIAGNOSE))
    assert [ref.iteration for ref in history(status, records)] == [0, 1, 2, 3]


def test_history_passes_over_records_of_an_earlier_pass() -> None:
    status = at_stage(1, REPORT, a_record(1, DIAGNOSE))
    assert [ref.iteration for ref in history(status, [a_record(0, PREPARE), a_record(1, TRAIN), a_record(2, TRAIN)])] == [0, 1]


def test_history_of_a_very_long_run_leaves_out_shards_first() -> None:
    wide = [a_record(number, stages=(a_stage_record(number, GENERATE, 500), a_stage_record(number, EVALUATE))) for number in range(3)]
    found = history(at_stage(3, REPORT, a_record(3, DIAGNOSE)), wide)
    assert [(ref.iteration, ref.stage) for ref in found] == [(0, EVALUATE), (1, EVALUATE), (2, EVALUATE), (3, DIAGNOSE)]
