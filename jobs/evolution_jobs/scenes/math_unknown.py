"""Unknowns of linear equations, and the equations of plotted lines."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import math_tiny
from evolution_jobs.scenes.canvas import PALETTE, THEMES, Box, Canvas
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.math_print import draw_formulas, formula_style
from evolution_jobs.scenes.questions import CHOICE, INTEGER, Draft, Question, questions_form

PLOT = Box(44, 24, 424, 404)
_REACH = 5


def _linear(slope: int, shift: int) -> str:
    """Return a straight line's equation as it is written by hand."""
    head = {1: "x", -1: "-x"}.get(slope, f"{slope}x")
    return f"y = {head}" + (f" {'+' if shift > 0 else '-'} {abs(shift)}" if shift else "")


def _sample_missing(rng: random.Random, difficulty: float, kind: str) -> Draft:
    if kind == "solve":
        a, x, b = rng.randint(2, spread(difficulty, 5, 12)), rng.randint(2, spread(difficulty, 9, 15)), rng.randint(1, 20)
        sign = rng.choice("+-")
        right = a * x + b if sign == "+" else a * x - b
        return {
            **formula_style(rng),
            "lines": [f"{a}x {sign} {b} = {right}"],
            "unknown": x,
            "slip": right - b if sign == "-" else right + b,
        }
    slope, shift = rng.choice((-3, -2, -1, 1, 2, 3) if difficulty > 0.4 else (-2, -1, 1, 2)), rng.randint(-3, 3)
    state = {**formula_style(rng), "slope": slope, "shift": shift, "color": rng.choice(("blue", "red", "green", "purple"))}
    wrong = [_linear(-slope, shift), _linear(slope, shift + rng.choice((-2, 2))), _linear(slope + (1 if slope > 0 else -1), shift)]
    return {**state, "options": shuffled_options(rng, _linear(slope, shift), wrong)}


def _draw_missing(state: State) -> Image.Image:
    return _draw_plot(state) if state["kind"] == "plot" else draw_formulas(state)


def _at(x: float, y: float) -> tuple[float, float]:
    unit = (PLOT.right - PLOT.left) / (2 * _REACH)
    return (PLOT.left + (x + _REACH) * unit, PLOT.bottom - (y + _REACH) * unit)


def _draw_plot(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    canvas.box(PLOT, theme.panel)
    for k in range(-_REACH, _REACH + 1):
        canvas.line([_at(k, -_REACH), _at(k, _REACH)], theme.faint)
        canvas.line([_at(-_REACH, k), _at(_REACH, k)], theme.faint)
        canvas.text((_at(k, 0)[0], 420), str(k), 14, theme.ink)
        canvas.text((36, _at(0, k)[1]), str(k), 14, theme.ink, anchor="rm")
    canvas.arrow(_at(-_REACH, 0), (PLOT.right + 10, _at(0, 0)[1]), theme.ink, 2)
    canvas.arrow(_at(0, -_REACH), (_at(0, 0)[0], PLOT.top - 10), theme.ink, 2)
    canvas.line([_at(*end) for end in _line_ends(state)], PALETTE[state["color"]], 4)
    return canvas.finish()


def _line_ends(state: State) -> list[tuple[float, float]]:
    """Return where the drawn line enters and leaves the plot."""
    slope, shift = state["slope"], state["shift"]
    xs = sorted(max(-_REACH, min(_REACH, (edge - shift) / slope)) for edge in (-_REACH, _REACH))
    return [(x, slope * x + shift) for x in xs]


def _line_from_ends(state: State) -> str:
    (x0, y0), (x1, y1) = _line_ends(state)
    slope = (y1 - y0) / (x1 - x0)
    return _linear(round(slope), round(y0 - slope * x0))


def _plot_slips(state: State) -> Mapping[Any, ErrorType]:
    return {_linear(-state["slope"], state["shift"]): ErrorType.SPATIAL}


def _solved(state: State) -> int:
    """Solve the printed equation by trying every whole number."""
    a, b, right = (int(digits) for digits in re.findall(r"-?\d+", state["lines"][0].replace("- ", "-").replace("+ ", "")))
    return next(x for x in range(200) if a * x + b == right)


_LARGE = questions_form(
    _sample_missing,
    _draw_missing,
    {
        "solve": Question(
            answer_kind=INTEGER,
            phrases=("What is x?", "Solve the equation for x.", "Which value of x makes the equation true?"),
            truth=lambda state: state["unknown"],
            again=_solved,
            otherwise=ErrorType.CALCULATION,
            betrays=lambda state: {state["slip"]: ErrorType.KNOWLEDGE},
        ),
        "plot": Question(
            answer_kind=CHOICE,
            phrases=("Which equation belongs to the line?", "Choose the formula of the plotted line."),
            truth=lambda state: _linear(state["slope"], state["shift"]),
            again=_line_from_ends,
            otherwise=ErrorType.CHART_VALUE,
            betrays=_plot_slips,
        ),
    },
)


MISSING = two_sized(
    name="missing_number",
    summary="The missing number of a sum, the unknown of an equation, or the equation of a plotted line",
    capabilities=(
        "ocr",
        "compute",
        "read_scale",
    ),
    error_types=(ErrorType.CALCULATION, ErrorType.TEXT_READING, ErrorType.KNOWLEDGE, ErrorType.CHART_VALUE, ErrorType.SPATIAL),
    tiny=math_tiny.MISSING,
    large=_LARGE,
)
