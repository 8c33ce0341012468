"""Facades: windows that are lit, floor by floor."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, Canvas, Color, mix
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import BOOLEAN, INTEGER, INTEGERS, Draft, Question, questions_form

# ---- 64 pixels: yellow windows in a grey house


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count = rng.randint(1, 6)
    shift = rng.randint(-spread(difficulty, 2, 6), spread(difficulty, 2, 6))
    return {"ground": rng.randint(0, 20), "count": count, "left": 9 + shift, "windows": sorted(rng.sample(range(6), count))}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    left = state["left"]
    canvas.box((left, 4, left + 45, 62), (90, 80, 90))
    for window in state["windows"]:
        x, y = left + 6 + 19 * (window % 2), 9 + 18 * (window // 2)
        canvas.box((x, y, x + 14, y + 11), BOLD["yellow"])
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "count": Question(
            answer_kind=INTEGER,
            phrases=("how many windows ?",),
            truth=lambda state: state["count"],
            again=lambda state: len(set(state["windows"])),
            betrays=lambda state: {6 - state["count"]: ErrorType.PERCEPTION},
            otherwise=ErrorType.COUNTING,
        )
    },
)

# ---- large: `windows[floor][column]` from the lowest floor up: lit, dark or shut

WALLS: dict[str, tuple[Color, Color, Color]] = {
    "brick": ((166, 92, 74), (96, 48, 42), (64, 84, 120)),
    "plaster": ((232, 220, 190), (150, 96, 72), (86, 96, 110)),
    "stone": ((160, 168, 176), (84, 92, 104), (52, 60, 74)),
}
"""Wall, roof and dark window by name."""
SKIES: dict[str, Color] = {"dusk": (46, 52, 92), "day": (186, 214, 236), "fog": (206, 210, 214)}
LIT: Color = (255, 214, 92)


def _floor(rng: random.Random, columns: int, *, has_shutters: bool) -> list[str]:
    return rng.choices(("lit", "dark", "shut"), (5, 4, 2 if has_shutters else 0), k=columns)


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    floors, columns = spread(difficulty, 3, 6), spread(difficulty, 3, 7)
    windows = [_floor(rng, columns, has_shutters=difficulty > 0.35) for _ in range(floors)]
    broken = 0
    if kind == "mirrored":
        windows = [[row[min(k, columns - 1 - k)] for k in range(columns)] for row in windows]
        broken = rng.choice((0, rng.randint(1, spread(difficulty, 3, 1))))
        for floor in rng.sample(range(floors), broken):
            column = rng.randrange(columns // 2)
            windows[floor][column] = "dark" if windows[floor][column] == "lit" else "lit"
    lit = [row.count("lit") for row in windows]
    if kind == "brightest" and lit.count(max(lit)) > 1:
        return None
    return (
        {
            "wall": rng.choice(tuple(WALLS)),
            "sky": rng.choice(tuple(SKIES)),
            "roof": rng.choice(("gable", "flat", "dome")),
            "windows": windows,
            "lit": lit,
            "broken": broken,
        }
        if sum(lit) > 1
        else None
    )


def _house(state: State) -> tuple[float, float, float, float]:
    """Return the left and top of the wall, and the pitch of columns and floors."""
    columns, floors = len(state["windows"][0]), len(state["windows"])
    column, floor = min(62.0, 360 / columns), min(74.0, 296 / floors)
    return 224 - column * columns / 2, 392 - floor * floors, column, floor


def _window_boxes(state: State) -> list[tuple[float, float, float, float, str]]:
    left, top, column, floor = _house(state)
    boxes = []
    for row, line in enumerate(reversed(state["windows"])):
        for k, look in enumerate(line):
            x, y = left + column * (k + 0.5), top + floor * (row + 0.5)
            boxes.append(
                (round(x - column * 0.28, 1), round(y - floor * 0.32, 1), round(x + column * 0.28, 1), round(y + floor * 0.32, 1), look)
            )
    return boxes


def _draw_roof(canvas: Canvas, state: State, left: float, top: float) -> None:
    color = WALLS[state["wall"]][1]
    right = 448 - left
    if state["roof"] == "gable":
        canvas.polygon([(left - 14, top), (right + 14, top), (224, max(8, top - 70))], color)
    elif state["roof"] == "flat":
        canvas.box((left - 10, top - 14, right + 10, top), color)
    else:
        canvas.box((left - 10, top - 10, right + 10, top), color)
        canvas.sector((224, top - 8), 56, (-90, 90), color)


def _draw(state: State) -> Image.Image:
    wall, roof, dark = WALLS[state["wall"]]
    canvas = Canvas(state["size"], SKIES[state["sky"]])
    left, top, _, _ = _house(state)
    canvas.box((0, 420, 448, 448), mix(SKIES[state["sky"]], (60, 70, 60), 0.7))
    _draw_roof(canvas, state, left, top)
    canvas.box((left - 4, top, 452 - left, 392), wall)
    canvas.box((left - 10, 392, 458 - left, 428), mix(wall, roof, 0.5))
    canvas.box((210, 394, 238, 428), mix(roof, (0, 0, 0), 0.3))
    for x1, y1, x2, y2, look in _window_boxes(state):
        fill = {"lit": LIT, "dark": dark, "shut": mix(roof, wall, 0.2)}[look]
        canvas.box((x1, y1, x2, y2), fill, outline=mix(roof, (0, 0, 0), 0.3), width=2.5)
        if look == "shut":
            for k in range(1, 5):
                y = y1 + (y2 - y1) * k / 5
                canvas.line([(x1 + 3, y), (x2 - 3, y)], mix(roof, (0, 0, 0), 0.35), 1.5)
        else:
            canvas.line([((x1 + x2) / 2, y1), ((x1 + x2) / 2, y2)], mix(roof, (0, 0, 0), 0.3), 2)
    return canvas.finish()


def _lit_again(state: State) -> list[int]:
    """Count the lit windows that are drawn at each height, from the lowest up."""
    heights = Counter({box[1]: 0 for box in _window_boxes(state)})
    heights.update(box[1] for box in _window_boxes(state) if box[4] == "lit")
    return [heights[height] for height in sorted(heights, reverse=True)]


def _is_mirrored_again(state: State) -> bool:
    looks = {(box[0] + box[2] - 448, box[1]): box[4] for box in _window_boxes(state)}
    mirrored = {(round(-x, 1), y): look for (x, y), look in looks.items()}
    return {(round(x, 1), y): look for (x, y), look in looks.items()} == mirrored


def _total_betrayals(state: State) -> dict[Any, ErrorType]:
    total = sum(len(row) for row in state["windows"])
    return {total: ErrorType.PERCEPTION, total - sum(state["lit"]): ErrorType.PERCEPTION} if 2 * sum(state["lit"]) != total else {}


def _from_above(state: State) -> dict[Any, ErrorType]:
    above = len(state["lit"]) - state["lit"].index(max(state["lit"]))
    return {above: ErrorType.SPATIAL} if 2 * above != len(state["lit"]) + 1 else {}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "lit": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many windows of the house are lit?",
                "Count the windows with yellow light in them.",
                "In how many windows is the light on?",
            ),
            truth=lambda state: sum(state["lit"]),
            again=lambda state: sum(_lit_again(state)),
            betrays=_total_betrayals,
            otherwise=ErrorType.COUNTING,
        ),
        "floors": Question(
            answer_kind=INTEGERS,
            phrases=(
                "Give the number of lit windows on each floor with windows, from the lowest to the highest, separated by commas.",
                "How many windows are lit floor by floor? Start with the lowest row of windows and separate the numbers by commas.",
            ),
            truth=lambda state: tuple(state["lit"]),
            again=_lit_again,
            betrays=lambda state: {tuple(state["lit"][::-1]): ErrorType.SPATIAL},
            otherwise=ErrorType.COUNTING,
        ),
        "brightest": Question(
            answer_kind=INTEGER,
            phrases=(
                "Which row of windows has the most lit ones? Number the rows from the bottom, the lowest being the first.",
                "Counting rows of windows from the ground up, what is the number of the row with the most light?",
            ),
            truth=lambda state: state["lit"].index(max(state["lit"])) + 1,
            again=lambda state: _lit_again(state).index(max(_lit_again(state))) + 1,
            betrays=_from_above,
            otherwise=ErrorType.COUNTING,
        ),
        "mirrored": Question(
            answer_kind=BOOLEAN,
            phrases=(
                "Do the windows of the left half mirror those of the right half in every row?",
                "Is the pattern of lit, dark and shuttered windows symmetric from left to right?",
            ),
            truth=lambda state: state["broken"] == 0,
            again=_is_mirrored_again,
            otherwise=ErrorType.PERCEPTION,
        ),
    },
)

FACADE = two_sized(
    name="facade",
    summary="Count the windows of a facade, floor by floor, and see whether they mirror each other.",
    capabilities=("count", "compare", "symmetry"),
    error_types=(ErrorType.COUNTING, ErrorType.PERCEPTION, ErrorType.SPATIAL, ErrorType.INSTRUCTION_FORMAT),
    tiny=TINY,
    large=LARGE,
)
