"""A checkpoint is resumed only when it is whole and of the same training; a curve has each update once."""

from __future__ import annotations

from pathlib import Path

from evolution_jobs.runtime.journal import Journal
from evolution_jobs.train.checkpoints import mark_complete, newest_checkpoint
from evolution_jobs.train.curve import curve_line, curve_until, mean_of_tenth


def _checkpoint(folder: Path, updates: int, recipe: str | None) -> None:
    place = folder / f"checkpoint-{updates}"
    place.mkdir(parents=True)
    if recipe is not None:
        mark_complete(place, updates=updates, recipe=recipe)


def test_newest_complete_checkpoint_of_any_attempt_is_found(tmp_path: Path) -> None:
    _checkpoint(tmp_path / "a0", 10, "mine")
    _checkpoint(tmp_path / "a0", 4, "mine")
    _checkpoint(tmp_path / "a1", 6, "mine")
    found = newest_checkpoint([tmp_path / "a1", tmp_path / "a0"], "mine")
    assert found is not None
    assert (found.updates, found.folder) == (10, tmp_path / "a0" / "checkpoint-10")


def test_checkpoint_without_marker_is_what_a_killed_process_left(tmp_path: Path) -> None:
    _checkpoint(tmp_path, 10, None)
    assert newest_checkpoint([tmp_path], "mine") is None


def test_checkpoint_of_another_training_is_not_continued(tmp_path: Path) -> None:
    _checkpoint(tmp_path, 10, "other")
    assert newest_checkpoint([tmp_path, tmp_path / "missing"], "mine") is None


def test_resumed_curve_keeps_each_update_once_and_none_beyond_the_checkpoint(tmp_path: Path) -> None:
    with Journal(tmp_path / "curve.jsonl") as journal:
        journal.append({"update": update, "reward_mean": float(round_)} for round_ in (0, 1) for update in (1, 2, 3))
    assert curve_until(tmp_path / "curve.jsonl", 2) == [{"update": 1, "reward_mean": 1.0}, {"update": 2, "reward_mean": 1.0}]


def test_curve_takes_our_names_from_the_trainers_log() -> None:
    assert curve_line(3, {"reward": "0.5", "kl": 0.1, "epoch": 1}) == {"update": 3, "reward_mean": 0.5, "kl": 0.1}


def test_tenths_of_the_curve() -> None:
    lines = [{"update": update, "reward_mean": float(update)} for update in range(1, 21)]
    assert mean_of_tenth(lines, "reward_mean", last=False) == 1.5
    assert mean_of_tenth(lines, "reward_mean", last=True) == 19.5
    assert mean_of_tenth([], "reward_mean", last=True) == 0.0
