"""Digits of 64 pixels: one or two, small or among specks."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import glyphs
from evolution_jobs.scenes.canvas import BOLD, TINY_BOARD, WHITE, Canvas
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import Form, spread
from evolution_jobs.scenes.questions import INTEGER, Draft, Question, questions_form

INKS = {"white": WHITE, "yellow": BOLD["yellow"], "cyan": BOLD["cyan"]}


def _sample(rng: random.Random, difficulty: float, *, count: int, scale: int) -> Draft:
    digits = "".join(rng.choice("0123456789") for _ in range(count))
    if count == 2 and digits[0] == "0":
        digits = rng.choice("123456789") + digits[1]
    reach = spread(difficulty, 2, 6)
    return {
        "ground": rng.randint(0, 40),
        "digits": digits,
        "scale": scale,
        "x": (TINY_BOARD - glyphs.text_width(digits, scale)) // 2 + rng.randint(-reach, reach),
        "y": (TINY_BOARD - glyphs.HEIGHT * scale) // 2 + rng.randint(-reach, reach),
        "ink": rng.choice(tuple(INKS)),
        "specks": [],
    }


def _sample_single(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    return _sample(rng, difficulty, count=1, scale=3)


def _sample_double(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    return _sample(rng, difficulty, count=2, scale=3)


def _sample_small(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    return _sample(rng, difficulty, count=2, scale=2)


def _sample_noisy(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    state = _sample(rng, difficulty, count=2, scale=3)
    # Specks of the digits' own colour could turn one digit into another.
    colors = [color for color in BOLD if color != state["ink"]]
    return {**state, "specks": [[rng.randrange(63), rng.randrange(63), rng.choice(colors)] for _ in range(spread(difficulty, 12, 30))]}


def _draw(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for x, y, color in state["specks"]:
        canvas.box((x, y, x + 1, y + 1), BOLD[color])
    canvas.glyphs(state["digits"], (state["x"], state["y"]), state["scale"], INKS[state["ink"]])
    return canvas.finish()


def _read_digit_by_digit(state: State) -> int:
    value = 0
    for digit in state["digits"]:
        value = 10 * value + "0123456789".index(digit)
    return value


def _swapped(state: State) -> Mapping[Any, ErrorType]:
    return {int(state["digits"][::-1]): ErrorType.SPATIAL}


def _form(sample: Callable[[random.Random, float, str], Draft]) -> Form:
    question = Question(
        answer_kind=INTEGER,
        phrases=("read the number",),
        truth=lambda state: int(state["digits"]),
        again=_read_digit_by_digit,
        otherwise=ErrorType.TEXT_READING,
        betrays=_swapped,
    )
    return questions_form(sample, _draw, {"digits": question})


SINGLE = _form(_sample_single)
DOUBLE = _form(_sample_double)
SMALL = _form(_sample_small)
NOISY = _form(_sample_noisy)
