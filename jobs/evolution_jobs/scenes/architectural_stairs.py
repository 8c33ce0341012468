"""Sections of stairs: how many steps, how high, how long."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, Canvas, Point, Theme, mix
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import INTEGER, Draft, Question, number, questions_form

# ---- 64 pixels: steps that rise to the right or to the left


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count, rise = rng.randint(1, 6), rng.randint(spread(difficulty, 9, 6), 9)
    return {
        "ground": rng.randint(0, 30),
        "count": count,
        "color": rng.choice(("cyan", "yellow", "green", "red")),
        "is_mirrored": rng.random() < 0.5,
        "heights": [rise * (k + 1) for k in range(count)],
    }


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for k, height in enumerate(state["heights"]):
        left = 4 + 9 * k if not state["is_mirrored"] else 51 - 9 * k
        canvas.box((left, 60 - height, left + 8, 60), BOLD[state["color"]])
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "count": Question(
            answer_kind=INTEGER,
            phrases=("how many steps ?",),
            truth=lambda state: state["count"],
            again=lambda state: max(state["heights"]) // min(state["heights"]),
            otherwise=ErrorType.COUNTING,
        )
    },
)

# ---- large: the outline in units is drawn from centimetres


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft:
    count = rng.randint(spread(difficulty, 3, 6), spread(difficulty, 6, 12))
    rise, run = rng.randint(14, 20), rng.randint(24, 32)
    landing = rng.randint(2, count - 1) if difficulty > 0.5 and kind != "length" else 0
    # The landing is three treads deep; it adds to the length, never to the height.
    length = run * (count + (2 if landing else 0))
    scale = min(290 / length, 250 / (rise * count))
    return {
        "theme": rng.choice(tuple(THEMES)),
        "material": rng.choice(("brown", "gray", "teal", "orange")),
        "is_mirrored": rng.random() < 0.5,
        "count": count,
        "rise": rise,
        "run": run,
        "landing": landing,
        "label": {"count": "none", "height": "rise", "length": "run", "rise": "total"}[kind],
        "outline": _outline(count, landing, rise * scale, run * scale),
    }


def _outline(count: int, landing: int, rise: float, run: float) -> list[list[float]]:
    """Return the line over the steps, from the foot up; step number `landing` is three treads deep."""
    x, y = 74.0, min(372.0, 230 + rise * count / 2)
    points = [[x, y]]
    for step in range(1, count + 1):
        y -= rise
        points.append([round(x, 2), round(y, 2)])
        x += run * (3 if step == landing else 1)
        points.append([round(x, 2), round(y, 2)])
    return points


def _measure_height(canvas: Canvas, start: Point, end: Point, text: str, theme: Theme) -> None:
    """Draw an upright measured distance with its label in the middle."""
    canvas.line([start, end], theme.ink, 1.5)
    for x, y in (start, end):
        canvas.line([(x - 6, y), (x + 6, y)], theme.ink, 1.5)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    half = canvas.measure(text, 16) / 2 + 4
    canvas.box((middle[0] - half, middle[1] - 11, middle[0] + half, middle[1] + 11), theme.paper)
    canvas.text(middle, text, 16, theme.ink)


def _placed(state: State) -> list[Point]:
    return [(448 - x if state["is_mirrored"] else x, y) for x, y in state["outline"]]


def _draw(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    points = _placed(state)
    foot, top = points[0], points[-1]
    fill = mix(theme.panel, PALETTE[state["material"]], 0.45)
    canvas.polygon([*points, (top[0], foot[1]), foot], fill)
    canvas.line([*points, (top[0], foot[1]), foot], theme.ink, 3)
    canvas.line([(16, foot[1]), (432, foot[1])], theme.ink, 3)
    _draw_label(canvas, state, points, theme)
    canvas.text((224, 34), "Section of a stair", 20, theme.ink, face="DejaVuSans-Bold")
    return canvas.finish()


def _draw_label(canvas: Canvas, state: State, points: list[Point], theme: Theme) -> None:
    outward = 1 if state["is_mirrored"] else -1
    foot_y = points[0][1]
    top_x, top_y = points[-1]
    if state["label"] == "total":
        x = top_x - outward * 34
        _measure_height(canvas, (x, foot_y), (x, top_y), f"{state['rise'] * state['count']} cm", theme)
    elif state["label"] == "rise":
        text = f"each step: {state['rise']} cm high"
        canvas.text((224, 412), text, 17, theme.ink)
    elif state["label"] == "run":
        text = f"each step: {state['run']} cm deep"
        canvas.text((224, 412), text, 17, theme.ink)


def _steps_again(state: State) -> int:
    """Count the upright parts of the drawn outline."""
    points = state["outline"]
    return sum(before[0] == after[0] for before, after in pairwise(points))


def _height_again(state: State) -> float:
    """Measure the whole outline in units of its first step."""
    ys = [y for _, y in state["outline"]]
    return float(round((max(ys) - min(ys)) / (ys[0] - ys[1])) * state["rise"])


def _length_again(state: State) -> float:
    xs = [x for x, _ in state["outline"]]
    return float(round((max(xs) - min(xs)) / (xs[2] - xs[1])) * state["run"])


def _rise_again(state: State) -> float:
    ys = [y for _, y in state["outline"]]
    return float(state["rise"] * state["count"] * (ys[0] - ys[1]) / (max(ys) - min(ys)))


def _one_step(field: str) -> Any:
    """Return the betrayals of a total that is off by one step."""

    def betrays(state: State) -> dict[Any, ErrorType]:
        one, count = float(state[field]), state["count"]
        return {one * (count - 1): ErrorType.COUNTING, one * (count + 1): ErrorType.COUNTING, one: ErrorType.CALCULATION}

    return betrays


def _rise_betrayals(state: State) -> dict[Any, ErrorType]:
    total, count = state["rise"] * state["count"], state["count"]
    return {total / (count - 1): ErrorType.COUNTING, total / (count + 1): ErrorType.COUNTING, float(total): ErrorType.CALCULATION}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "count": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many steps does the stair have? A wide landing counts as one step.",
                "Count the steps of the stair in this section; a wide landing is one step as well.",
            ),
            truth=lambda state: state["count"],
            again=_steps_again,
            betrays=lambda state: {math.ceil(state["count"] / 2): ErrorType.PERCEPTION},
            otherwise=ErrorType.COUNTING,
        ),
        "height": Question(
            answer_kind=number(unit="cm", abs_tol=0.5),
            phrases=(
                "All steps are equally high. How high does the stair lead, in cm?",
                "What height in cm does one gain by climbing the whole stair?",
            ),
            truth=lambda state: float(state["rise"] * state["count"]),
            again=_height_again,
            betrays=_one_step("rise"),
            otherwise=ErrorType.CALCULATION,
        ),
        "length": Question(
            answer_kind=number(unit="cm", abs_tol=0.5),
            phrases=(
                "All steps are equally deep. How long is the stair along the ground, in cm?",
                "What length in cm does the stair take up on the floor?",
            ),
            truth=lambda state: float(state["run"] * state["count"]),
            again=_length_again,
            betrays=_one_step("run"),
            otherwise=ErrorType.CALCULATION,
        ),
        "rise": Question(
            answer_kind=number(unit="cm", abs_tol=0.3),
            phrases=(
                "All steps are equally high. How high is a single step, in cm?",
                "The stair's whole height is given. What is the height of each of its equal steps in cm?",
            ),
            truth=lambda state: float(state["rise"]),
            again=_rise_again,
            betrays=_rise_betrayals,
            otherwise=ErrorType.CALCULATION,
        ),
    },
)

STAIRS = two_sized(
    name="stairs",
    summary="Count the steps of a stair and work out its measures.",
    capabilities=("count", "compute", "ocr"),
    error_types=(ErrorType.COUNTING, ErrorType.CALCULATION, ErrorType.PERCEPTION, ErrorType.INSTRUCTION_FORMAT),
    tiny=TINY,
    large=LARGE,
)
