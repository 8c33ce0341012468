"""Stage filter, run by the real runner with a scripted policy."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from evolution_contracts.answers import IntegerAnswer
from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.records import Rollouts
from evolution_contracts.results import FilterOutcome, StageResult
from evolution_contracts.stage import StageInput
from evolution_contracts.vocabulary import Category, Fold, StageName
from evolution_jobs.filter.stage import run
from evolution_jobs.policy.policy import Completion, Prompt
from evolution_jobs.runtime.datasets import Row, dataset_digest, read_dataset, write_dataset
from support.rows import picture, row_of
from support.stage_world import Script, ScriptedPolicy, Upstreams, World, failure_of, outcome_of, succeeded, tiny_spec

CHART, MAP = Category.CHART_GRAPH, Category.MAP


def candidate(number: int) -> Row:
    """Return a candidate whose key is its number."""
    category = CHART if number % 2 else MAP
    answer = IntegerAnswer(value=number)
    return row_of(picture(number), question=f"card {number}?", answer=answer, category=category, cluster=f"scene:{number}")


class Setting:
    """A prepared world with candidates, and filters of them."""

    def __init__(self, root: Path, *shards: list[Row], **filter_spec: Any) -> None:
        self.world = World(root=root, spec=tiny_spec(filter=filter_spec))
        self.data: ArtifactRef = self.world.prepare()
        self.candidates = [self._leave(shard, rows) for shard, rows in enumerate(shards)]
        self.number = {
            row.sample.id: row.sample.answer.value for rows in shards for row in rows if isinstance(row.sample.answer, IntegerAnswer)
        }

    def _leave(self, shard: int, rows: list[Row]) -> ArtifactRef:
        path = self.world.root / "candidates.parquet"
        write_dataset(path, rows)
        return self.world.leave(self.world.input(StageName.GENERATE, shards=8), {"candidates.parquet": path.read_bytes()}, shard)

    def input(self, attempt: int = 0) -> StageInput:
        upstream: Upstreams = {"data": [self.data], "model": [self.data], "candidates": self.candidates}
        return self.world.input(StageName.FILTER, attempt=attempt, upstream=upstream)

    def filter(self, policy: ScriptedPolicy, attempt: int = 0) -> StageResult:
        return self.world.run(partial(run, opener=policy.opener), self.input(attempt))

    def outcome(self, script: Script, attempt: int = 0) -> FilterOutcome:
        found = outcome_of(self.filter(ScriptedPolicy(script=script), attempt))
        assert isinstance(found, FilterOutcome)
        return found

    def text(self, name: str, attempt: int = 0) -> str:
        return (self.world.folder(self.input(attempt)) / name).read_text()

    def training_set(self, attempt: int = 0) -> list[Row]:
        return list(read_dataset(self.world.folder(self.input(attempt)) / "training_set.parquet"))

    def solved(self, prompt: Prompt, index: int) -> str:
        """Answer candidate n rightly n times."""
        number = self.number[prompt.key]
        return str(number) if index < number else "97"


def test_candidates_inside_the_band_are_kept(tmp_path: Path) -> None:
    setting = Setting(tmp_path, [candidate(number) for number in range(10)])
    outcome = setting.outcome(setting.solved)
    assert outcome.kept == {CHART: 3, MAP: 2}
    assert outcome.dropped == {"too_easy": 2, "too_hard": 3}
    assert outcome.mean_pass_rate == 0.5
    rows = setting.training_set()
    assert sorted(setting.number[row.sample.id] for row in rows) == [3, 4, 5, 6, 7]
    assert outcome.dataset_digest == dataset_digest(row.sample for row in rows)


def test_nothing_is_filled_up(tmp_path: Path) -> None:
    setting = Setting(tmp_path, [candidate(number) for number in range(6)])
    outcome = setting.outcome(lambda prompt, _: "97")
    assert (outcome.kept, outcome.dropped, outcome.mean_pass_rate) == ({}, {"too_hard": 6}, 0.0)
    assert setting.training_set() == []


def test_shards_are_put_together_and_twins_and_held_out_samples_taken_out(tmp_path: Path) -> None:
    first = Setting(tmp_path)
    held_out = first.world.rows(first.data, Fold.TEST)[:3]
    setting = Setting(tmp_path, [candidate(4), candidate(5), *held_out], [candidate(5), candidate(6)])
    outcome = setting.outcome(setting.solved)
    assert sum(outcome.kept.values()) == 3
    assert outcome.dropped == {"contaminated": 3, "duplicate": 1}


def test_files_tell_pass_rates_and_keys_to_check(tmp_path: Path) -> None:
    setting = Setting(tmp_path, [candidate(number) for number in range(10)])
    setting.outcome(setting.solved)
    found = [Rollouts.model_validate_json(line) for line in setting.text("rollouts.jsonl").splitlines()]
    assert {each.sample_id: each.correct for each in found} == setting.number
    assert [each.sample_id for each in found] == sorted(each.sample_id for each in found)
    rates = json.loads(setting.text("pass_rates.json"))
    assert rates["chart_graph"]["byCorrect"] == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
    assert rates["map"]["meanPassRate"] == pytest.approx(4 / 9, abs=1e-5)
    (recheck,) = [json.loads(line) for line in setting.text("recheck.jsonl").splitlines()]
    assert (recheck["key"], recheck["commonWrong"], recheck["commonWrongCount"], recheck["total"]) == ("0", "97", 9, 9)


def test_unreadable_rollouts_are_counted_apart_and_stay_in_the_denominator(tmp_path: Path) -> None:
    setting = Setting(tmp_path, [candidate(4), candidate(5)])
    outcome = setting.outcome(
        lambda prompt, index: setting.solved(prompt, index) if setting.number[prompt.key] == 4 and index < 5 else "zzz"
    )
    assert (outcome.kept, outcome.dropped) == ({MAP: 1}, {"unparsable": 1})
    counts = sorted(
        (each["correct"], each["unparsable"], each["total"]) for each in map(json.loads, setting.text("rollouts.jsonl").splitlines())
    )
    assert counts == [(0, 9, 9), (4, 4, 9)]


def test_refused_candidate_is_dropped_and_others_are_not_touched(tmp_path: Path) -> None:
    setting = Setting(tmp_path, [candidate(number) for number in range(3, 8)])
    refused = Completion(text="", error="refused: too long")
    outcome = setting.outcome(lambda prompt, index: refused if setting.number[prompt.key] == 3 else setting.solved(prompt, index))
    assert (sum(outcome.kept.values()), outcome.dropped) == (4, {"unparsable": 1})
    assert len(setting.text("rollouts.jsonl").splitlines()) == 4


def test_outage_fails_the_stage_instead_of_dropping_candidates(tmp_path: Path) -> None:
    setting = Setting(tmp_path, [candidate(number) for number in range(4)])
    policy = ScriptedPolicy(script=lambda prompt, index: Completion(text="", error="gone") if index % 2 else "97")
    failure = failure_of(setting.filter(policy))
    assert (failure.reason, failure.is_retryable) == ("ModelServiceUnavailable", True)


def test_no_candidates_give_an_empty_training_set_without_asking(tmp_path: Path) -> None:
    setting = Setting(tmp_path, [])
    policy = ScriptedPolicy(script=lambda prompt, _: "97", dies_after=0)
    outcome = outcome_of(setting.filter(policy))
    assert isinstance(outcome, FilterOutcome)
    assert (outcome.kept, outcome.dropped) == ({}, {})


def test_server_that_gives_fewer_completions_than_asked_is_refused(tmp_path: Path) -> None:
    class Miser(ScriptedPolicy):
        def complete(self, *args: Any, **options: Any) -> list[list[Completion]]:
            return [completions[:1] for completions in super().complete(*args, **options)]

    setting = Setting(tmp_path, [candidate(4)])
    failure = failure_of(setting.filter(Miser(script=setting.solved)))
    assert "1 completions for 1 prompts, expected 9 for each" in failure.message


def test_band_and_group_size_come_from_the_spec(tmp_path: Path) -> None:
    rows = [candidate(number) for number in range(5)]
    setting = Setting(tmp_path, rows, rollouts=4, min_pass_rate=0.25, max_pass_rate=0.5)
    outcome = setting.outcome(setting.solved)
    assert sorted(setting.number[row.sample.id] for row in setting.training_set()) == [1, 2]
    assert outcome.dropped == {"too_easy": 2, "too_hard": 1}


# ---- resume


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_attempt_after_a_crash_asks_only_what_is_missing_and_leaves_the_same(tmp_path: Path, batches: int) -> None:
    rows = [candidate(number) for number in range(10)]
    setting = Setting(tmp_path, rows)
    failure_of(setting.filter(ScriptedPolicy(script=setting.solved, dies_after=batches)))
    second = ScriptedPolicy(script=setting.solved)
    succeeded(setting.filter(second, attempt=1))
    whole = Setting(tmp_path / "whole", rows)
    succeeded(whole.filter(ScriptedPolicy(script=whole.solved)))
    assert len(second.batches) == 3 - batches
    for name in ("rollouts.jsonl", "pass_rates.json", "recheck.jsonl"):
        assert setting.text(name, attempt=1) == whole.text(name)
    assert setting.training_set(attempt=1) == whole.training_set()


def test_batches_are_formed_again_as_they_were(tmp_path: Path) -> None:
    setting = Setting(tmp_path, [candidate(number) for number in range(10)])
    first = ScriptedPolicy(script=setting.solved, dies_after=2)
    failure_of(setting.filter(first))
    journal = setting.world.folder(setting.input()) / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]))
    second = ScriptedPolicy(script=setting.solved)
    succeeded(setting.filter(second, attempt=1))
    assert second.batches[0] == first.batches[1]
    assert Counter(map(len, second.batches)) == {4: 1, 2: 1}
