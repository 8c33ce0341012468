"""Maps with symbols and a legend: count them, compare them, count those north of the river."""

from __future__ import annotations

import math
import random
from collections import Counter
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, Box, Canvas, Point, mix, scatter
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.map_ground import GROUNDS, SYMBOL_COLORS, SYMBOLS, TOWN_NAMES, draw_compass, draw_symbol
from evolution_jobs.scenes.questions import CHOICE, INTEGER, Draft, Question, questions_form

PLURALS = {"house": "houses", "church": "churches", "tree": "trees", "tent": "tents", "mill": "mills", "well": "wells"}

# ---- 64 pixels: houses with roofs


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count = rng.randint(1, 6)
    jitter = spread(difficulty, 1, 3)
    cells = rng.sample(range(9), count)
    houses = [[11 + 21 * (cell % 3) + rng.randint(-jitter, jitter), 12 + 20 * (cell // 3) + rng.randint(-jitter, jitter)] for cell in cells]
    return {"ground": rng.randint(0, 30), "count": count, "color": rng.choice(("cyan", "yellow", "green")), "houses": houses}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for x, y in state["houses"]:
        canvas.box((x - 4, y, x + 4, y + 6), BOLD[state["color"]])
        canvas.polygon([(x, y - 7), (x - 7, y), (x + 7, y)], BOLD["red"])
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "count": Question(
            answer_kind=INTEGER,
            phrases=("how many houses ?",),
            truth=lambda state: state["count"],
            again=lambda state: len({(x // 21, y // 20) for x, y in ((x, y - 2) for x, y in state["houses"])}),
            otherwise=ErrorType.COUNTING,
        )
    },
)

# ---- large: a map with a river from west to east, its legend at the right

NORTH_AREA, SOUTH_AREA = Box(14, 78, 306, 226), Box(14, 270, 306, 434)
RIVER_MIDDLE = 248


def _counts(rng: random.Random, difficulty: float, kind: str) -> dict[str, list[int]] | None:
    """Return the numbers of each symbol north and south of the river."""
    symbols = rng.sample(SYMBOLS, spread(difficulty, 3, 5))
    most = spread(difficulty, 3, 5)
    counts = {symbol: [rng.randint(0, most), rng.randint(0, most)] for symbol in symbols}
    totals = sorted(map(sum, counts.values()))
    is_fit = totals[0] > 0 and totals[-1] > totals[-2] and all(sum(count[side] for count in counts.values()) <= 18 for side in (0, 1))
    return counts if is_fit and (kind != "most" or len(counts) > 3) else None


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    counts = _counts(rng, max(difficulty, 0.5) if kind == "most" else difficulty, kind)
    if counts is None:
        return None
    marks: list[list[Any]] = []
    for side, area in enumerate((NORTH_AREA, SOUTH_AREA)):
        symbols = [symbol for symbol, count in counts.items() for _ in range(count[side])]
        if symbols:
            marks += [
                [symbol, round(x, 1), round(y, 1)]
                for symbol, (x, y) in zip(symbols, scatter(rng, [(28, 36)] * len(symbols), area, gap=3), strict=True)
            ]
    first, second = rng.sample(tuple(counts), 2)
    if sum(counts[first]) < sum(counts[second]):
        first, second = second, first
    if kind == "more" and sum(counts[first]) == sum(counts[second]):
        return None
    draft: Draft = {
        "ground": rng.choice(tuple(GROUNDS)),
        "title": f"Map of {rng.choice(TOWN_NAMES)}",
        "is_colored": rng.random() > difficulty * 0.7,
        "counts": counts,
        "legend": list(counts),
        "marks": marks,
        "bends": [rng.randint(-9, 9) for _ in range(9)],
        "first": first,
        "first_plural": PLURALS[first],
        "second_plural": PLURALS[second],
        "second": second,
    }
    if kind == "most":
        order = sorted(counts, key=lambda symbol: -sum(counts[symbol]))
        draft["options"] = shuffled_options(rng, PLURALS[order[0]], [PLURALS[symbol] for symbol in order[1:]])
    return draft


def _draw(state: State) -> Image.Image:
    ground = GROUNDS[state["ground"]]
    canvas = Canvas(state["size"], ground.land)
    river: list[Point] = [(40 * k, RIVER_MIDDLE + bend) for k, bend in enumerate(state["bends"])]
    canvas.line(river, mix(ground.water, (60, 120, 200), 0.45), 13)

    def symbol_color(symbol: str) -> Any:
        if not state["is_colored"]:
            return ground.ink
        return mix(SYMBOL_COLORS[symbol], ground.ink, 0.3 if state["ground"] == "night" else 0.1)

    for symbol, x, y in state["marks"]:
        draw_symbol(canvas, symbol, (x, y + 4), symbol_color(symbol), ground.land)
    canvas.box((320, 0, 448, 448), mix(ground.land, ground.shade, 0.6))
    canvas.line([(320, 0), (320, 448)], ground.ink, 2)
    canvas.text((16, 32), state["title"], 22, ground.ink, anchor="lm", face="DejaVuSerif-Bold")
    draw_compass(canvas, (384, 66), 0, ground)
    canvas.text((384, 130), "Legend", 18, ground.ink, face="DejaVuSans-Bold")
    for row, symbol in enumerate(state["legend"]):
        draw_symbol(canvas, symbol, (346, 176 + 46 * row), symbol_color(symbol), mix(ground.land, ground.shade, 0.6))
        canvas.text((370, 178 + 46 * row), symbol, 16, ground.ink, anchor="lm")
    canvas.text((384, 424), "blue: river", 14, ground.ink)
    return canvas.finish()


def _marked(state: State) -> Counter[str]:
    return Counter(symbol for symbol, _, _ in state["marks"])


def _river_at(state: State, x: float) -> float:
    k = math.floor(x / 40)
    before, after = state["bends"][k : k + 2]
    return float(RIVER_MIDDLE + before + (after - before) * (x / 40 - k))


def _other_side(state: State) -> dict[Any, ErrorType]:
    north, south = state["counts"][state["first"]]
    return {north + south: ErrorType.INSTRUCTION_FORMAT, south: ErrorType.SPATIAL} if north != south else {}


def _with_legend(state: State) -> dict[Any, ErrorType]:
    return {sum(state["counts"][state["first"]]) + 1: ErrorType.KNOWLEDGE, len(state["marks"]): ErrorType.PERCEPTION}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "count": Question(
            answer_kind=INTEGER,
            phrases=(
                "By the legend, how many {first_plural} are on the map? The legend itself does not count.",
                "Count the symbols for {first} on the map, without the one in the legend.",
                "How many {first_plural} does the map show outside its legend?",
            ),
            truth=lambda state: sum(state["counts"][state["first"]]),
            again=lambda state: _marked(state)[state["first"]],
            betrays=_with_legend,
            otherwise=ErrorType.COUNTING,
        ),
        "more": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many more {first_plural} than {second_plural} are on the map, not counting the legend?",
                "Without the legend, by how many do the {first_plural} outnumber the {second_plural}?",
            ),
            truth=lambda state: sum(state["counts"][state["first"]]) - sum(state["counts"][state["second"]]),
            again=lambda state: _marked(state)[state["first"]] - _marked(state)[state["second"]],
            betrays=lambda state: {_marked(state)[state["first"]] + _marked(state)[state["second"]]: ErrorType.CALCULATION},
            otherwise=ErrorType.COUNTING,
        ),
        "north": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many {first_plural} lie north of the river? North is up.",
                "Count the {first_plural} on the northern side of the river; north is up.",
            ),
            truth=lambda state: state["counts"][state["first"]][0],
            again=lambda state: sum(symbol == state["first"] and y < _river_at(state, x) for symbol, x, y in state["marks"]),
            betrays=_other_side,
            otherwise=ErrorType.COUNTING,
        ),
        "most": Question(
            answer_kind=CHOICE,
            phrases=(
                "Which symbol is the most frequent on the map, not counting the legend?",
                "Of which kind are there the most on the map outside the legend?",
            ),
            truth=lambda state: PLURALS[max(state["counts"], key=lambda symbol: sum(state["counts"][symbol]))],
            again=lambda state: PLURALS[_marked(state).most_common(1)[0][0]],
            otherwise=ErrorType.COUNTING,
        ),
    },
)

LEGEND = two_sized(
    name="legend",
    summary="Count and compare the symbols of a map by its legend.",
    capabilities=("count", "compare", "spatial", "ocr"),
    error_types=(
        ErrorType.COUNTING,
        ErrorType.SPATIAL,
        ErrorType.KNOWLEDGE,
        ErrorType.PERCEPTION,
        ErrorType.CALCULATION,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
