"""Bright spots in a phantom: how many there are, and on which side."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import WHITE, Box, Canvas, mix, scatter
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.medical_phantom import BODIES, FILMS, SEARCHED, draw_phantom, draw_tiny_body, draw_vessels, vessels
from evolution_jobs.scenes.questions import CHOICE, INTEGER, Draft, Question, questions_form

MIDDLE = 224
"""The line between the left and the right side of a large phantom."""

# ---- 64 pixels: white spots in one dim body


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count = rng.randint(1, 6)
    radius = rng.randint(spread(difficulty, 5, 4), 6)
    places = scatter(rng, [(2 * radius, 2 * radius)] * count, Box(7, 7, 57, 57), gap=3)
    return {"ground": rng.randint(0, 20), "count": count, "radius": radius, "spots": [[round(x), round(y)] for x, y in places]}


def _draw_tiny(state: State) -> Image.Image:
    canvas = draw_tiny_body(state["size"], state["ground"])
    for x, y in state["spots"]:
        canvas.circle((x, y), state["radius"] - 1, WHITE)
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "count": Question(
            answer_kind=INTEGER,
            phrases=("how many spots ?",),
            truth=lambda state: state["count"],
            again=lambda state: len({tuple(spot) for spot in state["spots"]}),
            otherwise=ErrorType.COUNTING,
        )
    },
)
# ---- large: round spots among vessels and square clips


def _side_counts(rng: random.Random, difficulty: float) -> tuple[int, int]:
    most = spread(difficulty, 4, 8)
    left = rng.randint(0, most)
    return left, rng.choice([count for count in range(most + 1) if count != left and count + left >= 2])


def _on_sides(rng: random.Random, counts: tuple[int, int], width: float) -> list[tuple[float, float]]:
    areas = (
        Box(SEARCHED.left, SEARCHED.top, MIDDLE - 12, SEARCHED.bottom),
        Box(MIDDLE + 12, SEARCHED.top, SEARCHED.right, SEARCHED.bottom),
    )
    return [
        place for area, count in zip(areas, counts, strict=True) if count for place in scatter(rng, [(width, width)] * count, area, gap=6)
    ]


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    left, right = _side_counts(rng, difficulty)
    clips = rng.randint(1, 1 + spread(difficulty, 1, 4)) if kind == "more" or difficulty > 0.3 else 0
    clips_left = rng.randint(max(0, clips - 4), min(clips, 4))
    if kind == "more" and left + right <= clips:
        return None
    places = _on_sides(rng, (left + clips_left, right + clips - clips_left), 30)
    # The first places of each side are spots, the others clips.
    spots, marks = (
        places[:left] + places[left + clips_left :][:right],
        places[left : left + clips_left] + places[left + clips_left + right :],
    )
    draft: Draft = {
        "film": rng.choice(tuple(FILMS)),
        "body": rng.choice(BODIES),
        "contrast": round(1 - 0.45 * difficulty * rng.random(), 2),
        "vessels": vessels(rng, spread(difficulty, 1, 5)),
        "left": left,
        "right": right,
        "clip_count": clips,
        "spots": [[round(x, 1), round(y, 1), rng.randint(spread(difficulty, 10, 7), 14)] for x, y in spots],
        "clips": [[round(x, 1), round(y, 1)] for x, y in marks],
    }
    if kind == "sides":
        near = [_sides(left + 1, right), _sides(left, right + 1), _sides(left + 1, right + 1)]
        draft["options"] = shuffled_options(rng, _sides(left, right), [_sides(right, left), *rng.sample(near, 3)])
    return draft


def _sides(left: int, right: int) -> str:
    return f"{left} on the left, {right} on the right"


def _draw(state: State) -> Image.Image:
    film = FILMS[state["film"]]
    canvas = Canvas(state["size"], film.ground)
    draw_phantom(canvas, film, state["body"])
    draw_vessels(canvas, film, state["vessels"])
    color = mix(film.organ, film.spot, state["contrast"])
    for x, y, radius in state["spots"]:
        canvas.circle((x, y), radius, color)
    for x, y in state["clips"]:
        canvas.box((x - 8, y - 8, x + 8, y + 8), None, outline=color, width=4)
    return canvas.finish()


def _counted_sides(state: State) -> tuple[int, int]:
    sides = Counter(x < MIDDLE for x, _, _ in state["spots"])
    return sides[True], sides[False]


def _count_betrayals(state: State) -> dict[Any, ErrorType]:
    spots, clips = state["left"] + state["right"], state["clip_count"]
    return {spots + clips: ErrorType.PERCEPTION, clips: ErrorType.PERCEPTION} if clips else {}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "count": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many filled round spots does the phantom contain? Hollow squares are clips and do not count.",
                "Count the filled round spots in this schematic phantom, leaving out the hollow square clips.",
                "Leaving aside any hollow squares, what is the number of filled round spots?",
            ),
            truth=lambda state: state["left"] + state["right"],
            again=lambda state: len({(x, y) for x, y, _ in state["spots"]}),
            betrays=_count_betrayals,
            otherwise=ErrorType.COUNTING,
        ),
        "sides": Question(
            answer_kind=CHOICE,
            phrases=(
                "How are the filled round spots spread over the left and right half of the picture?",
                "Which line gives the number of filled round spots in each half of the picture?",
            ),
            truth=lambda state: _sides(state["left"], state["right"]),
            again=lambda state: _sides(*_counted_sides(state)),
            betrays=lambda state: {_sides(state["right"], state["left"]): ErrorType.SPATIAL},
            otherwise=ErrorType.COUNTING,
        ),
        "more": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many more filled round spots than hollow square clips are there?",
                "Subtract the number of hollow square clips from the number of filled round spots. What is left?",
            ),
            truth=lambda state: state["left"] + state["right"] - state["clip_count"],
            again=lambda state: sum(_counted_sides(state)) - len(state["clips"]),
            betrays=lambda state: {state["left"] + state["right"] + state["clip_count"]: ErrorType.CALCULATION},
            otherwise=ErrorType.COUNTING,
        ),
    },
)

SPOTS = two_sized(
    name="spots",
    summary="Count the bright spots of a phantom, in all or by side.",
    capabilities=("count", "spatial", "compute"),
    error_types=(
        ErrorType.COUNTING,
        ErrorType.PERCEPTION,
        ErrorType.SPATIAL,
        ErrorType.CALCULATION,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
