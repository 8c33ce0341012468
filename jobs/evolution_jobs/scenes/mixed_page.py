"""A page whose text says what a bar of its chart stands for."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, NamedTuple

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, WHITE, Canvas, Theme, mix
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import INTEGER, NAMES, Draft, Question, questions_form

# ---- 64 pixels: a number above, dots below


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    digit, count = rng.randint(1, 5), rng.randint(1, spread(difficulty, 3, 4))
    return {"ground": rng.randint(0, 30), "digit": digit, "left": rng.randint(18, 32), "dots": [10 + 14 * k for k in range(count)]}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    canvas.glyphs(str(state["digit"]), (state["left"], 5), 4, WHITE)
    canvas.line([(0, 40), (63, 40)], (110, 110, 120), 2)
    for x in state["dots"]:
        canvas.circle((x, 52), 5, BOLD["cyan"])
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "sum": Question(
            answer_kind=INTEGER,
            phrases=("sum of number and dots ?",),
            truth=lambda state: state["digit"] + len(state["dots"]),
            again=lambda state: state["digit"] + (max(state["dots"]) - 10) // 14 + 1,
            betrays=lambda state: {state["digit"]: ErrorType.CALCULATION, len(state["dots"]): ErrorType.CALCULATION},
            otherwise=ErrorType.COUNTING,
        )
    },
)

# ---- large


class Story(NamedTuple):
    """What a page is about: its title, the sentence with the size of a unit, the chart's title and what is counted."""

    title: str
    unit: str
    chart: str
    things: str
    done: str


STORIES = {
    "bakery": Story("The bakery this week", "A tray holds {each} rolls.", "Trays sold", "rolls", "sold"),
    "orchard": Story("News from the orchard", "Every crate is filled with {each} apples.", "Crates picked", "apples", "picked"),
    "ferry": Story("The ferry in spring", "Each boat takes {each} people across.", "Full boats", "people", "carried"),
    "library": Story("Our library on wheels", "One cart has room for {each} books.", "Carts returned", "books", "returned"),
}
GOAL = "A day with at least {goal} {things} is a good day."
ASIDES = (
    "The team of {other} people has been at work since dawn.",
    "A visitor asked {other} questions and got an answer to each.",
    "The road was closed for {other} hours on one evening.",
)
"""Sentences with a number that no question needs."""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
TOP = 10
"""Highest value of the chart's axis."""


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    story = rng.choice(tuple(STORIES))
    values = [rng.randint(1, TOP) if difficulty > 0.4 else 2 * rng.randint(1, TOP // 2) for _ in DAYS]
    each = rng.choice((2, 5, 10) if difficulty < 0.3 else (3, 4, 6, 8) if difficulty < 0.7 else (7, 8, 9, 12, 15))
    goal = each * rng.randint(3, 8) - rng.randint(0, each - 1)
    first, second = rng.sample(range(5), 2)
    if values[first] < values[second]:
        first, second = second, first
    good = sum(value * each >= goal for value in values)
    if (kind == "good" and not 1 <= good <= 4) or (kind == "more" and values[first] == values[second]):
        return None
    return {
        "theme": rng.choice(tuple(THEMES)),
        "accent": rng.choice(("blue", "teal", "orange", "purple")),
        "story": story,
        "each": each,
        "goal": goal,
        "asides": rng.sample(range(len(ASIDES)), spread(difficulty, 0, 2)),
        "others": [rng.randint(2, 20) for _ in ASIDES],
        "is_labelled": rng.random() > difficulty * 1.4,
        "values": values,
        "things": STORIES[story].things,
        "done": STORIES[story].done,
        "first": DAY_NAMES[first],
        "second": DAY_NAMES[second],
    }


def _sentences(state: State) -> list[str]:
    story = STORIES[state["story"]]
    sentences = [story.unit.format(each=state["each"]), GOAL.format(goal=state["goal"], things=story.things)]
    for aside in state["asides"]:
        sentences.insert(1, ASIDES[aside].format(other=state["others"][aside]))
    return sentences


def _wrapped(canvas: Canvas, text: str, size: float, face: str, width: float) -> list[str]:
    """Return the lines of a text whose width is limited."""
    lines = [""]
    for each in text.split():
        longer = f"{lines[-1]} {each}".strip()
        if canvas.measure(longer, size, face) <= width:
            lines[-1] = longer
        else:
            lines.append(each)
    return lines


def _draw(state: State) -> Image.Image:
    theme, story = THEMES[state["theme"]], STORIES[state["story"]]
    canvas = Canvas(state["size"], mix(theme.paper, theme.ink, 0.12))
    canvas.box((14, 10, 434, 438), theme.paper, outline=theme.faint, width=1.5)
    canvas.text((32, 36), story.title, 22, theme.ink, anchor="lm", face="DejaVuSerif-Bold")
    canvas.line([(32, 54), (416, 54)], theme.faint, 2)
    for line, text in enumerate(_wrapped(canvas, " ".join(_sentences(state)), 16, "DejaVuSerif", 384)):
        canvas.text((32, 74 + 22 * line), text, 16, theme.ink, anchor="lm", face="DejaVuSerif")
    _draw_chart(canvas, state, theme)
    return canvas.finish()


def _draw_chart(canvas: Canvas, state: State, theme: Theme) -> None:
    left, right, top, bottom = 76.0, 412.0, 214.0, 398.0
    canvas.text((244, 190), STORIES[state["story"]].chart, 16, theme.ink, face="DejaVuSans-Bold")
    for value in range(TOP + 1):
        y = bottom - (bottom - top) * value / TOP
        canvas.line([(left, y), (right, y)], theme.faint if value else theme.ink, 1 if value else 2)
        if value % 2 == 0:
            canvas.text((left - 8, y), str(value), 14, theme.ink, anchor="rm")
    pitch = (right - left) / len(DAYS)
    for k, (day, value) in enumerate(zip(DAYS, state["values"], strict=True)):
        x, y = left + pitch * (k + 0.5), bottom - (bottom - top) * value / TOP
        canvas.box((x - 20, y, x + 20, bottom), PALETTE[state["accent"]])
        canvas.text((x, bottom + 16), day, 15, theme.ink)
        if state["is_labelled"] and value > 1:
            canvas.text((x, y + 11), str(value), 14, WHITE, face="DejaVuSans-Bold")


def _bars(state: State, *fields: str) -> list[int]:
    return [state["values"][DAY_NAMES.index(state[field])] for field in fields]


def _things_by_day(state: State) -> dict[str, int]:
    """Fill units one by one, as the page's sentences tell, instead of multiplying."""
    return {day: sum(state["each"] for _ in range(value)) for day, value in zip(DAY_NAMES, state["values"], strict=True)}


def _good(state: State, things: Sequence[int]) -> list[str]:
    return [day for day, count in zip(DAY_NAMES, things, strict=True) if count >= state["goal"]]


def _product_betrayals(state: State) -> dict[Any, ErrorType]:
    (value,) = _bars(state, "first")
    near = {(value - 1) * state["each"]: ErrorType.CHART_VALUE, (value + 1) * state["each"]: ErrorType.CHART_VALUE}
    others = {other * state["each"]: ErrorType.CHART_VALUE for other in state["values"] if other != value}
    return near | others | {value: ErrorType.TEXT_READING}


def _good_betrayals(state: State) -> dict[Any, ErrorType]:
    """Return what is found when the bars themselves are compared with the goal, or when a limit that is just met does not count."""
    beyond = [day for day, count in zip(DAY_NAMES, _things_by_day(state).values(), strict=True) if count > state["goal"]]
    right = _good(state, list(_things_by_day(state).values()))
    return {tuple(beyond): ErrorType.INSTRUCTION_FORMAT} if beyond and beyond != right else {}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "day": Question(
            answer_kind=INTEGER,
            phrases=(
                "Read text and chart. How many {things} were {done} on {first}?",
                "How many {things} does that make on {first}, by the chart and the text together?",
                "Work out from the page how many {things} were {done} on {first}.",
            ),
            truth=lambda state: _bars(state, "first")[0] * state["each"],
            again=lambda state: _things_by_day(state)[state["first"]],
            betrays=_product_betrayals,
            otherwise=ErrorType.CALCULATION,
        ),
        "week": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many {things} were {done} on all the days of the chart together?",
                "Add up the whole chart. How many {things} is that, by what the text says?",
            ),
            truth=lambda state: sum(state["values"]) * state["each"],
            again=lambda state: sum(_things_by_day(state).values()),
            betrays=lambda state: {sum(state["values"]): ErrorType.TEXT_READING},
            otherwise=ErrorType.CALCULATION,
        ),
        "more": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many more {things} were {done} on {first} than on {second}?",
                "By how many {things} was {first} ahead of {second}?",
            ),
            truth=lambda state: (_bars(state, "first")[0] - _bars(state, "second")[0]) * state["each"],
            again=lambda state: _things_by_day(state)[state["first"]] - _things_by_day(state)[state["second"]],
            betrays=lambda state: {_bars(state, "first")[0] - _bars(state, "second")[0]: ErrorType.TEXT_READING},
            otherwise=ErrorType.CALCULATION,
        ),
        "good": Question(
            answer_kind=NAMES,
            phrases=(
                "Which days were good days, as the text defines them? Give their full names, separated by commas.",
                "List the full names of all good days in the sense of the text, separated by commas.",
            ),
            truth=lambda state: _good(state, [value * state["each"] for value in state["values"]]),
            again=lambda state: _good(state, list(_things_by_day(state).values())),
            betrays=_good_betrayals,
            otherwise=ErrorType.CALCULATION,
        ),
    },
)

PAGE_CHART = two_sized(
    name="page_chart",
    summary="Join what the text of a page says with what its chart shows.",
    capabilities=("ocr", "read_scale", "compute", "compare"),
    error_types=(
        ErrorType.CALCULATION,
        ErrorType.CHART_VALUE,
        ErrorType.TEXT_READING,
        ErrorType.COUNTING,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
