"""Whole runs, from the first look to the last."""

from __future__ import annotations

from typing import Any

import pytest

from evolution_contracts.api.conditions import ConditionType, Reason
from evolution_contracts.api.iteration import GateDecision
from evolution_contracts.api.run import Phase, RunStatus
from evolution_contracts.results import FilterOutcome, GenerateOutcome
from evolution_contracts.seeds import derive_seed
from evolution_contracts.stage import StageInput
from evolution_contracts.vocabulary import Category, StageName
from evolution_operator.core.actions import CreateChild, ForgetIterations
from evolution_operator.core.stages import stable_spec
from support.runs import a_run
from support.simulated import Behaviour, Script, SimulatedCluster, gaining
from support.stage_results import a_digest

PREPARE, DIAGNOSE, GENERATE, FILTER, TRAIN, EVALUATE, REPORT = tuple(StageName)
WORSE = Behaviour(outcome=gaining(-0.1))


def summary(status: RunStatus) -> tuple[str, Reason]:
    condition = next(condition for condition in status.conditions if condition.type is ConditionType.SUCCEEDED)
    return condition.status, condition.reason


def inputs(cluster: SimulatedCluster) -> dict[tuple[int, StageName], StageInput]:
    created = (action.input for action in cluster.actions if isinstance(action, CreateChild))
    return {(given.iteration, given.stage): given for given in created}


def test_run_goes_through_baseline_iterations_and_report() -> None:
    cluster = SimulatedCluster(a_run(iterations=2))
    status = cluster.run_to_end()
    assert [name.removeprefix("demo-") for name in cluster.created()] == [
        "i000-prepare-a0",
        "i000-evaluate-a0",
        *(f"i001-{stage}-a0" for stage in ("diagnose", "generate", "filter", "train", "evaluate")),
        *(f"i002-{stage}-a0" for stage in ("diagnose", "generate", "filter", "train", "evaluate")),
        "i002-report-a0",
    ]
    assert summary(status) == ("True", Reason.COMPLETED)
    assert status.phase is Phase.SUCCEEDED


def test_promoted_candidates_become_the_incumbent() -> None:
    status = SimulatedCluster(a_run(iterations=2)).run_to_end()
    assert [line.decision for line in status.history] == [GateDecision.BASELINE, GateDecision.PROMOTED, GateDecision.PROMOTED]
    assert status.best is not None
    assert status.best.iteration == 2
    assert status.best.model.stage is TRAIN
    assert status.best.model_digest == a_digest("model", 2)


def test_rejected_candidate_is_rolled_back_and_the_run_goes_on() -> None:
    cluster = SimulatedCluster(a_run(iterations=3), {(2, EVALUATE): WORSE})
    status = cluster.run_to_end()
    given = inputs(cluster)
    assert [line.decision.value for line in status.history] == ["Baseline", "Promoted", "Rejected", "Promoted"]
    assert given[3, DIAGNOSE].upstream["model"] == given[2, DIAGNOSE].upstream["model"]
    assert given[3, EVALUATE].upstream["incumbent_evaluation"] == given[2, EVALUATE].upstream["incumbent_evaluation"]
    assert [record.incumbent for record in cluster.records.values()] == [0, 1, 1, 3]


def test_rejection_in_the_first_iteration_keeps_the_model_of_prepare() -> None:
    cluster = SimulatedCluster(a_run(iterations=2), {(1, EVALUATE): WORSE})
    cluster.run_to_end()
    (model,) = inputs(cluster)[2, TRAIN].upstream["model"]
    assert (model.iteration, model.stage) == (0, PREPARE)


def test_gate_that_stops_ends_the_run_with_the_incumbent_and_a_report() -> None:
    cluster = SimulatedCluster(a_run(iterations=3, gate={"on_reject": "Stop"}), {(1, EVALUATE): WORSE})
    status = cluster.run_to_end()
    assert summary(status) == ("True", Reason.STOPPED_BY_GATE)
    assert cluster.created()[-1] == "demo-i001-report-a0"
    assert status.best is not None
    assert status.best.iteration == 0


def test_too_many_rejections_in_a_row_end_the_run_with_a_report() -> None:
    cluster = SimulatedCluster(a_run(iterations=9, gate={"max_rejections": 2}), {EVALUATE: WORSE, (2, EVALUATE): Behaviour()})
    status = cluster.run_to_end()
    assert [line.decision.value for line in status.history] == ["Baseline", "Rejected", "Promoted", "Rejected", "Rejected"]
    assert summary(status) == ("True", Reason.TOO_MANY_REJECTIONS)
    assert cluster.created()[-1] == "demo-i004-report-a0"
    assert status.best is not None
    assert status.best.iteration == 2


def test_every_stage_is_given_what_it_reads() -> None:
    cluster = SimulatedCluster(a_run(iterations=2, generate={"samples": 120, "shards": 3}))
    cluster.run_to_end()
    roles = {
        place: {role: [(ref.iteration, ref.stage.value, ref.shard) for ref in refs] for role, refs in given.upstream.items()}
        for place, given in inputs(cluster).items()
    }
    data = [(0, "prepare", None)]
    shards = [(2, "generate", shard) for shard in range(3)]
    assert roles[0, PREPARE] == {}
    assert roles[0, EVALUATE] == {"data": data, "model": data}
    assert roles[1, DIAGNOSE] == {"data": data, "model": data}
    assert roles[2, DIAGNOSE] == {"data": data, "model": [(1, "train", None)]}
    assert roles[2, GENERATE] == {"data": data, "diagnosis": [(2, "diagnose", None)]}
    assert roles[2, FILTER] == {"data": data, "model": [(1, "train", None)], "candidates": shards}
    assert roles[2, TRAIN] == {"data": data, "model": [(1, "train", None)], "training_set": [(2, "filter", None)]}
    assert roles[2, EVALUATE] == {
        "data": data,
        "model": [(2, "train", None)],
        "incumbent_evaluation": [(1, "evaluate", None)],
        "baseline_evaluation": [(0, "evaluate", None)],
    }
    assert roles[2, REPORT] == {"data": data}


def test_report_is_given_every_manifest_oldest_first() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, generate={"samples": 120, "shards": 2}))
    cluster.run_to_end()
    history = [(ref.iteration, ref.stage.value, ref.shard) for ref in inputs(cluster)[1, REPORT].history]
    assert history == [
        (0, "prepare", None),
        (0, "evaluate", None),
        (1, "diagnose", None),
        (1, "generate", 0),
        (1, "generate", 1),
        (1, "filter", None),
        (1, "train", None),
        (1, "evaluate", None),
    ]


def test_report_is_given_every_verdict_of_the_gate() -> None:
    cluster = SimulatedCluster(a_run(iterations=2))
    cluster.run_to_end()
    given = inputs(cluster)
    verdicts = given[2, REPORT].verdicts
    assert [(verdict.iteration, verdict.decision) for verdict in verdicts] == [(0, "Baseline"), (1, "Promoted"), (2, "Promoted")]
    assert all(verdict.reason for verdict in verdicts)
    assert given[2, EVALUATE].verdicts == ()


def test_what_only_the_control_plane_reads_may_change_without_changing_a_stage() -> None:
    run = a_run()
    edited = run.spec.evolve(
        suspend=True,
        iterations=9,
        failure=run.spec.failure.evolve(infrastructure_retries=9),
        gate=run.spec.gate.evolve(max_rejections=9),
        budget=run.spec.budget.evolve(gpu_hours=1.0),
    )
    assert stable_spec(edited) == stable_spec(run.spec)
    assert stable_spec(run.spec.evolve(seed=9)) != stable_spec(run.spec)


def test_quotas_are_decided_before_generation_and_shown() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    decision = cluster.run_until(lambda status: status.stage is not None and status.stage.stage is GENERATE)
    assert decision.status.current is not None
    plan = decision.status.current.plan
    assert plan is not None
    assert sum(plan.quotas.values()) == 120
    assert plan.quotas[Category.GEOMETRIC] > plan.quotas[Category.MIXED], "the weakest category gets more than the strongest"
    cluster.run_to_end()
    given = inputs(cluster)
    assert given[1, DIAGNOSE].plan is None
    assert given[1, GENERATE].plan == given[1, TRAIN].plan == plan


def test_shards_are_summed_into_one_outcome() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, generate={"samples": 120, "shards": 4}))
    cluster.run_to_end()
    record = cluster.records[1]
    assert record.generate is not None
    assert record.plan is not None
    assert record.generate.accepted == record.plan.quotas
    assert record.generate.rejected == {"blank": 8}
    assert [manifest.shard for manifest in record.stages[1].manifests] == [0, 1, 2, 3]


def test_two_runs_of_one_file_get_the_same_seeds_and_plans_under_any_name() -> None:
    one, other = SimulatedCluster(a_run("one", uid="1")), SimulatedCluster(a_run("two", uid="2", namespace="elsewhere"))
    one.run_to_end()
    other.run_to_end()
    for place, given in inputs(one).items():
        twin = inputs(other)[place]
        assert given.seed == twin.seed == derive_seed(42, place[0], place[1].value)
        assert given.model_copy(update={"run": twin.run}) == twin


def test_edits_that_a_living_run_allows_leave_inputs_as_they_are() -> None:
    plain, edited = SimulatedCluster(a_run(iterations=3)), SimulatedCluster(a_run(iterations=2))
    plain.run_to_end()
    edited.run_until(lambda status: status.iteration == 1)
    edited.edit(iterations=3, ttl_seconds_after_finished=10**6, budget={"gpu_hours": 5})
    edited.edit(suspend=True)
    edited.step()
    edited.edit(suspend=False)
    edited.run_to_end()
    assert inputs(edited) == inputs(plain)


def test_records_of_all_iterations_are_kept_with_lineage() -> None:
    cluster = SimulatedCluster(a_run(iterations=2))
    cluster.run_to_end()
    assert list(cluster.records) == [0, 1, 2]
    record = cluster.records[1]
    assert [stage.stage for stage in record.stages] == [DIAGNOSE, GENERATE, FILTER, TRAIN, EVALUATE]
    assert record.decision is GateDecision.PROMOTED
    assert "difference to the incumbent" in record.decision_reason
    assert all(stage.seconds == pytest.approx(60) for stage in record.stages)
    assert cluster.records[2].stages[-1].stage is REPORT


def test_next_iteration_waits_until_the_record_is_kept() -> None:
    class Forgetful(SimulatedCluster):
        """Loses the first two records that it is given."""

        lost = 0

        def apply(self, run: Any, action: Any) -> None:
            super().apply(run, action)
            if type(action).__name__ == "KeepIteration" and self.lost < 2:
                self.lost += 1
                self.records.clear()

    cluster = Forgetful(a_run(iterations=1))
    cluster.run_to_end()
    assert cluster.lost == 2
    assert list(cluster.records) == [0, 1]


def test_history_holds_the_last_ten_iterations() -> None:
    status = SimulatedCluster(a_run(iterations=12)).run_to_end()
    assert [line.iteration for line in status.history] == list(range(3, 13))


@pytest.mark.parametrize(
    ("stage", "outcome", "reason", "words"),
    [
        (
            GENERATE,
            GenerateOutcome(dataset_digest=a_digest("none"), accepted={Category.MAP: 0}, rejected={"blank": 7, "duplicate": 2}),
            Reason.NO_CANDIDATES,
            "accepted none of 120 samples (blank 7, duplicate 2)",
        ),
        (
            FILTER,
            FilterOutcome(dataset_digest=a_digest("none"), kept={}, dropped={"too_easy": 9}, mean_pass_rate=1.0),
            Reason.NO_TRAINING_SAMPLES,
            "kept none of the candidates at pass rates 0.3..0.8 (too_easy 9)",
        ),
    ],
    ids=["generate", "filter"],
)
def test_stage_that_leaves_nothing_fails_the_run_with_a_remedy(stage: StageName, outcome: Any, reason: Reason, words: str) -> None:
    script: Script = {(1, stage): Behaviour(outcome=lambda _: outcome)}
    cluster = SimulatedCluster(a_run(iterations=1), script)
    status = cluster.run_to_end()
    assert summary(status) == ("False", reason)
    assert words in status.conditions[0].message
    assert cluster.created()[-1].endswith(f"{stage.value}-a0")


def test_control_arms_run_with_the_same_stages() -> None:
    uniform = SimulatedCluster(a_run(iterations=1, arm="Uniform"))
    uniform.run_to_end()
    plan = uniform.records[1].plan
    assert plan is not None
    assert set(plan.quotas.values()) == {10}


def test_stale_arm_repeats_its_first_mixture() -> None:
    cluster = SimulatedCluster(a_run(iterations=3, arm="Stale"))
    cluster.run_to_end()
    mixtures = [record.plan.mixture for record in cluster.records.values() if record.plan]
    assert mixtures[0] == mixtures[1] == mixtures[2]


def test_quiet_run_writes_its_status_only_when_something_happens() -> None:
    cluster = SimulatedCluster(a_run(iterations=1), {(1, TRAIN): Behaviour(run_seconds=600, units=1)})
    cluster.run_until(lambda status: status.stage is not None and status.stage.stage is TRAIN and status.stage.state.value == "Running")
    writes = cluster.status_writes
    for _ in range(40):
        cluster.step()
        cluster.advance(1)
    assert cluster.status_writes == writes


def test_finished_run_is_deleted_after_its_time_to_live() -> None:
    cluster = SimulatedCluster(a_run(iterations=1, ttl_seconds_after_finished=3600))
    cluster.run_to_end()
    decision = cluster.step()
    assert decision.wake_at is not None
    assert decision.status.finished_at is not None
    assert (decision.wake_at - decision.status.finished_at).total_seconds() == 3600
    cluster.advance(3599)
    cluster.step()
    assert cluster.run is not None
    cluster.advance(1)
    cluster.step()
    assert cluster.run is None


def test_run_without_time_to_live_stays_and_is_left_alone() -> None:
    cluster = SimulatedCluster(a_run(iterations=1))
    cluster.run_to_end()
    decision = cluster.step()
    assert (decision.wake_at, decision.actions, decision.events) == (None, (), ())


def test_no_record_is_ever_forgotten_without_a_rerun() -> None:
    cluster = SimulatedCluster(a_run(iterations=2))
    cluster.run_to_end()
    assert not any(isinstance(action, ForgetIterations) for action in cluster.actions)
