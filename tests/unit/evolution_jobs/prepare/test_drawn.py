"""Folds drawn by the scene families."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from evolution_contracts.errors import ConfigError
from evolution_contracts.results import PrepareOutcome
from evolution_contracts.vocabulary import Category, Fold, StageName
from evolution_jobs.prepare.drawn import draw_fold, even_difficulty
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.folds import REGISTRY_NAME, Registry
from evolution_jobs.scenes.family import Family
from evolution_jobs.scenes.registry import family, redraw
from evolution_jobs.scenes.rows import scene_row
from support.rows import poor_family, poor_pattern
from support.stage_world import TWO_CATEGORIES, World, failure_of, outcome_of, prepare_stage, tiny_spec


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(root=tmp_path_factory.mktemp("world"))
    world.prepare()
    return world


@pytest.fixture(scope="module")
def folds(world: World) -> dict[Fold, list[Row]]:
    data = world.prepare()
    return {fold: world.rows(data, fold) for fold in Fold}


def test_every_fold_has_its_size_in_every_category(folds: dict[Fold, list[Row]]) -> None:
    for fold, size in ((Fold.DIAGNOSIS, 12), (Fold.SEEDS, 4), (Fold.VALIDATION, 0), (Fold.TEST, 10)):
        counts = Counter(row.sample.category for row in folds[fold])
        assert counts == (dict.fromkeys(TWO_CATEGORIES, size) if size else {})


def test_folds_share_no_sample_no_picture_and_no_scene(folds: dict[Fold, list[Row]]) -> None:
    keys = {
        fold: {key for row in rows for key in (row.sample.id, row.sample.image.pixels_digest, row.sample.cluster)}
        for fold, rows in folds.items()
    }
    assert all(keys[one].isdisjoint(keys[other]) for one, other in combinations(Fold, 2))


def test_patterns_are_spread_evenly(folds: dict[Fold, list[Row]]) -> None:
    for category in TWO_CATEGORIES:
        counts = Counter(row.sample.pattern for row in folds[Fold.DIAGNOSIS] if row.sample.category is category)
        assert max(counts.values()) - min(counts.values()) <= 1
        assert counts.keys() == {pattern.name for pattern in family(category).patterns}


def test_samples_can_be_drawn_again_from_their_source(folds: dict[Fold, list[Row]]) -> None:
    for row in folds[Fold.TEST]:
        again = scene_row(redraw(row.sample.source.uri), difficulty=row.sample.difficulty, license=row.sample.source.license)
        assert again == row


def test_registry_knows_every_sample(world: World) -> None:
    data = world.prepare()
    folder = world.folder(world.input(data.stage, iteration=0))
    registry = Registry.read(folder / REGISTRY_NAME)
    assert all(registry.fold_of(row.sample) is fold for fold in Fold for row in world.rows(data, fold))


def test_test_fold_does_not_depend_on_the_size_of_the_others(world: World, folds: dict[Fold, list[Row]], tmp_path: Path) -> None:
    sizes = {"diagnosis": 7, "seeds": 0, "validation": 3, "test": 10}
    other = World(root=tmp_path, spec=tiny_spec(data={**world.spec.data.model_dump(), "folds": sizes}))
    assert other.rows(other.prepare(), Fold.TEST) == folds[Fold.TEST]


def test_another_seed_draws_other_folds(world: World, folds: dict[Fold, list[Row]], tmp_path: Path) -> None:
    other = World(root=tmp_path, spec=world.spec.evolve(seed=43))
    ids = {row.sample.id for row in other.rows(other.prepare(), Fold.TEST)}
    assert ids.isdisjoint(row.sample.id for row in folds[Fold.TEST])


def test_outcome_counts_the_folds(world: World, tmp_path: Path) -> None:
    outcome = outcome_of(World(root=tmp_path).run(prepare_stage, world.input(StageName.PREPARE, iteration=0)))
    assert isinstance(outcome, PrepareOutcome)
    assert outcome.folds == {Fold.DIAGNOSIS: 24, Fold.SEEDS: 8, Fold.VALIDATION: 0, Fold.TEST: 20}
    assert outcome.natural == dict.fromkeys(TWO_CATEGORIES, 4)


@pytest.mark.parametrize(("held", "possible"), [(0, 3), (2, 1)], ids=["alone", "beside another fold"])
def test_category_with_too_few_different_scenes_is_named(tmp_path: Path, held: int, possible: int) -> None:
    world = World(root=tmp_path, spec=tiny_spec(data={"categories": (Category.MAP,), "folds": {"diagnosis": 50, "test": max(1, held)}}))

    def three_scenes(category: Category) -> Family:
        return poor_family(category, poor_pattern(pictures=3))

    def stage(context: StageContext) -> PrepareOutcome:
        seen: dict[str, Fold] = {}
        if held:
            list(draw_fold(context, Fold.TEST, seen, three_scenes))
        list(draw_fold(context, Fold.DIAGNOSIS, seen, three_scenes))
        raise AssertionError("unreachable")

    failure = failure_of(world.run(stage, world.input(StageName.PREPARE, iteration=0)))
    assert failure.reason == "InvalidConfiguration"
    assert f"data.folds.diagnosis: 50 samples: category map gave no new sample after {possible} of them" in failure.message
    assert "Lower data.folds" in failure.message


def test_picture_of_one_fold_is_not_asked_about_in_another(tmp_path: Path) -> None:
    """Fifteen pictures and fifty questions: without the check the folds would share pictures."""
    world = World(root=tmp_path, spec=tiny_spec(data={"categories": (Category.MAP,), "folds": {"diagnosis": 6, "test": 6}}))
    pictures: list[set[str]] = []

    def stage(context: StageContext) -> PrepareOutcome:
        seen: dict[str, Fold] = {}
        for fold in (Fold.TEST, Fold.DIAGNOSIS):
            rows = draw_fold(context, fold, seen, lambda category: poor_family(category, poor_pattern(pictures=15, phrases=50)))
            pictures.append({row.sample.image.pixels_digest for row in rows})
        raise ConfigError("enough.")

    failure_of(world.run(stage, world.input(StageName.PREPARE, iteration=0)))
    assert pictures[0].isdisjoint(pictures[1])


@pytest.mark.parametrize(("wanted", "patterns"), [(1, 4), (10, 4), (12, 3), (150, 7)])
def test_difficulties_of_a_pattern_cover_the_range_evenly(wanted: int, patterns: int) -> None:
    for pattern in range(min(patterns, wanted)):
        found = [even_difficulty(index, wanted, patterns) for index in range(pattern, wanted, patterns)]
        assert found == [round((turn + 0.5) / len(found), 3) for turn in range(len(found))]
