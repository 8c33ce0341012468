"""What is particular to medical pictures: values worked out by hand, the notice, and that nothing is out of bounds."""

from __future__ import annotations

import random

import pytest

from evolution_contracts.vocabulary import Category, ErrorType
from evolution_jobs.scenes.canvas import Canvas
from evolution_jobs.scenes.medical_phantom import BODIES, FILMS, SEARCHED, draw_phantom
from evolution_jobs.scenes.registry import family, pattern
from support.hand_made import LARGE, Case, assert_agrees, case_id

SPOTS = {"left": 2, "right": 1, "clip_count": 1, "spots": [[100, 100, 9], [150, 200, 9], [300, 200, 9]], "clips": [[320, 300]]}
SIDES = [f"{left} on the left, {right} on the right" for left, right in ((1, 2), (2, 1), (3, 1), (2, 2))]
SIZES = {
    "bar_mm": 20,
    "names": ["K", "L", "M", "N"],
    "diameters_mm": [6, 12, 4, 9],
    "radii": [9, 18, 6, 13.5],
    "asked": "N",
    "options": ["spot L", "spot K", "spot N", "spot M"],
}
TRACE = {"gap": 20, "gaps": [20, 36, 20], "peaks": [8, 28, 64, 84], "base": 280, "height": 100, "second_wave": 20, "noise": [0.0] * 101}
EVEN_TRACE = {**TRACE, "gaps": [20, 20, 20, 20], "peaks": [8, 28, 48, 68, 88]}
# The level stands at tick 24 of 40 between y = 360 and y = 60.
THERMOMETER = {"start": 35, "per_tick": 0.1, "tick": 24, "level": 180.0}
SYRINGE = {"start": 0, "per_tick": 0.25, "tick": 24, "level": 180.0}

CASES = [
    Case("spots", "count", SPOTS, "3", {"4": ErrorType.PERCEPTION, "2": ErrorType.COUNTING, "some": ErrorType.INSTRUCTION_FORMAT}),
    Case("spots", "more", SPOTS, "2", {"4": ErrorType.CALCULATION, "3": ErrorType.COUNTING}),
    Case("spots", "sides", SPOTS | {"options": SIDES}, "B", {"A": ErrorType.SPATIAL, "C": ErrorType.COUNTING}),
    Case("largest", "largest", SIZES, "A", {"D": ErrorType.KNOWLEDGE, "C": ErrorType.PERCEPTION}),
    Case("largest", "diameter", SIZES, "9", {"4.5": ErrorType.KNOWLEDGE, "12": ErrorType.TEXT_READING, "10.5": ErrorType.CHART_VALUE}),
    Case("largest", "order", SIZES, "L, N, K, M", {"M, K, N, L": ErrorType.KNOWLEDGE, "L, K, N, M": ErrorType.PERCEPTION}),
    # 20 small squares are 0.8 s: 75 beats a minute; taken for large squares they would give 15.
    Case("trace", "rate", EVEN_TRACE, "75", {"15": ErrorType.KNOWLEDGE, "5": ErrorType.COUNTING, "90": ErrorType.CHART_VALUE}),
    Case("trace", "interval", EVEN_TRACE, "0.8", {"4": ErrorType.KNOWLEDGE, "1": ErrorType.CHART_VALUE}),
    Case("trace", "count", EVEN_TRACE, "5", {"10": ErrorType.PERCEPTION, "4": ErrorType.COUNTING}),
    Case("trace", "before_pause", TRACE, "2", {"3": ErrorType.COUNTING, "two": ErrorType.INSTRUCTION_FORMAT}),
    Case("scale", "temperature", THERMOMETER, "37.4", {"36.6": ErrorType.SPATIAL, "37.3": ErrorType.CHART_VALUE}),
    Case("scale", "fever", THERMOMETER, "0.4", {"37.4": ErrorType.CALCULATION, "0.3": ErrorType.CHART_VALUE}),
    Case("scale", "volume", SYRINGE, "6", {"4": ErrorType.SPATIAL, "6.25": ErrorType.CHART_VALUE}),
    Case("scale", "room", SYRINGE, "4", {"6": ErrorType.CALCULATION, "3.75": ErrorType.CHART_VALUE}),
]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_value_agrees_with_hand_calculation(case: Case) -> None:
    assert_agrees(Category.MEDICAL, case)


@pytest.mark.parametrize("film", FILMS)
@pytest.mark.parametrize("body", BODIES)
def test_phantom_always_carries_the_notice(film: str, body: str) -> None:
    canvas = Canvas(LARGE, FILMS[film].ground)
    draw_phantom(canvas, FILMS[film], body)
    assert len(canvas.labels) == 1
    assert canvas.labels[0].top > SEARCHED.bottom


@pytest.mark.parametrize("name", [each.name for each in family(Category.MEDICAL).patterns])
def test_picture_of_every_pattern_carries_a_label_at_the_foot(name: str) -> None:
    its = pattern(Category.MEDICAL, name)
    for seed in range(4):
        labels = its.draw(its.sample(random.Random(seed), LARGE, 0.5)).info["labels"]
        assert max(label.top for label in labels) > 390


def test_spots_lie_inside_the_body_and_off_the_middle_line() -> None:
    its = pattern(Category.MEDICAL, "spots")
    for seed in range(40):
        state = its.sample(random.Random(seed), LARGE, 1.0)
        for x, y, *_ in state["spots"] + state["clips"]:
            assert SEARCHED.left <= x <= SEARCHED.right
            assert SEARCHED.top <= y <= SEARCHED.bottom
            assert abs(x - LARGE / 2) > 14


def test_contrast_falls_with_difficulty() -> None:
    its = pattern(Category.MEDICAL, "spots")
    easy, hard = ([its.sample(random.Random(seed), LARGE, difficulty)["contrast"] for seed in range(20)] for difficulty in (0.0, 1.0))
    assert min(easy) == 1
    assert min(hard) < 0.7
