"""The typed answer: what a verifiable sample must carry so that a program can tell right from wrong.

One grader for all strings rewards wrong answers (a year within 5 %, "no" inside another word), so the type of the answer selects its
comparator. `evolution_jobs.answers` extracts and compares; this module only says what is to be compared.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from evolution_contracts.base import Contract

ShortText = Annotated[str, Field(min_length=1, max_length=1000)]


class ChoiceAnswer(Contract):
    """One option of several; compared by letter, else by the option's text."""

    type: Literal["choice"] = "choice"
    letter: Annotated[str, Field(pattern=r"^[A-Z]$")]
    """Letter of the right option."""
    options: Annotated[tuple[ShortText, ...], Field(min_length=2, max_length=26)]
    """Texts of the options in the order of their letters, A first; all different."""


class IntegerAnswer(Contract):
    """A whole number, compared exactly; counts, indices, digits read from a picture."""

    type: Literal["integer"] = "integer"
    value: int


class NumberAnswer(Contract):
    """A real number, compared within the larger of the two tolerances."""

    type: Literal["number"] = "number"
    value: float
    abs_tol: Annotated[float, Field(ge=0)] = 0.0
    """Absolute tolerance, in the answer's unit."""
    rel_tol: Annotated[float, Field(ge=0, le=0.2)] = 0.0
    """Relative tolerance as a share of the value; 0 for years and other exact numbers."""
    unit: Annotated[str, Field(max_length=32)] = ""
    """Unit that the question names; an answer with another unit is wrong. `%` is a unit: 50 % is 50, not 0.5."""


class TextAnswer(Contract):
    """A word or short text, compared after Unicode and case folding."""

    type: Literal["text"] = "text"
    accepted: Annotated[tuple[ShortText, ...], Field(min_length=1, max_length=50)]
    """Every accepted spelling; the first is the one shown to people."""
    is_case_sensitive: bool = False
    min_anls: Annotated[float, Field(ge=0.5, le=1)] = 1.0
    """Least normalised Levenshtein similarity that still counts as equal; 1 means exact."""


class BoolAnswer(Contract):
    """Yes or no; the first word of the answer decides."""

    type: Literal["bool"] = "bool"
    value: bool


class ListAnswer(Contract):
    """Several short items; the length must match."""

    type: Literal["list"] = "list"
    items: Annotated[tuple[IntegerAnswer | NumberAnswer | TextAnswer, ...], Field(min_length=1, max_length=100)]
    is_ordered: bool = True
    """False compares as a multiset."""


class TimeAnswer(Contract):
    """A time of day on a 12- or 24-hour clock."""

    type: Literal["time"] = "time"
    hour: Annotated[int, Field(ge=0, le=23)]
    minute: Annotated[int, Field(ge=0, le=59)]
    is_twelve_hour: bool = True
    """True compares modulo 12 hours, as a clock face shows it."""


class DateAnswer(Contract):
    """A calendar date."""

    type: Literal["date"] = "date"
    year: Annotated[int, Field(ge=1, le=9999)]
    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)]


class RatioAnswer(Contract):
    """A ratio of two whole numbers; 2:4 equals 1:2."""

    type: Literal["ratio"] = "ratio"
    left: Annotated[int, Field(ge=0)]
    right: Annotated[int, Field(ge=1)]


class PointAnswer(Contract):
    """A position in the picture, in thousandths of its width and height."""

    type: Literal["point"] = "point"
    x: Annotated[float, Field(ge=0, le=1000)]
    y: Annotated[float, Field(ge=0, le=1000)]
    radius: Annotated[float, Field(gt=0, le=200)]
    """Largest distance that still counts as a hit, in the same thousandths."""


class BoxAnswer(Contract):
    """A box in the picture, in thousandths of its width and height."""

    type: Literal["bbox"] = "bbox"
    left: Annotated[float, Field(ge=0, le=1000)]
    top: Annotated[float, Field(ge=0, le=1000)]
    right: Annotated[float, Field(ge=0, le=1000)]
    bottom: Annotated[float, Field(ge=0, le=1000)]
    min_iou: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Least intersection over union that counts as a hit."""


class LatexAnswer(Contract):
    """A formula, compared symbolically in a worker process that can be killed."""

    type: Literal["latex"] = "latex"
    value: ShortText
    """Gold formula inside dollar signs, for example `$\\frac{1}{2}$`."""


Answer = Annotated[
    ChoiceAnswer
    | IntegerAnswer
    | NumberAnswer
    | TextAnswer
    | BoolAnswer
    | ListAnswer
    | TimeAnswer
    | DateAnswer
    | RatioAnswer
    | PointAnswer
    | BoxAnswer
    | LatexAnswer,
    Field(discriminator="type"),
]
"""A typed answer; `type` selects the comparator."""
