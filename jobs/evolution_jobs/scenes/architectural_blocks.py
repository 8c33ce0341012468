"""Stacks of cubes in a corner: how many there are, how many are hidden, how they look from a side."""

from __future__ import annotations

import math
import random
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, Canvas, Point, mix
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import CHOICE, INTEGER, WORD, Draft, Question, questions_form

# ---- 64 pixels: three coloured stacks, one clearly the tallest


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    colors = rng.sample(tuple(BOLD), 3)
    heights = [rng.randint(1, spread(difficulty, 2, 3)) for _ in colors]
    tallest = rng.randrange(3)
    heights[tallest] = rng.randint(5, 6)
    return {"ground": rng.randint(0, 30), "tallest": colors[tallest], "colors": colors, "heights": heights}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for stack, (color, height) in enumerate(zip(state["colors"], state["heights"], strict=True)):
        for block in range(height):
            left, bottom = 3 + 21 * stack, 61 - 10 * block
            canvas.box((left, bottom - 8, left + 15, bottom), BOLD[color])
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "tallest": Question(
            answer_kind=WORD,
            phrases=("which color is tallest ?",),
            truth=lambda state: state["tallest"],
            again=lambda state: max(zip(state["heights"], state["colors"], strict=True))[1],
            betrays=lambda state: dict.fromkeys(state["colors"], ErrorType.PERCEPTION),
            otherwise=ErrorType.HALLUCINATION,
        )
    },
)

# ---- large: `heights[row][column]` never grow towards the viewer, so every stack shows its top
# Rows run to the lower left, columns to the lower right; the left view looks along the rows from their lower end.

Cube = tuple[int, int, int]


def _heights(rng: random.Random, side: int, most: int) -> list[list[int]]:
    heights: list[list[int]] = []
    for row in range(side):
        line: list[int] = []
        for column in range(side):
            limit = min([most, *([heights[row - 1][column]] if row else []), *([line[-1]] if column else [])])
            line.append(limit - min(limit, rng.choice((0, 0, 1, 1, 2))) if row or column else most)
        heights.append(line)
    return heights


def _cubes(state: State) -> set[Cube]:
    return {
        (row, column, level) for row, line in enumerate(state["heights"]) for column, height in enumerate(line) for level in range(height)
    }


def _hidden(state: State) -> int:
    """Count the cubes whose three faces towards the viewer are all covered by neighbours."""
    cubes = _cubes(state)
    return sum({(r + 1, c, z), (r, c + 1, z), (r, c, z + 1)} <= cubes for r, c, z in cubes)


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    side, most = spread(difficulty, 2, 4), spread(difficulty, 2, 4)
    if kind in ("hidden", "view"):
        side, most = max(side, 3), max(most, 3)
    draft: Draft = {"heights": _heights(rng, side, most), "theme": rng.choice(("paper", "cream", "mist", "night"))}
    draft |= {"color": rng.choice(("orange", "blue", "teal", "red", "purple")), "outlook": rng.choice(("left", "right"))}
    if kind == "hidden" and _hidden(draft) == 0:
        return None
    if kind == "view":
        profile = _profile(draft, draft["outlook"])
        if len(set(profile)) == 1:
            return None
        draft["options"] = shuffled_options(rng, _as_text(profile), _other_profiles(rng, profile))
    return draft


def _as_text(profile: list[int]) -> str:
    return ", ".join(map(str, profile))


def _other_profiles(rng: random.Random, profile: list[int]) -> list[str]:
    """Return the mirrored profile first, then profiles with one column changed, in random order."""
    changed = []
    for column, height in enumerate(profile):
        changed += [[*profile[:column], other, *profile[column + 1 :]] for other in (height - 1, height + 1) if other >= 0]
    return [_as_text(other) for other in (profile[::-1], *rng.sample(changed, len(changed)))]


def _profile(state: State, outlook: str) -> list[int]:
    """Return the heights of the columns that are seen from a side, from its left to its right."""
    heights = state["heights"]
    if outlook == "left":
        return [max(line[column] for line in heights) for column in range(len(heights))]
    return [max(line) for line in reversed(heights)]


def _layout(side: int, most: int) -> tuple[float, Point]:
    """Return the edge of a cube in units and where the far lower corner stands."""
    edge = min(330 / (2 * side * math.cos(math.radians(30))), 340 / (side + most))
    return edge, (224, 206 + edge * (most - side) / 2)


def _projected(corner: tuple[float, float, float], edge: float, origin: Point) -> Point:
    row, column, level = corner
    across, down = edge * math.cos(math.radians(30)), edge / 2
    return origin[0] + (column - row) * across, origin[1] + (column + row) * down - level * edge


FACES = {
    "top": ((0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)),
    "left": ((1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 0, 1)),
    "right": ((0, 1, 0), (1, 1, 0), (1, 1, 1), (0, 1, 1)),
}
"""Corners of the three faces that look towards the viewer."""


def _draw(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    side = len(state["heights"])
    edge, origin = _layout(side, state["heights"][0][0])
    color = PALETTE[state["color"]]
    tones = {"top": mix(color, (255, 255, 255), 0.45), "left": color, "right": mix(color, (0, 0, 0), 0.35)}
    floor = [_projected(corner, edge, origin) for corner in ((0, 0, 0), (side, 0, 0), (side, side, 0), (0, side, 0))]
    canvas.polygon(floor, theme.panel, outline=theme.faint, width=2)
    for row, column, level in sorted(_cubes(state), key=sum):
        for face, corners in FACES.items():
            points = [_projected((row + r, column + c, level + z), edge, origin) for r, c, z in corners]
            canvas.polygon(points, tones[face])
            canvas.line([*points, points[0]], theme.ink if state["theme"] != "night" else (20, 22, 28), 1.5)
    _draw_outlooks(canvas, state, edge, origin)
    return canvas.finish()


def _draw_outlooks(canvas: Canvas, state: State, edge: float, origin: Point) -> None:
    """Draw the arrows along which the stack is seen from the left and from the right."""
    theme, side = THEMES[state["theme"]], len(state["heights"])
    for corner, label in (((side, side / 2, 0), "left"), ((side / 2, side, 0), "right")):
        x, y = _projected(corner, edge, origin)
        lean = -1 if label == "left" else 1
        canvas.arrow((x + lean * 52, y + 30), (x + lean * 14, y + 8), theme.ink, 3, 12)
        canvas.text((x + lean * 62, y + 44), label, 16, theme.ink, face="DejaVuSans-Bold")


RING = ((1, 0), (1, 1), (0, 1), (-1, 0), (-1, -1), (0, -1))
"""Directions around a cube's hexagon on the paper, when a step up undoes a step along rows and columns."""


def _painted(state: State) -> set[Cube]:
    """Return the cubes of which something is seen, by painting all hexagons from back to front, in six triangles each."""
    owners: dict[frozenset[tuple[int, int]], Cube] = {}
    for row, column, level in sorted(_cubes(state), key=sum):
        u, v = row - level, column - level
        around = [(u + a, v + b) for a, b in RING]
        for k in range(6):
            owners[frozenset(((u, v), around[k], around[k - 1]))] = (row, column, level)
    return set(owners.values())


def _profile_again(state: State) -> list[int]:
    """Return the profile of the asked side from the cubes that no other cube stands before."""
    axis = 1 if state["outlook"] == "left" else 0
    tops: dict[int, int] = {}
    for cube in _cubes(state):
        tops[cube[axis]] = max(tops.get(cube[axis], 0), cube[2] + 1)
    columns = [tops.get(k, 0) for k in range(len(state["heights"]))]
    return columns if axis == 1 else columns[::-1]


def _total_betrayals(state: State) -> dict[Any, ErrorType]:
    hidden = _hidden(state)
    return {len(_cubes(state)) - hidden: ErrorType.PERCEPTION} if hidden else {}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "total": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many cubes does the stack have? Cubes may be hidden, but there are no gaps below or behind.",
                "Count all cubes, the hidden ones too; every cube rests on others or on the floor, and nothing is hollow.",
                "The stack is solid, without hollow spaces. Of how many cubes is it made?",
            ),
            truth=lambda state: sum(map(sum, state["heights"])),
            again=lambda state: len(_cubes(state)),
            betrays=_total_betrayals,
            otherwise=ErrorType.COUNTING,
        ),
        "hidden": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many cubes of this solid stack cannot be seen at all in the picture?",
                "The stack has no hollow spaces. How many of its cubes are completely hidden from view?",
            ),
            truth=_hidden,
            again=lambda state: len(_cubes(state) - _painted(state)),
            otherwise=ErrorType.SPATIAL,
        ),
        "view": Question(
            answer_kind=CHOICE,
            phrases=(
                "Seen straight along the arrow named {outlook}, how high are the columns, from left to right?",
                "Look at the stack along the arrow named {outlook}. Which column heights appear, from left to right?",
            ),
            truth=lambda state: _as_text(_profile(state, state["outlook"])),
            again=lambda state: _as_text(_profile_again(state)),
            betrays=lambda state: {_as_text(_profile(state, state["outlook"])[::-1]): ErrorType.SPATIAL},
            otherwise=ErrorType.COUNTING,
        ),
        "standing": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many squares of the floor are covered by cubes?",
                "Seen from straight above, how many columns of cubes are there?",
            ),
            truth=lambda state: sum(height > 0 for line in state["heights"] for height in line),
            again=lambda state: len({(row, column) for row, column, _ in _cubes(state)}),
            betrays=lambda state: (
                {sum(map(sum, state["heights"])): ErrorType.INSTRUCTION_FORMAT}
                if any(height > 1 for line in state["heights"] for height in line)
                else {}
            ),
            otherwise=ErrorType.COUNTING,
        ),
    },
)

BLOCKS = two_sized(
    name="blocks",
    summary="Count the cubes of a stack, seen and hidden, and tell its views.",
    capabilities=("count", "spatial", "compare"),
    error_types=(
        ErrorType.COUNTING,
        ErrorType.SPATIAL,
        ErrorType.PERCEPTION,
        ErrorType.HALLUCINATION,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
