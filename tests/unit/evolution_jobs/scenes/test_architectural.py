"""What is particular to drawings of buildings: plans, facades, stairs and stacks worked out by hand."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evolution_contracts.vocabulary import Category, ErrorType
from evolution_jobs.scenes.registry import pattern
from support.hand_made import LARGE, Case, assert_agrees, case_id

# Hall 4 x 6 m at the left; at the right Bath 3 x 2 m above Study 3 x 4 m. Hall - Study - Bath.
PLAN = {
    "plan": [7, 6],
    "rooms": [[0, 0, 4, 6], [4, 0, 7, 2], [4, 2, 7, 6]],
    "names": ["Hall", "Bath", "Study"],
    "doors": [[0, 2, 4, 4.0, True], [1, 2, 5.5, 2, False]],
    "first": "Hall",
    "second": "Bath",
}
FACADE = {"windows": [["lit", "dark", "lit"], ["shut", "lit", "shut"], ["lit", "lit", "lit"]], "lit": [2, 1, 3], "broken": 0}
LOPSIDED = {"windows": [["lit", "dark", "dark"], ["dark", "lit", "dark"]], "lit": [1, 1], "broken": 1}
STAIRS = {
    "count": 3,
    "rise": 18,
    "run": 30,
    "outline": [[74, 300], [74, 282], [104, 282], [104, 264], [134, 264], [134, 246], [164, 246]],
}
#  3 2 1
#  2 2 0
#  1 0 0   the corner is at the back, the viewer in front
BLOCKS = {"heights": [[3, 2, 1], [2, 2, 0], [1, 0, 0]], "outlook": "left"}
VIEWS = ["1, 2, 3", "3, 1, 1", "3, 2, 1", "2, 2, 1"]

CASES = [
    Case("floor_plan", "area", PLAN, "24", {"20": ErrorType.KNOWLEDGE, "10": ErrorType.KNOWLEDGE, "25": ErrorType.CALCULATION}),
    Case("floor_plan", "larger", PLAN, "18", {"24": ErrorType.CALCULATION}),
    Case("floor_plan", "doors", PLAN, "2", {"3": ErrorType.PERCEPTION, "4": ErrorType.COUNTING}),
    Case("floor_plan", "passed", PLAN, "2", {"3": ErrorType.KNOWLEDGE, "1": ErrorType.SPATIAL}),
    Case("floor_plan", "largest", PLAN | {"options": ["Bath", "Hall", "Study"]}, "B", {"A": ErrorType.PERCEPTION}),
    Case("facade", "lit", FACADE, "6", {"9": ErrorType.PERCEPTION, "5": ErrorType.COUNTING}),
    Case("facade", "floors", FACADE, "2, 1, 3", {"3, 1, 2": ErrorType.SPATIAL, "2, 1, 2": ErrorType.COUNTING}),
    Case("facade", "brightest", FACADE, "3", {"1": ErrorType.SPATIAL, "2": ErrorType.COUNTING}),
    Case("facade", "mirrored", FACADE, "yes", {"no": ErrorType.PERCEPTION}),
    Case("facade", "mirrored", LOPSIDED, "no", {"yes": ErrorType.PERCEPTION}),
    Case("stairs", "count", STAIRS, "3", {"2": ErrorType.PERCEPTION, "4": ErrorType.COUNTING}),
    Case("stairs", "height", STAIRS, "54", {"36": ErrorType.COUNTING, "18": ErrorType.CALCULATION}),
    Case("stairs", "length", STAIRS, "90", {"60": ErrorType.COUNTING, "95": ErrorType.CALCULATION}),
    Case("stairs", "rise", STAIRS, "18", {"27": ErrorType.COUNTING, "54": ErrorType.CALCULATION}),
    # Hidden are the corner cube, the one above it, and on the floor the two beside it.
    Case("blocks", "total", BLOCKS, "11", {"7": ErrorType.PERCEPTION, "12": ErrorType.COUNTING}),
    Case("blocks", "hidden", BLOCKS, "4", {"3": ErrorType.SPATIAL}),
    # Of a cube of eight, only the corner is hidden; the one above it shows its top.
    Case("blocks", "hidden", {"heights": [[2, 2], [2, 2]]}, "1", {"2": ErrorType.SPATIAL}),
    Case("blocks", "view", BLOCKS | {"options": VIEWS}, "C", {"A": ErrorType.SPATIAL, "B": ErrorType.COUNTING}),
    Case("blocks", "view", BLOCKS | {"options": VIEWS, "outlook": "right"}, "A", {"C": ErrorType.SPATIAL}),
    Case("blocks", "standing", BLOCKS, "6", {"11": ErrorType.INSTRUCTION_FORMAT, "5": ErrorType.COUNTING}),
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_value_agrees_with_hand_calculation(case: Case) -> None:
    assert_agrees(Category.ARCHITECTURAL, case)


@given(st.integers(0, 5_000), st.floats(0, 1))
def test_rooms_fill_the_plan_and_doors_join_them_all(seed: int, difficulty: float) -> None:
    state = pattern(Category.ARCHITECTURAL, "floor_plan").sample(random.Random(seed), LARGE, difficulty)
    width, height = state["plan"]
    assert sum((right - left) * (bottom - top) for left, top, right, bottom in state["rooms"]) == width * height
    joined = {0}
    for _ in state["rooms"]:
        joined |= {room for a, b, *_ in state["doors"] if joined & {a, b} for room in (a, b)}
    assert joined == set(range(len(state["rooms"])))


def test_doors_lie_on_the_wall_between_their_rooms() -> None:
    its = pattern(Category.ARCHITECTURAL, "floor_plan")
    for seed in range(40):
        state = its.sample(random.Random(seed), LARGE, 0.6)
        for a, b, x, y, _ in state["doors"]:
            for left, top, right, bottom in (state["rooms"][a], state["rooms"][b]):
                assert left <= x <= right
                assert top <= y <= bottom


@given(st.integers(0, 5_000), st.floats(0, 1))
def test_stacks_never_grow_towards_the_viewer(seed: int, difficulty: float) -> None:
    heights = pattern(Category.ARCHITECTURAL, "blocks").sample(random.Random(seed), LARGE, difficulty)["heights"]
    assert all(line == sorted(line, reverse=True) for line in heights)
    assert all(list(column) == sorted(column, reverse=True) for column in zip(*heights, strict=True))


@given(st.integers(0, 5_000))
def test_landing_adds_no_height(seed: int) -> None:
    state = pattern(Category.ARCHITECTURAL, "stairs").sample(random.Random(seed), LARGE, 1.0)
    ys = sorted({y for _, y in state["outline"]})
    gaps = [after - before for before, after in pairwise(ys)]
    assert len(gaps) == state["count"]
    assert max(gaps) - min(gaps) < 0.05
