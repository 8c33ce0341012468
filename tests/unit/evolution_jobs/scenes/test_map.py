"""What is particular to maps: directions, distances, ways and borders worked out by hand."""

from __future__ import annotations

import random

import pytest

from evolution_contracts.vocabulary import Category, ErrorType
from evolution_jobs.scenes.map_ground import CENTER, LANDMARK_AREA, coast
from evolution_jobs.scenes.registry import pattern
from support.hand_made import LARGE, Case, assert_agrees, case_id

# The castle stands 80 units (2 km) right of the mill, the inn 60 units below the castle.
ISLAND = {
    "north": 0,
    "bar_km": 2,
    "names": ["Mill", "Castle", "Inn"],
    "places": [[120, 120], [200, 120], [200, 180]],
    "places_km": [[3.0, 8.2], [5.0, 8.2], [5.0, 6.7]],
    "first": "Mill",
    "second": "Castle",
    "third": "Inn",
}
COMPASS = ["west", "north", "east", "south"]

ROADS = {
    "names": ["Alba", "Brek", "Cova", "Dorn"],
    "roads": [[0, 1, 10], [1, 2, 10], [0, 2, 25], [2, 3, 7]],
    "first": "Alba",
    "second": "Dorn",
}
LEGEND = {
    "counts": {"tree": [2, 1], "house": [1, 0], "tent": [0, 2], "well": [1, 0]},
    "marks": [
        ["tree", 40, 100],
        ["tree", 80, 120],
        ["house", 120, 100],
        ["well", 160, 200],
        ["tree", 40, 300],
        ["tent", 80, 300],
        ["tent", 120, 320],
    ],
    "bends": [0] * 9,
    "first": "tree",
    "second": "tent",
    "first_plural": "trees",
    "second_plural": "tents",
}
# Four vertical strips, two, two, two and three columns wide: each borders only on the next.
STRIPS = {
    "cells": [[0, 0, 1, 1, 2, 2, 3, 3, 3]] * 9,
    "names": ["Alba", "Brek", "Cova", "Dorn"],
    "first": "Alba",
    "second": "Dorn",
    "stranger": "Cova",
}

CASES = [
    Case("bearing", "direction", ISLAND | {"direction": "east", "options": COMPASS}, "C", {"A": ErrorType.SPATIAL}),
    # With north at the right, what lies to the right lies north.
    Case(
        "bearing",
        "direction",
        ISLAND | {"north": 90, "direction": "north", "options": COMPASS},
        "B",
        {"C": ErrorType.PERCEPTION, "D": ErrorType.SPATIAL},
    ),
    Case("bearing", "furthest", ISLAND | {"side": "south"}, "Inn", {"Mill": ErrorType.SPATIAL, "Fort": ErrorType.HALLUCINATION}),
    Case("bearing", "furthest", ISLAND | {"side": "south", "north": 90}, "Mill", {"Inn": ErrorType.SPATIAL}),
    Case("distance", "distance", ISLAND, "2", {"1": ErrorType.CALCULATION, "2.5": ErrorType.CHART_VALUE}),
    Case("distance", "two_legs", ISLAND, "3.5", {"2.5": ErrorType.SPATIAL, "2": ErrorType.CALCULATION, "5": ErrorType.CHART_VALUE}),
    Case("distance", "nearest", ISLAND | {"first": "Castle"}, "Inn", {"Mill": ErrorType.SPATIAL, "Fort": ErrorType.HALLUCINATION}),
    Case("routes", "length", ROADS, "27", {"32": ErrorType.SPATIAL, "2": ErrorType.KNOWLEDGE, "28": ErrorType.CALCULATION}),
    Case("routes", "towns", ROADS, "Alba, Brek, Cova, Dorn", {"Brek, Cova": ErrorType.INSTRUCTION_FORMAT, "Alba, Dorn": ErrorType.SPATIAL}),
    Case("routes", "meeting", ROADS | {"first": "Cova"}, "3", {"2": ErrorType.COUNTING}),
    Case("legend", "count", LEGEND, "3", {"4": ErrorType.KNOWLEDGE, "7": ErrorType.PERCEPTION, "2": ErrorType.COUNTING}),
    Case("legend", "more", LEGEND, "1", {"5": ErrorType.CALCULATION, "2": ErrorType.COUNTING}),
    Case("legend", "north", LEGEND, "2", {"1": ErrorType.SPATIAL, "3": ErrorType.INSTRUCTION_FORMAT}),
    Case("legend", "most", LEGEND | {"options": ["tents", "trees", "wells", "houses"]}, "B", {"A": ErrorType.COUNTING}),
    Case("districts", "neighbours", STRIPS | {"first": "Brek"}, "2", {"3": ErrorType.PERCEPTION, "1": ErrorType.COUNTING}),
    Case("districts", "crossings", STRIPS, "3", {"2": ErrorType.SPATIAL}),
    Case("districts", "largest", STRIPS, "Dorn", {"Alba": ErrorType.PERCEPTION, "Rome": ErrorType.HALLUCINATION}),
    Case(
        "districts",
        "stranger",
        STRIPS | {"first": "Brek", "stranger": "Dorn", "options": ["Alba", "Dorn", "Cova"]},
        "B",
        {"A": ErrorType.SPATIAL},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_value_agrees_with_hand_calculation(case: Case) -> None:
    assert_agrees(Category.MAP, case)


def test_districts_that_touch_at_a_corner_are_no_neighbours() -> None:
    quarters = [[0] * 5 + [1] * 4] * 5 + [[2] * 5 + [3] * 4] * 4
    state = {
        "size": LARGE,
        "phrase": 0,
        "kind": "neighbours",
        "cells": quarters,
        "names": ["Alba", "Brek", "Cova", "Dorn"],
        "first": "Alba",
    }
    its = pattern(Category.MAP, "districts")
    assert its.check(state, "2")
    assert not its.check(state, "3")


@pytest.mark.parametrize("phase", range(0, 360, 60))
def test_every_landmark_lies_on_the_island(phase: int) -> None:
    """The corner of the landmark area is the point of it that is furthest from the middle."""
    reach = (LANDMARK_AREA.right - CENTER[0]) ** 2 + (LANDMARK_AREA.bottom - CENTER[1]) ** 2
    diagonal = [(x, y) for x, y in coast([phase, phase, phase]) if abs(abs(x - CENTER[0]) - abs(y - CENTER[1])) < 12]
    assert diagonal
    assert all((x - CENTER[0]) ** 2 + (y - CENTER[1]) ** 2 > reach for x, y in diagonal)


def test_north_turns_only_when_it_is_hard() -> None:
    its = pattern(Category.MAP, "bearing")
    easy, hard = ({its.sample(random.Random(seed), LARGE, difficulty)["north"] for seed in range(30)} for difficulty in (0.0, 1.0))
    assert easy == {0}
    assert len(hard) > 3


def test_shortest_way_of_a_road_map_is_unique() -> None:
    """Every way that is found by trying all orders of towns is longer than the answer."""
    its = pattern(Category.MAP, "routes")
    for seed in range(20):
        state = its.sample(random.Random(seed), LARGE, 0.8)
        lengths = sorted(_all_lengths(state["roads"], state["names"].index(state["first"]), state["names"].index(state["second"])))
        assert lengths[0] < lengths[1]


def _all_lengths(roads: list[list[int]], start: int, end: int, seen: tuple[int, ...] = ()) -> list[int]:
    if start == end:
        return [0]
    found = []
    for a, b, km in roads:
        if start in (a, b) and (following := b if a == start else a) not in seen:
            found += [km + rest for rest in _all_lengths(roads, following, end, (*seen, start))]
    return found
