"""Districts that share borders: neighbours, border crossings, the largest one."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import networkx as nx
import shapely
from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, Canvas, mix
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.map_ground import GROUNDS, TOWN_NAMES
from evolution_jobs.scenes.partition import cut
from evolution_jobs.scenes.questions import CHOICE, INTEGER, WORD, Draft, Question, questions_form

# ---- 64 pixels: a square cut into areas of different colours


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count = rng.randint(2, 6)
    return {
        "ground": rng.randint(0, 30),
        "count": count,
        "areas": cut(rng, (3, 3, 60, 60), count, most_uneven=0.46 - 0.12 * difficulty),
        "colors": rng.sample(tuple(BOLD), count),
    }


def _draw_tiny(state: State) -> Image.Image:
    ground = (state["ground"],) * 3
    canvas = Canvas(state["size"], ground)
    for area, color in zip(state["areas"], state["colors"], strict=True):
        canvas.box(area, BOLD[color], outline=ground)
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "count": Question(
            answer_kind=INTEGER,
            phrases=("how many areas ?",),
            truth=lambda state: state["count"],
            again=lambda state: len(set(state["colors"])),
            otherwise=ErrorType.COUNTING,
        )
    },
)

# ---- large: districts grown on a grid of cells; `cells[row][column]` is a district's number

SIDE, CELL, MARGIN = 9, 46, 17
TINTS = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown", "gray")


def _around(row: int, column: int) -> list[tuple[int, int]]:
    near = ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1))
    return [(r, c) for r, c in near if 0 <= r < SIDE and 0 <= c < SIDE]


def _grow(rng: random.Random, count: int) -> list[list[int]]:
    cells = [[-1] * SIDE for _ in range(SIDE)]
    edge: list[tuple[int, int, int]] = []
    for district, place in enumerate(rng.sample(range(SIDE * SIDE), count)):
        row, column = divmod(place, SIDE)
        cells[row][column] = district
        edge += [(district, r, c) for r, c in _around(row, column)]
    while edge:
        district, row, column = edge.pop(rng.randrange(len(edge)))
        if cells[row][column] < 0:
            cells[row][column] = district
            edge += [(district, r, c) for r, c in _around(row, column) if cells[r][c] < 0]
    return cells


def _borders(cells: list[list[int]]) -> dict[int, set[int]]:
    """Return the neighbours of every district."""
    near: dict[int, set[int]] = {}
    for row in range(SIDE):
        for column in range(SIDE):
            own = cells[row][column]
            near.setdefault(own, set()).update(cells[r][c] for r, c in _around(row, column) if cells[r][c] != own)
    return near


def _crossings(near: dict[int, set[int]], start: int, end: int) -> int:
    """Return the fewest borders between two districts."""
    reached, crossed = {start}, 0
    while end not in reached:
        reached = reached.union(*(near[k] for k in reached))
        crossed += 1
    return crossed


def _label_cell(cells: list[list[int]], district: int) -> tuple[int, int]:
    """Return the cell of a district with the most own cells around it, first beside it, then above and below."""

    def room(cell: tuple[int, int]) -> tuple[int, int]:
        row, column = cell
        beside = sum(0 <= c < SIDE and cells[row][c] == district for c in (column - 1, column + 1))
        return beside, sum(cells[r][c] == district for r, c in _around(row, column))

    return max(((row, column) for row in range(SIDE) for column in range(SIDE) if cells[row][column] == district), key=room)


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    count = spread(difficulty, 6, 9)
    cells = _grow(rng, count)
    near = _borders(cells)
    areas = Counter(district for row in cells for district in row)
    names = rng.sample(TOWN_NAMES, count)
    start, end = rng.sample(range(count), 2)
    strangers = [k for k in range(count) if k != start and k not in near[start]]
    ranked = areas.most_common()
    is_fit = {
        "neighbours": True,
        "stranger": len(near[start]) >= 3 and bool(strangers),
        "crossings": _crossings(near, start, end) >= spread(difficulty, 1, 2),
        "largest": ranked[0][1] - ranked[1][1] >= spread(difficulty, 4, 2),
    }[kind]
    if not is_fit or ranked[-1][1] < 3:
        return None
    draft: Draft = {
        "ground": rng.choice(("atlas", "chart")),
        "tints": rng.sample(TINTS, count),
        "cells": cells,
        "names": names,
        "first": names[start],
        "second": names[end],
    }
    if kind == "stranger":
        draft["stranger"] = names[rng.choice(strangers)]
        draft["options"] = shuffled_options(rng, draft["stranger"], [names[k] for k in rng.sample(sorted(near[start]), 3)])
    return draft


def _draw(state: State) -> Image.Image:
    ground = GROUNDS[state["ground"]]
    canvas = Canvas(state["size"], ground.water)
    cells = state["cells"]
    for row in range(SIDE):
        for column in range(SIDE):
            x, y = MARGIN + CELL * column, MARGIN + CELL * row
            canvas.box((x, y, x + CELL, y + CELL), mix(PALETTE[state["tints"][cells[row][column]]], (255, 255, 255), 0.55))
    for row in range(SIDE + 1):
        for column in range(SIDE + 1):
            x, y = MARGIN + CELL * column, MARGIN + CELL * row
            if column < SIDE and (row in (0, SIDE) or cells[row - 1][column] != cells[row][column]):
                canvas.line([(x - 1, y), (x + CELL + 1, y)], ground.ink, 3)
            if row < SIDE and (column in (0, SIDE) or cells[row][column - 1] != cells[row][column]):
                canvas.line([(x, y - 1), (x, y + CELL + 1)], ground.ink, 3)
    for district, name in enumerate(state["names"]):
        row, column = _label_cell(cells, district)
        canvas.text((MARGIN + CELL * (column + 0.5), MARGIN + CELL * (row + 0.5)), name, 15, (30, 32, 36), face="DejaVuSans-Bold")
    return canvas.finish()


def _near_first(state: State) -> list[str]:
    near = _borders(state["cells"])[state["names"].index(state["first"])]
    return [state["names"][k] for k in near]


def _shapes(state: State) -> dict[str, shapely.Geometry]:
    """Return the outline of every district, to be compared by geometry instead of by cells."""
    boxes: dict[str, list[shapely.Geometry]] = {}
    for row, line in enumerate(state["cells"]):
        for column, district in enumerate(line):
            boxes.setdefault(state["names"][district], []).append(shapely.box(column, row, column + 1, row + 1))
    return {name: shapely.union_all(own) for name, own in boxes.items()}


def _touching(shapes: dict[str, shapely.Geometry], name: str) -> set[str]:
    return {other for other, shape in shapes.items() if other != name and shapely.length(shapely.intersection(shapes[name], shape)) > 0}


def _crossings_again(state: State) -> int:
    shapes = _shapes(state)
    graph = nx.Graph([(name, other) for name in shapes for other in _touching(shapes, name)])
    return int(nx.shortest_path_length(graph, state["first"], state["second"]))


def _largest_again(state: State) -> str:
    shapes = _shapes(state)
    return max(shapes, key=lambda name: float(shapely.area(shapes[name])))


def _largest(state: State) -> str:
    areas = Counter(district for row in state["cells"] for district in row)
    return str(state["names"][areas.most_common(1)[0][0]])


def _name_betrayals(state: State) -> dict[Any, ErrorType]:
    return dict.fromkeys(state["names"], ErrorType.PERCEPTION)


LARGE = questions_form(
    _sample,
    _draw,
    {
        "neighbours": Question(
            answer_kind=INTEGER,
            phrases=(
                "With how many other districts does {first} share a border? Touching at a corner does not count.",
                "Count the districts that border on {first}; a mere corner is no border.",
                "How many districts are direct neighbours of {first} along a line, not only at a corner?",
            ),
            truth=lambda state: len(_near_first(state)),
            again=lambda state: len(_touching(_shapes(state), state["first"])),
            betrays=lambda state: {len(state["names"]) - 1: ErrorType.PERCEPTION},
            otherwise=ErrorType.COUNTING,
        ),
        "stranger": Question(
            answer_kind=CHOICE,
            phrases=(
                "Which of these districts does not share a border line with {first}?",
                "All but one of these districts border on {first}. Which one does not?",
            ),
            truth=lambda state: state["stranger"],
            again=lambda state: next(name for name in state["options"] if name not in _touching(_shapes(state), state["first"])),
            otherwise=ErrorType.SPATIAL,
        ),
        "crossings": Question(
            answer_kind=INTEGER,
            phrases=(
                "What is the smallest number of borders one must cross to get from {first} to {second}? Corners may not be crossed.",
                "Going from {first} to {second} without passing through corners, how few borders can be crossed?",
            ),
            truth=lambda state: _crossings(
                _borders(state["cells"]), state["names"].index(state["first"]), state["names"].index(state["second"])
            ),
            again=_crossings_again,
            otherwise=ErrorType.SPATIAL,
        ),
        "largest": Question(
            answer_kind=WORD,
            phrases=(
                "Which district has the largest area?",
                "Compare the areas of the districts. Which is the biggest?",
            ),
            truth=_largest,
            again=_largest_again,
            betrays=_name_betrayals,
            otherwise=ErrorType.HALLUCINATION,
        ),
    },
)

DISTRICTS = two_sized(
    name="districts",
    summary="Tell which districts border on each other, and which is the largest.",
    capabilities=("spatial", "count", "compare", "ocr"),
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
