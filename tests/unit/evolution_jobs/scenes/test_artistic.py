"""What is particular to artistic patterns: counts, odd ones, mirrors and rhythms worked out by hand."""

from __future__ import annotations

import random

import pytest

from evolution_contracts.vocabulary import Category, ErrorType
from evolution_jobs.scenes.registry import pattern
from support.hand_made import LARGE, Case, assert_agrees, case_id

MOSAIC = {
    "rows": [["red", "red", "blue", "green"], ["red", "blue", "teal", "red"], ["blue", "red", "green", "red"]],
    "counts": {"red": 6, "blue": 3, "green": 2, "teal": 1},
    "asked": "blue",
}
PLAIN = ["arrow", "red", 1.0, 90]


def _field(row: int, column: int, odd: list[object]) -> list[list[list[object]]]:
    cells: list[list[list[object]]] = [[list(PLAIN) for _ in range(4)] for _ in range(3)]
    cells[row - 1][column - 1] = odd
    return cells


ODD = {"cells": _field(2, 4, ["arrow", "red", 0.6, 90]), "row": 2, "column": 4, "aspect": "scale"}
ASPECTS = ["its colour", "its size", "its shape", "the way it points"]

# Left and right mirror each other but for the last line; top and bottom do not.
MIRROR = {"cells": [[0, 1, 1, 0], [2, 0, 0, 2], [1, 1, 1, 1], [0, 2, 1, 0]], "axis": "vertical", "broken": 1}
BOTH = {"cells": [[0, 1, 1, 0], [2, 0, 0, 2], [2, 0, 0, 2], [0, 1, 1, 0]], "axis": "", "broken": 0}
UPRIGHT, LEVEL = "only the vertical axis (left mirrors right)", "only the horizontal axis (top mirrors bottom)"
CROSS, NONE = "both the vertical and the horizontal axis", "neither the vertical nor the horizontal axis"
AXES = [NONE, UPRIGHT, CROSS, LEVEL]

# Colours repeat after two tiles, shapes after three: the seventh is red again, and a circle.
FRIEZE = {
    "shown": [["large", color, shape] for color, shape in zip(["red", "blue"] * 3, ["circle", "star", "square"] * 2, strict=True)],
    "has_sizes": False,
    "options": ["blue circle", "red star", "red circle", "blue star"],
    "right": "red circle",
    "after": "blue star",
    "place": 6,
}

CASES = [
    Case("mosaic", "most", MOSAIC | {"options": ["blue", "red", "teal", "green"]}, "B", {"A": ErrorType.COUNTING}),
    Case("mosaic", "count", MOSAIC, "3", {"6": ErrorType.PERCEPTION, "4": ErrorType.COUNTING}),
    Case("mosaic", "others", MOSAIC, "9", {"12": ErrorType.INSTRUCTION_FORMAT, "8": ErrorType.COUNTING}),
    Case(
        "mosaic",
        "order",
        MOSAIC | {"palette": "blue, green, red, teal"},
        "red, blue, green, teal",
        {"teal, green, blue, red": ErrorType.INSTRUCTION_FORMAT, "blue, red, green, teal": ErrorType.COUNTING},
    ),
    Case("odd_one_out", "place", ODD, "2, 4", {"4, 2": ErrorType.SPATIAL, "3, 4": ErrorType.COUNTING, "1, 1": ErrorType.PERCEPTION}),
    Case("odd_one_out", "row", ODD, "2", {"4": ErrorType.SPATIAL, "3": ErrorType.PERCEPTION}),
    Case("odd_one_out", "aspect", ODD | {"options": ASPECTS}, "B", {"A": ErrorType.PERCEPTION}),
    Case("symmetry", "pairs", MIRROR, "1", {"2": ErrorType.KNOWLEDGE, "3": ErrorType.COUNTING}),
    Case("symmetry", "whole", MIRROR, "no", {"yes": ErrorType.PERCEPTION}),
    Case("symmetry", "axes", BOTH | {"axes": CROSS, "options": AXES}, "C", {"A": ErrorType.PERCEPTION}),
    Case(
        "symmetry",
        "axes",
        BOTH | {"cells": [[0, 0], [1, 1]], "axes": UPRIGHT, "options": AXES},
        "B",
        {"D": ErrorType.KNOWLEDGE, "A": ErrorType.PERCEPTION},
    ),
    Case("frieze", "following", FRIEZE, "C", {"D": ErrorType.COUNTING, "A": ErrorType.PERCEPTION}),
    # Ten tiles on, number 16 is a blue circle: 15 steps from the first, odd and divisible by three.
    Case("frieze", "later", FRIEZE | {"place": 15, "right": "blue circle", "after": "red star"}, "A", {"B": ErrorType.COUNTING}),
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_value_agrees_with_hand_calculation(case: Case) -> None:
    assert_agrees(Category.ARTISTIC, case)


def test_chequered_field_does_not_hide_which_figure_is_odd() -> None:
    cells = [[["kite", ("red", "blue")[(row + column) % 2], 1.0, 0] for column in range(5)] for row in range(4)]
    cells[1][3][1] = "green"
    state = {"size": LARGE, "phrase": 0, "kind": "place", "cells": cells, "row": 2, "column": 4, "aspect": "color"}
    assert pattern(Category.ARTISTIC, "odd_one_out").check(state, "2, 4")


def test_size_is_named_only_when_sizes_can_be_compared() -> None:
    its = pattern(Category.ARTISTIC, "frieze")
    for seed in range(60):
        state = its.sample(random.Random(seed), LARGE, 1.0)
        shown = {tile[0] for tile in state["shown"]}
        assert all(option.startswith(("small", "large")) == (len(shown) == 2) for option in state["options"])


def test_frieze_shows_every_rhythm_twice() -> None:
    its = pattern(Category.ARTISTIC, "frieze")
    for seed in range(60):
        state = its.sample(random.Random(seed), LARGE, seed % 5 / 4)
        for aspect in zip(*state["shown"], strict=True):
            assert len(aspect) >= 2 * len(set(aspect))


@pytest.mark.parametrize("difficulty", [0.0, 1.0])
def test_four_kinds_of_symmetry_occur_about_equally_often(difficulty: float) -> None:
    its = pattern(Category.ARTISTIC, "symmetry")
    states = [its.sample(random.Random(seed), LARGE, difficulty) for seed in range(600)]
    axes = [state["axes"] for state in states if state["kind"] == "axes"]
    assert all(0.1 < axes.count(each) / len(axes) < 0.4 for each in AXES)
