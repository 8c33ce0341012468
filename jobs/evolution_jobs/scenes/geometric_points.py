"""Named points in the plane, to put in order."""

from __future__ import annotations

import random
from itertools import pairwise

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import geometric_tiny
from evolution_jobs.scenes.canvas import PALETTE, THEMES, Box, Canvas, scatter
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import CHOICE, NAMES_IN_ORDER, Draft, Question, questions_form

NAMES = "ABCDEFGHKLMNPQRSTU"


def _sample_points(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    count = spread(difficulty, 4, 7)
    places = [[round(x), round(y)] for x, y in scatter(rng, [(70, 70)] * count, Box(20, 20, 428, 428))]
    least = spread(difficulty, 22, 10)
    if any(b - a < least for a, b in pairwise(sorted(x for x, _ in places))):
        return None
    names = rng.sample(NAMES, count)
    state = {
        "theme": rng.choice(tuple(THEMES)),
        "style": rng.choice(("dots", "crosses", "rings")),
        "color": rng.choice(("red", "blue", "teal", "orange", "purple")),
        "points": dict(zip(names, places, strict=True)),
        "lines": [rng.sample(names, 2) for _ in range(spread(difficulty, 0, 4))],
    }
    if kind == "order":
        return state
    right = _by_x(state)[0 if kind == "leftmost" else -1]
    return {**state, "options": shuffled_options(rng, right, rng.sample([name for name in names if name != right], 3))}


def _by_x(state: State) -> list[str]:
    points: dict[str, list[int]] = state["points"]
    return sorted(points, key=lambda name: points[name][0])


def _draw_points(state: State) -> Image.Image:
    theme, color = THEMES[state["theme"]], PALETTE[state["color"]]
    canvas = Canvas(state["size"], theme.paper)
    points: dict[str, list[int]] = state["points"]
    for first, second in state["lines"]:
        canvas.line([(points[name][0], points[name][1]) for name in (first, second)], theme.faint, 2)
    for name, (x, y) in points.items():
        if state["style"] == "crosses":
            canvas.line([(x - 7, y - 7), (x + 7, y + 7)], color, 4)
            canvas.line([(x - 7, y + 7), (x + 7, y - 7)], color, 4)
        else:
            canvas.circle((x, y), 7, color if state["style"] == "dots" else theme.paper, outline=color, width=3)
        canvas.text((x, y - 22), name, 20, theme.ink, face="DejaVuSans-Bold")
    return canvas.finish()


def _rank(state: State, *, is_from_left: bool) -> str:
    """Return the point that has no other on its left (or right)."""
    points: dict[str, list[int]] = state["points"]
    sign = 1 if is_from_left else -1
    return next(name for name, (x, _) in points.items() if all(sign * x <= sign * other for other, _ in points.values()))


def _counted_order(state: State) -> list[str]:
    """Sort the points by how many others lie to their left."""
    points: dict[str, list[int]] = state["points"]
    places = {sum(other < x for other, _ in points.values()): name for name, (x, _) in points.items()}
    return [places[k] for k in range(len(places))]


_LARGE = questions_form(
    _sample_points,
    _draw_points,
    {
        "order": Question(
            answer_kind=NAMES_IN_ORDER,
            phrases=("List the points from left to right, separated by commas.", "Name all points in order, starting with the leftmost."),
            truth=_by_x,
            again=_counted_order,
            otherwise=ErrorType.SPATIAL,
        ),
        "leftmost": Question(
            answer_kind=CHOICE,
            phrases=("Which point is the leftmost?", "Which of the points lies farthest to the left?"),
            truth=lambda state: _by_x(state)[0],
            again=lambda state: _rank(state, is_from_left=True),
            otherwise=ErrorType.SPATIAL,
        ),
        "rightmost": Question(
            answer_kind=CHOICE,
            phrases=("Which point is the rightmost?", "Which of the points lies farthest to the right?"),
            truth=lambda state: _by_x(state)[-1],
            again=lambda state: _rank(state, is_from_left=False),
            otherwise=ErrorType.SPATIAL,
        ),
    },
)


LEFT_RIGHT = two_sized(
    name="left_right",
    summary="Which dot is to the left, or the order of points from left to right",
    capabilities=(
        "spatial",
        "order",
    ),
    error_types=(ErrorType.SPATIAL,),
    tiny=geometric_tiny.LEFT_RIGHT,
    large=_LARGE,
)
