"""A field of equal motifs in which one differs: where, and in what."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, Canvas, Point, polar
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import CHOICE, INTEGER, INTEGERS, WORD, Draft, Question, questions_form

# ---- 64 pixels: nine dots, one of another colour


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    common, odd = rng.sample(tuple(BOLD), 2)
    colors = [common] * 9
    colors[rng.randrange(9)] = odd
    return {"ground": rng.randint(0, 30), "odd": odd, "colors": colors, "radius": rng.randint(spread(difficulty, 7, 6), 8)}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for place, color in enumerate(state["colors"]):
        canvas.circle((11 + 21 * (place % 3), 11 + 21 * (place // 3)), state["radius"], BOLD[color])
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "color": Question(
            answer_kind=WORD,
            phrases=("which color is odd ?",),
            truth=lambda state: state["odd"],
            again=lambda state: Counter(state["colors"]).most_common()[-1][0],
            betrays=lambda state: dict.fromkeys(state["colors"], ErrorType.PERCEPTION),
            otherwise=ErrorType.HALLUCINATION,
        )
    },
)

# ---- large: rows of motifs with numbered rows and columns

MOTIFS: dict[str, tuple[tuple[float, float], ...]] = {
    "arrow": ((0, -1), (0.75, -0.1), (0.28, -0.1), (0.28, 1), (-0.28, 1), (-0.28, -0.1), (-0.75, -0.1)),
    "boot": ((-0.6, -1), (0.1, -1), (0.1, 0.35), (0.8, 0.35), (0.8, 1), (-0.6, 1)),
    "kite": ((0, -1), (0.75, -0.5), (0, 1.15), (-0.75, -0.5)),
    "flag": ((-0.6, -1), (0.85, -0.55), (-0.3, -0.1), (-0.3, 1), (-0.6, 1)),
}
"""Outlines in a circle of radius 1, upright; none looks the same after a turn of less than 360 degrees."""
COLORS = ("red", "orange", "green", "teal", "blue", "purple", "brown")
ASPECTS = ("motif", "color", "scale", "degrees")
MEANINGS = {"motif": "its shape", "color": "its colour", "scale": "its size", "degrees": "the way it points"}


def _odd_value(rng: random.Random, difficulty: float, aspect: str, common: dict[str, Any]) -> Any:
    if aspect == "motif":
        return rng.choice([name for name in MOTIFS if name != common["motif"]])
    if aspect == "color":
        return rng.choice([name for name in COLORS if name not in (common["color"], common["second_color"])])
    if aspect == "scale":
        return round(1 - 0.42 + 0.14 * difficulty, 2)
    return common["degrees"] + rng.choice((-1, 1)) * (180 if difficulty < 0.2 else 90 if difficulty < 0.6 else 45)


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    rows, columns = spread(difficulty, 3, 6), spread(difficulty, 4, 7)
    color, second = rng.sample(COLORS, 2)
    common = {
        "motif": rng.choice(tuple(MOTIFS)),
        "color": color,
        # A chequered field hides the odd one better.
        "second_color": second if rng.random() < difficulty else color,
        "scale": 1.0,
        "degrees": rng.randrange(0, 360, 90),
    }
    aspect = rng.choice(ASPECTS)
    row, column = rng.randrange(rows), rng.randrange(columns)
    cells = [[_cell(common, (r + c) % 2) for c in range(columns)] for r in range(rows)]
    cells[row][column][ASPECTS.index(aspect)] = _odd_value(rng, difficulty, aspect, common)
    draft: Draft = {"theme": rng.choice(("paper", "cream", "mist")), "cells": cells, "row": row + 1, "column": column + 1, "aspect": aspect}
    if kind == "aspect":
        draft["options"] = shuffled_options(rng, MEANINGS[aspect], list(MEANINGS.values()))
    return draft


def _cell(common: dict[str, Any], parity: int) -> list[Any]:
    return [common["motif"], common["second_color"] if parity else common["color"], common["scale"], common["degrees"]]


def _outline(motif: str, center: Point, radius: float, degrees: float) -> list[Point]:
    across, down = polar((0, 0), 1, degrees + 90), polar((0, 0), 1, degrees + 180)
    return [
        (center[0] + radius * (x * across[0] + y * down[0]), center[1] + radius * (x * across[1] + y * down[1])) for x, y in MOTIFS[motif]
    ]


def _draw(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    cells = state["cells"]
    pitch = 392 / max(len(cells), len(cells[0]))
    left, top = 236 - pitch * len(cells[0]) / 2, 236 - pitch * len(cells) / 2
    canvas.box((left, top, left + pitch * len(cells[0]), top + pitch * len(cells)), theme.panel, outline=theme.faint, width=2)
    for column in range(len(cells[0])):
        canvas.text((left + pitch * (column + 0.5), top - 14), str(column + 1), 16, theme.ink)
    for row, line in enumerate(cells):
        canvas.text((left - 14, top + pitch * (row + 0.5)), str(row + 1), 16, theme.ink)
        for column, (motif, color, scale, degrees) in enumerate(line):
            center = (left + pitch * (column + 0.5), top + pitch * (row + 0.5))
            canvas.polygon(_outline(motif, center, pitch * 0.36 * scale, degrees), PALETTE[color])
    return canvas.finish()


def _found(state: State) -> tuple[int, int, str]:
    """Return row, column and aspect of the only cell that holds a value no other cell has."""
    flat = [(r, c, cell) for r, line in enumerate(state["cells"], 1) for c, cell in enumerate(line, 1)]
    for k, aspect in enumerate(ASPECTS):
        values = Counter(cell[k] for _, _, cell in flat)
        for row, column, cell in flat:
            if values[cell[k]] == 1:
                return row, column, aspect
    raise AssertionError("No cell differs from the others.")


def _place_betrayals(state: State) -> dict[Any, ErrorType]:
    row, column = state["row"], state["column"]
    near = {(row + r, column + c): ErrorType.COUNTING for r in (-1, 0, 1) for c in (-1, 0, 1) if (r, c) != (0, 0)}
    return {(column, row): ErrorType.SPATIAL} | near if row != column else near


LARGE = questions_form(
    _sample,
    _draw,
    {
        "place": Question(
            answer_kind=INTEGERS,
            phrases=(
                "One figure differs from all others. Give its row and its column as two numbers separated by a comma.",
                "Find the odd one out. Answer with row, then column, separated by a comma.",
                "In which row and which column stands the figure that breaks the pattern? Row first, then column.",
            ),
            truth=lambda state: (state["row"], state["column"]),
            again=lambda state: _found(state)[:2],
            betrays=_place_betrayals,
            otherwise=ErrorType.PERCEPTION,
        ),
        "row": Question(
            answer_kind=INTEGER,
            phrases=(
                "One figure differs from all others. What is the number of its row?",
                "Give the number of the row that holds the odd one out.",
            ),
            truth=lambda state: state["row"],
            again=lambda state: _found(state)[0],
            betrays=lambda state: {state["column"]: ErrorType.SPATIAL} if state["row"] != state["column"] else {},
            otherwise=ErrorType.PERCEPTION,
        ),
        "aspect": Question(
            answer_kind=CHOICE,
            phrases=(
                "One figure differs from the others. In what?",
                "What sets the odd figure apart from all the rest?",
            ),
            truth=lambda state: MEANINGS[state["aspect"]],
            again=lambda state: MEANINGS[_found(state)[2]],
            otherwise=ErrorType.PERCEPTION,
        ),
    },
)

ODD_ONE_OUT = two_sized(
    name="odd_one_out",
    summary="Find the figure that differs, and say in what.",
    capabilities=("compare", "spatial"),
    error_types=(
        ErrorType.PERCEPTION,
        ErrorType.SPATIAL,
        ErrorType.COUNTING,
        ErrorType.HALLUCINATION,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
