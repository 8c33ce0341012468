import pytest

from evolution_contracts.api.iteration import GateDecision, IterationRecord
from evolution_contracts.api.run import RunStatus
from evolution_contracts.vocabulary import ITERATION_STAGES, StageName
from evolution_operator.core.lineage import cut_before, has_same_work, recalled
from support.runs import a_run
from support.simulated import Behaviour, SimulatedCluster, gaining

REMEMBERED = ("data", "baseline", "baseline_evaluation", "best", "history", "rejections", "mixture")


def finished() -> tuple[RunStatus, list[IterationRecord]]:
    cluster = SimulatedCluster(a_run(iterations=3), {(2, "evaluate"): Behaviour(outcome=gaining(-1))})
    return cluster.run_to_end(), list(cluster.records.values())


def test_records_hold_everything_that_a_run_remembers() -> None:
    status, records = finished()
    again = recalled(records)
    for field in REMEMBERED:
        assert getattr(again, field) == getattr(status, field), field


def test_run_remembers_what_later_mixtures_depend_on() -> None:
    status, records = finished()
    assert records[1].plan is not None
    assert records[3].plan is not None
    assert status.mixture.first == records[1].plan.mixture
    assert status.mixture.previous == records[3].plan.mixture
    assert set(status.mixture.natural.values()) == {5}
    assert set(status.mixture.previous_accuracies) == set(status.mixture.first)


@pytest.mark.parametrize("stage", ITERATION_STAGES)
def test_record_that_is_cut_forgets_the_stage_and_what_follows(stage: StageName) -> None:
    record = finished()[1][3]
    cut = cut_before(record, stage)
    kept = ITERATION_STAGES[: ITERATION_STAGES.index(stage)]
    assert tuple(done.stage for done in cut.stages) == kept
    assert [name for name in ITERATION_STAGES if getattr(cut, name.value) is not None] == list(kept)
    assert (cut.decision, cut.finished_at, cut.decision_reason) == (None, None, "")
    assert (cut.plan is not None) == (StageName.GENERATE in kept)


def test_record_cut_before_the_report_keeps_its_decision() -> None:
    record = finished()[1][3]
    cut = cut_before(record, StageName.REPORT)
    assert cut.decision is GateDecision.PROMOTED
    assert tuple(done.stage for done in cut.stages) == ITERATION_STAGES


def test_same_work_is_known_by_its_artifacts() -> None:
    record = finished()[1][3]
    assert has_same_work(record, record.model_copy(update={"started_at": None}))
    assert not has_same_work(record, cut_before(record, StageName.EVALUATE))
    assert not has_same_work(record, record.model_copy(update={"decision": GateDecision.REJECTED}))
