"""The split registry."""

from __future__ import annotations

from pathlib import Path

import pytest

from evolution_contracts.errors import SplitError
from evolution_contracts.records import Sample
from evolution_contracts.stage import StageInput
from evolution_contracts.vocabulary import Fold, StageName
from evolution_jobs.runtime.datasets import write_dataset
from evolution_jobs.runtime.folds import HELD_OUT, REGISTRY_NAME, Registry, fold_file, read_fold
from evolution_jobs.runtime.workspace import Workspace
from support.rows import picture, row_of
from support.stage_world import World

ONE = row_of(picture(1), cluster="near:1").sample
SAME_PICTURE = row_of(picture(1), question="another question?").sample
SAME_CLUSTER = row_of(picture(2), cluster="near:1").sample
OTHER = row_of(picture(3)).sample


@pytest.mark.parametrize("twin", [ONE, SAME_PICTURE, SAME_CLUSTER], ids=["same sample", "same picture", "same cluster"])
def test_twins_in_two_folds_are_refused(twin: Sample) -> None:
    with pytest.raises(SplitError, match="diagnosis and test"):
        Registry.of({Fold.DIAGNOSIS: [ONE], Fold.TEST: [twin]})


@pytest.mark.parametrize("twin", [ONE, SAME_PICTURE, SAME_CLUSTER], ids=["same sample", "same picture", "same cluster"])
@pytest.mark.parametrize("fold", Fold)
def test_what_touches_a_held_out_fold_is_not_trained_on(fold: Fold, twin: Sample) -> None:
    registry = Registry.of({fold: [ONE]})
    assert registry.is_held_out(twin) is (fold in HELD_OUT)
    if fold in HELD_OUT:
        with pytest.raises(SplitError, match=f"fold {fold}"):
            registry.require_trainable([OTHER, twin])
    else:
        registry.require_trainable([OTHER, twin])


def test_registry_comes_back_from_the_disk(tmp_path: Path) -> None:
    registry = Registry.of({Fold.SEEDS: [ONE], Fold.TEST: [OTHER]})
    registry.write(tmp_path / "registry.json")
    assert Registry.read(tmp_path / "registry.json") == registry


def test_fold_with_a_sample_of_another_fold_is_refused(tmp_path: Path) -> None:
    world = World(root=tmp_path)
    place: StageInput = world.input(StageName.PREPARE, iteration=0)
    folder = world.folder(place)
    rows = [row_of(picture(1)), row_of(picture(2))]
    write_dataset(folder / fold_file(Fold.TEST), rows)
    Registry.of({Fold.TEST: [rows[0].sample]}).write(folder / REGISTRY_NAME)
    reference = world.leave(place, {name: (folder / name).read_bytes() for name in (REGISTRY_NAME, fold_file(Fold.TEST))})
    data = Workspace(tmp_path / "artifacts", place, 0).open(reference)
    with pytest.raises(SplitError, match="registered for no fold"):
        read_fold(data, Fold.TEST)
