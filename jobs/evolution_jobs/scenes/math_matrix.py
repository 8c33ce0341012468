"""Matrices: entries to find, rows to add, determinants to work out."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import math_tiny
from evolution_jobs.scenes.canvas import THEMES, Canvas
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import INTEGER, Draft, Question, questions_form

_ORDINALS = ("first", "second", "third", "fourth")


def _sample_matrix(rng: random.Random, difficulty: float, kind: str) -> Draft:
    side = 2 if kind == "determinant" else spread(difficulty, 2, 4)
    least = -9 if difficulty > 0.5 else 0
    entries = [rng.sample(range(least, 10), side) for _ in range(side)]
    row, column = rng.randrange(side), rng.randrange(side)
    named = {"row": row, "column": column, "row_word": _ORDINALS[row], "column_word": _ORDINALS[column]}
    return {
        "theme": rng.choice(tuple(THEMES)),
        "style": rng.choice(("DejaVuSans", "DejaVuSerif", "DejaVuSansMono")),
        "entries": entries,
        **named,
    }


def _draw_matrix(state: State) -> Image.Image:
    theme, entries = THEMES[state["theme"]], state["entries"]
    canvas = Canvas(state["size"], theme.paper)
    pitch = 76
    half = len(entries) * pitch / 2
    for y, row in enumerate(entries):
        for x, value in enumerate(row):
            place = (224 + (x + 0.5) * pitch - half, 224 + (y + 0.5) * pitch - half)
            canvas.text(place, str(value).replace("-", "\u2212"), 34, theme.ink, face=state["style"])
    for side in (-1, 1):
        edge = 224 + side * (half + 6)
        hook = edge - side * 14
        canvas.line([(hook, 224 - half), (edge, 224 - half), (edge, 224 + half), (hook, 224 + half)], theme.ink, 4)
    return canvas.finish()


def _columns(state: State) -> list[tuple[int, ...]]:
    return list(zip(*state["entries"], strict=True))


def _matrix_slips(state: State) -> Mapping[Any, ErrorType]:
    return {value: ErrorType.SPATIAL for row in state["entries"] for value in row}


def _determinant_slips(state: State) -> Mapping[Any, ErrorType]:
    (a, b), (c, d) = state["entries"]
    return {a * d + b * c: ErrorType.KNOWLEDGE, b * c - a * d: ErrorType.SPATIAL}


def _eliminated(state: State) -> int:
    """Return the determinant by elimination, or from the second row when the first starts with 0."""
    (a, b), (c, d) = state["entries"]
    return int(a * (Fraction(d) - Fraction(c * b, a))) if a else -b * c


_LARGE = questions_form(
    _sample_matrix,
    _draw_matrix,
    {
        "entry": Question(
            answer_kind=INTEGER,
            phrases=(
                "Which number is in the {row_word} row and {column_word} column?",
                "Read the entry in row {row_word}, column {column_word}.",
            ),
            truth=lambda state: state["entries"][state["row"]][state["column"]],
            again=lambda state: _columns(state)[state["column"]][state["row"]],
            otherwise=ErrorType.TEXT_READING,
            betrays=_matrix_slips,
        ),
        "row": Question(
            answer_kind=INTEGER,
            phrases=("What is the sum of the {row_word} row?", "Add up the entries of the {row_word} row."),
            truth=lambda state: sum(state["entries"][state["row"]]),
            again=lambda state: sum(column[state["row"]] for column in _columns(state)),
            otherwise=ErrorType.CALCULATION,
            betrays=lambda state: {sum(column): ErrorType.SPATIAL for column in _columns(state)},
        ),
        "determinant": Question(
            answer_kind=INTEGER,
            phrases=("What is the determinant of the matrix?", "Work out the determinant."),
            truth=lambda state: state["entries"][0][0] * state["entries"][1][1] - state["entries"][0][1] * state["entries"][1][0],
            again=_eliminated,
            otherwise=ErrorType.CALCULATION,
            betrays=_determinant_slips,
        ),
    },
)


MATRIX = two_sized(
    name="matrix",
    summary="One number of a grid, a row's sum or a determinant",
    capabilities=(
        "ocr",
        "spatial",
        "compute",
    ),
    error_types=(ErrorType.TEXT_READING, ErrorType.SPATIAL, ErrorType.CALCULATION, ErrorType.KNOWLEDGE),
    tiny=math_tiny.GRID,
    large=_LARGE,
)
