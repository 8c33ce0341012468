"""Bright spots in a phantom: how many there are, on which side, and how large they are by the scale bar."""

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
from evolution_jobs.scenes.medical_phantom import BODIES, FILMS, SEARCHED, draw_phantom, draw_vessels, vessels
from evolution_jobs.scenes.questions import CHOICE, INTEGER, NAMES_IN_ORDER, WORD, Draft, Question, number, questions_form

MIDDLE = 224
"""The line between the left and the right side of a large phantom."""
TINY_BODY = Box(3, 3, 60, 60)
DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1)}

# ---- 64 pixels: white spots in one dim body


def _sample_tiny_spots(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count = rng.randint(1, 6)
    radius = rng.randint(spread(difficulty, 5, 4), 6)
    places = scatter(rng, [(2 * radius, 2 * radius)] * count, Box(7, 7, 57, 57), gap=3)
    return {"ground": rng.randint(0, 20), "count": count, "radius": radius, "spots": [[round(x), round(y)] for x, y in places]}


def _sample_tiny_largest(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    largest = rng.choice(tuple(DIRECTIONS))
    radii = {place: rng.randint(3, 4) for place in DIRECTIONS} | {largest: rng.randint(spread(difficulty, 9, 7), 9)}
    return {"ground": rng.randint(0, 20), "largest": largest, "radii": radii}


def _tiny_body(state: State) -> Canvas:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    canvas.ellipse(TINY_BODY, (60, 66, 80))
    return canvas


def _draw_tiny_spots(state: State) -> Image.Image:
    canvas = _tiny_body(state)
    for x, y in state["spots"]:
        canvas.circle((x, y), state["radius"] - 1, WHITE)
    return canvas.finish()


def _draw_tiny_largest(state: State) -> Image.Image:
    canvas = _tiny_body(state)
    for place, (x, y) in DIRECTIONS.items():
        canvas.circle((32 + 17 * x, 32 + 17 * y), state["radii"][place], WHITE)
    return canvas.finish()


def _off_by_one(state: State) -> dict[Any, ErrorType]:
    return {state["count"] - 1: ErrorType.COUNTING, state["count"] + 1: ErrorType.COUNTING}


TINY_SPOTS = questions_form(
    _sample_tiny_spots,
    _draw_tiny_spots,
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
TINY_LARGEST = questions_form(
    _sample_tiny_largest,
    _draw_tiny_largest,
    {
        "place": Question(
            answer_kind=WORD,
            phrases=("where is the largest spot ?",),
            truth=lambda state: state["largest"],
            again=lambda state: max(state["radii"], key=state["radii"].__getitem__),
            betrays=lambda _state: dict.fromkeys(DIRECTIONS, ErrorType.SPATIAL),
            otherwise=ErrorType.INSTRUCTION_FORMAT,
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


def _sample_spots(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
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
        wrong = [_sides(right, left), _sides(left + 1, right), _sides(left, right + 1), _sides(left + 1, right + 1)]
        draft["options"] = shuffled_options(
            rng, _sides(left, right), rng.sample(wrong[1:], 3) if left == right else [wrong[0], *rng.sample(wrong[1:], 2)]
        )
    return draft


def _sides(left: int, right: int) -> str:
    return f"{left} on the left, {right} on the right"


def _draw_spots(state: State) -> Image.Image:
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


SPOTS_FORM = questions_form(
    _sample_spots,
    _draw_spots,
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

# ---- large: labelled spots and a scale bar

SPOT_NAMES = ("K", "L", "M", "N", "P", "R")


def _sample_largest(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    count = spread(difficulty, 4, 6) if kind != "order" else spread(difficulty, 3, 5)
    names = rng.sample(SPOT_NAMES, count)
    bar_mm = rng.choice((10, 20))
    units_per_mm = 60 / bar_mm
    # Radii in units: even diameters in mm, so that they can be told apart by the bar.
    sizes = rng.sample(range(4, 15, 2 if difficulty < 0.5 else 1) if bar_mm == 20 else range(2, 9), count)
    largest = names[sizes.index(max(sizes))]
    asked = rng.choice(names)
    draft: Draft = {
        "film": rng.choice(tuple(FILMS)),
        "body": rng.choice(BODIES),
        "vessels": vessels(rng, spread(difficulty, 0, 4)),
        "bar_mm": bar_mm,
        "names": names,
        "diameters_mm": sizes,
        "radii": [size * units_per_mm / 2 for size in sizes],
        "places": [[round(x, 1), round(y, 1)] for x, y in scatter(rng, [(64, 70)] * count, SEARCHED, gap=4)],
        "asked": asked,
    }
    if kind == "largest":
        others = [f"spot {name}" for name in rng.sample(names, count) if name != largest]
        draft["options"] = shuffled_options(rng, f"spot {largest}", others)
    return draft


def _draw_largest(state: State) -> Image.Image:
    film = FILMS[state["film"]]
    canvas = Canvas(state["size"], film.ground)
    draw_phantom(canvas, film, state["body"])
    draw_vessels(canvas, film, state["vessels"])
    for name, radius, (x, y) in zip(state["names"], state["radii"], state["places"], strict=True):
        canvas.circle((x, y - 8), radius, film.spot)
        canvas.text((x, y + 26), name, 15, film.ink, face="DejaVuSans-Bold")
    canvas.line([(372, 400), (432, 400)], film.ink, 3)
    for x in (372, 432):
        canvas.line([(x, 394), (x, 406)], film.ink, 2)
    canvas.text((402, 384), f"{state['bar_mm']} mm", 14, film.ink)
    return canvas.finish()


def _by_drawn_radius(state: State) -> list[str]:
    return [name for _, name in sorted(zip(state["radii"], state["names"], strict=True), reverse=True)]


def _diameter_betrayals(state: State) -> dict[Any, ErrorType]:
    own = state["diameters_mm"][state["names"].index(state["asked"])]
    halves = {own / 2: ErrorType.KNOWLEDGE, own * 2: ErrorType.KNOWLEDGE}
    return halves | {float(other): ErrorType.TEXT_READING for other in state["diameters_mm"] if other != own}


LARGEST_FORM = questions_form(
    _sample_largest,
    _draw_largest,
    {
        "largest": Question(
            answer_kind=CHOICE,
            phrases=(
                "Which labelled spot is the largest?",
                "Of the labelled spots, which one has the greatest diameter?",
                "Compare the labelled spots. Which is widest?",
            ),
            truth=lambda state: f"spot {state['names'][state['diameters_mm'].index(max(state['diameters_mm']))]}",
            again=lambda state: f"spot {_by_drawn_radius(state)[0]}",
            betrays=lambda state: {f"spot {_by_drawn_radius(state)[-1]}": ErrorType.KNOWLEDGE},
            otherwise=ErrorType.PERCEPTION,
        ),
        "diameter": Question(
            answer_kind=number(unit="mm", abs_tol=0.6, rel_tol=0.08),
            phrases=(
                "Measure the diameter of spot {asked} with the scale bar. Give it in mm.",
                "By the scale bar, how many mm wide is spot {asked}?",
            ),
            truth=lambda state: float(state["diameters_mm"][state["names"].index(state["asked"])]),
            again=lambda state: 2 * state["radii"][state["names"].index(state["asked"])] * state["bar_mm"] / 60,
            betrays=_diameter_betrayals,
            otherwise=ErrorType.CHART_VALUE,
        ),
        "order": Question(
            answer_kind=NAMES_IN_ORDER,
            phrases=(
                "List the labels of all spots from the largest to the smallest, separated by commas.",
                "Sort the labelled spots by size, largest first. Give their labels, separated by commas.",
            ),
            truth=lambda state: [
                name for _, name in sorted(zip(state["diameters_mm"], state["names"], strict=True), key=lambda pair: -pair[0])
            ],
            again=_by_drawn_radius,
            betrays=lambda state: {tuple(_by_drawn_radius(state)[::-1]): ErrorType.KNOWLEDGE},
            otherwise=ErrorType.PERCEPTION,
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
    tiny=TINY_SPOTS,
    large=SPOTS_FORM,
)
LARGEST = two_sized(
    name="largest",
    summary="Find, measure or sort spots by their size.",
    capabilities=("compare", "read_scale", "spatial"),
    error_types=(
        ErrorType.SPATIAL,
        ErrorType.PERCEPTION,
        ErrorType.KNOWLEDGE,
        ErrorType.TEXT_READING,
        ErrorType.CHART_VALUE,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY_LARGEST,
    large=LARGEST_FORM,
)
