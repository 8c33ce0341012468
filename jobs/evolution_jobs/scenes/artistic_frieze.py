"""Friezes whose shapes, colours and sizes repeat, each at its own pace: what comes next, or much later."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, WHITE, Canvas
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import CHOICE, WORD, Draft, Question, questions_form


def _continued(shown: Sequence[str], place: int) -> str:
    """Return the value at `place` when the shown values go on with the shortest period that fits them."""
    fits = (period for period in range(1, len(shown)) if all(a == b for a, b in zip(shown, shown[period:], strict=False)))
    return shown[place % next(fits)]


# ---- 64 pixels: four dots and a frame for the fifth


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    period = 3 if rng.random() < difficulty / 2 else 2
    colors = rng.sample(tuple(BOLD), period)
    shown = [colors[k % period] for k in range(4)]
    return {"ground": rng.randint(0, 30), "shown": shown, "following": colors[4 % period], "middle": rng.randint(22, 42)}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    y = state["middle"]
    for k, color in enumerate(state["shown"]):
        canvas.circle((7 + 12 * k, y), 5, BOLD[color])
    canvas.box((51, y - 6, 62, y + 6), None, outline=WHITE, width=2)
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "following": Question(
            answer_kind=WORD,
            phrases=("which color is next ?",),
            truth=lambda state: state["following"],
            again=lambda state: _continued(state["shown"], 4),
            betrays=lambda state: dict.fromkeys(state["shown"], ErrorType.SPATIAL),
            otherwise=ErrorType.HALLUCINATION,
        )
    },
)

# ---- large

SHAPES = ("circle", "square", "triangle", "star", "diamond")
COLORS = ("red", "yellow", "green", "blue", "purple", "orange")
SIZES = ("small", "large")
GROUND_STYLES = ("tiles", "beads", "banner")


def _tile(cycles: State, place: int) -> list[str]:
    """Return size, colour and shape of the tile at a place, counted from 0."""
    return [cycles[aspect][place % len(cycles[aspect])] for aspect in ("sizes", "colors", "shapes")]


def _name(tile: Sequence[str], *, has_sizes: bool) -> str:
    """Return a tile in words; when all tiles are of one size, nobody could say whether it is large or small."""
    return " ".join(tile if has_sizes else tile[1:])


def _wrong_tiles(rng: random.Random, cycles: State, right: Sequence[str]) -> list[list[str]]:
    size, color, shape = right
    other_shape = rng.choice([each for each in SHAPES if each != shape])
    other_color = rng.choice([each for each in cycles["colors"] if each != color])
    wrong = [[size, other_color, shape], [size, color, other_shape], [size, other_color, other_shape]]
    if len(cycles["sizes"]) > 1:
        other_size = SIZES[1 - SIZES.index(size)]
        wrong += [[other_size, color, shape], [other_size, other_color, shape]]
    return rng.sample(wrong, len(wrong))


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    longest = spread(difficulty, 2, 4)
    periods = [rng.randint(1, 1 + spread(difficulty, 0, 1)), rng.randint(2, longest), rng.randint(1, longest)]
    if periods[1] == 4 == periods[2] or (difficulty > 0.4 and len(set(periods[1:])) == 1):
        return None
    cycles = {"sizes": rng.sample(SIZES, periods[0]), "colors": rng.sample(COLORS, periods[1]), "shapes": rng.sample(SHAPES, periods[2])}
    # Twice the longest period must be seen to know it.
    shown = 2 * max(periods) + rng.randint(0, 1) if max(periods) > 2 else rng.randint(5, 6)
    place = shown if kind == "following" else shown + rng.randint(3, spread(difficulty, 5, 12))
    right, has_sizes = _tile(cycles, place), periods[0] > 1
    return {
        "theme": rng.choice(("paper", "cream", "mist")),
        "style": rng.choice(GROUND_STYLES),
        "shown": [_tile(cycles, k) for k in range(shown)],
        "place": place,
        "ordinal": f"number {place + 1}",
        "has_sizes": has_sizes,
        "right": _name(right, has_sizes=has_sizes),
        "after": _name(_tile(cycles, place + 1), has_sizes=has_sizes),
        "options": shuffled_options(
            rng, _name(right, has_sizes=has_sizes), [_name(tile, has_sizes=has_sizes) for tile in _wrong_tiles(rng, cycles, right)]
        ),
    }


COLUMNS, PITCH = 5, 84.0
"""Tiles in a line, and the distance of their middles."""


def _draw_ground(canvas: Canvas, state: State, y: float, count: int) -> None:
    """Draw what a line of `count` tiles lies on."""
    theme = THEMES[state["theme"]]
    right = 14 + PITCH * count
    if state["style"] == "beads":
        canvas.line([(14, y), (right, y)], theme.ink, 4)
    elif state["style"] == "banner":
        canvas.box((8, y - 46, right + 6, y + 46), theme.panel, outline=theme.faint, width=3)
    else:
        for k in range(count):
            x = 14 + PITCH * (k + 0.5)
            canvas.box((x - 40, y - 40, x + 40, y + 40), theme.panel, outline=theme.faint, width=2)


def _draw(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    tiles = [*state["shown"], None]
    lines = [tiles[start : start + COLUMNS] for start in range(0, len(tiles), COLUMNS)]
    for line, own in enumerate(lines):
        y = 224 + 136 * (line - (len(lines) - 1) / 2) - 10
        _draw_ground(canvas, state, y, len(own))
        for k, tile in enumerate(own):
            x = 14 + PITCH * (k + 0.5)
            canvas.text((x, y + 60), str(COLUMNS * line + k + 1), 16, theme.ink)
            if tile is None:
                canvas.box((x - 34, y - 34, x + 34, y + 34), theme.paper, outline=theme.ink, width=3)
                canvas.text((x, y), "?", 34, theme.ink, face="DejaVuSans-Bold")
            else:
                canvas.shape(tile[2], (x, y), 31 if tile[0] == "large" else 17, PALETTE[tile[1]], outline=theme.ink, width=1.5)
    return canvas.finish()


def _again(state: State) -> str:
    aspects = zip(*state["shown"], strict=True)
    return _name([_continued(values, state["place"]) for values in aspects], has_sizes=state["has_sizes"])


def _betrayals(state: State) -> dict[Any, ErrorType]:
    return {state["after"]: ErrorType.COUNTING} if state["after"] != state["right"] else {}


def _explained(*phrases: str) -> Question:
    return Question(
        answer_kind=CHOICE,
        phrases=phrases,
        truth=lambda state: state["right"],
        again=_again,
        betrays=_betrayals,
        otherwise=ErrorType.PERCEPTION,
    )


LARGE = questions_form(
    _sample,
    _draw,
    {
        "following": _explained(
            "Shape, colour and size each repeat in their own rhythm. Which figure belongs in the frame with the question mark?",
            "Continue the frieze. What comes at the question mark?",
            "Which figure is hidden by the question mark if the pattern goes on?",
        ),
        "later": _explained(
            "The frieze goes on in the same way. Which figure is {ordinal} in the row?",
            "If the pattern continues beyond the question mark, what stands at {ordinal}?",
        ),
    },
)

FRIEZE = two_sized(
    name="frieze",
    summary="Continue a row of figures whose shape, colour and size repeat.",
    capabilities=("compare", "count", "symmetry"),
    error_types=(
        ErrorType.PERCEPTION,
        ErrorType.COUNTING,
        ErrorType.SPATIAL,
        ErrorType.HALLUCINATION,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
