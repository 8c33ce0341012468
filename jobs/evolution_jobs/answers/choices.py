"""Which option of a choice a text names."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from evolution_contracts.answers import ChoiceAnswer
from evolution_jobs.answers.normalise import fold, tidy, unquote

MAX_OPTION_CHARACTERS = 2000
"""Twice the longest option text; longer answers are prose."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTER_ALONE = re.compile(r"(?:option\s+)?[(\[]?([A-Z])[)\]]?[.:,]?", re.IGNORECASE | re.ASCII)
_LETTER_AND_TEXT = re.compile(r"(?:option\s+)?(?:[(\[]([A-Z])[)\]]|([A-Z])\s*[).:])[.:]?\s*(\S.*)", re.IGNORECASE | re.ASCII | re.DOTALL)


def named_option(answer: ChoiceAnswer, text: str) -> int | None:
    """Return the index of the one option that `text` names: by letter, by letter and text, or by text; None otherwise.

    Nothing is searched inside prose, and a letter beside the text of another option names nothing.
    """
    if len(text) > MAX_OPTION_CHARACTERS:
        return None
    if len(text) == 1:
        return _by_letter(answer, text)
    tidied = tidy(text)
    if found := _LETTER_ALONE.fullmatch(tidied):
        return _by_letter(answer, found[1])
    by_text = _by_text(answer, tidied)
    if by_text is None and (found := _LETTER_AND_TEXT.fullmatch(tidied)):
        by_letter = _by_letter(answer, found[1] or found[2])
        return by_letter if by_letter == _by_text(answer, found[3]) else None
    return by_text


def _by_letter(answer: ChoiceAnswer, letter: str) -> int | None:
    index = _LETTERS.find(letter.upper())
    return index if index < len(answer.options) and index >= 0 else _by_text(answer, letter)


def _by_text(answer: ChoiceAnswer, text: str) -> int | None:
    for spelling in (unquote, fold):
        wanted = spelling(text)
        matches = [index for index, option in enumerate(_spelled(answer.options, spelling)) if option == wanted]
        if len(matches) == 1:
            return matches[0]
    return None


@lru_cache(maxsize=4096)
def _spelled(options: tuple[str, ...], spelling: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(map(spelling, options))
