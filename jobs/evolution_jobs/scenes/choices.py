"""Options of multiple-choice questions: drawn once into the state, so that question and answer cannot disagree."""

from __future__ import annotations

import random
from collections.abc import Sequence
from string import ascii_uppercase

from evolution_contracts.answers import ChoiceAnswer


def shuffled_options(rng: random.Random, right: str, wrong: Sequence[str], *, count: int = 4) -> list[str]:
    """Return `count` different options in random order: the right one and the first of the wrong ones that differ from it."""
    distinct = [text for text in dict.fromkeys(wrong) if text != right][: count - 1]
    assert len(distinct) == count - 1, f"{count - 1} different wrong options are needed, got {distinct}"
    options = [right, *distinct]
    rng.shuffle(options)
    return options


def with_options(question: str, options: Sequence[str]) -> str:
    """Return the question followed by one line an option: `A. ...`."""
    return "\n".join([question, *(f"{letter}. {text}" for letter, text in zip(ascii_uppercase, options, strict=False))])


def choice_answer(options: Sequence[str], right: str) -> ChoiceAnswer:
    """Return the letter of the right option, with all options."""
    return ChoiceAnswer(letter=ascii_uppercase[list(options).index(right)], options=tuple(options))
