"""Heart traces on squared paper: how many peaks, how fast, and where the pause is."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, Canvas, Color, Point, mix
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.medical_phantom import NOTICE
from evolution_jobs.scenes.questions import INTEGER, Draft, Question, number, questions_form

SMALL_SQUARE = 4.0
"""Side of a small square in units; it stands for 0.04 s, and five make a large square of 0.2 s."""
SECONDS_PER_SMALL_SQUARE = 0.04
STRIP = (24.0, 424.0)
"""Left and right end of the strip: 100 small squares, 4 s."""
GAPS = (10, 12, 15, 20, 25, 30)
"""Small squares between two peaks whose rates are whole: 150, 125, 100, 75, 60 and 50 beats per minute."""
PAPERS: dict[str, tuple[Color, Color, Color]] = {
    "rose": ((255, 244, 242), (232, 160, 156), (40, 30, 36)),
    "green": ((242, 250, 242), (150, 200, 156), (20, 40, 30)),
    "screen": ((12, 20, 22), (34, 84, 74), (120, 240, 150)),
}
"""Ground, squares and trace by name."""
NAMES = ("T. Ado", "R. Bel", "K. Cor", "M. Dun", "S. Eli")

# ---- 64 pixels: a green line with high peaks


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count = rng.randint(1, 6)
    pitch = 60 / count
    jitter = spread(difficulty, 0, 1)
    peaks = [round(2 + pitch * (k + 0.5)) + rng.randint(-jitter, jitter) for k in range(count)]
    return {"ground": rng.randint(0, 30), "count": count, "base": rng.randint(42, 50), "height": rng.randint(24, 34), "peaks": peaks}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    base = state["base"]
    points: list[Point] = [(0, base)]
    for x in state["peaks"]:
        points += [(x - 3, base), (x, base - state["height"]), (x + 3, base)]
    points.append((63, base))
    canvas.line(points, BOLD["green"], 2)
    return canvas.finish()


def _tiny_rises(state: State) -> int:
    """Count the peaks that are drawn at least a peak's width apart."""
    peaks = sorted(state["peaks"])
    return 1 + sum(int(after - before > 6) for before, after in pairwise(peaks))


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "count": Question(
            answer_kind=INTEGER,
            phrases=("how many peaks ?",),
            truth=lambda state: state["count"],
            again=_tiny_rises,
            otherwise=ErrorType.COUNTING,
        )
    },
)

# ---- large: a strip with waves, noise and a scale


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    gap = rng.choice(GAPS[:4] if kind == "before_pause" else GAPS[2:] if difficulty < 0.3 else GAPS)
    first = rng.randint(5, 9)
    # A rate read from squares needs peaks on the lines; a count does not.
    count = (94 - first) // gap + 1
    gaps = [gap] * (count - 1)
    if kind == "before_pause":
        longest = round(gap * 1.8)
        count = (92 - first - (longest - gap)) // gap + 1
        if count < 4:
            return None
        gaps = [gap] * (count - 1)
        gaps[rng.randrange(len(gaps))] = longest
    if count < 3:
        return None
    peaks = [first]
    for each in gaps:
        peaks.append(peaks[-1] + each)
    return {
        "paper": rng.choice(tuple(PAPERS)),
        "name": rng.choice(NAMES),
        "gap": gap,
        "gaps": gaps,
        "peaks": peaks,
        "base": rng.randint(270, 300),
        "height": rng.randint(90, 140),
        "second_wave": rng.randint(14, 14 + spread(difficulty, 0, 22)),
        "noise": [round(rng.uniform(-1, 1) * 4 * difficulty, 1) for _ in range(101)],
    }


def _trace(state: State) -> list[Point]:
    """Return the trace: a small wave, the sharp peak, a round wave, and noise between them."""
    left, base, height = STRIP[0], state["base"], state["height"]
    heights = [float(value) for value in state["noise"]]
    shape = {-4: 6.0, -3: 8.0, -1: -8.0, 0: float(height), 1: -height * 0.2, 4: state["second_wave"] * 0.7, 5: float(state["second_wave"])}
    for peak in state["peaks"]:
        for offset, value in shape.items():
            if 0 <= peak + offset < len(heights):
                heights[peak + offset] = value
    return [(left + SMALL_SQUARE * k, base - value) for k, value in enumerate(heights)]


def _draw_squares(canvas: Canvas, ground: Color, squares: Color) -> None:
    left, right = STRIP
    top, bottom = 92.0, 372.0
    for k in range(int((right - left) / SMALL_SQUARE) + 1):
        x = left + SMALL_SQUARE * k
        canvas.line([(x, top), (x, bottom)], squares if k % 5 == 0 else mix(ground, squares, 0.35), 1 if k % 5 == 0 else 0.5)
    for k in range(int((bottom - top) / SMALL_SQUARE) + 1):
        y = top + SMALL_SQUARE * k
        canvas.line([(left, y), (right, y)], squares if k % 5 == 0 else mix(ground, squares, 0.35), 1 if k % 5 == 0 else 0.5)


def _draw(state: State) -> Image.Image:
    ground, squares, ink = PAPERS[state["paper"]]
    canvas = Canvas(state["size"], ground)
    _draw_squares(canvas, ground, squares)
    canvas.line(_trace(state), ink, 2)
    canvas.text((24, 34), f"Strip of {state['name']}", 20, ink, anchor="lm", face="DejaVuSans-Bold")
    canvas.text((24, 66), "large square = 0.2 s", 16, ink, anchor="lm")
    canvas.text((424, 66), "small square = 0.04 s", 16, ink, anchor="rm")
    canvas.text((224, 408), NOTICE, 14, ink)
    return canvas.finish()


def _high_points(state: State) -> list[float]:
    """Return the places, in seconds, where the drawn trace rises far above its waves."""
    limit = state["base"] - 0.7 * state["height"]
    return [(x - STRIP[0]) / SMALL_SQUARE * SECONDS_PER_SMALL_SQUARE for x, y in _trace(state) if y < limit]


def _mean_interval(state: State) -> float:
    peaks = _high_points(state)
    return (peaks[-1] - peaks[0]) / (len(peaks) - 1)


def _peaks_before_pause(state: State) -> int:
    peaks = _high_points(state)
    gaps = [after - before for before, after in pairwise(peaks)]
    return max(range(len(gaps)), key=gaps.__getitem__) + 1


def _rate_betrayals(state: State) -> dict[Any, ErrorType]:
    interval = state["gap"] * SECONDS_PER_SMALL_SQUARE
    # 300 is the divisor of large squares: taken for small ones, or the squares taken for tenths of a second.
    mistaken = {300 / state["gap"]: ErrorType.KNOWLEDGE, 60 / state["gap"]: ErrorType.KNOWLEDGE, interval: ErrorType.CALCULATION}
    return mistaken | {float(len(state["peaks"])): ErrorType.COUNTING, 15.0 * len(state["peaks"]): ErrorType.CALCULATION}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "rate": Question(
            answer_kind=number(unit="beats per minute", rel_tol=0.05),
            phrases=(
                "The peaks of this trace are evenly spaced. What is the rate in beats per minute?",
                "Work out the heart rate of the schematic trace in beats per minute.",
                "From the distance of neighbouring peaks, give the rate in beats per minute.",
            ),
            truth=lambda state: 1500 / state["gap"],
            again=lambda state: 60 / _mean_interval(state),
            betrays=_rate_betrayals,
            otherwise=ErrorType.CHART_VALUE,
        ),
        "interval": Question(
            answer_kind=number(unit="s", abs_tol=0.03),
            phrases=(
                "How many seconds (s) pass from one tall peak to the next?",
                "Give the time between two neighbouring tall peaks in s.",
            ),
            truth=lambda state: round(state["gap"] * SECONDS_PER_SMALL_SQUARE, 2),
            again=_mean_interval,
            betrays=lambda state: {state["gap"] * 0.2: ErrorType.KNOWLEDGE, float(state["gap"]): ErrorType.CALCULATION},
            otherwise=ErrorType.CHART_VALUE,
        ),
        "count": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many tall peaks does the strip show?",
                "Count the tall peaks of the trace; the low round waves do not count.",
            ),
            truth=lambda state: len(state["gaps"]) + 1,
            again=lambda state: len(_high_points(state)),
            betrays=lambda state: {2 * len(state["peaks"]): ErrorType.PERCEPTION},
            otherwise=ErrorType.COUNTING,
        ),
        "before_pause": Question(
            answer_kind=INTEGER,
            phrases=(
                "One interval between tall peaks is much longer than the others. How many tall peaks come before it?",
                "How many tall peaks does the trace show before its single long pause?",
            ),
            truth=lambda state: state["gaps"].index(max(state["gaps"])) + 1,
            again=_peaks_before_pause,
            betrays=lambda state: {len(state["peaks"]) - _peaks_before_pause(state): ErrorType.SPATIAL},
            otherwise=ErrorType.COUNTING,
        ),
    },
)

TRACE = two_sized(
    name="trace",
    summary="Count the peaks of a heart trace, or work out its rate from squared paper.",
    capabilities=("count", "read_scale", "compute"),
    error_types=(
        ErrorType.COUNTING,
        ErrorType.CHART_VALUE,
        ErrorType.CALCULATION,
        ErrorType.KNOWLEDGE,
        ErrorType.PERCEPTION,
        ErrorType.SPATIAL,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
