"""Mirror symmetry: the missing petal, the axes of a pattern, the tiles that break it."""

from __future__ import annotations

import random
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, WHITE, Canvas
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import BOOLEAN, CHOICE, INTEGER, WORD, Draft, Question, questions_form

# ---- 64 pixels: a flower that lacks one of four petals

PETALS = {"top": (32, 13), "right": (51, 32), "bottom": (32, 51), "left": (13, 32)}


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    missing = rng.choice(tuple(PETALS))
    return {
        "ground": rng.randint(0, 30),
        "missing": missing,
        "petals": [place for place in PETALS if place != missing],
        "color": rng.choice(("red", "purple", "cyan", "blue")),
        "radius": rng.randint(spread(difficulty, 8, 6), 9),
    }


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for place in state["petals"]:
        canvas.circle(PETALS[place], state["radius"], BOLD[state["color"]])
    canvas.circle((32, 32), 8, BOLD["yellow"])
    canvas.circle((32, 32), 3, WHITE)
    return canvas.finish()


def _lightest_side(state: State) -> str:
    """Return the side whose opposite the middle of the drawn petals leans to."""
    x = sum(PETALS[place][0] - 32 for place in state["petals"])
    y = sum(PETALS[place][1] - 32 for place in state["petals"])
    if x:
        return "left" if x > 0 else "right"
    return "top" if y > 0 else "bottom"


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "missing": Question(
            answer_kind=WORD,
            phrases=("where is missing ?",),
            truth=lambda state: state["missing"],
            again=_lightest_side,
            betrays=lambda _state: dict.fromkeys(PETALS, ErrorType.SPATIAL),
            otherwise=ErrorType.INSTRUCTION_FORMAT,
        )
    },
)

# ---- large: square patterns, symmetric about an upright or a level axis, or nearly so

AXES = {
    (True, False): "only the vertical axis (left mirrors right)",
    (False, True): "only the horizontal axis (top mirrors bottom)",
    (True, True): "both the vertical and the horizontal axis",
    (False, False): "neither the vertical nor the horizontal axis",
}
TILES = ("square", "circle", "diamond")
COLORS = ("red", "orange", "yellow", "green", "blue", "purple", "teal")


def _mirrored(cells: list[list[int]], axis: str) -> list[list[int]]:
    return [row[::-1] for row in cells] if axis == "vertical" else cells[::-1]


def _pattern(rng: random.Random, side: int, colors: int, axes: tuple[bool, bool]) -> list[list[int]]:
    """Return a random square pattern with at least the given symmetries (about the vertical, the horizontal axis)."""
    half = range(side)
    cells = [[rng.randrange(colors) for _ in half] for _ in half]
    for row in half:
        for column in half:
            twin_row = min(row, side - 1 - row) if axes[1] else row
            twin_column = min(column, side - 1 - column) if axes[0] else column
            cells[row][column] = cells[twin_row][twin_column]
    return cells


def _break(rng: random.Random, cells: list[list[int]], colors: int, count: int, axis: str) -> None:
    """Change `count` tiles whose mirror twins about the axis stay as they are."""
    side = len(cells)
    for place in rng.sample(range(side * side // 2), count):
        line, across = divmod(place, side // 2)
        row, column = (line, across) if axis == "vertical" else (across, line)
        if rng.random() < 0.5:
            row, column = (row, side - 1 - column) if axis == "vertical" else (side - 1 - row, column)
        cells[row][column] = (cells[row][column] + rng.randrange(1, colors)) % colors


def _differing(cells: list[list[int]], axis: str) -> int:
    """Return the number of mirror pairs whose two tiles differ."""
    twins = _mirrored(cells, axis)
    return sum(own != twin for row, mirror in zip(cells, twins, strict=True) for own, twin in zip(row, mirror, strict=True)) // 2


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    side, colors = 2 * spread(difficulty, 2, 4), spread(difficulty, 3, 4)
    axis = rng.choice(("vertical", "horizontal"))
    # A bold pattern that is nearly symmetric is the hard case of "neither".
    wanted = rng.choice(tuple(AXES)) if kind == "axes" else (axis == "vertical", axis == "horizontal")
    broken = {
        "axes": 0,
        "pairs": rng.randint(1, spread(difficulty, 4, 7)),
        "whole": rng.choice((0, rng.randint(1, spread(difficulty, 4, 1)))),
    }[kind]
    cells = _pattern(rng, side, colors, (True, True) if wanted == (False, False) else wanted)
    if wanted == (False, False):
        for each in ("vertical", "horizontal"):
            _break(rng, cells, colors, spread(difficulty, 3, 1), each)
    _break(rng, cells, colors, broken, axis)
    draft: Draft = {
        "theme": rng.choice(("paper", "mist", "night")),
        "tile": rng.choice(TILES),
        "colors": rng.sample(COLORS, colors),
        "cells": cells,
        "axis": axis,
        "broken": broken,
    }
    if kind == "axes":
        if (_differing(cells, "vertical") == 0, _differing(cells, "horizontal") == 0) != wanted:
            return None
        draft |= {"axis": "", "axes": AXES[wanted], "options": shuffled_options(rng, AXES[wanted], list(AXES.values()))}
    return draft


def _draw(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    cells = state["cells"]
    pitch = 384 / len(cells)
    canvas.box((26, 26, 422, 422), theme.panel, outline=theme.faint, width=2)
    for row, line in enumerate(cells):
        for column, color in enumerate(line):
            center = (32 + pitch * (column + 0.5), 32 + pitch * (row + 0.5))
            canvas.shape(state["tile"], center, pitch * 0.43, PALETTE[state["colors"][color]])
    if state["axis"] == "vertical":
        canvas.dashed_line((224, 6), (224, 442), theme.ink, 4, 10)
    elif state["axis"] == "horizontal":
        canvas.dashed_line((6, 224), (442, 224), theme.ink, 4, 10)
    return canvas.finish()


def _pairs_again(state: State) -> int:
    """Fold the pattern at the axis and count the places where two different tiles meet."""
    side = len(state["cells"])
    meeting: dict[tuple[int, int], set[int]] = {}
    for row, line in enumerate(state["cells"]):
        for column, color in enumerate(line):
            folded = (row, min(column, side - 1 - column)) if state["axis"] == "vertical" else (min(row, side - 1 - row), column)
            meeting.setdefault(folded, set()).add(color)
    return sum(len(colors) > 1 for colors in meeting.values())


def _axes_again(state: State) -> str:
    folds = [_pairs_again({**state, "axis": axis}) == 0 for axis in ("vertical", "horizontal")]
    return AXES[folds[0], folds[1]]


def _axes_betrayals(state: State) -> dict[Any, ErrorType]:
    swapped = {AXES[True, False]: AXES[False, True], AXES[False, True]: AXES[True, False]}
    return {swapped[state["axes"]]: ErrorType.KNOWLEDGE} if state["axes"] in swapped else {}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "pairs": Question(
            answer_kind=INTEGER,
            phrases=(
                "Fold the picture along the dashed line. How many pairs of tiles that meet have different colours?",
                "The pattern should be mirrored at the dashed line. In how many pairs of mirrored tiles do the colours differ?",
                "How many tiles would have to change colour, at the least, to make the pattern mirror itself at the dashed line?",
            ),
            truth=lambda state: state["broken"],
            again=_pairs_again,
            betrays=lambda state: {2 * state["broken"]: ErrorType.KNOWLEDGE},
            otherwise=ErrorType.COUNTING,
        ),
        "whole": Question(
            answer_kind=BOOLEAN,
            phrases=(
                "Is the pattern perfectly mirrored at the dashed line?",
                "Do both sides of the dashed line mirror each other in every tile?",
            ),
            truth=lambda state: state["broken"] == 0,
            again=lambda state: _pairs_again(state) == 0,
            otherwise=ErrorType.PERCEPTION,
        ),
        "axes": Question(
            answer_kind=CHOICE,
            phrases=(
                "About which axes through its middle is this pattern mirror-symmetric?",
                "Which mirror axes through the centre does the pattern have?",
            ),
            truth=lambda state: state["axes"],
            again=_axes_again,
            betrays=_axes_betrayals,
            otherwise=ErrorType.PERCEPTION,
        ),
    },
)

SYMMETRY = two_sized(
    name="symmetry",
    summary="Find what breaks a mirror symmetry, or the axes of a pattern.",
    capabilities=("symmetry", "compare", "count"),
    error_types=(
        ErrorType.PERCEPTION,
        ErrorType.COUNTING,
        ErrorType.SPATIAL,
        ErrorType.KNOWLEDGE,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
