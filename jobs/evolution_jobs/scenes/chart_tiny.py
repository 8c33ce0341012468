"""Bar charts of 64 pixels: whole heights of seven pixels a step."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, Canvas
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread
from evolution_jobs.scenes.questions import INTEGER, WORD, Draft, Question, questions_form


def _sample(rng: random.Random, difficulty: float, *, count: int, is_colorful: bool) -> Draft:
    heights = rng.sample(range(1, spread(difficulty, 6, 8) + 1), count)
    colors = rng.sample(tuple(BOLD), count) if is_colorful else [rng.choice(tuple(BOLD))] * count
    return {"ground": rng.randint(0, 40), "heights": heights, "colors": colors}


def _sample_bars(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    return _sample(rng, difficulty, count=4, is_colorful=False)


def _sample_colors(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    return _sample(rng, difficulty, count=spread(difficulty, 3, 4), is_colorful=True)


def _sample_number(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    return _sample(rng, difficulty, count=rng.randint(2, spread(difficulty, 4, 6)), is_colorful=False)


def _tops(state: State) -> list[int]:
    """Return the y of every bar's upper edge."""
    return [60 - 7 * height for height in state["heights"]]


def _draw(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    canvas.line([(4, 60), (62, 60)], (200, 200, 200))
    pitch = 14 if len(state["heights"]) <= 4 else 9
    for k, (top, color) in enumerate(zip(_tops(state), state["colors"], strict=True)):
        canvas.box((6 + k * pitch, top, 6 + (k + 1) * pitch - 5, 59), BOLD[color])
    return canvas.finish()


def _tallest(state: State) -> int:
    """Return the place of the tallest bar, found by the upper edges."""
    tops = _tops(state)
    return tops.index(min(tops))


def _value_slips(state: State) -> Mapping[Any, ErrorType]:
    right = max(state["heights"])
    return dict.fromkeys((*state["heights"], right - 1, right + 1), ErrorType.CHART_VALUE)


def _mirrored(state: State) -> Mapping[Any, ErrorType]:
    return {len(state["heights"]) - state["heights"].index(max(state["heights"])): ErrorType.SPATIAL}


def _off_by_one(state: State) -> Mapping[Any, ErrorType]:
    return dict.fromkeys((len(state["heights"]) - 1, len(state["heights"]) + 1), ErrorType.COUNTING)


VALUE = questions_form(
    _sample_bars,
    _draw,
    {
        "value": Question(
            answer_kind=INTEGER,
            phrases=("value of the tallest bar ?",),
            truth=lambda state: max(state["heights"]),
            again=lambda state: (60 - min(_tops(state))) // 7,
            otherwise=ErrorType.PERCEPTION,
            betrays=_value_slips,
        )
    },
)
PLACE = questions_form(
    _sample_bars,
    _draw,
    {
        "place": Question(
            answer_kind=INTEGER,
            phrases=("which bar is tallest ?",),
            truth=lambda state: state["heights"].index(max(state["heights"])) + 1,
            again=lambda state: _tallest(state) + 1,
            otherwise=ErrorType.CHART_VALUE,
            betrays=_mirrored,
        )
    },
)
COLOR = questions_form(
    _sample_colors,
    _draw,
    {
        "color": Question(
            answer_kind=WORD,
            phrases=("color of the tallest bar ?",),
            truth=lambda state: state["colors"][state["heights"].index(max(state["heights"]))],
            again=lambda state: state["colors"][_tallest(state)],
            otherwise=ErrorType.HALLUCINATION,
            betrays=lambda state: dict.fromkeys(state["colors"], ErrorType.CHART_VALUE),
        )
    },
)
NUMBER = questions_form(
    _sample_number,
    _draw,
    {
        "number": Question(
            answer_kind=INTEGER,
            phrases=("how many bars ?",),
            truth=lambda state: len(state["heights"]),
            again=lambda state: sum(top < 60 for top in _tops(state)),
            otherwise=ErrorType.CHART_VALUE,
            betrays=_off_by_one,
        )
    },
)
