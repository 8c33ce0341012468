"""What is particular to pictures with two sources: answers worked out by hand, and that one source alone is not enough."""

from __future__ import annotations

import random

import pytest

from evolution_contracts.vocabulary import Category, ErrorType
from evolution_jobs.scenes.registry import pattern
from support.hand_made import LARGE, Case, assert_agrees, case_id

PAGE = {
    "story": "bakery",
    "each": 6,
    "goal": 30,
    "values": [2, 5, 8, 5, 1],
    "things": "rolls",
    "done": "sold",
    "first": "Wednesday",
    "second": "Monday",
}
LINES = {
    "start": "Alba",
    "lines": [
        {"stops": ["Brek", "Cova", "Dorn"], "minutes": [10, 15, 20], "departures": [480, 510, 545]},
        {"stops": ["Elma", "Farn", "Gisk"], "minutes": [7, 8, 9], "departures": [485, 520, 550]},
    ],
    "line": 0,
    "goal": 1,
    "stop": "Cova",
    # 08:02, so the train of 08:30 is the next; 09:15 leaves time for the train of 08:30 and not for that of 09:05.
    "now_minutes": 482,
    "now": "08:02",
    "latest_minutes": 555,
    "latest": "09:15",
}
PANELS = {
    "topic": "Animals seen",
    "years": [2001, 2009],
    "tops": [20, 20],
    "names": ["owls", "deer", "hares", "swans"],
    "before": [10, 8, 12, 4],
    "after": [12, 14, 6, 4],
    "order": [2, 0, 3, 1],
    "asked": "hares",
    "options": ["owls", "hares", "deer", "swans"],
}

CASES = [
    Case("page_chart", "day", PAGE, "48", {"8": ErrorType.TEXT_READING, "42": ErrorType.CHART_VALUE, "47": ErrorType.CALCULATION}),
    Case("page_chart", "week", PAGE, "126", {"21": ErrorType.TEXT_READING, "120": ErrorType.CALCULATION}),
    Case("page_chart", "more", PAGE, "36", {"6": ErrorType.TEXT_READING, "30": ErrorType.CALCULATION}),
    Case(
        "page_chart",
        "good",
        PAGE,
        "Thursday, Tuesday, Wednesday",
        {"Wednesday": ErrorType.INSTRUCTION_FORMAT, "Monday, Friday": ErrorType.CALCULATION, ",": ErrorType.INSTRUCTION_FORMAT},
    ),
    Case(
        "timetable", "arrive", LINES, "08:55", {"08:30": ErrorType.CALCULATION, "08:27": ErrorType.TEXT_READING, "08:45": ErrorType.SPATIAL}
    ),
    Case(
        "timetable",
        "leave",
        LINES,
        "08:30",
        {"09:05": ErrorType.CALCULATION, "08:40": ErrorType.TEXT_READING, "8": ErrorType.INSTRUCTION_FORMAT},
    ),
    Case("timetable", "ride", LINES, "25", {"15": ErrorType.SPATIAL, "45": ErrorType.SPATIAL, "26": ErrorType.CALCULATION}),
    Case("timetable", "wait", LINES, "28", {"58": ErrorType.CALCULATION}),
    Case(
        "two_panels", "change", PANELS, "6", {"18": ErrorType.CALCULATION, "12": ErrorType.INSTRUCTION_FORMAT, "5": ErrorType.CHART_VALUE}
    ),
    Case("two_panels", "both", PANELS, "18", {"6": ErrorType.CALCULATION, "17": ErrorType.CHART_VALUE}),
    Case("two_panels", "rose_most", PANELS, "C", {"A": ErrorType.CALCULATION}),
    Case("two_panels", "fell", PANELS, "hares", {"owls, deer": ErrorType.INSTRUCTION_FORMAT, "swans": ErrorType.CHART_VALUE}),
    # With half the scale in the second panel, the bars of owls (10 of 20, then 8 of 10) grow although their number falls.
    Case(
        "two_panels",
        "rose_most",
        PANELS | {"tops": [20, 10], "after": [8, 9, 6, 4], "before": [10, 8, 12, 6]},
        "C",
        {"A": ErrorType.CALCULATION},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_value_agrees_with_hand_calculation(case: Case) -> None:
    assert_agrees(Category.MIXED, case)


def test_good_days_may_be_listed_in_any_order() -> None:
    its = pattern(Category.MIXED, "page_chart")
    state = {"size": LARGE, "phrase": 0, "kind": "good", **PAGE}
    assert its.check(state, "wednesday, Tuesday, thursday")
    assert not its.check(state, "Tuesday, Tuesday, Wednesday")


def test_answer_changes_with_either_source() -> None:
    """The same chart with another sentence, and the same sentence with another chart, have other answers."""
    its = pattern(Category.MIXED, "page_chart")
    state = {"size": LARGE, "phrase": 0, "kind": "day", **PAGE}
    right = its.answer(state)
    assert its.answer({**state, "each": 7}) != right
    assert its.answer({**state, "values": [2, 5, 9, 5, 1]}) != right


def test_second_panel_is_reordered_only_when_it_is_hard() -> None:
    its = pattern(Category.MIXED, "two_panels")
    easy, hard = ([its.sample(random.Random(seed), LARGE, difficulty)["order"] for seed in range(20)] for difficulty in (0.0, 1.0))
    assert all(order == sorted(order) for order in easy)
    assert any(order != sorted(order) for order in hard)


def test_timetable_stays_within_the_day() -> None:
    its = pattern(Category.MIXED, "timetable")
    for seed in range(100):
        state = its.sample(random.Random(seed), LARGE, seed % 5 / 4)
        assert state["latest_minutes"] < 24 * 60
        for line in state["lines"]:
            assert line["departures"] == sorted(line["departures"])
            assert line["departures"][-1] + sum(line["minutes"]) < 24 * 60
