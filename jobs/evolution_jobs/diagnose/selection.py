"""Which samples of the diagnosis fold are asked, in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from evolution_contracts.seeds import derive_seed
from evolution_contracts.vocabulary import Category
from evolution_jobs.runtime.datasets import Row


def by_category(rows: Iterable[Row], categories: Sequence[Category], seed: int) -> dict[Category, list[Row]]:
    """Return the rows of each category in a fixed random order in which the patterns take turns.

    Any stretch of the order holds the patterns about evenly, so a small diagnosis still sees all of them.
    """
    found: dict[Category, list[Row]] = {category: [] for category in categories}
    for row in rows:
        if row.sample.category in found:
            found[row.sample.category].append(row)
    return {category: _interleaved(members, seed) for category, members in found.items()}


def rotated(rows: Sequence[Row], *, iteration: int, window: int) -> list[Row]:
    """Return the rows beginning with those that earlier iterations, asking `window` rows each, have not come to; a circle."""
    start = (iteration - 1) * window % len(rows) if rows else 0
    return [*rows[start:], *rows[:start]]


def _interleaved(rows: Sequence[Row], seed: int) -> list[Row]:
    def rank(row: Row) -> int:
        return derive_seed(seed, "diagnose", row.sample.id)

    seen: defaultdict[str, int] = defaultdict(int)
    turns = []
    for row in sorted(rows, key=rank):
        seen[row.sample.pattern] += 1
        turns.append((seen[row.sample.pattern], rank(row), row))
    return [row for _, _, row in sorted(turns, key=lambda turn: turn[:2])]
