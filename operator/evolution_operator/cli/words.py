"""Numbers in the words of the command line."""

from __future__ import annotations

from evolution_contracts.progress import Progress
from evolution_contracts.statistics import Estimate


def score(estimate: Estimate) -> str:
    """Return a score in percent with its interval."""
    return f"{100 * estimate.mean:.1f} % [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"


def difference(mean: float, low: float, high: float) -> str:
    """Return a difference of scores in points with its interval."""
    return f"{100 * mean:+.1f} points [{100 * low:+.1f}, {100 * high:+.1f}]"


def took(seconds: float) -> str:
    """Return a length of time in the two largest units that matter."""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"


def counted(done: int, total: int | None, unit: str) -> str:
    """Return how many units are done."""
    return f"{done} of {total} {unit}" if total is not None else f"{done} {unit}"


def pace(progress: tuple[Progress, ...], now: float) -> tuple[float, float | None]:
    """Return the units a second of all shards, and the seconds that are left; None where nobody can tell.

    Args:
        progress: Progress of each shard.
        now: Unix time in seconds.
    """
    began = min((each.started_at for each in progress), default=now)
    done = sum(each.done for each in progress)
    rate = done / (now - began) if now > began else 0.0
    totals = [each.total for each in progress if each.total is not None]
    if not rate or len(totals) < len(progress):
        return rate, None
    return rate, max(0.0, (sum(totals) - done) / rate)
