"""Stage diagnose, run by the real runner with a scripted policy."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.base import text_digest
from evolution_contracts.records import AnsweredSample
from evolution_contracts.results import (
    MAX_RESULT_BYTES,
    CategoryDiagnosis,
    DiagnoseOutcome,
    StageResult,
)
from evolution_contracts.stage import StageInput
from evolution_contracts.vocabulary import Category, ErrorType, Fold, Judgement, StageName
from evolution_jobs.diagnose.stage import brief, run
from evolution_jobs.policy.policy import Completion, Prompt
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.diagnosis import DiagnosisReport, Tier, read_report
from support.openai_server import Answer, openai_server
from support.stage_world import Script, ScriptedPolicy, World, failure_of, outcome_of, right_answers, succeeded, tiny_spec

CHART, OBJECT = Category.CHART_GRAPH, Category.EVERYDAY_OBJECT
NONSENSE = "zzz"


class Setting:
    """A prepared world, its diagnosis fold, and a diagnosis of it."""

    def __init__(self, root: Path, **diagnose: Any) -> None:
        self.world = World(root=root, spec=tiny_spec(diagnose={"items_per_category": 6, **diagnose}))
        self.data: ArtifactRef = self.world.prepare()
        self.rows: dict[str, Row] = {row.sample.id: row for row in self.world.rows(self.data, Fold.DIAGNOSIS)}
        self.right = right_answers(list(self.rows.values()), self.world.spec)

    def input(self, *, attempt: int = 0, iteration: int = 1) -> StageInput:
        return self.world.input(
            StageName.DIAGNOSE, iteration=iteration, attempt=attempt, upstream={"data": [self.data], "model": [self.data]}
        )

    def diagnose(self, policy: ScriptedPolicy, *, attempt: int = 0, iteration: int = 1) -> StageResult:
        return self.world.run(partial(run, opener=policy.opener), self.input(attempt=attempt, iteration=iteration))

    def outcome(self, script: Script, **place: int) -> DiagnoseOutcome:
        found = outcome_of(self.diagnose(ScriptedPolicy(script=script), **place))
        assert isinstance(found, DiagnoseOutcome)
        return found

    def report(self, *, attempt: int = 0) -> DiagnosisReport:
        return read_report(self.world.folder(self.input(attempt=attempt)) / "report.json")

    def answers(self, *, attempt: int = 0) -> list[AnsweredSample]:
        lines = (self.world.folder(self.input(attempt=attempt)) / "answers.jsonl").read_text().splitlines()
        return [AnsweredSample.model_validate_json(line) for line in lines]

    def category(self, prompt: Prompt) -> Category:
        return self.rows[prompt.key].sample.category


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(tmp_path)


def test_accuracies_are_those_of_the_policy(setting: Setting) -> None:
    outcome = setting.outcome(lambda prompt, _: setting.right[prompt.key] if setting.category(prompt) is CHART else NONSENSE)
    assert (outcome.categories[CHART].n, outcome.categories[CHART].correct) == (6, 6)
    assert (outcome.categories[OBJECT].n, outcome.categories[OBJECT].correct) == (6, 0)
    # Beta(7, 1) and Beta(1, 7): means 7/8 and 1/8.
    assert (outcome.categories[CHART].accuracy, outcome.categories[OBJECT].accuracy) == (0.875, 0.125)
    assert (outcome.accuracy, outcome.abstain_share) == (0.5, 0.0)


def test_report_tells_tiers_patterns_and_failures(setting: Setting) -> None:
    setting.outcome(lambda prompt, _: setting.right[prompt.key] if setting.category(prompt) is CHART else NONSENSE)
    report = setting.report()
    assert (report.categories[CHART].tier, report.categories[OBJECT].tier) == (Tier.STRONG, Tier.WEAK)
    patterns = report.categories[OBJECT].patterns
    assert sum(found.n for found in patterns.values()) == 6
    assert report.categories[CHART].failures == ()
    failures = report.categories[OBJECT].failures
    assert len(failures) == 5
    assert {failure.pattern for failure in failures} == patterns.keys()
    row = setting.rows[failures[0].sample_id]
    assert (failures[0].question, failures[0].expected) == (row.sample.question, setting.right[row.sample.id])


def test_text_begins_with_the_weakest_category(setting: Setting) -> None:
    setting.outcome(lambda prompt, _: setting.right[prompt.key] if setting.category(prompt) is CHART else NONSENSE)
    text = (setting.world.folder(setting.input()) / "report.txt").read_text()
    assert text.index("WEAK") < text.index("everyday_object") < text.index("STRONG") < text.index("chart_graph")


def test_wrong_answer_is_explained_by_its_scene_and_unreadable_text_by_its_form(setting: Setting) -> None:
    setting.outcome(lambda prompt, _: "97" if setting.category(prompt) is CHART else NONSENSE)
    errors = {category: set(found.total.errors) for category, found in setting.report().categories.items()}
    assert ErrorType.CHART_VALUE in errors[CHART]
    assert errors[OBJECT] == {ErrorType.INSTRUCTION_FORMAT}
    verdict = setting.answers()[0].verdicts[0]
    assert "expected" in verdict.explanation


def test_every_answer_is_left_once_sorted_by_sample(setting: Setting) -> None:
    setting.outcome(lambda prompt, _: NONSENSE * 3000)
    answers = setting.answers()
    assert [each.sample_id for each in answers] == sorted({each.sample_id for each in answers})
    assert len(answers) == 12
    assert {len(each.completions[0]) for each in answers} == {4000}


def test_iterations_ask_other_samples_until_the_fold_is_used_up(setting: Setting) -> None:
    asked = []
    for iteration in (1, 2, 3):
        policy = ScriptedPolicy(script=lambda prompt, _: NONSENSE)
        succeeded(setting.diagnose(policy, iteration=iteration))
        asked.append({key for batch in policy.batches for key in batch})
    assert asked[0].isdisjoint(asked[1])
    assert asked[2] == asked[0]


def test_without_rotation_every_iteration_asks_the_same(tmp_path: Path) -> None:
    setting = Setting(tmp_path, rotate=False)
    policies = [ScriptedPolicy(script=lambda prompt, _: NONSENSE) for _ in range(2)]
    for iteration, policy in enumerate(policies, start=1):
        succeeded(setting.diagnose(policy, iteration=iteration))
    assert policies[0].batches == policies[1].batches


@pytest.mark.parametrize(
    ("target", "expected"), [(1.0, {CHART: 6, OBJECT: 6}), (0.4, {CHART: 6, OBJECT: 12}), (0.01, {CHART: 12, OBJECT: 12})]
)
def test_categories_with_a_wide_interval_are_asked_more(tmp_path: Path, target: float, expected: dict[Category, int]) -> None:
    setting = Setting(tmp_path, max_items_per_category=12, target_interval_width=target)

    def script(prompt: Prompt, _: int) -> str:
        is_right = setting.category(prompt) is CHART or int(prompt.key[-1], 16) % 2
        return setting.right[prompt.key] if is_right else NONSENSE

    outcome = setting.outcome(script)
    assert {category: found.n for category, found in outcome.categories.items()} == expected


def test_several_answers_for_each_sample_are_all_judged(tmp_path: Path) -> None:
    setting = Setting(tmp_path, answers_per_item=3)
    outcome = setting.outcome(lambda prompt, index: setting.right[prompt.key] if index == 0 else NONSENSE)
    assert (outcome.categories[CHART].n, outcome.categories[CHART].correct) == (18, 6)


# ---- abstentions: an outage is not the model's fault


def outage(setting: Setting, share: float) -> Script:
    lost = sorted(setting.rows)[: round(share * len(setting.rows))]
    return lambda prompt, _: Completion(text="", error="refused") if prompt.key in lost else setting.right[prompt.key]


def test_lost_answers_change_no_accuracy(tmp_path: Path) -> None:
    setting = Setting(tmp_path, items_per_category=12, max_abstain_share=0.5)
    outcome = setting.outcome(outage(setting, 0.25))
    assert sum(found.n for found in outcome.categories.values()) == 18
    assert sum(found.correct for found in outcome.categories.values()) == 18
    assert outcome.abstain_share == 0.25
    assert all(not found.errors for found in outcome.categories.values())


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_too_many_lost_answers_fail_the_stage(tmp_path: Path, share: float) -> None:
    setting = Setting(tmp_path, items_per_category=12)
    failure = failure_of(setting.diagnose(ScriptedPolicy(script=outage(setting, share))))
    assert (failure.reason, failure.is_retryable) == ("ModelServiceUnavailable", True)
    assert f"{round(24 * share)} of 24 answers have no judgement" in failure.message


def test_nothing_but_lost_answers_fails_even_where_everything_is_allowed(tmp_path: Path) -> None:
    setting = Setting(tmp_path, max_abstain_share=1.0)
    assert failure_of(setting.diagnose(ScriptedPolicy(script=outage(setting, 1.0)))).reason == "ModelServiceUnavailable"


def test_dead_model_fails_the_stage(setting: Setting) -> None:
    failure = failure_of(setting.diagnose(ScriptedPolicy(script=lambda prompt, _: NONSENSE, dies_after=0)))
    assert (failure.reason, failure.is_retryable) == ("ModelServiceUnavailable", True)


def test_truncated_completion_is_wrong_and_holds_no_answer(setting: Setting) -> None:
    setting.outcome(lambda prompt, _: Completion(text=setting.right[prompt.key], is_truncated=True))
    verdicts = [each.verdicts[0] for each in setting.answers()]
    assert {verdict.judgement for verdict in verdicts} == {Judgement.WRONG}
    assert {verdict.error_type for verdict in verdicts} == {ErrorType.INSTRUCTION_FORMAT}


# ---- resume


def by_key(setting: Setting) -> Script:
    return lambda prompt, _: setting.right[prompt.key] if int(prompt.key[-1], 16) % 3 else NONSENSE


def left(setting: Setting, attempt: int) -> dict[str, bytes]:
    folder = setting.world.folder(setting.input(attempt=attempt))
    return {name: (folder / name).read_bytes() for name in ("answers.jsonl", "report.json", "report.txt")}


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_attempt_after_a_crash_asks_only_what_is_missing_and_leaves_the_same(tmp_path: Path, batches: int) -> None:
    setting = Setting(tmp_path)
    failure_of(setting.diagnose(ScriptedPolicy(script=by_key(setting), dies_after=batches)))
    second = ScriptedPolicy(script=by_key(setting))
    succeeded(setting.diagnose(second, attempt=1))
    assert len(second.batches) == 3 - batches
    whole = Setting(tmp_path / "whole")
    succeeded(whole.diagnose(ScriptedPolicy(script=by_key(whole))))
    assert left(setting, 1) == left(whole, 0)


def test_torn_batch_is_repeated_as_a_whole(setting: Setting) -> None:
    failure_of(setting.diagnose(ScriptedPolicy(script=by_key(setting), dies_after=2)))
    journal = setting.world.folder(setting.input()) / "journal.jsonl"
    journal.write_bytes(journal.read_bytes()[:-20])
    second = ScriptedPolicy(script=by_key(setting))
    succeeded(setting.diagnose(second, attempt=1))
    assert [len(batch) for batch in second.batches] == [4, 4]


def test_lost_answers_are_asked_again_by_the_next_attempt(tmp_path: Path) -> None:
    setting = Setting(tmp_path)
    failure_of(setting.diagnose(ScriptedPolicy(script=outage(setting, 0.5))))
    outcome = setting.outcome(lambda prompt, _: setting.right[prompt.key], attempt=1)
    assert (outcome.accuracy, outcome.abstain_share) == (0.875, 0.0)


def test_work_on_another_model_is_not_taken_over(setting: Setting) -> None:
    failure_of(setting.diagnose(ScriptedPolicy(script=by_key(setting), dies_after=2)))
    setting.world.seed += 1
    second = ScriptedPolicy(script=by_key(setting))
    succeeded(setting.diagnose(second, attempt=1))
    assert len(second.batches) == 3


def test_progress_reaches_its_total(setting: Setting) -> None:
    setting.outcome(by_key(setting))
    progress = json.loads((setting.world.root / "progress.json").read_bytes())
    assert (progress["unit"], progress["done"], progress["total"]) == ("items", 12, 12)


# ---- size


def largest() -> CategoryDiagnosis:
    counts = {kind: 100_000 + number for number, kind in enumerate(ErrorType)}
    return CategoryDiagnosis(n=1_000_000, correct=100_000, abstained=100_000, accuracy=0.12345, low=0.12345, high=0.12345, errors=counts)


def test_outcome_of_twelve_categories_fits_into_a_termination_message() -> None:
    outcome = DiagnoseOutcome(categories={category: brief(largest()) for category in Category}, accuracy=0.12345, abstain_share=0.12345)
    reference = ArtifactRef(stage=StageName.DIAGNOSE, iteration=100, attempt=1000, manifest_digest=text_digest(""))
    result = StageResult(
        stage=StageName.DIAGNOSE,
        iteration=100,
        attempt=1000,
        outcome=outcome,
        manifest=reference,
        seconds=123456.789,
        peak_memory_bytes=123_456_789_012,
    )
    assert len(result.canonical_json().encode()) <= MAX_RESULT_BYTES


def test_model_behind_a_server_is_asked_over_http(tmp_path: Path) -> None:
    """The whole way through `open_policy`; only the server is a stand-in."""
    with openai_server(lambda request: Answer(contents=("97",))) as server:
        setting = Setting(tmp_path, serving={"engine": "HTTP", "url": server.url})
        outcome = outcome_of(setting.world.run(run, setting.input()))
    assert isinstance(outcome, DiagnoseOutcome)
    assert (outcome.categories[CHART].n, outcome.categories[CHART].correct) == (6, 0)
    assert len(server.requests) == 12
