"""From the answer text of an imported row to a typed answer that a program can compare.

The row's problem type decides. A row without one is read as the narrowest type that its text fits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_uppercase

from pydantic import ValidationError

from evolution_contracts.answers import Answer, BoolAnswer, ChoiceAnswer, IntegerAnswer, LatexAnswer, NumberAnswer, TextAnswer
from evolution_contracts.errors import ContractError
from evolution_jobs.answers.numbers import parse_integer, parse_quantity
from evolution_jobs.prepare.records import Record

CHOICE_TYPES = frozenset({"multiple choice", "choice", "mcq"})
"""Problem types whose answer is a letter."""
REGRESSION_TOLERANCE = 0.02
"""Relative tolerance of continuous values that are read off a picture."""
FRACTION_TOLERANCE = 0.005
"""Relative tolerance of fractions and powers of ten, which models often write as decimals."""
MAX_UNIT_CHARACTERS = 32
"""Longest unit of a `NumberAnswer`."""

_OPTION_LINE = re.compile(r"^\s*\(?([A-Z])\s*[).:]\s*(\S.*?)\s*$", re.MULTILINE)
_OPTION_INLINE = re.compile(r"\(([A-Z])\)\s*(\S.*?)\s*(?=\([A-Z]\)|$)", re.DOTALL)
_LETTER = re.compile(r"\(?([A-Z])\)?(?:\s*[.:)]\s*.*)?", re.DOTALL)
_NUMERAL = re.compile(r"[^0-9.+-]*([+-]?[0-9,]*(?:\.([0-9]+))?)")
_FORMULA = re.compile(r"\$.+\$|\\[A-Za-z(\[]", re.DOTALL)
_WORDS_OF_BOOL = {"yes": True, "true": True, "no": False, "false": False}


def typed_answer(record: Record) -> tuple[str, Answer]:
    """Return the question, with the options of a choice inside it, and the typed answer.

    Raises:
        ContractError: The text does not fit the row's problem type; the message names row, value and remedy.
    """
    kind = re.sub(r"[\s_-]+", " ", record.problem_type.strip().casefold())
    is_choice = kind in CHOICE_TYPES or (not kind and record.options)
    try:
        return _choice(record) if is_choice else (record.question, _READERS.get(kind, _words)(record))
    except ValidationError as error:
        raise _untyped(record, error.errors()[0]["msg"], "Shorten the text.") from error


def _choice(record: Record) -> tuple[str, ChoiceAnswer]:
    written = _written_options(record.question)
    options = record.options or written
    if not 2 <= len(options) <= len(ascii_uppercase) or len(set(options)) < len(options):
        raise _untyped(record, f"multiple choice with the options {list(options)}", "Give 2 to 26 different options: A. …, B. …")
    letter = _letter(record.answer, options)
    if letter is None:
        raise _untyped(record, f"multiple choice among {len(options)} options", "Name a letter or the text of an option.")
    listed = "" if written else "".join(f"\n{mark}. {text}" for mark, text in zip(ascii_uppercase, options, strict=False))
    return record.question + listed, ChoiceAnswer(letter=letter, options=options)


def _written_options(question: str) -> tuple[str, ...]:
    """Return the options that stand in a question, one a line or in parentheses; none unless their letters run from A without a gap."""
    for form in (_OPTION_LINE, _OPTION_INLINE):
        found = form.findall(question)
        if len(found) > 1 and [letter for letter, _ in found] == list(ascii_uppercase[: len(found)]):
            return tuple(text for _, text in found)
    return ()


def _letter(answer: str, options: tuple[str, ...]) -> str | None:
    by_text = {text.casefold(): letter for letter, text in zip(ascii_uppercase, options, strict=False)}
    if (letter := by_text.get(answer.casefold())) is not None:
        return letter
    found = _LETTER.fullmatch(answer)
    return found[1] if found and found[1] in ascii_uppercase[: len(options)] else None


def _numerical(record: Record) -> Answer:
    number = _number(record.answer)
    if number is not None:
        return number
    if _FORMULA.search(record.answer):
        return _formula(record.answer)
    raise _untyped(record, "a number", "Write a number, a fraction, a number with its unit, or a formula between dollar signs.")


def _regression(record: Record) -> Answer:
    number = _number(record.answer)
    if number is None:
        raise _untyped(record, "a continuous value", "Write a number, with its unit if it has one.")
    unit = number.unit if isinstance(number, NumberAnswer) else ""
    return NumberAnswer(value=number.value, rel_tol=REGRESSION_TOLERANCE, unit=unit)


def _words(record: Record) -> Answer:
    return _formula(record.answer) if _FORMULA.search(record.answer) else TextAnswer(accepted=(record.answer,))


def _narrowest(record: Record) -> Answer:
    options = _written_options(record.question)
    if (letter := _letter(record.answer, options)) is not None and len(set(options)) == len(options):
        return ChoiceAnswer(letter=letter, options=options)
    if (truth := _WORDS_OF_BOOL.get(record.answer.casefold().rstrip("."))) is not None:
        return BoolAnswer(value=truth)
    number = _number(record.answer)
    # A unit could be any word here: "3 cats" is a text.
    return _words(record) if number is None or (isinstance(number, NumberAnswer) and number.unit) else number


def _number(text: str) -> IntegerAnswer | NumberAnswer | None:
    """Return a number as exact as it is written: half a unit of its last decimal is tolerated, and nothing without decimals."""
    quantity = parse_quantity(text)
    if quantity is None or len(quantity.unit) > MAX_UNIT_CHARACTERS:
        return None
    if not quantity.unit and (whole := parse_integer(text)) is not None:
        return IntegerAnswer(value=whole)
    written = _NUMERAL.match(text)
    if written is None or float(written[1].replace(",", "")) != quantity.value:
        return NumberAnswer(value=quantity.value, rel_tol=FRACTION_TOLERANCE, unit=quantity.unit)
    return NumberAnswer(
        value=quantity.value, abs_tol=round(0.5 * 10.0 ** -len(written[2] or ""), 12) if written[2] else 0.0, unit=quantity.unit
    )


def _formula(text: str) -> LatexAnswer:
    return LatexAnswer(value=text if "$" in text else f"${text}$")


def _untyped(record: Record, expected: str, remedy: str) -> ContractError:
    return ContractError(
        f"{record.place}: answer: {record.answer[:80]!r} is no answer of problem_type {record.problem_type!r}: expected {expected}.",
        remedy=remedy,
    )


_READERS: dict[str, Callable[[Record], Answer]] = {
    "numerical": _numerical,
    "number": _numerical,
    "regression": _regression,
    "": _narrowest,
}
