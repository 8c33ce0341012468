"""Scales: a column against ticks, as on thermometers, measuring cups and rulers."""

from __future__ import annotations

import random

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, Canvas
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import INTEGER, Draft, Question, questions_form
from evolution_jobs.scenes.readings import READING, Reading


def _sample_tiny_scale(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    return {
        "ground": rng.randint(0, 40),
        "level": rng.randint(1, spread(difficulty, 5, 8)),
        "x": rng.randint(20, 40),
        "color": rng.choice(("red", "yellow", "cyan")),
    }


def _draw_tiny_scale(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    x = state["x"]
    for level in range(9):
        canvas.line([(x - 14, 60 - 7 * level), (x - 8, 60 - 7 * level)], (200, 200, 200))
    canvas.box((x - 6, 3, x + 7, 60), (70, 70, 80))
    canvas.box((x - 4, 60 - 7 * state["level"], x + 5, 60), BOLD[state["color"]])
    return canvas.finish()


TINY = questions_form(
    _sample_tiny_scale,
    _draw_tiny_scale,
    {
        "level": Question(
            answer_kind=INTEGER,
            phrases=("what is the value ?",),
            truth=lambda state: state["level"],
            again=lambda state: sum(60 - 7 * tick >= 60 - 7 * state["level"] for tick in range(1, 9)),
            otherwise=ErrorType.PERCEPTION,
            betrays=lambda state: dict.fromkeys((state["level"] - 1, state["level"] + 1), ErrorType.CHART_VALUE),
        )
    },
)

INSTRUMENTS = {
    "thermometer": {"unit": "°C", "start": -20, "major": 10, "noun": "temperature"},
    "measuring cup": {"unit": "ml", "start": 0, "major": 100, "noun": "volume"},
    "ruler": {"unit": "cm", "start": 0, "major": 1, "noun": "length"},
}
_SCALE_TOP, _SCALE_BOTTOM, _MAJORS = 50, 390, 7


def _sample_scale(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    style = rng.choice(tuple(INSTRUMENTS))
    minors = (2, 4, 5, 10)[min(3, int(difficulty * 4))] if style != "ruler" else (2, 2, 5, 10)[min(3, int(difficulty * 4))]
    ticks = rng.randrange(2, _MAJORS * minors - 1)
    return {"theme": rng.choice(tuple(THEMES)), "style": style, "minors": minors, "ticks": ticks, **INSTRUMENTS[style]}


def _planned(state: State) -> Reading:
    value: float = state["start"] + state["ticks"] * state["major"] / state["minors"]
    return Reading(round(value, 4), _tolerance(state))


def _scale_y(state: State, ticks: float) -> float:
    steps: int = _MAJORS * state["minors"]
    return _SCALE_BOTTOM - ticks * (_SCALE_BOTTOM - _SCALE_TOP) / steps


def _draw_scale(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    level = _scale_y(state, state["ticks"])
    fluid = {"thermometer": PALETTE["red"], "measuring cup": PALETTE["blue"], "ruler": PALETTE["orange"]}[state["style"]]
    left, right = {"thermometer": (206, 226), "measuring cup": (150, 290), "ruler": (220, 250)}[state["style"]]
    canvas.box((left - 8, _SCALE_TOP - 20, right + 8, _SCALE_BOTTOM + 10), theme.panel, outline=theme.ink, width=3, radius=10)
    canvas.box((left, level, right, _SCALE_BOTTOM), fluid)
    if state["style"] == "thermometer":
        canvas.circle((216, _SCALE_BOTTOM + 16), 26, fluid, outline=theme.ink, width=3)
    for tick in range(_MAJORS * state["minors"] + 1):
        is_major = tick % state["minors"] == 0
        y = _scale_y(state, tick)
        canvas.line([(right + 10, y), (right + (34 if is_major else 22), y)], theme.ink, 2.5 if is_major else 1.5)
        if is_major:
            canvas.text((right + 42, y), str(state["start"] + tick // state["minors"] * state["major"]), 18, theme.ink, anchor="lm")
    canvas.text((right + 42, 22), state["unit"], 18, theme.ink, anchor="lm", face="DejaVuSans-Bold")
    return canvas.finish()


def _tolerance(state: State) -> float:
    step: float = state["major"] / state["minors"]
    return 0.3 * step


def _read_back(state: State) -> Reading:
    """Return the value that the height of the column shows."""
    top = state["start"] + _MAJORS * state["major"]
    height = (_SCALE_BOTTOM - _scale_y(state, state["ticks"])) / (_SCALE_BOTTOM - _SCALE_TOP)
    return Reading(state["start"] + height * (top - state["start"]), _tolerance(state))


SCALE = two_sized(
    name="scale",
    summary="The level of a column against ticks",
    capabilities=("read_scale",),
    error_types=(ErrorType.CHART_VALUE, ErrorType.PERCEPTION),
    tiny=TINY,
    large=questions_form(
        _sample_scale,
        _draw_scale,
        {
            "level": Question(
                answer_kind=READING,
                phrases=(
                    "Which {noun} does the {style} show, in {unit}?",
                    "Read the {style}. What is the {noun} in {unit}?",
                    "Up to which value does the coloured column reach, in {unit}?",
                ),
                truth=_planned,
                again=_read_back,
                otherwise=ErrorType.PERCEPTION,
                # Within two ticks the column was found and its height misread.
                betrays=lambda state: {Reading(_planned(state).value, 2 * state["major"] / state["minors"]): ErrorType.CHART_VALUE},
            )
        },
    ),
)
