"""Stage generate, run by the real runner over real scenes."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.results import CategoryDiagnosis, GenerateOutcome, StageResult
from evolution_contracts.stage import IterationPlan, StageInput
from evolution_contracts.vocabulary import Category, ErrorType, Fold, StageName
from evolution_jobs.generate.stage import SLOTS_PER_WRITE, run
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.datasets import Row, dataset_digest, read_dataset
from evolution_jobs.runtime.diagnosis import CategoryReport, DiagnosisReport, Tier
from evolution_jobs.runtime.folds import Registry
from support.stage_world import World, failure_of, outcome_of, succeeded, tiny_spec

CHART, OBJECT = Category.CHART_GRAPH, Category.EVERYDAY_OBJECT
QUOTAS = {CHART: 23, OBJECT: 17}


def weak_report() -> DiagnosisReport:
    """Return a report in which one chart pattern is never right."""
    wrong = CategoryDiagnosis(n=8, correct=0, accuracy=0.1, low=0, high=0.3, errors={ErrorType.CHART_VALUE: 8})
    found = CategoryReport(tier=Tier.WEAK, total=wrong, patterns={"bar_value": wrong}, failures=())
    return DiagnosisReport(iteration=1, accuracy=0.1, abstain_share=0, answers_per_item=1, categories={CHART: found})


class Setting:
    """A prepared world with a diagnosis, and generations in it."""

    def __init__(self, root: Path, **parts: Any) -> None:
        self.world = World(root=root, spec=tiny_spec(**parts))
        self.data: ArtifactRef = self.world.prepare()
        self.diagnosis = self.world.leave(self.world.input(StageName.DIAGNOSE), {"report.json": weak_report().canonical_json()})

    def input(self, *, attempt: int = 0, shards: int | None = None, quotas: dict[Category, int] | None = None) -> StageInput:
        chosen = quotas or QUOTAS
        return self.world.input(
            StageName.GENERATE,
            attempt=attempt,
            shards=shards,
            upstream={"data": [self.data], "diagnosis": [self.diagnosis]},
            plan=IterationPlan(mixture={category: quota / sum(chosen.values()) for category, quota in chosen.items()}, quotas=chosen),
        )

    def generate(self, shard: int = 0, **place: Any) -> StageResult:
        return self.world.run(run, self.input(**place), shard)

    def outcome(self, shard: int = 0, **place: Any) -> GenerateOutcome:
        found = outcome_of(self.generate(shard, **place))
        assert isinstance(found, GenerateOutcome)
        return found

    def folder(self, shard: int = 0, **place: Any) -> Path:
        return self.world.folder(self.input(**place), shard)

    def candidates(self, shard: int = 0, **place: Any) -> list[Row]:
        return list(read_dataset(self.folder(shard, **place) / "candidates.parquet"))


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(tmp_path)


def test_quotas_are_filled_exactly_with_new_samples(setting: Setting) -> None:
    outcome = setting.outcome()
    assert (outcome.accepted, outcome.shortfall) == (QUOTAS, {})
    rows = setting.candidates()
    assert outcome.dataset_digest == dataset_digest(row.sample for row in rows)
    assert len({row.sample.id for row in rows}) == len({row.sample.cluster for row in rows}) == 40
    folds = {fold: [row.sample for row in setting.world.rows(setting.data, fold)] for fold in Fold}
    assert not any(Registry.of(folds).is_held_out(row.sample) for row in rows)


def test_weak_patterns_get_more_slots_and_the_ledger_tells(setting: Setting) -> None:
    setting.outcome()
    ledger = json.loads((setting.folder() / "ledger.json").read_bytes())
    slots = {(line["pattern"], line["errorType"]): line["slots"] for line in ledger["tickets"] if line["category"] == CHART}
    assert slots["bar_value", "chart_value"] == max(slots.values())
    assert sum(line["slots"] for line in ledger["tickets"]) == ledger["slots"] == 40


@pytest.mark.parametrize("arm", ["Uniform", "Natural"])
def test_arm_without_a_diagnosis_spreads_evenly_over_patterns(tmp_path: Path, arm: str) -> None:
    setting = Setting(tmp_path, arm=arm)
    setting.outcome(quotas={CHART: 20})
    ledger = json.loads((setting.folder(quotas={CHART: 20}) / "ledger.json").read_bytes())
    assert {(line["slots"], line["errorType"]) for line in ledger["tickets"]} == {(5, None)}


def test_shards_own_disjoint_slots_that_together_are_all(setting: Setting) -> None:
    outcomes = [setting.outcome(shard, shards=3) for shard in range(3)]
    for category, quota in QUOTAS.items():
        assert sum(outcome.accepted[category] for outcome in outcomes) == quota
    parts = [{row.sample.source.uri for row in setting.candidates(shard, shards=3)} for shard in range(3)]
    setting.outcome(attempt=1)
    whole = {row.sample.source.uri for row in setting.candidates(attempt=1)}
    assert set.union(*parts) == whole
    assert sum(map(len, parts)) == 40


def test_same_input_gives_the_same_candidates_and_another_iteration_others(setting: Setting) -> None:
    first = setting.outcome()
    (setting.folder() / "slots.jsonl").unlink()
    assert setting.outcome(attempt=1) == first
    setting.world.seed += 1
    assert setting.outcome(attempt=2).dataset_digest != first.dataset_digest


def test_slots_that_cannot_be_filled_are_told_and_given_to_nobody(tmp_path: Path) -> None:
    """The easiest of the easy leave few dominoes: the quota is far above what there is."""
    setting = Setting(tmp_path, generate={"samples": 20, "max_attempts_per_slot": 1, "max_difficulty": 0.0})
    setting.world.spec = setting.world.spec.evolve(arm="Uniform")
    quotas = {OBJECT: 1500, CHART: 10}
    outcome = setting.outcome(quotas=quotas)
    assert outcome.shortfall[OBJECT] > 0
    assert outcome.accepted == {OBJECT: 1500 - outcome.shortfall[OBJECT], CHART: 10 - outcome.shortfall.get(CHART, 0)}
    assert sum(outcome.rejected.values()) == sum(outcome.shortfall.values())
    assert outcome.rejected.keys() <= {"duplicate", "held_out"}


# ---- resume


def kept(setting: Setting, attempt: int) -> list[bytes]:
    return [(setting.folder(attempt=attempt) / name).read_bytes() for name in ("candidates.parquet", "ledger.json")]


def test_dataset_is_the_same_after_a_kill_at_any_byte(setting: Setting) -> None:
    whole, expected = setting.outcome(), kept(setting, 0)
    journal = (setting.folder() / "slots.jsonl").read_bytes()
    rng = random.Random(5)
    for attempt, end in enumerate([0, 1, 80, len(journal) - 1, *(rng.randrange(len(journal)) for _ in range(16))], start=1):
        # The only earlier attempt is one that was killed when its journal had `end` bytes.
        shutil.rmtree(setting.folder(attempt=attempt - 1))
        crashed = setting.folder(attempt=attempt - 1)
        crashed.mkdir()
        (crashed / "slots.jsonl").write_bytes(journal[:end])
        assert setting.outcome(attempt=attempt) == whole
        assert kept(setting, attempt) == expected
        shutil.rmtree(crashed)


@pytest.mark.parametrize("share", [0.1, 0.7])
def test_duplicates_are_settled_the_same_after_a_kill(tmp_path: Path, share: float) -> None:
    """With 300 easy slots many scenes of a pattern come twice, so what earlier slots hold decides what later ones draw."""
    setting = Setting(tmp_path, arm="Uniform", generate={"samples": 300, "max_difficulty": 0.0})
    quotas = {OBJECT: 300}
    whole = setting.outcome(quotas=quotas)
    assert whole.rejected["duplicate"] > 10
    folder = setting.folder(quotas=quotas)
    journal = (folder / "slots.jsonl").read_bytes()
    (folder / "slots.jsonl").write_bytes(journal[: int(len(journal) * share)])
    assert setting.outcome(attempt=1, quotas=quotas) == whole


def test_finished_slots_are_not_drawn_again(setting: Setting) -> None:
    setting.outcome()
    folder = setting.folder()
    (folder / "manifest.json").unlink()
    before = (folder / "slots.jsonl").read_bytes()
    setting.outcome()
    assert (folder / "slots.jsonl").read_bytes() == before


def test_stage_that_is_stopped_keeps_its_slots_and_goes_on(setting: Setting) -> None:
    whole = Setting(setting.world.root / "whole").outcome()

    def stopped(context: StageContext) -> GenerateOutcome:
        context.interrupt.request()
        return run(context)

    failure = failure_of(setting.world.run(stopped, setting.input()))
    assert (failure.reason, failure.is_retryable) == ("Interrupted", True)
    lines = (setting.folder() / "slots.jsonl").read_text().splitlines()
    assert len(lines) == 1 + SLOTS_PER_WRITE
    assert setting.outcome(attempt=1) == whole
    assert len((setting.folder(attempt=1) / "slots.jsonl").read_text().splitlines()) == 1 + 40 - SLOTS_PER_WRITE


def test_slots_of_another_plan_are_not_taken_over(setting: Setting) -> None:
    other = Setting(setting.world.root / "other")
    setting.outcome()
    assert setting.outcome(attempt=1, quotas={CHART: 30, OBJECT: 10}) == other.outcome(quotas={CHART: 30, OBJECT: 10})


# ---- refusals


def test_agents_are_not_part_of_this_installation(tmp_path: Path) -> None:
    setting = Setting(tmp_path, generate={"samples": 20, "provider": "Agents"})
    failure = failure_of(setting.generate())
    assert failure.reason == "InvalidConfiguration"
    assert "generate.provider: Agents is not part of this installation. Set generate.provider: Procedural." in failure.message


def test_input_without_a_plan_is_refused(setting: Setting) -> None:
    failure = failure_of(setting.world.run(run, setting.input().evolve(plan=None)))
    assert (failure.reason, failure.is_retryable) == ("InvalidData", False)


def test_shard_that_does_not_exist_is_refused(setting: Setting) -> None:
    assert "shard 3 does not exist: there are 3" in failure_of(setting.generate(3, shards=3)).message


def test_damaged_report_is_refused(setting: Setting) -> None:
    setting.diagnosis = setting.world.leave(setting.world.input(StageName.DIAGNOSE, attempt=1), {"report.json": "{}"})
    assert "is no diagnosis report" in failure_of(setting.generate()).message


def test_progress_counts_slots_also_after_a_resume(setting: Setting) -> None:
    succeeded(setting.generate())
    setting.outcome(attempt=1)
    progress = json.loads((setting.world.root / "progress.json").read_bytes())
    assert (progress["unit"], progress["done"], progress["total"]) == ("slots", 40, 40)
