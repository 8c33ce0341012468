"""Sums and numbers of 64 pixels, in block letters."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import glyphs
from evolution_jobs.scenes.canvas import BOLD, WHITE, Canvas, Color
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread
from evolution_jobs.scenes.questions import INTEGER, Draft, Question, questions_form

_INKS: Mapping[str, Color] = {"white": WHITE, "yellow": BOLD["yellow"], "cyan": BOLD["cyan"]}


def _draw_rows(state: State) -> Image.Image:
    """Draw the rows of a tiny formula, three cells a letter pixel, each shifted by its own jitter."""
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    rows, scale = state["rows"], 3
    for k, (text, (dx, dy)) in enumerate(zip(rows, state["jitter"], strict=True)):
        top = (64 - (len(rows) * (glyphs.HEIGHT + 2) - 2) * scale) // 2 + k * (glyphs.HEIGHT + 2) * scale
        canvas.glyphs(text, ((64 - glyphs.text_width(text, scale)) // 2 + dx, top + dy), scale, _INKS[state["ink"]])
    return canvas.finish()


def _rows(rng: random.Random, difficulty: float, *rows: str) -> Draft:
    reach = spread(difficulty, 1, 4)
    jitter = [[rng.randint(-reach, reach), rng.randint(-2, 2)] for _ in rows]
    return {"ground": rng.randint(0, 40), "ink": rng.choice(tuple(_INKS)), "rows": list(rows), "jitter": jitter}


def _sample_sum(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    a, b = rng.randint(0, spread(difficulty, 3, 5)), rng.randint(0, spread(difficulty, 2, 4))
    return {**_rows(rng, difficulty, f"{a}+{b}"), "a": a, "b": b}


def _sample_difference(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    a = rng.randint(1, spread(difficulty, 5, 9))
    b = rng.randint(0, min(a, 4))
    return {**_rows(rng, difficulty, f"{a}-{b}"), "a": a, "b": b}


def _sample_missing(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    a, b = rng.randint(0, spread(difficulty, 2, 5)), rng.randint(0, spread(difficulty, 3, 4))
    return {**_rows(rng, difficulty, f"{a}+?", f"={a + b}"), "a": a, "b": b}


def _counted(state: State) -> int:
    """Work the expression out on fingers: walk up or down from the first digit."""
    first, sign, second = state["rows"][0]
    walked = range(int(second))
    return int(first) + sum(1 if sign == "+" else -1 for _ in walked)


def _question(
    phrase: str, truth: Callable[[State], int], again: Callable[[State], int], betrays: Callable[[State], Mapping[Any, ErrorType]]
) -> Question:
    return Question(answer_kind=INTEGER, phrases=(phrase,), truth=truth, again=again, otherwise=ErrorType.TEXT_READING, betrays=betrays)


def _slips(state: State) -> Mapping[Any, ErrorType]:
    a, b = state["a"], state["b"]
    return dict.fromkeys((a + b, a - b, a + b + 1, a + b - 1, a - b + 1, a - b - 1, a * b), ErrorType.CALCULATION)


SUM = questions_form(_sample_sum, _draw_rows, {"sum": _question("compute", lambda state: state["a"] + state["b"], _counted, _slips)})
DIFFERENCE = questions_form(
    _sample_difference,
    _draw_rows,
    {"difference": _question("compute", lambda state: state["a"] - state["b"], _counted, _slips)},
)
MISSING = questions_form(
    _sample_missing,
    _draw_rows,
    {
        "missing": _question(
            "missing number ?",
            lambda state: state["b"],
            lambda state: int(state["rows"][1][1]) - int(state["rows"][0][0]),
            _slips,
        )
    },
)

_PLACES = ("left", "right", "top", "bottom")


def _sample_grid(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    digits = rng.sample("0123456789", 2)
    place = rng.choice(_PLACES if rng.random() < difficulty else _PLACES[:2])
    rows = digits if place in {"top", "bottom"} else [" ".join(digits)]
    return {**_rows(rng, difficulty, *rows), "place": place}


def _grid_entries(state: State) -> str:
    return "".join(state["rows"]).replace(" ", "")


GRID = questions_form(
    _sample_grid,
    _draw_rows,
    {
        "entry": _question(
            "which number is {place} ?",
            lambda state: int(_grid_entries(state)[state["place"] in {"right", "bottom"}]),
            lambda state: int((state["rows"][0] if state["place"] in {"left", "top"} else state["rows"][-1][::-1])[0]),
            lambda state: {int(digit): ErrorType.SPATIAL for digit in _grid_entries(state)},
        )
    },
)
