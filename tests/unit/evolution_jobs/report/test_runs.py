"""Pages about runs that went otherwise: hostile answers, no judged answers, ended early, controls, changed settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from evolution_contracts.errors import ExitCode
from evolution_contracts.vocabulary import Category, Fold, StageName
from evolution_jobs.report import stage as report
from evolution_jobs.runtime.folds import fold_file
from support.html_page import parse
from support.report_world import ReportWorld, even_skill
from support.stage_world import failure_of, tiny_spec

HOSTILE = "</dd></section><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;\x07\u202e<svg onload=alert(3)>"


def world_in(folder: Path, **parts: object) -> ReportWorld:
    return ReportWorld(root=folder, spec=tiny_spec(**{"generate": {"samples": 10}, **parts}), updates=3)


def test_hostile_completion_stays_text(tmp_path: Path) -> None:
    world = world_in(tmp_path)
    world.wrong_text = lambda right: f"{right}0{HOSTILE}"
    world.begin(even_skill(world, 0.4))
    world.iterate(1, before=even_skill(world, 0.4), after=even_skill(world, 0.5))
    page = world.page()
    parsed = parse(page)
    assert "script" not in parsed.tags
    assert not [name for _, name, _ in parsed.attributes if name.startswith("on")]
    assert all(source.startswith("data:image/") for source in parsed.sources())
    assert "<script>alert(1)</script>" in parsed.text("examples")
    assert "\x07" not in page


def test_hostile_run_settings_stay_text(tmp_path: Path) -> None:
    world = world_in(tmp_path, model={"source": f"file:///{'<script>alert(1)</script>'}"})
    world.begin(even_skill(world, 0.4))
    parsed = parse(world.page())
    assert "script" not in parsed.tags
    assert "<script>alert(1)</script>" in parsed.text("summary")


def test_category_without_judged_answers_is_named_so(tmp_path: Path) -> None:
    world = world_in(tmp_path, diagnose={"items_per_category": 6, "max_abstain_share": 1.0})
    skill = even_skill(world, 0.4)
    world.begin(skill)
    world.iterate(1, before={Category.CHART_GRAPH: 0.4}, after=skill, until=StageName.DIAGNOSE)
    parsed = parse(world.page())
    assert "no judged answers" in parsed.text("weakness")
    assert "50.0 % of the answers could not be judged" in parsed.text("weakness")
    assert "Up to 50.0 % of the answers" in parsed.text("limits")


def test_baseline_alone_claims_nothing(tmp_path: Path) -> None:
    world = world_in(tmp_path)
    world.begin(even_skill(world, 0.4))
    parsed = parse(world.page())
    assert "No iteration reached the gate" in parsed.text("summary")
    assert "Paired difference" not in parsed.text("summary")
    assert "Nothing was trained." in parsed.text("learning")
    assert "Nothing was generated." in parsed.text("data")


def test_run_without_any_finished_stage_has_a_page(tmp_path: Path) -> None:
    parsed = parse(world_in(tmp_path).page())
    assert "No evaluation finished" in parsed.text("summary")
    assert "No stage finished." in parsed.text("lineage")


@pytest.mark.parametrize("until", [StageName.DIAGNOSE, StageName.FILTER, StageName.TRAIN], ids=lambda stage: f"ended after {stage}")
def test_iteration_that_ended_early_is_shown_as_far_as_it_went(tmp_path: Path, until: StageName) -> None:
    world = world_in(tmp_path)
    skill = even_skill(world, 0.5)
    world.begin(skill)
    world.iterate(1, before=skill, after=skill, until=until)
    parsed = parse(world.page())
    assert "before the gate decided on iteration 1" in parsed.text("limits")
    assert "1 without a decision" in parsed.text("summary")
    assert "Iteration 1" in parsed.text("weakness")
    assert ("Nothing was trained." in parsed.text("learning")) == (until is not StageName.TRAIN)


def test_only_rejections_leave_the_first_model(tmp_path: Path) -> None:
    world = world_in(tmp_path)
    world.begin(even_skill(world, 0.9))
    world.iterate(1, before=even_skill(world, 0.9), after=even_skill(world, 0.1))
    assert world.verdicts[-1].decision == "Rejected"
    summary = parse(world.page()).text("summary")
    assert "The gate promoted no candidate: 1 candidate rejected." in summary
    assert "higher" not in summary


def test_control_arm_is_called_a_control(tmp_path: Path) -> None:
    world = world_in(tmp_path, arm="Uniform")
    skill = even_skill(world, 0.5)
    world.begin(skill)
    world.iterate(1, before=skill, after=skill, until=StageName.FILTER)
    parsed = parse(world.page())
    assert "arm Uniform decided the shares" in parsed.text("weakness")
    assert "This run is a control" in parsed.text("limits")


def test_setting_that_changed_is_shown_with_both_values(tmp_path: Path) -> None:
    world = world_in(tmp_path)
    skill = even_skill(world, 0.5)
    world.begin(skill)
    world.spec = world.spec.evolve(filter=world.spec.filter.evolve(rollouts=5))
    settings = parse(world.page()).text("settings")
    assert "Changed while the run lived" in settings
    assert "filter.rollouts 0 9 5" in settings


def test_damaged_fold_ends_as_a_data_error(tmp_path: Path) -> None:
    world = world_in(tmp_path)
    skill = even_skill(world, 0.5)
    world.begin(skill)
    world.iterate(1, before=skill, after=skill, until=StageName.DIAGNOSE)
    prepare = world.folder(world.input(StageName.PREPARE, iteration=0))
    with (prepare / fold_file(Fold.DIAGNOSIS)).open("ab") as file:
        file.write(b"!")
    failure = failure_of(world.run(report.run, world.report_input()))
    assert failure.exit_code == ExitCode.DATA
    assert "diagnosis.parquet" in failure.message
