"""Mosaics: which colour is the most frequent, and how many tiles have it."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, Canvas
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import CHOICE, INTEGER, NAMES_IN_ORDER, WORD, Draft, Question, questions_form

TILES = ("square", "circle", "diamond", "hexagon")
COLORS = ("red", "yellow", "green", "blue", "purple", "orange", "pink", "teal", "brown")


def _laid(rng: random.Random, counts: dict[str, int], columns: int) -> list[list[str]]:
    """Return the rows of a mosaic with the given number of tiles of each colour, in random places."""
    tiles = [color for color, count in counts.items() for _ in range(count)]
    rng.shuffle(tiles)
    return [tiles[start : start + columns] for start in range(0, len(tiles), columns)]


def _counted(state: State) -> Counter[str]:
    return Counter(color for row in state["rows"] for color in row)


# ---- 64 pixels: 25 tiles, about half of them of one colour


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    most, *others = rng.sample(tuple(BOLD), 3)
    count = rng.randint(spread(difficulty, 14, 12), 16)
    second = rng.randint(3, 25 - count - 3)
    counts = {most: count, others[0]: second, others[1]: 25 - count - second}
    return {"ground": rng.randint(0, 30), "most": most, "rows": _laid(rng, counts, 5)}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for row, colors in enumerate(state["rows"]):
        for column, color in enumerate(colors):
            left, top = 2 + 12 * column, 2 + 12 * row
            canvas.box((left, top, left + 10, top + 10), BOLD[color])
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "most": Question(
            answer_kind=WORD,
            phrases=("which color is most ?",),
            truth=lambda state: state["most"],
            again=lambda state: _counted(state).most_common(1)[0][0],
            betrays=lambda state: dict.fromkeys(_counted(state), ErrorType.COUNTING),
            otherwise=ErrorType.HALLUCINATION,
        )
    },
)

# ---- large


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    columns, rows = spread(difficulty, 5, 9), spread(difficulty, 4, 8)
    colors = rng.sample(COLORS, spread(difficulty, 4, 5 if kind == "order" else 6))
    cuts = sorted(rng.sample(range(1, columns * rows), len(colors) - 1))
    counts = dict(zip(colors, (after - before for before, after in zip([0, *cuts], [*cuts, columns * rows], strict=True)), strict=True))
    ranked = sorted(counts.values(), reverse=True)
    asked = rng.choice(colors)
    is_fit = {
        "most": ranked[0] - ranked[1] >= spread(difficulty, 3, 2),
        "count": 2 <= counts[asked] <= spread(difficulty, 9, 18),
        "others": True,
        "order": len(set(ranked)) == len(ranked),
    }[kind]
    if not is_fit:
        return None
    draft: Draft = {
        "theme": rng.choice(("paper", "cream", "night")),
        "tile": rng.choice(TILES),
        "asked": asked,
        "palette": ", ".join(sorted(colors)),
        "counts": counts,
        "rows": _laid(rng, counts, columns),
    }
    if kind == "most":
        order = sorted(counts, key=lambda color: -counts[color])
        draft["options"] = shuffled_options(rng, order[0], order[1:])
    return draft


def _draw(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    rows = state["rows"]
    pitch = 400 / max(len(rows), len(rows[0]))
    left, top = 224 - pitch * len(rows[0]) / 2, 224 - pitch * len(rows) / 2
    canvas.box((left - 10, top - 10, 448 - left + 10, 448 - top + 10), theme.panel, outline=theme.ink, width=3)
    for row, colors in enumerate(rows):
        for column, color in enumerate(colors):
            center = (left + pitch * (column + 0.5), top + pitch * (row + 0.5))
            canvas.shape(state["tile"], center, pitch * 0.43, PALETTE[color])
    return canvas.finish()


def _by_count(state: State) -> list[str]:
    return [color for color, _ in _counted(state).most_common()]


def _neighbour_colors(state: State) -> dict[Any, ErrorType]:
    own = state["counts"][state["asked"]]
    return {count: ErrorType.PERCEPTION for count in state["counts"].values() if abs(count - own) > 2}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "most": Question(
            answer_kind=CHOICE,
            phrases=(
                "Which colour covers the most tiles of the mosaic?",
                "Compare the tile colours. Which one is the most frequent?",
                "What is the dominant colour of the mosaic, counted in tiles?",
            ),
            truth=lambda state: max(state["counts"], key=state["counts"].__getitem__),
            again=lambda state: _by_count(state)[0],
            otherwise=ErrorType.COUNTING,
        ),
        "count": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many tiles are {asked}?",
                "Count the {asked} tiles of the mosaic.",
            ),
            truth=lambda state: state["counts"][state["asked"]],
            again=lambda state: _counted(state)[state["asked"]],
            betrays=_neighbour_colors,
            otherwise=ErrorType.COUNTING,
        ),
        "others": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many tiles does the mosaic have that are not {asked}?",
                "Leave out the {asked} tiles. How many tiles remain?",
            ),
            truth=lambda state: sum(state["counts"].values()) - state["counts"][state["asked"]],
            again=lambda state: sum(color != state["asked"] for row in state["rows"] for color in row),
            betrays=lambda state: {len(state["rows"]) * len(state["rows"][0]): ErrorType.INSTRUCTION_FORMAT},
            otherwise=ErrorType.COUNTING,
        ),
        "order": Question(
            answer_kind=NAMES_IN_ORDER,
            phrases=(
                "List the tile colours from the most to the least frequent, separated by commas. Name them out of: {palette}.",
                "Sort the colours of the tiles by frequency, most frequent first, separated by commas. Name them out of: {palette}.",
            ),
            truth=lambda state: sorted(state["counts"], key=lambda color: -state["counts"][color]),
            again=_by_count,
            betrays=lambda state: {tuple(_by_count(state)[::-1]): ErrorType.INSTRUCTION_FORMAT},
            otherwise=ErrorType.COUNTING,
        ),
    },
)

MOSAIC = two_sized(
    name="mosaic",
    summary="Compare and count the colours of a mosaic.",
    capabilities=("count", "compare"),
    error_types=(ErrorType.COUNTING, ErrorType.PERCEPTION, ErrorType.HALLUCINATION, ErrorType.INSTRUCTION_FORMAT),
    tiny=TINY,
    large=LARGE,
)
