"""Spots of different sizes in a phantom: which is the largest, and how wide they are by the scale bar."""

from __future__ import annotations

import random
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import WHITE, Canvas, scatter
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.medical_phantom import BODIES, FILMS, SEARCHED, draw_phantom, draw_tiny_body, draw_vessels, vessels
from evolution_jobs.scenes.questions import CHOICE, NAMES_IN_ORDER, WORD, Draft, Question, number, questions_form

DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "top": (0, -1), "bottom": (0, 1)}

# ---- 64 pixels: one spot at each side of a dim body


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    largest = rng.choice(tuple(DIRECTIONS))
    radii = {place: rng.randint(3, 4) for place in DIRECTIONS} | {largest: rng.randint(spread(difficulty, 9, 7), 9)}
    return {"ground": rng.randint(0, 20), "largest": largest, "radii": radii}


def _draw_tiny(state: State) -> Image.Image:
    canvas = draw_tiny_body(state["size"], state["ground"])
    for place, (x, y) in DIRECTIONS.items():
        canvas.circle((32 + 17 * x, 32 + 17 * y), state["radii"][place], WHITE)
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
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

# ---- large: labelled spots and a scale bar

SPOT_NAMES = ("K", "L", "M", "N", "P", "R")


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
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


def _draw(state: State) -> Image.Image:
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


LARGE = questions_form(
    _sample,
    _draw,
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
    tiny=TINY,
    large=LARGE,
)
