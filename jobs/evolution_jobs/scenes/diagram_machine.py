"""State machines: rings of states with solid and dashed arrows, walked by a word."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, WHITE, Canvas, Color, Point, polar
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import INTEGER, NAMES_IN_ORDER, WORD, Draft, Question, questions_form

NAMES = "KLMNPQRSTW"
"""State names; no two look alike."""
CENTER: Point = (224, 204)
RING_RADIUS, STATE_RADIUS = 148, 25

# ---- 64 pixels: one arrow from the middle to one of four colours


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    colors = rng.sample(tuple(BOLD), 4)
    quarter = rng.randrange(4)
    return {
        "ground": rng.randint(0, 30),
        "colors": colors,
        "target": colors[quarter],
        "degrees": 90 * quarter,
        "radius": rng.randint(spread(difficulty, 7, 5), 7),
    }


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for quarter, color in enumerate(state["colors"]):
        canvas.circle(polar((32, 32), 23, 90 * quarter), state["radius"], BOLD[color])
    canvas.arrow(polar((32, 32), -8, state["degrees"]), polar((32, 32), 14, state["degrees"]), WHITE, 3, 8)
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "target": Question(
            answer_kind=WORD,
            phrases=("arrow to which color ?",),
            truth=lambda state: state["target"],
            again=lambda state: state["colors"][state["degrees"] // 90],
            betrays=lambda state: dict.fromkeys(state["colors"], ErrorType.SPATIAL),
            otherwise=ErrorType.HALLUCINATION,
        )
    },
)

# ---- large: each state has one arrow a (solid) and one arrow b (dashed)


def _walk(state: State, word: str) -> list[int]:
    """Return the states that a word passes through, the start included."""
    visited = [state["start"]]
    for letter in word:
        visited.append(state["arrows"][letter][visited[-1]])
    return visited


def _arrows(rng: random.Random, count: int) -> dict[str, list[int]]:
    targets = [rng.sample([other for other in range(count) if other != own], 2) for own in range(count)]
    return {"a": [first for first, _ in targets], "b": [second for _, second in targets]}


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    count = spread(difficulty, 4, 6)
    length = spread(difficulty, 2, 6) + (kind == "visits")
    names = rng.sample(NAMES, count)
    word = "".join(rng.choice("ab") for _ in range(length))
    draft: Draft = {
        "theme": rng.choice(tuple(THEMES)),
        "turn": rng.randrange(0, 360 // count, 5),
        "names": names,
        "arrows": _arrows(rng, count),
        "start": rng.randrange(count),
        "word": word,
    }
    visited = _walk(draft, word)
    asked = rng.randrange(count)
    if "a" not in word or "b" not in word or (kind == "visits" and rng.random() > visited.count(asked) / 3):
        return None
    return draft | {"first": names[visited[0]], "asked": names[asked]}


def _places(state: State) -> list[Point]:
    count = len(state["names"])
    return [polar(CENTER, RING_RADIUS, 360 * k / count + state["turn"]) for k in range(count)]


def _shifted_arrow(canvas: Canvas, start: Point, end: Point, color: Color, *, is_dashed: bool) -> None:
    """Draw an arrow between two states, a little to its left so that the arrow back does not cover it."""
    length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    side = (along[1] * 8, -along[0] * 8)
    foot = (start[0] + along[0] * STATE_RADIUS + side[0], start[1] + along[1] * STATE_RADIUS + side[1])
    tip = (end[0] - along[0] * (STATE_RADIUS + 1) + side[0], end[1] - along[1] * (STATE_RADIUS + 1) + side[1])
    if is_dashed:
        neck = (tip[0] - along[0] * 13, tip[1] - along[1] * 13)
        canvas.dashed_line(foot, neck, color, 2.5)
        canvas.arrow(neck, tip, color, 1, 12)
    else:
        canvas.arrow(foot, tip, color, 2.5, 12)


def _draw(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    places = _places(state)
    inks = {"a": PALETTE["blue"] if state["theme"] != "night" else (130, 170, 255), "b": PALETTE["orange"]}
    for letter, targets in state["arrows"].items():
        for own, target in enumerate(targets):
            _shifted_arrow(canvas, places[own], places[target], inks[letter], is_dashed=letter == "b")
    for name, place in zip(state["names"], places, strict=True):
        canvas.circle(place, STATE_RADIUS, theme.panel, outline=theme.ink, width=2)
        canvas.text(place, name, 20, theme.ink, face="DejaVuSans-Bold")
    for letter, left in (("a", 90), ("b", 260)):
        canvas.text((left, 422), letter, 20, theme.ink, face="DejaVuSans-Bold")
        if letter == "b":
            canvas.dashed_line((left + 20, 422), (left + 66, 422), inks[letter], 2.5)
        canvas.arrow((left + (66 if letter == "b" else 20), 422), (left + 82, 422), inks[letter], 2.5, 12)
    return canvas.finish()


def _occupancy(state: State) -> list[list[int]]:
    """Return, for every prefix of the word, the row vector of the start times the product of the letters' matrices."""
    count = len(state["names"])
    row = [int(k == state["start"]) for k in range(count)]
    rows = [row]
    for letter in state["word"]:
        matrix = [[int(state["arrows"][letter][own] == target) for target in range(count)] for own in range(count)]
        row = [sum(row[own] * matrix[own][target] for own in range(count)) for target in range(count)]
        rows.append(row)
    return rows


def _names_of(state: State, visited: Sequence[int]) -> list[str]:
    return [state["names"][k] for k in visited]


def _end_betrayals(state: State) -> dict[Any, ErrorType]:
    swapped = state["word"].translate(str.maketrans("ab", "ba"))
    right = _walk(state, state["word"])[-1]
    slips = {
        _walk(state, state["word"][:-1])[-1]: ErrorType.COUNTING,
        _walk(state, swapped)[-1]: ErrorType.PERCEPTION,
    }
    known = {state["names"][k]: error for k, error in slips.items() if k != right}
    return dict.fromkeys(state["names"], ErrorType.SPATIAL) | known


LARGE = questions_form(
    _sample,
    _draw,
    {
        "end": Question(
            answer_kind=WORD,
            phrases=(
                "The machine starts in state {first} and reads the letters of {word} one by one. In which state does it end?",
                "Start at {first} and follow one arrow for each letter of {word}. Which state is reached?",
                "Which state is the machine in after reading {word}, when it begins in {first}?",
            ),
            truth=lambda state: state["names"][_walk(state, state["word"])[-1]],
            again=lambda state: state["names"][_occupancy(state)[-1].index(1)],
            betrays=_end_betrayals,
            otherwise=ErrorType.HALLUCINATION,
        ),
        "visits": Question(
            answer_kind=INTEGER,
            phrases=(
                "The machine starts in {first} and reads {word}. How many times is it in state {asked}, start and end included?",
                "Begin in {first} and read {word}: how often does the walk stand on {asked}, counting its start and its end?",
            ),
            truth=lambda state: _names_of(state, _walk(state, state["word"])).count(state["asked"]),
            again=lambda state: sum(row[state["names"].index(state["asked"])] for row in _occupancy(state)),
            otherwise=ErrorType.COUNTING,
        ),
        "walk": Question(
            answer_kind=NAMES_IN_ORDER,
            phrases=(
                "List the states that the machine passes through when it starts in {first} and reads {word}. Leave out the start.",
                "From {first}, read {word} letter by letter. Name the state after each letter, in order, separated by commas.",
            ),
            truth=lambda state: _names_of(state, _walk(state, state["word"])[1:]),
            again=lambda state: _names_of(state, [row.index(1) for row in _occupancy(state)[1:]]),
            betrays=lambda state: {tuple(_names_of(state, _walk(state, state["word"]))): ErrorType.COUNTING},
            otherwise=ErrorType.SPATIAL,
        ),
    },
)

STATE_MACHINE = two_sized(
    name="state_machine",
    summary="Follow the arrows of a state machine along a word.",
    capabilities=("trace_path", "ocr", "count"),
    error_types=(
        ErrorType.SPATIAL,
        ErrorType.COUNTING,
        ErrorType.PERCEPTION,
        ErrorType.HALLUCINATION,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
