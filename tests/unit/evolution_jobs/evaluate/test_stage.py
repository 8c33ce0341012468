"""Stage evaluate, run by the real runner with a scripted policy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.base import text_digest
from evolution_contracts.results import MAX_RESULT_BYTES, EvaluateOutcome, StageResult
from evolution_contracts.stage import Role, StageInput
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category, Fold, StageName
from evolution_jobs.evaluate.stage import run
from evolution_jobs.policy.policy import Completion, Prompt
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.model_folder import MODEL_FOLDER, model_digest
from support.stage_world import Script, ScriptedPolicy, World, failure_of, outcome_of, right_answers, succeeded, tiny_spec

CHART, OBJECT = Category.CHART_GRAPH, Category.EVERYDAY_OBJECT
NONSENSE = "zzz"


class Setting:
    """A prepared world, and evaluations in it; each evaluation is an iteration of its own."""

    def __init__(self, root: Path, **parts: Any) -> None:
        self.world = World(root=root, spec=tiny_spec(**parts))
        self.data: ArtifactRef = self.world.prepare()
        self.rows: dict[str, Row] = {
            row.sample.id: row for fold in (Fold.TEST, Fold.VALIDATION) for row in self.world.rows(self.data, fold)
        }
        self.right = right_answers(list(self.rows.values()), self.world.spec)

    def input(
        self, iteration: int, *, attempt: int = 0, incumbent: ArtifactRef | None = None, baseline: ArtifactRef | None = None
    ) -> StageInput:
        others: dict[Role, ArtifactRef | None] = {"incumbent_evaluation": incumbent, "baseline_evaluation": baseline}
        upstream: dict[Role, Sequence[ArtifactRef]] = {"data": [self.data], "model": [self.data]}
        upstream |= {role: [ref] for role, ref in others.items() if ref is not None}
        return self.world.input(StageName.EVALUATE, iteration=iteration, attempt=attempt, upstream=upstream)

    def evaluate(self, script: Script, iteration: int = 0, **others: ArtifactRef) -> StageResult:
        return self.world.run(
            partial(run, opener=ScriptedPolicy(script=script).opener),
            self.input(iteration, incumbent=others.get("incumbent"), baseline=others.get("baseline")),
        )

    def outcome(self, script: Script, iteration: int = 0, **others: ArtifactRef) -> EvaluateOutcome:
        found = outcome_of(self.evaluate(script, iteration, **others))
        assert isinstance(found, EvaluateOutcome)
        return found

    def first(self, share: dict[Category, int]) -> Script:
        """Answer the first few samples of each category rightly."""
        known: set[str] = set()
        for category, number in share.items():
            known |= set(sorted(key for key, row in self.rows.items() if row.sample.category is category)[:number])
        return lambda prompt, _: self.right[prompt.key] if prompt.key in known else NONSENSE

    def read(self, name: str, iteration: int = 0) -> str:
        return (self.world.folder(self.input(iteration)) / name).read_text()


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(tmp_path)


def test_score_is_the_mean_over_categories(setting: Setting) -> None:
    outcome = setting.outcome(setting.first({CHART: 9, OBJECT: 4}))
    assert {category: found.mean for category, found in outcome.categories.items()} == {CHART: 0.9, OBJECT: 0.4}
    assert (outcome.score.mean, outcome.score.n, outcome.suite) == (0.65, 20, "test")
    assert (outcome.difference, outcome.baseline_difference, outcome.category_differences) == (None, None, {})
    model = setting.world.folder(setting.world.input(StageName.PREPARE, iteration=0)) / MODEL_FOLDER
    assert outcome.model_digest == model_digest(model)


def test_items_tell_every_sample_once_sorted(setting: Setting) -> None:
    setting.outcome(setting.first({CHART: 9, OBJECT: 4}))
    items = [json.loads(line) for line in setting.read("items.jsonl").splitlines()]
    assert [item["sampleId"] for item in items] == sorted(setting.rows)
    assert sum(item["judgement"] == "correct" for item in items) == 13
    assert {item["isParsable"] for item in items if item["judgement"] == "wrong"} <= {True, False}


def test_models_are_compared_pair_by_pair(setting: Setting) -> None:
    """Chart 4 -> 9 of 10, objects 6 -> 3 of 10; the baseline knew 2 of each."""
    baseline = succeeded(setting.evaluate(setting.first({CHART: 2, OBJECT: 2})))
    incumbent = succeeded(setting.evaluate(setting.first({CHART: 4, OBJECT: 6}), 1, incumbent=baseline, baseline=baseline))
    outcome = setting.outcome(setting.first({CHART: 9, OBJECT: 3}), 2, incumbent=incumbent, baseline=baseline)
    assert outcome.difference is not None
    assert outcome.baseline_difference is not None
    assert {category: found.mean for category, found in outcome.category_differences.items()} == {CHART: 0.5, OBJECT: -0.3}
    assert (outcome.difference.mean, outcome.difference.n, outcome.baseline_difference.mean) == (0.1, 20, 0.4)
    scores = json.loads(setting.read("scores.json", 2))["test"]
    assert scores["baselineDifference"]["categories"]["chart_graph"]["mean"] == 0.7


def test_pairing_sees_more_than_the_two_scores(setting: Setting) -> None:
    """The same ten of twenty right: no difference, and its interval is narrower than when the other ten are right."""
    same = setting.first({CHART: 5, OBJECT: 5})
    incumbent = succeeded(setting.evaluate(same))
    equal = setting.outcome(same, 1, incumbent=incumbent, baseline=incumbent).difference

    def others(prompt: Prompt, index: int) -> str:
        return NONSENSE if same(prompt, index) != NONSENSE else setting.right[prompt.key]

    swapped = setting.outcome(others, 2, incumbent=incumbent, baseline=incumbent).difference
    assert equal is not None
    assert swapped is not None
    assert equal.mean == swapped.mean == 0.0
    assert equal.high - equal.low < (swapped.high - swapped.low) / 2


def test_unreadable_answer_is_wrong_and_a_lost_one_is_left_out(setting: Setting) -> None:
    keys = sorted(key for key, row in setting.rows.items() if row.sample.category is CHART)

    def script(prompt: Prompt, _: int) -> str | Completion:
        if prompt.key in keys[:2]:
            return Completion(text="", error="refused")
        return NONSENSE if prompt.key in keys[2:4] else setting.right[prompt.key]

    outcome = setting.outcome(script)
    assert (outcome.categories[CHART].n, outcome.categories[CHART].mean) == (8, 0.75)
    assert outcome.abstain_share == 0.1
    items = {item["sampleId"]: item for item in map(json.loads, setting.read("items.jsonl").splitlines())}
    assert (items[keys[0]]["judgement"], items[keys[0]]["error"]) == ("abstain", "refused")


def test_lost_answers_of_either_model_leave_no_pair(setting: Setting) -> None:
    keys = sorted(key for key, row in setting.rows.items() if row.sample.category is CHART)

    def losing(lost: str) -> Script:
        return lambda prompt, _: Completion(text="", error="refused") if prompt.key == lost else setting.right[prompt.key]

    incumbent = succeeded(setting.evaluate(losing(keys[0])))
    outcome = setting.outcome(losing(keys[1]), 1, incumbent=incumbent, baseline=incumbent)
    assert outcome.category_differences[CHART].n == 8
    assert outcome.category_differences[OBJECT].n == 10


@pytest.mark.parametrize("lost", [5, 20])
def test_too_many_lost_answers_fail_the_stage(setting: Setting, lost: int) -> None:
    keys = sorted(setting.rows)[:lost]
    failure = failure_of(
        setting.evaluate(lambda prompt, _: Completion(text="", error="gone") if prompt.key in keys else setting.right[prompt.key])
    )
    assert (failure.reason, failure.is_retryable) == ("ModelServiceUnavailable", True)


def test_category_without_a_judged_answer_fails_the_stage(tmp_path: Path) -> None:
    sizes = {"diagnosis": 6, "seeds": 0, "test": 2}
    categories = tuple(Category)[:6]
    setting = Setting(tmp_path, data={"categories": categories, "image_size_pixels": 64, "folds": sizes})
    lost = {key for key, row in setting.rows.items() if row.sample.category is categories[0]}
    failure = failure_of(
        setting.evaluate(lambda prompt, _: Completion(text="", error="gone") if prompt.key in lost else setting.right[prompt.key])
    )
    assert f"no sample of {categories[0].value} was judged" in failure.message


def test_evaluation_of_other_samples_is_refused(setting: Setting) -> None:
    line = {"sampleId": text_digest("other"), "category": "map", "judgement": "correct", "error": "", "fold": "test"}
    other = setting.world.leave(setting.input(7), {"items.jsonl": json.dumps(line) + "\n"})
    failure = failure_of(setting.evaluate(setting.first({CHART: 1}), 1, incumbent=other, baseline=other))
    assert (failure.reason, failure.is_retryable) == ("InvalidData", False)
    assert "evaluation of the incumbent asked other samples: 20 only here, 1 only there" in failure.message


def test_every_suite_is_scored_and_the_first_is_the_outcome(tmp_path: Path) -> None:
    folds = {"diagnosis": 6, "seeds": 0, "validation": 4, "test": 10}
    data = {"categories": (CHART, OBJECT), "image_size_pixels": 64, "folds": folds}
    suites = [{"name": "quick", "fold": "validation"}, {"name": "full", "fold": "test"}]
    setting = Setting(tmp_path, data=data, diagnose={"items_per_category": 6}, evaluate={"suites": suites})
    outcome = setting.outcome(lambda prompt, _: setting.right[prompt.key])
    assert (outcome.suite, outcome.score.n) == ("quick", 8)
    scores = json.loads(setting.read("scores.json"))
    assert {name: found["score"]["overall"]["n"] for name, found in scores.items()} == {"quick": 8, "full": 20}


def test_suite_over_an_empty_fold_is_refused(tmp_path: Path) -> None:
    setting = Setting(tmp_path, evaluate={"suites": [{"name": "quick", "fold": "validation"}]})
    failure = failure_of(setting.evaluate(setting.first({})))
    assert failure.reason == "InvalidConfiguration"
    assert "fold validation, which holds no samples" in failure.message


@pytest.mark.parametrize("batches", [0, 2, 4])
def test_attempt_after_a_crash_asks_only_what_is_missing_and_leaves_the_same(tmp_path: Path, batches: int) -> None:
    setting = Setting(tmp_path)
    script = setting.first({CHART: 5, OBJECT: 5})
    failing = ScriptedPolicy(script=script, dies_after=batches)
    failure_of(setting.world.run(partial(run, opener=failing.opener), setting.input(0)))
    second = ScriptedPolicy(script=script)
    again = outcome_of(setting.world.run(partial(run, opener=second.opener), setting.input(0, attempt=1)))
    assert len(second.batches) == 5 - batches
    whole = Setting(tmp_path / "whole")
    assert whole.outcome(script) == again
    assert whole.read("items.jsonl") == (setting.world.folder(setting.input(0, attempt=1)) / "items.jsonl").read_text()


def test_same_model_scores_the_same_again(setting: Setting) -> None:
    script = setting.first({CHART: 5, OBJECT: 5})
    assert setting.outcome(script, 1) == setting.outcome(script, 2)
    assert setting.read("items.jsonl", 1) == setting.read("items.jsonl", 2)


def test_outcome_of_twelve_categories_fits_into_a_termination_message() -> None:
    widest = Estimate(mean=-0.1234, low=-0.1234, high=0.1234, n=1_200_000)
    outcome = EvaluateOutcome(
        model_digest=text_digest(""),
        suite="x" * 40,
        score=widest,
        categories=dict.fromkeys(Category, widest),
        difference=widest,
        category_differences=dict.fromkeys(Category, widest),
        baseline_difference=widest,
        abstain_share=0.12345,
    )
    reference = ArtifactRef(stage=StageName.EVALUATE, iteration=100, attempt=1000, manifest_digest=text_digest(""))
    result = StageResult(
        stage=StageName.EVALUATE,
        iteration=100,
        attempt=1000,
        outcome=outcome,
        manifest=reference,
        seconds=123456.789,
        peak_memory_bytes=123_456_789_012,
    )
    assert len(result.canonical_json().encode()) <= MAX_RESULT_BYTES
