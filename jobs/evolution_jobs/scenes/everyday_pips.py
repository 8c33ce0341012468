"""Dots, dice and dominoes: the state holds values, second counts go over the pips that are drawn."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, WHITE, Box, Canvas, Point, mix, scatter
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import BOOLEAN, INTEGER, Draft, Question, questions_form

NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six")
_CORNERS = ((-1, -1), (1, 1), (1, -1), (-1, 1), (-1, 0), (1, 0))


def _pips(value: int) -> list[Point]:
    """Return the places of a die's pips in a square from -1 to 1."""
    return [(0.0, 0.0)] * (value % 2) + list(_CORNERS[: value - value % 2])


def _off_by_one(truth: Callable[[State], int]) -> Callable[[State], Mapping[Any, ErrorType]]:
    return lambda state: dict.fromkeys((truth(state) - 1, truth(state) + 1), ErrorType.COUNTING)


# ---- dots and dice


def _sample_tiny_dots(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    radii = [rng.randint(5, 6) for _ in range(rng.randint(1, spread(difficulty, 3, 7)))]
    places = scatter(rng, [(2 * r, 2 * r) for r in radii], Box(2, 2, 62, 62), 3)
    dots = [[round(x), round(y), r] for (x, y), r in zip(places, radii, strict=True)]
    return {"ground": rng.randint(0, 40), "color": rng.choice(tuple(BOLD)), "dots": dots}


def _draw_tiny_dots(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for x, y, radius in state["dots"]:
        canvas.circle((x, y), radius, BOLD[state["color"]])
    return canvas.finish()


TINY_DOTS = questions_form(
    _sample_tiny_dots,
    _draw_tiny_dots,
    {
        "dots": Question(
            answer_kind=INTEGER,
            phrases=("how many dots ?",),
            truth=lambda state: len(state["dots"]),
            again=lambda state: len({(x, y) for x, y, _ in state["dots"]}),
            otherwise=ErrorType.PERCEPTION,
            betrays=_off_by_one(lambda state: len(state["dots"])),
        )
    },
)


def _sample_dice(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count = rng.randint(2, spread(difficulty, 3, 7))
    places = scatter(rng, [(108, 108)] * count, Box(10, 10, 438, 438), 8)
    dice: list[Draft] = [
        {
            "x": round(x),
            "y": round(y),
            "value": rng.randint(1, 6),
            "tilt": round(rng.uniform(-45, 45) * difficulty),
            "color": rng.choice(("red", "blue", "green", "black", "purple")),
        }
        for x, y in places
    ]
    target = rng.choice([*(die["value"] for die in dice), rng.randint(1, 6)])
    theme = rng.choice(("paper", "cream", "mist"))
    return {"theme": theme, "dice": dice, "target": target, "target_word": NUMBER_WORDS[target]}


def _turned(center: Point, offset: Point, degrees: float) -> Point:
    angle = math.radians(degrees)
    x, y = offset
    return center[0] + x * math.cos(angle) - y * math.sin(angle), center[1] + x * math.sin(angle) + y * math.cos(angle)


def _draw_dice(state: State) -> Image.Image:
    canvas = Canvas(state["size"], THEMES[state["theme"]].paper)
    for die in state["dice"]:
        center, color = (die["x"], die["y"]), PALETTE[die["color"]]
        corners = [_turned(center, (38 * x, 38 * y), die["tilt"]) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        canvas.polygon([(x + 4, y + 5) for x, y in corners], mix(THEMES[state["theme"]].paper, (0, 0, 0), 0.25))
        canvas.polygon(corners, color)
        canvas.line([*corners, corners[0], corners[1]], mix(color, (0, 0, 0), 0.35), 4)
        for x, y in _pips(die["value"]):
            canvas.circle(_turned(center, (22 * x, 22 * y), die["tilt"]), 7, WHITE)
    return canvas.finish()


def _values(state: State) -> list[int]:
    return [die["value"] for die in state["dice"]]


def _counted_pips(state: State) -> list[int]:
    return [len(set(_pips(die["value"]))) for die in state["dice"]]


DICE = questions_form(
    _sample_dice,
    _draw_dice,
    {
        "total": Question(
            answer_kind=INTEGER,
            phrases=("How many pips do all the dice show together?", "What do the dice add up to?", "Add up the pips of all dice."),
            truth=lambda state: sum(_values(state)),
            again=lambda state: sum(_counted_pips(state)),
            otherwise=ErrorType.PERCEPTION,
            betrays=_off_by_one(lambda state: sum(_values(state))),
        ),
        "showing": Question(
            answer_kind=INTEGER,
            phrases=("How many dice show a {target_word}?", "On how many dice can you see exactly {target_word} pips?"),
            truth=lambda state: _values(state).count(state["target"]),
            again=lambda state: sum(pips == state["target"] for pips in _counted_pips(state)),
            otherwise=ErrorType.PERCEPTION,
            betrays=_off_by_one(lambda state: _values(state).count(state["target"])),
        ),
    },
)

# ---- dominoes


def _sample_tiny_domino(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    most = spread(difficulty, 3, 4)
    return {"ground": rng.randint(0, 40), "halves": [rng.randint(1, most), rng.randint(1, most)]}


_TINY_PIPS = ((0, 0), (1, 1), (0, 1), (1, 0))


def _draw_tiny_domino(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    canvas.box((31, 4, 32, 60), (200, 200, 200))
    for left, value in zip((9, 41), state["halves"], strict=True):
        for column, row in _TINY_PIPS[:value]:
            canvas.circle((left + column * 14, 22 + row * 20), 5, BOLD["cyan"])
    return canvas.finish()


def _sum_slips(state: State) -> Mapping[Any, ErrorType]:
    total = sum(state["halves"])
    return {**dict.fromkeys(state["halves"], ErrorType.CALCULATION), **dict.fromkeys((total - 1, total + 1), ErrorType.COUNTING)}


TINY_DOMINO = questions_form(
    _sample_tiny_domino,
    _draw_tiny_domino,
    {
        "sum": Question(
            answer_kind=INTEGER,
            phrases=("sum of dots ?",),
            truth=lambda state: sum(state["halves"]),
            again=lambda state: len([pip for half in state["halves"] for pip in _TINY_PIPS[:half]]),
            otherwise=ErrorType.CALCULATION,
            betrays=_sum_slips,
        )
    },
)


def _sample_dominoes(rng: random.Random, difficulty: float, kind: str) -> Draft:
    count = rng.randint(1, spread(difficulty, 2, 5))
    tiles = [[rng.randint(0, 6), rng.randint(0, 6)] for _ in range(count)]
    if kind == "double" and rng.random() < 0.5:
        tiles[rng.randrange(count)] = [rng.randint(1, 6)] * 2
    elif kind == "double":
        tiles = [[upper, lower if lower != upper else (lower + 1) % 7] for upper, lower in tiles]
    return {"theme": rng.choice(tuple(THEMES)), "tiles": tiles, "color": rng.choice(("black", "blue", "red", "brown"))}


def _draw_dominoes(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    tiles, color = state["tiles"], PALETTE[state["color"]]
    half = 62 if len(tiles) <= 3 else 38
    for k, values in enumerate(tiles):
        x, y = 224 + (k - (len(tiles) - 1) / 2) * 2.2 * half, 224 + (12 if k % 2 else -12)
        canvas.box((x - half, y - 2 * half, x + half, y + 2 * half), color, outline=theme.ink, width=2, radius=half / 4)
        canvas.line([(x - 0.8 * half, y), (x + 0.8 * half, y)], WHITE, 3)
        for value, middle in zip(values, (y - half, y + half), strict=True):
            for dx, dy in _pips(value):
                canvas.circle((x + 0.55 * half * dx, middle + 0.55 * half * dy), 0.17 * half, WHITE)
    return canvas.finish()


def _counted_halves(state: State) -> list[tuple[int, int]]:
    return [(len(set(_pips(upper))), len(set(_pips(lower)))) for upper, lower in state["tiles"]]


def _half_sums(state: State) -> tuple[int, int]:
    uppers, lowers = (sum(half) for half in zip(*state["tiles"], strict=True))
    return uppers, lowers


def _half_slips(state: State) -> Mapping[Any, ErrorType]:
    uppers, lowers = _half_sums(state)
    right = uppers if state["kind"] == "upper" else uppers + lowers
    return {right - 1: ErrorType.COUNTING, right + 1: ErrorType.COUNTING, lowers: ErrorType.SPATIAL}


DOMINO = questions_form(
    _sample_dominoes,
    _draw_dominoes,
    {
        "total": Question(
            answer_kind=INTEGER,
            phrases=("How many pips are there on all halves of the dominoes?", "Add up all pips in the picture."),
            truth=lambda state: sum(_half_sums(state)),
            again=lambda state: sum(upper + lower for upper, lower in _counted_halves(state)),
            otherwise=ErrorType.CALCULATION,
            betrays=_half_slips,
        ),
        "upper": Question(
            answer_kind=INTEGER,
            phrases=("How many pips are on the upper halves altogether?", "Add up the pips of the upper halves only."),
            truth=lambda state: _half_sums(state)[0],
            again=lambda state: sum(upper for upper, _ in _counted_halves(state)),
            otherwise=ErrorType.CALCULATION,
            betrays=_half_slips,
        ),
        "double": Question(
            answer_kind=BOOLEAN,
            phrases=("Is there a domino with equal halves?", "Does any domino show the same number twice?"),
            truth=lambda state: any(upper == lower for upper, lower in state["tiles"]),
            again=lambda state: 0 in {upper - lower for upper, lower in _counted_halves(state)},
            otherwise=ErrorType.COUNTING,
        ),
    },
)

DOTS = two_sized(
    name="dots",
    summary="The number of dots, or the pips on dice",
    capabilities=("count",),
    error_types=(ErrorType.COUNTING, ErrorType.PERCEPTION),
    tiny=TINY_DOTS,
    large=DICE,
)
DOMINOES = two_sized(
    name="dominoes",
    summary="The pips on dominoes, added up or compared",
    capabilities=("count", "compute", "compare"),
    error_types=(ErrorType.COUNTING, ErrorType.CALCULATION, ErrorType.SPATIAL),
    tiny=TINY_DOMINO,
    large=DOMINO,
)
