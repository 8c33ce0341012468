"""Shapes of 64 pixels: a red and a blue one to compare, and polygons to count the sides of."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, Canvas, Point, regular_polygon
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread
from evolution_jobs.scenes.questions import INTEGER, ONE_OF, Draft, Question, questions_form


def _sample_pair(rng: random.Random, difficulty: float, kind: str) -> Draft:
    """Draw two dots that clearly differ along the asked axis and do not touch."""
    least = spread(difficulty, 22, 10)
    near = rng.randint(9, 54 - least)
    along = [near, rng.randint(near + least, 54)]
    across = [rng.randint(9, 24), rng.randint(40, 54)]
    rng.shuffle(along)
    rng.shuffle(across)
    pairs = zip(along, across, strict=True) if kind == "horizontal" else zip(across, along, strict=True)
    red, blue = ([x, y] for x, y in pairs)
    return {"ground": rng.randint(0, 40), "red": red, "blue": blue}


def _draw_pair(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for color in ("red", "blue"):
        canvas.circle(tuple(state[color]), 6, BOLD[color])
    return canvas.finish()


def _nearer_red(state: State, edge: Point) -> bool:
    """Return whether the red dot is the nearer one to the edge that passes through a point, seen along the asked axis."""
    axis = 0 if state["kind"] == "horizontal" else 1
    red, blue = (abs(float(state[color][axis]) - edge[axis]) for color in ("red", "blue"))
    return red < blue


def _place_question(axis: int, low: str, high: str) -> Question:
    return Question(
        answer_kind=ONE_OF,
        phrases=(f"is red {low} or {high} ?",),
        truth=lambda state: low if state["red"][axis] < state["blue"][axis] else high,
        again=lambda state: low if _nearer_red(state, (0, 0)) else high,
        otherwise=ErrorType.SPATIAL,
    )


LEFT_RIGHT = questions_form(_sample_pair, _draw_pair, {"horizontal": _place_question(0, "left", "right")})
TOP_BOTTOM = questions_form(_sample_pair, _draw_pair, {"vertical": _place_question(1, "top", "bottom")})


def _sample_larger(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    smaller = rng.randint(4, 8)
    radii = [smaller, smaller + spread(difficulty, 5, 3)]
    rng.shuffle(radii)
    colors = ["red", "blue"]
    rng.shuffle(colors)
    heights = [rng.randint(16, 48), rng.randint(16, 48)]
    return {"ground": rng.randint(0, 40), "radii": radii, "colors": colors, "heights": heights}


def _draw_larger(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for x, y, radius, color in zip((16, 48), state["heights"], state["radii"], state["colors"], strict=True):
        canvas.shape("square", (x, y), radius, BOLD[color])
    return canvas.finish()


LARGER = questions_form(
    _sample_larger,
    _draw_larger,
    {
        "larger": Question(
            answer_kind=ONE_OF,
            phrases=("which square is larger ?",),
            truth=lambda state: state["colors"][state["radii"].index(max(state["radii"]))],
            again=lambda state: max((4 * radius**2, color) for radius, color in zip(state["radii"], state["colors"], strict=True))[1],
            otherwise=ErrorType.GEOMETRY_RELATION,
        )
    },
)


def _sample_sides(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    reach = spread(difficulty, 0, 45)
    return {
        "ground": rng.randint(0, 40),
        "sides": rng.randint(3, 6),
        "turn": rng.randint(-reach, reach),
        "radius": rng.randint(spread(difficulty, 24, 17), 26),
        "color": rng.choice(("red", "green", "yellow", "cyan")),
    }


def _draw_sides(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    canvas.polygon(_corners(state), BOLD[state["color"]])
    return canvas.finish()


def _corners(state: State) -> list[Point]:
    return regular_polygon((32, 32), state["radius"], state["sides"], state["turn"])


def _side_slips(state: State) -> Mapping[Any, ErrorType]:
    return dict.fromkeys((state["sides"] - 1, state["sides"] + 1), ErrorType.COUNTING)


SIDES = questions_form(
    _sample_sides,
    _draw_sides,
    {
        "sides": Question(
            answer_kind=INTEGER,
            phrases=("how many sides ?",),
            truth=lambda state: state["sides"],
            again=lambda state: len(_corners(state)),
            otherwise=ErrorType.GEOMETRY_RELATION,
            betrays=_side_slips,
        )
    },
)
