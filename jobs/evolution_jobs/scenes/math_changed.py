"""Two lines of formula that differ in one letter."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import math_tiny
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.math_print import draw_formulas, formula_style
from evolution_jobs.scenes.questions import WORD, Draft, Question, questions_form

_SYMBOLS = {"a": "doqc", "x": "yzkv", "m": "nwu", "p": "qbd", "v": "uwy", "h": "kbn", "t": "fl", "g": "qy", "e": "co"}


def _sample_changed(rng: random.Random, difficulty: float, kind: str) -> Draft:
    letters = rng.sample(tuple(_SYMBOLS), spread(difficulty, 3, 5))
    signs = [rng.choice("+-") for _ in letters[1:]]
    powers = [rng.choice(("", "^{2}", "^{3}")) for _ in letters]
    place = rng.randrange(len(letters))
    twins = [letter for letter in _SYMBOLS[letters[place]] if letter not in letters]
    changed = [*letters[:place], rng.choice(twins), *letters[place + 1 :]]

    def line(names: Sequence[str]) -> str:
        parts = [f"{name}{power}" for name, power in zip(names, powers, strict=True)]
        return parts[0] + "".join(f" {sign} {part}" for sign, part in zip(signs, parts[1:], strict=True))

    lines = [line(letters), line(changed)]
    return {**formula_style(rng), "lines": lines, "before": letters, "after": changed, "kind": kind}


def _changed(state: State, side: str) -> str:
    letters: list[str] = state[side]
    return next(mine for mine, a, b in zip(letters, state["before"], state["after"], strict=True) if a != b)


def _printed_letters(state: State, line: int) -> list[str]:
    return re.findall(r"[a-z]", state["lines"][line])


def _unshared(state: State, line: int) -> str:
    (letter,) = set(_printed_letters(state, line)) - set(_printed_letters(state, 1 - line))
    return letter


_LETTER = replace(
    WORD, read=lambda state, text: WORD.read(state, text) if len(text.strip()) == 1 else None, show=lambda value: f"letter {value}"
)


def _changed_question(side: str, line: int, *phrases: str) -> Question:
    return Question(
        answer_kind=_LETTER,
        phrases=phrases,
        truth=lambda state: _changed(state, side),
        again=lambda state: _unshared(state, line),
        otherwise=ErrorType.TEXT_READING,
        betrays=lambda state: {_unshared(state, 1 - line): ErrorType.SPATIAL},
    )


_LARGE = questions_form(
    _sample_changed,
    draw_formulas,
    {
        "new": _changed_question(
            "after",
            1,
            "The two lines differ in one letter. Which letter stands only in the lower line?",
            "Which letter was put into the lower formula instead of another?",
        ),
        "old": _changed_question(
            "before",
            0,
            "The two lines differ in one letter. Which letter stands only in the upper line?",
            "Which letter of the upper formula was replaced in the lower one?",
        ),
    },
)


DIFFERENCE = two_sized(
    name="difference",
    summary="A difference of two digits, or the letter in which two formulas differ",
    capabilities=(
        "ocr",
        "compare",
    ),
    error_types=(ErrorType.CALCULATION, ErrorType.TEXT_READING, ErrorType.SPATIAL),
    tiny=math_tiny.DIFFERENCE,
    large=_LARGE,
)
