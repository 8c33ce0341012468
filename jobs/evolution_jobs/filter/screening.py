"""What is taken out before anything is asked: duplicates across shards, and candidates that touch a held-out fold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from evolution_jobs.filter.band import Fate
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.folds import Registry


def screen(rows: Iterable[Row], registry: Registry) -> tuple[list[Row], Counter[Fate]]:
    """Return the candidates worth asking, sorted by id, and how many were dropped for which reason.

    Of equal scenes the least sample id stays, so the result does not depend on the order of the shards.
    """
    dropped: Counter[Fate] = Counter()
    seen: set[str] = set()
    kept: list[Row] = []
    for row in sorted(rows, key=lambda each: each.sample.id):
        keys = {row.sample.id, row.sample.cluster} - {""}
        if not seen.isdisjoint(keys):
            dropped[Fate.DUPLICATE] += 1
        elif registry.is_held_out(row.sample):
            dropped[Fate.CONTAMINATED] += 1
        else:
            kept.append(row)
        seen |= keys
    return kept, dropped
