"""The page about a whole run, taken apart as a browser would."""

from __future__ import annotations

import shutil
from collections import Counter

import pytest

from evolution_contracts.results import FilterOutcome, GenerateOutcome, TrainOutcome
from evolution_contracts.vocabulary import StageName
from evolution_jobs.report import wording
from evolution_jobs.report.costs import costs
from support.report_world import Played

SECTIONS = (
    "summary", "scores", "categories", "weakness", "data", "learning", "examples", "cost", "lineage", "settings", "limits",
)  # fmt: skip


def test_run_was_promoted_rejected_and_promoted(played: Played) -> None:
    assert [verdict.decision for verdict in played.world.verdicts] == ["Baseline", "Promoted", "Rejected", "Promoted"]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_says_something_and_is_linked(played: Played, section: str) -> None:
    assert len(played.parsed.text(section)) > 80
    assert ("a", "href", f"#{section}") in played.parsed.attributes


def test_page_loads_nothing_but_embedded_pictures(played: Played) -> None:
    sources = played.parsed.sources()
    assert sources
    assert all(source.startswith("data:image/") for source in sources)
    assert "script" not in played.parsed.tags
    assert "link" not in played.parsed.tags
    assert "url(" not in played.page.split("</style>")[0]
    assert "@import" not in played.page
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert ("meta", "content", policy) in played.parsed.attributes


def test_ids_are_unique_and_every_reference_has_its_target(played: Played) -> None:
    assert [name for name, number in Counter(played.parsed.ids).items() if number > 1] == []
    named = [value for _, name, value in played.parsed.attributes if name in {"aria-labelledby", "aria-describedby"}]
    anchors = [value[1:] for tag, name, value in played.parsed.attributes if tag == "a" and name == "href"]
    assert {part for value in named for part in value.split()} | set(anchors) <= set(played.parsed.ids)


def test_every_picture_and_chart_is_described(played: Played) -> None:
    images = played.parsed.tags.count("img")
    assert images == len([value for tag, name, value in played.parsed.attributes if tag == "img" and name == "alt" and value])
    drawn = played.parsed.tags.count("svg")
    hidden = len([1 for tag, name, value in played.parsed.attributes if tag == "svg" and name == "aria-hidden"])
    assert drawn - hidden == played.parsed.tags.count("desc")
    assert drawn - hidden >= 10


def test_same_history_gives_the_same_bytes(played: Played) -> None:
    stage_input = played.world.report_input()
    shutil.rmtree(played.world.folder(stage_input))
    assert played.world.page() == played.page


def test_headline_repeats_the_numbers_of_the_evaluation(played: Played) -> None:
    history, summary = played.world.told(), played.parsed.text("summary")
    assert history.baseline is not None
    assert history.baseline.evaluation is not None
    final = history.iterations[3].evaluation
    assert final is not None
    assert final.baseline_difference is not None
    assert wording.percent(history.baseline.evaluation.score.mean).replace("\u00a0", " ") in summary
    assert wording.percent(final.score.mean).replace("\u00a0", " ") in summary
    assert wording.points(final.baseline_difference.mean) in summary
    assert f"{wording.points(final.baseline_difference.low)} to {wording.points(final.baseline_difference.high)}" in summary
    assert "3 iterations after the baseline: 2 promoted, 1 rejected" in summary


def test_every_evaluated_number_stands_in_its_section(played: Played) -> None:
    for iteration in played.world.told().evaluated:
        assert iteration.evaluation is not None
        assert wording.score(iteration.evaluation.score).replace("\u00a0", " ") in played.parsed.text("scores")
        for category, estimate in iteration.evaluation.categories.items():
            assert wording.percent(estimate.mean).replace("\u00a0", " ") in played.parsed.text("categories")
            assert wording.label(category) in played.parsed.text("categories")


def test_reasons_of_the_gate_are_given(played: Played) -> None:
    for verdict in played.world.verdicts:
        assert verdict.reason in played.parsed.text("scores")


def test_quotas_and_kept_samples_are_the_stages_own(played: Played) -> None:
    history = played.world.told()
    for iteration in history.evolved:
        assert iteration.plan is not None
        assert len(iteration.outcomes(GenerateOutcome)) == 2
        filtered, trained = iteration.outcome(FilterOutcome), iteration.outcome(TrainOutcome)
        assert filtered is not None
        assert trained is not None
        described = f"planned samples: {sum(iteration.plan.quotas.values())}; accepted candidates: "
        assert described in played.page
        assert f"kept to train on: {sum(filtered.kept.values())}" in played.page
        assert f"{trained.last_reward:.3f}" in played.parsed.text("learning")


def test_rejected_iteration_ends_no_line_of_descent(played: Played) -> None:
    history = played.world.told()
    assert [iteration.started_from for iteration in history.iterations] == [None, 0, 1, 1]
    lineage = played.parsed.text("lineage")
    digests = [history.model_digest_of(number) for number in (1, 2)]
    assert digests[0] != digests[1]
    # As model out of its own row, as model in of the two rows after it, and once in full; a rejected model only leaves.
    assert [lineage.count(wording.digest(digest)) for digest in digests if digest] == [4, 2]


def test_every_manifest_is_listed_in_full(played: Played) -> None:
    lineage = played.parsed.text("lineage")
    for ref in played.world.history:
        assert ref.manifest_digest in lineage
    assert "i1/generate/a0/s1" in lineage


def test_wall_time_counts_the_longest_shard_and_worker_time_all(played: Played) -> None:
    history = played.world.told()
    found = {cost.stage: cost for cost in costs(history).stages}
    assert list(found) == [stage for stage in StageName if stage is not StageName.REPORT]
    shards = [[attempt.timing for attempt in iteration.stages[StageName.GENERATE]] for iteration in history.evolved]
    assert [len(timings) for timings in shards] == [2, 2, 2]
    walls = tuple(max(timing.seconds for timing in timings) for timings in shards)
    assert found[StageName.GENERATE].wall_seconds == (None, *walls)
    assert found[StageName.GENERATE].worker_seconds == sum(timing.seconds for timings in shards for timing in timings)
    assert wording.duration(found[StageName.GENERATE].total_seconds).replace("\u00a0", " ") in played.parsed.text("cost")


def test_settings_stand_in_full_without_what_only_the_control_plane_reads(played: Played) -> None:
    settings = played.parsed.text("settings")
    assert "source: builtin://tiny-vlm" in settings
    assert "groupSize: 8" in settings
    assert "suspend:" not in settings
    assert "budget:" not in settings
    assert "Changed while the run lived" not in settings


def test_examples_show_the_picture_that_was_asked(played: Played) -> None:
    examples = played.parsed.text("examples")
    assert "Model said" in examples
    assert "Generated for it" in examples
    assert played.parsed.tags.count("img") > played.parsed.tags.count("article") > 3


def test_page_is_small(played: Played) -> None:
    assert len(played.page.encode()) < 300_000
