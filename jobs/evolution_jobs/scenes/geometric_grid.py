"""Points on a coordinate grid, to read and compare their coordinates."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import geometric_tiny
from evolution_jobs.scenes.canvas import PALETTE, THEMES, Canvas, Point
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.geometric_points import NAMES
from evolution_jobs.scenes.questions import INTEGER, ONE_OF, Draft, Question, questions_form


def _sample_coordinates(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count, reach = spread(difficulty, 2, 5), spread(difficulty, 4, 6)
    xs, ys = (rng.sample(range(-reach, reach + 1), count) for _ in range(2))
    names = rng.sample(NAMES, count)
    return {
        "theme": rng.choice(tuple(THEMES)),
        "style": rng.choice(("dots", "squares", "diamonds")),
        "color": rng.choice(("red", "blue", "teal", "orange", "purple")),
        "reach": reach,
        "points": {name: [x, y] for name, x, y in zip(names, xs, ys, strict=True)},
        "name": names[0],
        "other": names[1],
    }


def _on_grid(state: State, x: float, y: float) -> Point:
    """Return where a coordinate pair is drawn."""
    unit = 190 / state["reach"]
    return 224 + x * unit, 224 - y * unit


def _off_grid(state: State, place: Point) -> tuple[int, int]:
    """Read the coordinates of a place in the picture."""
    unit = 190 / state["reach"]
    return round((place[0] - 224) / unit), round((224 - place[1]) / unit)


def _draw_coordinates(state: State) -> Image.Image:
    theme, reach = THEMES[state["theme"]], state["reach"]
    canvas = Canvas(state["size"], theme.paper)
    for k in range(-reach, reach + 1):
        canvas.line([_on_grid(state, k, -reach), _on_grid(state, k, reach)], theme.faint)
        canvas.line([_on_grid(state, -reach, k), _on_grid(state, reach, k)], theme.faint)
        canvas.text((_on_grid(state, k, 0)[0], 432), str(k), 14, theme.ink)
        canvas.text((16, _on_grid(state, 0, k)[1]), str(k), 14, theme.ink)
    canvas.arrow(_on_grid(state, -reach, 0), (436, 224), theme.ink, 2.5)
    canvas.arrow(_on_grid(state, 0, -reach), (224, 12), theme.ink, 2.5)
    kind = {"dots": "circle", "squares": "square", "diamonds": "diamond"}[state["style"]]
    for name, (x, y) in state["points"].items():
        px, py = _on_grid(state, x, y)
        canvas.shape(kind, (px, py), 6, PALETTE[state["color"]])
        # Towards the middle, so that a label never leaves the picture.
        canvas.text((px + (14 if x <= 0 else -14), py + (14 if y >= 0 else -14)), name, 17, theme.ink, face="DejaVuSans-Bold")
    return canvas.finish()


def _seen(state: State, key: str) -> tuple[int, int]:
    x, y = state["points"][state[key]]
    return _off_grid(state, _on_grid(state, x, y))


def _coordinate_slips(state: State) -> Mapping[Any, ErrorType]:
    x, y = state["points"][state["name"]]
    return dict.fromkeys((x, y, -x, -y), ErrorType.SPATIAL)


def _coordinate_question(axis: int, letter: str) -> Question:
    return Question(
        answer_kind=INTEGER,
        phrases=(f"What is the {letter}-coordinate of point {{name}}?", f"Read the {letter}-coordinate of {{name}}."),
        truth=lambda state: state["points"][state["name"]][axis],
        again=lambda state: _seen(state, "name")[axis],
        otherwise=ErrorType.PERCEPTION,
        betrays=_coordinate_slips,
    )


_LARGE = questions_form(
    _sample_coordinates,
    _draw_coordinates,
    {
        "x": _coordinate_question(0, "x"),
        "y": _coordinate_question(1, "y"),
        "height": Question(
            answer_kind=ONE_OF,
            phrases=("Which point lies higher, {name} or {other}?", "Which of {name} and {other} has the larger y-coordinate?"),
            truth=lambda state: max((state["name"], state["other"]), key=lambda name: state["points"][name][1]),
            again=lambda state: state["name" if _seen(state, "name")[1] > _seen(state, "other")[1] else "other"],
            otherwise=ErrorType.SPATIAL,
        ),
    },
)


TOP_BOTTOM = two_sized(
    name="top_bottom",
    summary="Which dot is above, or the coordinates of points",
    capabilities=(
        "spatial",
        "read_scale",
    ),
    error_types=(ErrorType.SPATIAL, ErrorType.PERCEPTION),
    tiny=geometric_tiny.TOP_BOTTOM,
    large=_LARGE,
)
