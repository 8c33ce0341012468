"""Vocabulary, options, readings and the reading of canonical answer texts."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import replies
from evolution_jobs.scenes.choices import choice_answer, shuffled_options, with_options
from evolution_jobs.scenes.forms import phrased, spread
from evolution_jobs.scenes.readings import READING, Reading
from evolution_jobs.scenes.words import TINY_WORDS, tiny_tokens


def test_vocabulary_is_small_lower_case_and_without_repetition() -> None:
    assert len(set(TINY_WORDS)) == len(TINY_WORDS) <= 200
    assert all(tiny_tokens(word) == (word,) and word == word.lower() for word in TINY_WORDS)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("how many dots ?", ("how", "many", "dots", "?")), ("37", ("3", "7")), ("a1 b", ("a", "1", "b")), ("", ())],
)
def test_digits_are_tokens_of_their_own(text: str, tokens: tuple[str, ...]) -> None:
    assert tiny_tokens(text) == tokens


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (replies.integer, " -12 ", -12),
        (replies.integer, "3.0", None),
        (replies.integer, "٣", None),
        (replies.integer, "9" * 5000, None),
        (replies.number, "3.5", 3.5),
        (replies.number, "nan", None),
        (replies.number, "1e999", None),
        (replies.number, "3 cm", None),
        (replies.time, "03:45", 225),
        (replies.time, "24:00", None),
        (replies.time, "3:5", None),
        (replies.items, "A, b ,  c d", ["a", "b", "c d"]),
    ],
)
def test_canonical_texts_are_read_back(read: object, text: str, value: object) -> None:
    assert read(text) == value  # type: ignore[operator]


@pytest.mark.parametrize(("text", "option"), [("B", "two"), (" A ", "one"), ("C", None), ("b", None), ("", None), ("AB", None)])
def test_letter_stands_for_its_option(text: str, option: str | None) -> None:
    assert replies.option(text, ["one", "two"]) == option


@given(st.text(max_size=30))
def test_no_text_breaks_a_reader(text: str) -> None:
    for read in (replies.integer, replies.number, replies.time, replies.items, replies.word):
        read(text)
    replies.option(text, ["one", "two"])


def test_wrong_value_betrays_its_clue_before_the_default() -> None:
    clues = {4: ErrorType.COUNTING}
    assert replies.betrayed(4, clues, ErrorType.PERCEPTION) == ErrorType.COUNTING
    assert replies.betrayed(9, clues, ErrorType.PERCEPTION) == ErrorType.PERCEPTION
    assert replies.betrayed(None, clues, ErrorType.PERCEPTION) == ErrorType.INSTRUCTION_FORMAT


def test_options_hold_the_right_one_and_no_text_twice() -> None:
    options = shuffled_options(random.Random(3), "red", ["blue", "red", "blue", "green", "pink", "gray"])
    assert sorted(options) == ["blue", "green", "pink", "red"]


def test_too_few_different_options_are_a_defect_of_the_caller() -> None:
    with pytest.raises(AssertionError, match="3 different wrong options"):
        shuffled_options(random.Random(3), "red", ["blue", "blue", "red"])


def test_letters_of_question_and_answer_agree() -> None:
    options = ["x", "y", "z"]
    assert with_options("Which?", options).splitlines() == ["Which?", "A. x", "B. y", "C. z"]
    assert choice_answer(options, "y").letter == "B"


def test_phrase_of_the_state_selects_the_wording_and_fills_it() -> None:
    ask = phrased("How long is {name}?", "Measure {name}.")
    assert [ask({"phrase": phrase, "name": "AB"}) for phrase in range(3)] == ["How long is AB?", "Measure AB.", "How long is AB?"]


@pytest.mark.parametrize(("difficulty", "value"), [(0, 3), (0.5, 5), (1, 7)])
def test_difficulty_spreads_between_the_bounds(difficulty: float, value: int) -> None:
    assert spread(difficulty, 3, 7) == value


@pytest.mark.parametrize(("text", "is_right"), [("40", True), ("41.9", True), ("42.1", False), ("37.9", False)])
def test_reading_is_right_within_its_tolerance(text: str, is_right: bool) -> None:  # noqa: FBT001 - a table column
    given = READING.read({"unit": "ml"}, text)
    assert READING.same(Reading(40, 2), given) is is_right
