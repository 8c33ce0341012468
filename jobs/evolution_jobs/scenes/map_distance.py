"""How far places are apart by the scale bar, and which is nearest."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, WHITE, Canvas, polar
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.map_landmarks import BAR_UNITS, draw_island, place_of, sample_island
from evolution_jobs.scenes.questions import WORD, Draft, Question, number, questions_form

# ---- 64 pixels: three dots around a white one


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    colors = rng.sample(tuple(BOLD), 3)
    turn = rng.randrange(360)
    reaches = [rng.randint(13, spread(difficulty, 13, 15)), 25, 25]
    places = [polar((32, 32), reach, turn + 120 * k) for k, reach in enumerate(reaches)]
    return {"ground": rng.randint(0, 30), "nearest": colors[0], "colors": colors, "places": [[round(x), round(y)] for x, y in places]}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    canvas.circle((32, 32), 4, WHITE)
    for color, place in zip(state["colors"], state["places"], strict=True):
        canvas.circle(place, 6, BOLD[color])
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "nearest": Question(
            answer_kind=WORD,
            phrases=("which color is nearest ?",),
            truth=lambda state: state["nearest"],
            again=lambda state: min(zip(state["places"], state["colors"], strict=True), key=lambda pair: math.dist((32, 32), pair[0]))[1],
            betrays=lambda state: dict.fromkeys(state["colors"], ErrorType.SPATIAL),
            otherwise=ErrorType.HALLUCINATION,
        )
    },
)

# ---- large


def _kilometres(state: State, *stops: str) -> float:
    places = [state["places_km"][state["names"].index(state[stop])] for stop in stops]
    return sum(math.dist(a, b) for a, b in pairwise(places))


def _by_bar(state: State, *stops: str) -> float:
    """Measure on the board with the scale bar."""
    places = [place_of(state, stop) for stop in stops]
    bars = sum(math.dist(a, b) for a, b in pairwise(places)) / BAR_UNITS
    return bars * float(state["bar_km"])


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    draft = sample_island(rng, difficulty)
    draft["first"], draft["second"], draft["third"] = rng.sample(draft["names"], 3)
    if kind == "nearest":
        own = place_of(draft, "first")
        near = sorted(math.dist(own, place) for place in draft["places"])[1:]
        return draft if near[1] > near[0] * 1.15 else None
    return draft


def _nearest(state: State) -> str:
    own = state["places_km"][state["names"].index(state["first"])]
    others = [(math.dist(own, place), name) for name, place in zip(state["names"], state["places_km"], strict=True)]
    return str(sorted(others)[1][1])


def _nearest_again(state: State) -> str:
    x, y = place_of(state, "first")
    others = {
        name: (x - a) ** 2 + (y - b) ** 2 for name, (a, b) in zip(state["names"], state["places"], strict=True) if name != state["first"]
    }
    return str(min(others, key=others.__getitem__))


def _unscaled(*stops: str) -> Any:
    """Return the betrayals of a distance that was taken in bars instead of km, or of only a part of the way."""

    def betrays(state: State) -> dict[Any, ErrorType]:
        slips = {_kilometres(state, *stops) / state["bar_km"]: ErrorType.CALCULATION, float(state["bar_km"]): ErrorType.TEXT_READING}
        if len(stops) > 2:
            slips |= {_kilometres(state, stops[0], stops[-1]): ErrorType.SPATIAL, _kilometres(state, *stops[:2]): ErrorType.CALCULATION}
        return slips

    return betrays


LARGE = questions_form(
    _sample,
    draw_island,
    {
        "distance": Question(
            answer_kind=number(unit="km", rel_tol=0.1),
            phrases=(
                "How many km is it in a straight line from {first} to {second}? Use the scale bar.",
                "Measure the straight distance between {first} and {second} by the scale bar, in km.",
                "With the scale bar, estimate how far {second} is from {first} as the crow flies, in km.",
            ),
            truth=lambda state: round(_kilometres(state, "first", "second"), 1),
            again=lambda state: round(_by_bar(state, "first", "second"), 1),
            betrays=_unscaled("first", "second"),
            otherwise=ErrorType.CHART_VALUE,
        ),
        "two_legs": Question(
            answer_kind=number(unit="km", rel_tol=0.1),
            phrases=(
                "A boat carries mail straight from {first} to {second} and on to {third}. How long is its way in km?",
                "Going straight from {first} to {second}, then straight to {third}: how many km is that in all?",
            ),
            truth=lambda state: round(_kilometres(state, "first", "second", "third"), 1),
            again=lambda state: round(_by_bar(state, "first", "second", "third"), 1),
            betrays=_unscaled("first", "second", "third"),
            otherwise=ErrorType.CHART_VALUE,
        ),
        "nearest": Question(
            answer_kind=WORD,
            phrases=(
                "Which landmark is nearest to {first} in a straight line?",
                "Of all other landmarks, which one has the shortest straight way from {first}?",
            ),
            truth=_nearest,
            again=_nearest_again,
            betrays=lambda state: dict.fromkeys(state["names"], ErrorType.SPATIAL),
            otherwise=ErrorType.HALLUCINATION,
        ),
    },
)

DISTANCE = two_sized(
    name="distance",
    summary="Measure distances with the scale bar, or find the nearest place.",
    capabilities=("read_scale", "compare", "compute", "ocr"),
    error_types=(
        ErrorType.CHART_VALUE,
        ErrorType.SPATIAL,
        ErrorType.CALCULATION,
        ErrorType.TEXT_READING,
        ErrorType.HALLUCINATION,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
