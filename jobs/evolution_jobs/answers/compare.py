"""Whether a text is the gold answer: one comparator for each type of answer, none of which searches in prose.

Formulas are not compared here: they need a worker process, see `latex`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import Levenshtein

from evolution_contracts.answers import (
    Answer,
    BoolAnswer,
    BoxAnswer,
    ChoiceAnswer,
    DateAnswer,
    IntegerAnswer,
    ListAnswer,
    NumberAnswer,
    PointAnswer,
    RatioAnswer,
    TextAnswer,
    TimeAnswer,
)
from evolution_contracts.errors import ContractError
from evolution_jobs.answers.choices import named_option
from evolution_jobs.answers.instruction import canonical_text
from evolution_jobs.answers.lists import can_match_all, split_items
from evolution_jobs.answers.moments import parse_date, parse_time
from evolution_jobs.answers.normalise import fold, strip_blanks, tidy, unquote
from evolution_jobs.answers.numbers import parse_integer, parse_quantity
from evolution_jobs.answers.places import Rectangle, overlap, parse_coordinates
from evolution_jobs.answers.ratios import parse_ratio
from evolution_jobs.answers.units import canonical_unit

MAX_TEXT_CHARACTERS = 4000
"""Longer texts are prose and equal no accepted spelling, of which the longest has 1000 characters."""

MAX_SHORT_CHARACTERS = 200
"""Longer texts are no time, date, ratio or position."""

_ROUNDING = 1e-12
"""Relative error of decimal fractions in binary; keeps 0.4 within 0.1 of 0.3."""

_LARGEST_EXACT = 2**53
"""From here on a float stands for several whole numbers."""

_TRUTH = {"yes": True, "true": True, "no": False, "false": False}
_FIRST_WORD = re.compile(r"\W*([A-Za-z]+)")
_FIRST_WORD_CHARACTERS = 64
_DIGIT_TYPES = frozenset({"integer", "number", "time", "date", "ratio", "point", "bbox"})


def compare(answer: Answer, text: str, *, plain: bool = False) -> bool | None:
    """Return whether `text` is the answer; None where it is not of the answer's type.

    Args:
        answer: The gold answer.
        text: The answer text alone, as `extract` leaves it.
        plain: Whether blanks inside numbers, times, dates and coordinates mean nothing, because a digit tokenizer writes 37 as "3 7".

    Raises:
        ContractError: For a formula, which only `Verifier` can compare.
    """
    if isinstance(answer, ListAnswer):
        return _compare_list(answer, text, plain=plain)
    comparator = _COMPARATORS.get(answer.type)
    if comparator is None:
        raise ContractError(
            f"An answer of type {answer.type!r} cannot be compared in this process.", remedy="Ask a Verifier, which has workers."
        )
    return comparator(answer, strip_blanks(text) if plain and answer.type in _DIGIT_TYPES else text)


def _compare_choice(answer: ChoiceAnswer, text: str) -> bool | None:
    named = named_option(answer, text)
    gold = ord(answer.letter) - ord("A")
    return None if named is None or gold >= len(answer.options) else named == gold


def _compare_integer(answer: IntegerAnswer, text: str) -> bool | None:
    value = parse_integer(text)
    if value is not None:
        return value == answer.value
    quantity = parse_quantity(text)
    if quantity is None or quantity.unit:
        return None
    return quantity.value == answer.value and abs(quantity.value) < _LARGEST_EXACT


def _compare_number(answer: NumberAnswer, text: str) -> bool | None:
    quantity = parse_quantity(text)
    if quantity is None:
        return None
    if quantity.unit and quantity.unit != canonical_unit(answer.unit):
        return False
    slack = max(answer.abs_tol, answer.rel_tol * abs(answer.value)) + _ROUNDING * abs(answer.value)
    return abs(quantity.value - answer.value) <= slack


def _compare_text(answer: TextAnswer, text: str) -> bool | None:
    if len(text) > MAX_TEXT_CHARACTERS:
        return False
    spelled = (unquote if answer.is_case_sensitive else fold)(text)
    if not spelled:
        return None
    accepted = _spelled(answer.accepted, is_case_sensitive=answer.is_case_sensitive)
    if spelled in accepted or answer.min_anls >= 1:
        return spelled in accepted
    return any(Levenshtein.normalized_similarity(spelled, gold) >= answer.min_anls for gold in accepted)


@lru_cache(maxsize=4096)
def _spelled(accepted: tuple[str, ...], *, is_case_sensitive: bool) -> tuple[str, ...]:
    return tuple(map(unquote if is_case_sensitive else fold, accepted))


def _compare_bool(answer: BoolAnswer, text: str) -> bool | None:
    found = _FIRST_WORD.match(tidy(text[:_FIRST_WORD_CHARACTERS]))
    claimed = _TRUTH.get(found[1].lower()) if found else None
    return None if claimed is None else claimed is answer.value


def _compare_time(answer: TimeAnswer, text: str) -> bool | None:
    found = parse_time(tidy(text)) if len(text) <= MAX_SHORT_CHARACTERS else None
    if found is None:
        return None
    hours = 12 if answer.is_twelve_hour else 24
    return (found.hour % hours, found.minute, found.second) == (answer.hour % hours, answer.minute, 0)


def _compare_date(answer: DateAnswer, text: str) -> bool | None:
    found = parse_date(tidy(text)) if len(text) <= MAX_SHORT_CHARACTERS else None
    return None if found is None else found == (answer.year, answer.month, answer.day)


def _compare_ratio(answer: RatioAnswer, text: str) -> bool | None:
    found = parse_ratio(tidy(text)) if len(text) <= MAX_SHORT_CHARACTERS else None
    return None if found is None else found.left * answer.right == found.right * answer.left


def _compare_point(answer: PointAnswer, text: str) -> bool | None:
    found = parse_coordinates(tidy(text), 2) if len(text) <= MAX_SHORT_CHARACTERS else None
    return None if found is None else math.hypot(found[0] - answer.x, found[1] - answer.y) <= answer.radius


def _compare_box(answer: BoxAnswer, text: str) -> bool | None:
    found = parse_coordinates(tidy(text), 4) if len(text) <= MAX_SHORT_CHARACTERS else None
    if found is None:
        return None
    return overlap(Rectangle(*found), Rectangle(answer.left, answer.top, answer.right, answer.bottom)) >= answer.min_iou


def _compare_list(answer: ListAnswer, text: str, *, plain: bool) -> bool | None:
    if text == canonical_text(answer):
        return True
    parts = split_items(tidy(text), most=len(answer.items))
    if len(parts) != len(answer.items):
        return False
    if answer.is_ordered:
        fits = [compare(item, part, plain=plain) for item, part in zip(answer.items, parts, strict=True)]
        return None if None in fits else all(fits)
    table = [[compare(item, part, plain=plain) for item in answer.items] for part in parts]
    return None if any(set(row) == {None} for row in table) else can_match_all(table)


_COMPARATORS: Mapping[str, Callable[[Any, str], bool | None]] = {
    "choice": _compare_choice,
    "integer": _compare_integer,
    "number": _compare_number,
    "text": _compare_text,
    "bool": _compare_bool,
    "time": _compare_time,
    "date": _compare_date,
    "ratio": _compare_ratio,
    "point": _compare_point,
    "bbox": _compare_box,
}
