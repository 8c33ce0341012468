"""Canonical answer texts read back into values; every reader returns None for a text of another kind."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from evolution_contracts.vocabulary import ErrorType

_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")


def integer(text: str) -> int | None:
    """Return the whole number that the text is."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,15}", text.strip()) else None


def number(text: str) -> float | None:
    """Return the finite real number that the text is; a trailing unit is no part of a canonical text."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def word(text: str) -> str:
    """Return the text as words are compared: folded case, single blanks."""
    return " ".join(text.casefold().split())


def option(text: str, options: Sequence[str]) -> str | None:
    """Return the option that a letter stands for."""
    letter = text.strip()
    position = ord(letter) - ord("A") if len(letter) == 1 else -1
    return options[position] if 0 <= position < len(options) else None


def time(text: str) -> int | None:
    """Return the minutes since midnight of a text such as `03:45`."""
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return int(found[1]) * 60 + int(found[2])


def items(text: str) -> list[str]:
    """Return the items of a list text such as `a, b, c`, each as `word` gives it."""
    return [word(item) for item in text.split(",")]


def betrayed(value: Hashable | None, clues: Mapping[Any, ErrorType], otherwise: ErrorType) -> ErrorType:
    """Return the error type of a wrong value: the clue it matches, else `otherwise`; None is an answer of the wrong form."""
    return ErrorType.INSTRUCTION_FORMAT if value is None else clues.get(value, otherwise)
