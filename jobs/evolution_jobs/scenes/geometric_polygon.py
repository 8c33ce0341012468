"""Polygons: corners to count, and areas on a grid."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import geometric_tiny
from evolution_jobs.scenes.canvas import PALETTE, THEMES, Canvas, mix, polar
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.geometric_triangle import shoelace_area
from evolution_jobs.scenes.questions import INTEGER, Draft, Question, number, questions_form

_GRID = 10
_LEAST_BEND_DEGREES = 14


def _sample_polygon(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    style = {"theme": rng.choice(tuple(THEMES)), "color": rng.choice(("blue", "orange", "green", "purple", "teal", "red"))}
    if kind == "sides":
        count = rng.randint(3, spread(difficulty, 7, 12))
        bends = sorted(360 * (k + rng.uniform(-0.25, 0.25)) / count for k in range(count))
        points = [polar((224, 224), rng.uniform(110, 200), degrees) for degrees in bends]
        corners = [[round(x), round(y)] for x, y in points]
        # A corner that hardly bends could be overlooked with good reason.
        return None if any(bend < _LEAST_BEND_DEGREES for bend in _bends(corners)) else {**style, "corners": corners}
    count = spread(difficulty, 3, 6)
    cells = {(rng.randint(0, _GRID), rng.randint(0, _GRID)) for _ in range(count)}
    bearings = sorted((math.atan2(y - 5.03, x - 4.98), x, y) for x, y in cells)
    if len(cells) < count or any(b[0] - a[0] > math.radians(165) for a, b in pairwise([*bearings, (bearings[0][0] + math.tau, 0, 0)])):
        return None
    corners = [[x, y] for _, x, y in bearings]
    if any(bend < _LEAST_BEND_DEGREES for bend in _bends(corners)) or shoelace_area([(x, y) for x, y in corners]) < 6:
        return None
    return {**style, "corners": corners}


def _bends(corners: Sequence[Sequence[int]]) -> list[float]:
    """Return by how many degrees the outline turns at each corner."""
    around = [*corners, corners[0], corners[1]]
    headings = [math.degrees(math.atan2(b[1] - a[1], b[0] - a[0])) for a, b in pairwise(around)]
    return [abs((b - a + 180) % 360 - 180) for a, b in pairwise(headings)]


def _draw_polygon(state: State) -> Image.Image:
    theme, color = THEMES[state["theme"]], PALETTE[state["color"]]
    canvas = Canvas(state["size"], theme.paper)
    corners = [(float(x), float(y)) for x, y in state["corners"]]
    if state["kind"] == "area":
        pitch = 400 / _GRID
        corners = [(24 + x * pitch, 24 + y * pitch) for x, y in corners]
    canvas.polygon(corners, mix(theme.paper, color, 0.35))
    if state["kind"] == "area":
        for k in range(_GRID + 1):
            canvas.line([(24 + k * pitch, 24), (24 + k * pitch, 424)], theme.faint, 1.5)
            canvas.line([(24, 24 + k * pitch), (424, 24 + k * pitch)], theme.faint, 1.5)
    canvas.line([*corners, corners[0], corners[1]], color, 4)
    return canvas.finish()


def _picks_area(state: State) -> float:
    """Return the area by Pick's theorem: inner grid points plus half of those on the outline, less one."""
    corners: list[list[int]] = state["corners"]
    edges = list(pairwise([*corners, corners[0]]))
    on_outline = sum(math.gcd(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in edges)
    inside = sum(_is_inside(x, y, edges) for x in range(_GRID + 1) for y in range(_GRID + 1))
    return inside + on_outline / 2 - 1


def _is_inside(x: int, y: int, edges: Sequence[tuple[list[int], list[int]]]) -> bool:
    """Return whether a point lies strictly inside, by counting the edges that a ray to the right crosses."""
    crossings = 0
    for (x0, y0), (x1, y1) in edges:
        side = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
        if side == 0 and min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1):
            return False
        if (y0 <= y < y1 and side < 0) or (y1 <= y < y0 and side > 0):
            crossings += 1
    return crossings % 2 == 1


def _corner_slips(state: State) -> Mapping[Any, ErrorType]:
    count = len(state["corners"])
    return dict.fromkeys((count - 1, count + 1), ErrorType.COUNTING)


_LARGE = questions_form(
    _sample_polygon,
    _draw_polygon,
    {
        "sides": Question(
            answer_kind=INTEGER,
            phrases=("How many sides does the polygon have?", "Count the corners of the shape."),
            truth=lambda state: len(state["corners"]),
            again=lambda state: sum(bend > 0 for bend in _bends(state["corners"])),
            otherwise=ErrorType.GEOMETRY_RELATION,
            betrays=_corner_slips,
        ),
        "area": Question(
            answer_kind=number(abs_tol=0.1),
            phrases=("What is the area of the shape, in grid squares?", "How many grid squares does the shape cover?"),
            truth=lambda state: shoelace_area([(x, y) for x, y in state["corners"]]),
            again=_picks_area,
            otherwise=ErrorType.CALCULATION,
            betrays=lambda state: {2 * _picks_area(state): ErrorType.KNOWLEDGE},
        ),
    },
)


SIDES = two_sized(
    name="sides",
    summary="The number of sides of a polygon, or its area on a grid",
    capabilities=(
        "count",
        "compute",
    ),
    error_types=(ErrorType.COUNTING, ErrorType.GEOMETRY_RELATION, ErrorType.CALCULATION, ErrorType.KNOWLEDGE),
    tiny=geometric_tiny.SIDES,
    large=_LARGE,
)
