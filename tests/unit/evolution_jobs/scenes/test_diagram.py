"""What is particular to diagrams: charts, walks, trees and circuits worked out by hand."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evolution_contracts.vocabulary import Category, ErrorType
from evolution_jobs.scenes.registry import pattern
from support.hand_made import LARGE, Case, assert_agrees, case_id

# x = 3 grows by 4 until it is at least 12: 7, 11, 15; then 15 > 10, so 5 is taken away; at last it is doubled.
FLOW = {"start": 3, "boxes": [["while", 12, ["+", 4]], ["if", "over", 10, ["-", 5]], ["do", ["*", 2]]]}
# Twelve is not over twelve.
LIMIT = {"start": 4, "boxes": [["do", ["*", 3]], ["if", "over", 12, ["+", 5]]]}
EVEN = {"start": 6, "boxes": [["if", "even", 9, ["*", 3]], ["if", "even", 9, ["+", 1]]]}

# P -a-> Q, P -b-> R, Q -a-> R, Q -b-> P, R -a-> P, R -b-> Q
MACHINE = {
    "names": ["P", "Q", "R"],
    "arrows": {"a": [1, 2, 0], "b": [2, 0, 1]},
    "start": 0,
    "word": "aab",
    "first": "P",
    "asked": "Q",
}
#        A
#      B   C
#     D E   F
#           G
TREE = {"names": list("ABCDEFG"), "parents": [-1, 0, 0, 1, 1, 2, 5], "first": "D", "second": "E"}

# 4 ohm, then 6 and 3 ohm in parallel: 4 + 2 = 6 ohm; at 12 V that is 2 A.
CIRCUIT = {"blocks": [[4], [6, 3]], "volts": 12, "asked": "R1"}

# A -> B -> C -> D, A -> C, E -> A
LINKS = {"names": list("ABCDE"), "arrows": [[0, 1], [1, 2], [2, 3], [0, 2], [4, 0]], "first": "A", "second": "D"}

CASES = [
    Case("flow_chart", "output", FLOW, "20", {"30": ErrorType.PERCEPTION, "28": ErrorType.COUNTING, "21": ErrorType.CALCULATION}),
    Case("flow_chart", "output", EVEN, "19", {"6": ErrorType.PERCEPTION, "18": ErrorType.CALCULATION}),
    Case("flow_chart", "output", LIMIT, "12", {"17": ErrorType.PERCEPTION, "11": ErrorType.CALCULATION}),
    Case("flow_chart", "passes", FLOW, "3", {"2": ErrorType.COUNTING, "?": ErrorType.INSTRUCTION_FORMAT}),
    Case("flow_chart", "values", FLOW, "7, 11, 15", {"3, 7, 11, 15": ErrorType.COUNTING, "7, 11, 16": ErrorType.CALCULATION}),
    # P -a-> Q -b-> P -b-> R; with the arrows mixed up it would be P -b-> R -a-> P -a-> Q.
    Case(
        "state_machine",
        "end",
        MACHINE | {"word": "abb"},
        "R",
        {"P": ErrorType.COUNTING, "Q": ErrorType.PERCEPTION, "Z": ErrorType.HALLUCINATION},
    ),
    Case("state_machine", "visits", MACHINE, "2", {"1": ErrorType.COUNTING}),
    Case("state_machine", "walk", MACHINE, "Q, R, Q", {"P, Q, R, Q": ErrorType.COUNTING, "Q, R, P": ErrorType.SPATIAL}),
    Case("tree", "leaves", TREE, "3", {"7": ErrorType.KNOWLEDGE, "2": ErrorType.COUNTING}),
    Case("tree", "levels", TREE, "4", {"3": ErrorType.COUNTING}),
    Case("tree", "ancestor", TREE, "B", {"D": ErrorType.KNOWLEDGE, "A": ErrorType.SPATIAL, "Z": ErrorType.HALLUCINATION}),
    Case("tree", "way", TREE | {"first": "G"}, "A, C, F, G", {"G, F, C, A": ErrorType.SPATIAL, "A, C, F": ErrorType.COUNTING}),
    Case("tree", "below", TREE | {"first": "C"}, "2", {"3": ErrorType.KNOWLEDGE, "1": ErrorType.COUNTING}),
    Case("circuit", "total", CIRCUIT, "6", {"13": ErrorType.KNOWLEDGE, "5": ErrorType.CALCULATION}),
    Case("circuit", "current", CIRCUIT, "2", {"0.5": ErrorType.KNOWLEDGE, "3": ErrorType.CALCULATION}),
    Case("circuit", "burnt", CIRCUIT, "no", {"yes": ErrorType.KNOWLEDGE, "maybe": ErrorType.INSTRUCTION_FORMAT}),
    Case("circuit", "burnt", CIRCUIT | {"asked": "R3"}, "yes", {"no": ErrorType.KNOWLEDGE}),
    # E is reached only against the direction of its arrow; two nodes are direct targets.
    Case("links", "reach", LINKS, "3", {"4": ErrorType.PERCEPTION, "2": ErrorType.KNOWLEDGE, "1": ErrorType.COUNTING}),
    Case("links", "steps", LINKS, "2", {"3": ErrorType.SPATIAL}),
    Case("links", "way", LINKS, "yes", {"no": ErrorType.SPATIAL}),
    Case("links", "way", LINKS | {"first": "D", "second": "A"}, "no", {"yes": ErrorType.SPATIAL}),
    Case(
        "links",
        "lost",
        LINKS | {"lost": "E", "options": ["node B", "node E", "node C", "node D"]},
        "B",
        {"A": ErrorType.SPATIAL, "E": ErrorType.INSTRUCTION_FORMAT},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_value_agrees_with_hand_calculation(case: Case) -> None:
    assert_agrees(Category.DIAGRAM, case)


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_flow_charts_end_within_the_range_people_can_follow(seed: int, difficulty: float) -> None:
    its = pattern(Category.DIAGRAM, "flow_chart")
    state = its.sample(random.Random(seed), LARGE, difficulty)
    loops = [box for box in state["boxes"] if box[0] == "while"]
    assert len(loops) <= 1
    assert len(state["boxes"]) <= 4
    assert ("if", "while") not in list(zip([box[0] for box in state["boxes"]], [box[0] for box in state["boxes"]][1:], strict=False))


def test_every_state_has_two_arrows_to_two_other_states() -> None:
    its = pattern(Category.DIAGRAM, "state_machine")
    for seed in range(50):
        arrows = its.sample(random.Random(seed), LARGE, 0.7)["arrows"]
        for own, targets in enumerate(zip(arrows["a"], arrows["b"], strict=True)):
            assert len({own, *targets}) == 3


@pytest.mark.parametrize("wanted", ["yes", "no"])
def test_both_answers_to_whether_a_way_exists_occur(wanted: str) -> None:
    its = pattern(Category.DIAGRAM, "links")
    states = [its.sample(random.Random(seed), LARGE, 0.5) for seed in range(300)]
    asked = [state for state in states if state["kind"] == "way"]
    assert 0.25 < sum(its.check(state, wanted) for state in asked) / len(asked) < 0.75


def test_tree_draws_no_two_nodes_in_one_place() -> None:
    its = pattern(Category.DIAGRAM, "tree")
    for seed in range(40):
        labels = its.draw(its.sample(random.Random(seed), LARGE, 1.0)).info["labels"]
        assert len({(round(box.left), round(box.top)) for box in labels}) == len(labels)
