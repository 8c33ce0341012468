"""Which samples are asked."""

from __future__ import annotations

from collections import Counter

import pytest

from evolution_contracts.vocabulary import Category
from evolution_jobs.diagnose.selection import by_category, rotated
from evolution_jobs.runtime.datasets import Row
from support.rows import picture, row_of

PATTERNS = ("bars", "lines", "pies")
ROWS = [row_of(picture(n), question=f"question {n}", pattern=PATTERNS[n % 10 % 3], category=Category.MAP) for n in range(60)]


def order(rows: list[Row] = ROWS, seed: int = 1) -> list[Row]:
    return by_category(rows, (Category.MAP, Category.MIXED), seed)[Category.MAP]


def test_order_depends_on_the_seed_and_not_on_the_order_of_the_file() -> None:
    assert order() == order(ROWS[::-1])
    assert order() != order(seed=2)
    assert sorted(row.sample.id for row in order()) == sorted(row.sample.id for row in ROWS)


def test_patterns_take_turns() -> None:
    assert Counter(row.sample.pattern for row in order()[:9]) == dict.fromkeys(PATTERNS, 3)


def test_category_without_rows_is_there_and_other_categories_are_not() -> None:
    assert by_category(ROWS, (Category.MIXED,), 1) == {Category.MIXED: []}


@pytest.mark.parametrize(
    ("iteration", "expected"),
    [(1, [0, 1, 2, 3]), (2, [4, 5, 6, 7]), (3, [8, 9, 0, 1]), (4, [2, 3, 4, 5])],
)
def test_iterations_walk_around_the_circle(iteration: int, expected: list[int]) -> None:
    assert rotated(ROWS[:10], iteration=iteration, window=4)[:4] == [ROWS[index] for index in expected]


def test_nothing_can_be_rotated() -> None:
    assert rotated([], iteration=3, window=4) == []
