"""The builder of forms: kinds of answers, betrayals, and drafts that are drawn again."""

from __future__ import annotations

import random

import pytest
from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.answers.instruction import canonical_text
from evolution_jobs.scenes import questions
from evolution_jobs.scenes.partition import cut
from evolution_jobs.scenes.questions import AnswerKind, Draft, Question, questions_form

KINDS = [
    pytest.param(questions.INTEGER, 7, "7", "8", id="integer"),
    pytest.param(questions.BOOLEAN, False, "no", "yes", id="boolean"),
    pytest.param(questions.WORD, "Old Mill", "old  mill", "mill", id="word"),
    pytest.param(questions.CHOICE, "two", "B", "A", id="choice"),
    pytest.param(questions.INTEGERS, (2, 3), "2, 3", "3, 2", id="integers"),
    pytest.param(questions.NAMES_IN_ORDER, ("b", "a"), "B, a", "a, b", id="names in order"),
    pytest.param(questions.NAMES, ("b", "a"), "b, a", "a, a", id="names"),
    pytest.param(questions.TIME, 225, "03:45", "03:46", id="time"),
    pytest.param(questions.number(unit="km", rel_tol=0.1), 20.0, "21.9", "22.1", id="relative tolerance"),
    pytest.param(questions.number(abs_tol=0.5), 0.2, "0.7", "0.8", id="absolute tolerance"),
]
STATE = {"options": ["one", "two", "three"], "phrase": 0}


def _question(kind: AnswerKind, value: object, *phrases: str) -> Question:
    return Question(
        answer_kind=kind,
        phrases=phrases or ("what ?",),
        truth=lambda _: value,
        again=lambda _: value,
        betrays=lambda _: {},
        otherwise=ErrorType.COUNTING,
    )


@pytest.mark.parametrize(("kind", "value", "right", "wrong"), KINDS)
def test_kind_accepts_its_value_and_refuses_others(kind: AnswerKind, value: object, right: str, wrong: str) -> None:
    question = _question(kind, value)
    assert question.check(STATE, right)
    assert question.check(STATE, canonical_text(question.answer(STATE)))
    assert not question.check(STATE, wrong)
    assert question.explain(STATE, wrong) == ErrorType.COUNTING


@pytest.mark.parametrize(
    ("kind", "value", "right", "wrong"), [each for each in KINDS if each.id not in ("word", "names", "names in order")]
)
def test_text_of_another_kind_betrays_a_slip_of_format(kind: AnswerKind, value: object, right: str, wrong: str) -> None:
    question = _question(kind, value)
    assert not question.check(STATE, "north-east")
    assert question.explain(STATE, "north-east") == ErrorType.INSTRUCTION_FORMAT


def test_known_wrong_number_is_recognised_within_the_tolerance() -> None:
    question = Question(
        answer_kind=questions.number(rel_tol=0.1),
        phrases=("how far ?",),
        truth=lambda _: 20.0,
        again=lambda _: 20.0,
        betrays=lambda _: {10.0: ErrorType.CALCULATION},
        otherwise=ErrorType.CHART_VALUE,
    )
    assert question.explain({}, "10.5") == ErrorType.CALCULATION
    assert question.explain({}, "14") == ErrorType.CHART_VALUE


@pytest.mark.parametrize(
    ("phrase", "value", "given_away"),
    [
        ("is it {n} or more ?", 3, True),
        ("is it {n} or more ?", 30, False),
        ("a Mill, or what ?", "mill", True),
        ("a millet ?", "mill", False),
    ],
)
def test_phrase_that_holds_the_answer_gives_it_away(phrase: str, value: object, given_away: object) -> None:
    kind = questions.INTEGER if isinstance(value, int) else questions.WORD
    assert _question(kind, value, phrase).is_given_away({"n": 3}) is given_away


def test_draft_that_fails_or_gives_the_answer_away_is_drawn_again() -> None:
    drafts: list[Draft | None] = [None, {"n": 4}, {"n": 5}]
    form = questions_form(
        lambda _rng, _difficulty, _kind: drafts.pop(0),
        lambda _: Image.new("RGB", (1, 1)),
        {"sum": _question(questions.INTEGER, 4, "more than {n} ?")},
    )
    assert form.sample(random.Random(1), 0.5) == {"n": 5, "kind": "sum"}
    assert drafts == []


def test_form_that_can_draw_nothing_says_so() -> None:
    form = questions_form(
        lambda _rng, _difficulty, _kind: None, lambda _: Image.new("RGB", (1, 1)), {"sum": _question(questions.INTEGER, 4)}
    )
    with pytest.raises(AssertionError, match="No state of kind 'sum'"):
        form.sample(random.Random(1), 0.5)


@pytest.mark.parametrize("count", range(1, 8))
def test_cut_fills_the_area_without_overlap(count: int) -> None:
    parts = cut(random.Random(count), (0, 0, 12, 10), count, least_side=2)
    assert len(parts) == count
    cells = [(x, y) for left, top, right, bottom in parts for x in range(left, right) for y in range(top, bottom)]
    assert sorted(cells) == [(x, y) for x in range(12) for y in range(10)]
