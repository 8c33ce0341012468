"""Triangles drawn true to scale, with an angle, a side or the area to find."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import geometric_tiny
from evolution_jobs.scenes.canvas import PALETTE, THEMES, Canvas, Point, mix, polar
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import Draft, Question, number, questions_form

_TRIPLES = ((3, 4, 5), (6, 8, 10), (9, 12, 15), (5, 12, 13), (8, 15, 17), (12, 16, 20), (7, 24, 25), (20, 21, 29))


def _sample_triangle(rng: random.Random, difficulty: float, kind: str) -> Draft:
    style = {"theme": rng.choice(tuple(THEMES)), "color": rng.choice(("blue", "orange", "green", "purple", "teal", "red"))}
    turn = round(rng.uniform(-180, 180) * difficulty)
    if kind == "angle":
        a = rng.randrange(30, 101, 10 if difficulty < 0.3 else 1)
        b = rng.randrange(30, 151 - a, 10 if difficulty < 0.3 else 1)
        return {**style, "turn": turn, "angles": [a, b, 180 - a - b]}
    a, b, c = rng.choice(_TRIPLES[: spread(difficulty, 4, len(_TRIPLES))])
    return {**style, "turn": turn, "legs": [a, b], "hypotenuse": c}


def _corners(state: State) -> list[Point]:
    """Return the corners: on a circle for given angles; else the right angle first, the legs to the others."""
    middle = (224, 224)
    if "angles" in state:
        a, b, _ = state["angles"]
        # An inscribed angle is half the arc it sees.
        return [polar(middle, 150, degrees + state["turn"]) for degrees in (0, 2 * (180 - a - b), 2 * (180 - b))]
    (a, b), unit = state["legs"], 300 / state["hypotenuse"]
    flat = ((0.0, 0.0), (a * unit, 0.0), (0.0, -b * unit))
    shift = (sum(x for x, _ in flat) / 3, sum(y for _, y in flat) / 3)
    return [_rotated(middle, (x - shift[0], y - shift[1]), state["turn"]) for x, y in flat]


def _rotated(middle: Point, offset: Point, degrees: float) -> Point:
    angle = math.radians(degrees)
    x, y = offset
    return middle[0] + x * math.cos(angle) - y * math.sin(angle), middle[1] + x * math.sin(angle) + y * math.cos(angle)


def _draw_triangle(state: State) -> Image.Image:
    theme, color = THEMES[state["theme"]], PALETTE[state["color"]]
    canvas = Canvas(state["size"], theme.paper)
    corners = _corners(state)
    canvas.polygon(corners, mix(theme.paper, color, 0.25))
    canvas.line([*corners, corners[0], corners[1]], color, 4)
    if "angles" in state:
        texts = [f"{angle}°" for angle in state["angles"][:2]] + ["?"]
        places = [_away((224, 224), corner, 30) for corner in corners]
    else:
        middle = (sum(x for x, _ in corners) / 3, sum(y for _, y in corners) / 3)
        a, b = state["legs"]
        texts = [f"{a} cm", f"{b} cm", "?" if state["kind"] == "hypotenuse" else ""]
        sides = ((corners[0], corners[1]), (corners[0], corners[2]), (corners[1], corners[2]))
        places = [_beside(middle, *side) for side in sides]
        square = [_toward(corners[0], corner, 20) for corner in corners[1:]]
        far = (square[0][0] + square[1][0] - corners[0][0], square[0][1] + square[1][1] - corners[0][1])
        canvas.line([square[0], far, square[1]], theme.ink, 2)
    for text, place in zip(texts, places, strict=True):
        if text:
            canvas.text(place, text, 22, theme.ink, face="DejaVuSans-Bold")
    return canvas.finish()


def _away(middle: Point, point: Point, distance: float) -> Point:
    return _toward(point, middle, -distance)


def _toward(start: Point, end: Point, distance: float) -> Point:
    share = distance / math.dist(start, end)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _beside(middle: Point, start: Point, end: Point) -> Point:
    """Return a place outside the middle of a side: farther where the text is wide."""
    foot = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    normal = ((end[1] - start[1]) / math.dist(start, end), (start[0] - end[0]) / math.dist(start, end))
    sign = 1 if normal[0] * (foot[0] - middle[0]) + normal[1] * (foot[1] - middle[1]) > 0 else -1
    distance = 20 + 26 * abs(normal[0])
    return foot[0] + sign * normal[0] * distance, foot[1] + sign * normal[1] * distance


def _measured_angle(state: State) -> float:
    """Measure the unlabelled angle in the drawing, in degrees."""
    first, second, corner = _corners(state)
    bearings = [math.degrees(math.atan2(y - corner[1], x - corner[0])) for x, y in (first, second)]
    turn = abs(bearings[0] - bearings[1]) % 360
    return min(turn, 360 - turn)


def _measured_scale(state: State) -> float:
    return 300 / float(state["hypotenuse"])


def shoelace_area(points: Sequence[Point]) -> float:
    """Return the area inside a simple outline."""
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise([*points, points[0]]))) / 2


def _area_slips(state: State) -> Mapping[Any, ErrorType]:
    a, b = state["legs"]
    return {a * b: ErrorType.KNOWLEDGE, a + b: ErrorType.KNOWLEDGE}


_LARGE = questions_form(
    _sample_triangle,
    _draw_triangle,
    {
        "angle": Question(
            answer_kind=number(unit="°", abs_tol=0.5),
            phrases=(
                "How large is the angle marked with a question mark, in degrees?",
                "Find the missing angle of the triangle in degrees.",
            ),
            truth=lambda state: state["angles"][2],
            again=_measured_angle,
            otherwise=ErrorType.CALCULATION,
            betrays=lambda state: {360 - sum(state["angles"][:2]): ErrorType.KNOWLEDGE, sum(state["angles"][:2]): ErrorType.KNOWLEDGE},
        ),
        "hypotenuse": Question(
            answer_kind=number(unit="cm", abs_tol=0.05),
            phrases=("How long is the side marked with a question mark, in cm?", "Find the length of the longest side in cm."),
            truth=lambda state: state["hypotenuse"],
            again=lambda state: math.dist(*_corners(state)[1:]) / _measured_scale(state),
            otherwise=ErrorType.CALCULATION,
            betrays=lambda state: {sum(state["legs"]): ErrorType.KNOWLEDGE},
        ),
        "area": Question(
            answer_kind=number(unit="cm²", abs_tol=0.05),
            phrases=("What is the area of the triangle in cm²?", "How many square centimetres (cm²) does the triangle cover?"),
            truth=lambda state: state["legs"][0] * state["legs"][1] / 2,
            again=lambda state: shoelace_area(_corners(state)) / _measured_scale(state) ** 2,
            otherwise=ErrorType.CALCULATION,
            betrays=_area_slips,
        ),
    },
)


LARGER = two_sized(
    name="larger",
    summary="Which square is larger, or a missing angle, side or area of a triangle",
    capabilities=(
        "compare",
        "compute",
    ),
    error_types=(ErrorType.GEOMETRY_RELATION, ErrorType.CALCULATION, ErrorType.KNOWLEDGE),
    tiny=geometric_tiny.LARGER,
    large=_LARGE,
)
