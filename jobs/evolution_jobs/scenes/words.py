"""The closed vocabulary of 64-pixel scenes.

The built-in tiny model has a word-level tokenizer over exactly these words, so a question or answer at 64 pixels that uses any other
word would reach the model as "unknown". Digits are tokens of their own and need no entry. Each category keeps its own tuple.
"""

from __future__ import annotations

import re
from itertools import chain

MAX_QUESTION_TOKENS = 8
"""Longest question at 64 pixels, in tokens of `tiny_tokens`."""
MAX_ANSWER_TOKENS = 2
"""Longest answer at 64 pixels: one word, or a number of up to two digits."""

SIGNS = ("?", "+", "-", "=", ":")
COMMON = (
    "how",
    "many",
    "what",
    "which",
    "is",
    "it",
    "of",
    "the",
    "in",
    "on",
    "or",
    "and",
    "read",
    "number",
    "count",
    "color",
    "sum",
    "yes",
    "no",
)
COLORS = ("red", "green", "blue", "yellow", "purple", "cyan", "white")
PLACES = ("left", "right", "top", "bottom", "larger", "smaller", "same", "first", "last")
SHAPES = ("circle", "square", "triangle", "dots", "sides")

EVERYDAY_OBJECT = ("hour", "minute")
CHART_GRAPH = ("bar", "bars", "tallest", "value")
TEXT_DENSE: tuple[str, ...] = ()
MATH_FORMULA = ("compute", "missing")
NATURAL_SCENE = ("trees", "tree", "sun")
GEOMETRIC: tuple[str, ...] = ()
MEDICAL = ("where", "largest", "spot", "spots", "peaks", "level")
DIAGRAM = ("result", "arrow", "to", "leaves", "lamps", "links")
MAP = ("north", "south", "east", "west", "nearest", "steps", "houses", "areas")
ARTISTIC = ("most", "odd", "next")
ARCHITECTURAL = ("rooms", "windows")
MIXED = ("are", "more")

TINY_WORDS: tuple[str, ...] = tuple(
    dict.fromkeys(
        chain(
            SIGNS,
            COMMON,
            COLORS,
            PLACES,
            SHAPES,
            EVERYDAY_OBJECT,
            CHART_GRAPH,
            TEXT_DENSE,
            MATH_FORMULA,
            NATURAL_SCENE,
            GEOMETRIC,
            MEDICAL,
            DIAGRAM,
            MAP,
            ARTISTIC,
            ARCHITECTURAL,
            MIXED,
        )
    )
)
"""Every word and sign of 64-pixel questions and answers, each once, in a fixed order."""

_TOKEN = re.compile(r"[0-9]|[^\s0-9]+")


def tiny_tokens(text: str) -> tuple[str, ...]:
    """Return the tokens of `text`: words between blanks, with every digit a token of its own."""
    return tuple(_TOKEN.findall(text))
