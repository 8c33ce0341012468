"""A killed run ends like an undisturbed one; `make chaos` tries more moments on a larger run."""

from __future__ import annotations

from pathlib import Path

from benchmarks.chaos import run_trials

TRIALS = 3
SEED = 20


def test_killed_runs_end_with_the_same_decisions_data_and_models(tmp_path: Path, model_cache: Path) -> None:
    told: list[str] = []
    trials = run_trials(Path(__file__).with_name("tiny.yaml"), TRIALS, SEED, model_cache, told.append)
    assert not [trial for trial in trials if trial.problems], told
