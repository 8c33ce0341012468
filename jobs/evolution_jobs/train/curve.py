"""The learning curve: one line for each optimiser update."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from evolution_jobs.runtime.journal import Line, read_journal

METRICS = {
    "reward": "reward_mean",
    "reward_std": "reward_std",
    "frac_reward_zero_std": "zero_signal_share",
    "kl": "kl",
    "entropy": "entropy",
    "grad_norm": "gradient_norm",
    "learning_rate": "learning_rate",
    "clip_ratio/region_mean": "clip_share",
    "completions/mean_length": "completion_tokens_mean",
    "loss": "loss",
}
"""Names in the trainer's log, and ours."""


def curve_line(update: int, log: Mapping[str, Any]) -> Line:
    """Return the line of one update from the trainer's log."""
    return {"update": update, **{ours: float(log[theirs]) for theirs, ours in METRICS.items() if theirs in log}}


def curve_until(path: Path, updates: int) -> list[Line]:
    """Return the lines of the first `updates` updates, each once: what a resumed training keeps of an earlier attempt's curve."""
    lines = {line["update"]: line for line in read_journal(path) if line["update"] <= updates}
    return [lines[update] for update in sorted(lines)]


def mean_of_tenth(lines: list[Line], name: str, *, last: bool) -> float:
    """Return the mean of a metric over the first or last tenth of the curve; 0 where the curve has none of it."""
    values = [line[name] for line in lines if name in line]
    tenth = max(1, len(values) // 10)
    return fmean(values[-tenth:] if last else values[:tenth]) if values else 0.0
