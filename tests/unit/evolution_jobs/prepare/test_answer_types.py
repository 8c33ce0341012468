"""Typed answers of imported rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from evolution_contracts.answers import Answer, BoolAnswer, ChoiceAnswer, IntegerAnswer, LatexAnswer, NumberAnswer, TextAnswer
from evolution_contracts.errors import ContractError
from evolution_contracts.spec.model import AnswerFormat
from evolution_contracts.vocabulary import Judgement
from evolution_jobs.answers.instruction import canonical_text, wrap
from evolution_jobs.answers.verifier import Verifier
from evolution_jobs.prepare.answer_types import typed_answer
from evolution_jobs.prepare.records import Record

ANIMALS = ("a cat", "a dog", "a fish")
LISTED = "What is it?\nA. a cat\nB. a dog\nC. a fish"
INLINE = "What is it? (A) a cat (B) a dog (C) a fish"
BRACKETED = "Choices:\n(A) a cat\n(B) a dog\n(C) a fish"


def record(answer: str, problem_type: str = "", *, question: str = "What is it?", options: tuple[str, ...] = ()) -> Record:
    return Record(
        place="rows.jsonl: row 4",
        uri="rows.jsonl#row=4",
        question=question,
        answer=answer,
        problem_type=problem_type,
        category="",
        options=options,
        folder=Path(),
        picture=b"",
    )


def second(letter: str = "B") -> ChoiceAnswer:
    return ChoiceAnswer(letter=letter, options=ANIMALS)


@pytest.mark.parametrize("question", [LISTED, INLINE, BRACKETED], ids=["lines", "inline", "brackets"])
@pytest.mark.parametrize("answer", ["B", "(B)", "B.", "B. a dog", "b) a dog".upper(), "A Dog"])
def test_choice_takes_its_options_from_the_question(question: str, answer: str) -> None:
    assert typed_answer(record(answer, "multiple choice", question=question)) == (question, second())


@pytest.mark.parametrize("problem_type", ["multiple choice", "Multiple-Choice", "multiple_choice", "MCQ", ""])
def test_options_of_a_column_are_written_into_the_question(problem_type: str) -> None:
    question, answer = typed_answer(record("a dog", problem_type, options=ANIMALS))
    assert (question, answer) == (LISTED, second())


@pytest.mark.parametrize(
    ("problem_type", "text", "expected"),
    [
        ("numerical", "12", IntegerAnswer(value=12)),
        ("numerical", "-1,234", IntegerAnswer(value=-1234)),
        ("numerical", "3.14", NumberAnswer(value=3.14, abs_tol=0.005)),
        ("numerical", "12 cm", NumberAnswer(value=12, unit="cm")),
        ("numerical", "45.5%", NumberAnswer(value=45.5, abs_tol=0.05, unit="%")),
        ("numerical", "$1,200.50", NumberAnswer(value=1200.5, abs_tol=0.005, unit="$")),
        ("numerical", "3/4", NumberAnswer(value=0.75, rel_tol=0.005)),
        ("numerical", "$\\sqrt{2}$", LatexAnswer(value="$\\sqrt{2}$")),
        ("numerical", "2\\sqrt{3}", LatexAnswer(value="$2\\sqrt{3}$")),
        ("regression", "50", NumberAnswer(value=50, rel_tol=0.02)),
        ("regression", "12.5 kg", NumberAnswer(value=12.5, rel_tol=0.02, unit="kg")),
        ("free-form", "12", TextAnswer(accepted=("12",))),
        ("OCR", "Main Street", TextAnswer(accepted=("Main Street",))),
        ("free-form", "$x+1$", LatexAnswer(value="$x+1$")),
        ("", "12", IntegerAnswer(value=12)),
        ("", "yes", BoolAnswer(value=True)),
        ("", "No.", BoolAnswer(value=False)),
        ("", "3 cats", TextAnswer(accepted=("3 cats",))),
        ("", "A dog in a car", TextAnswer(accepted=("A dog in a car",))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_problem_type_and_text_select_the_type(problem_type: str, text: str, expected: Answer) -> None:
    assert typed_answer(record(text, problem_type))[1] == expected


@pytest.mark.parametrize(
    ("problem_type", "text", "question", "message"),
    [
        ("multiple choice", "D", LISTED, "among 3 options"),
        ("multiple choice", "a horse", LISTED, "among 3 options"),
        ("multiple choice", "A", "What is it?", r"options \[\]"),
        ("multiple choice", "A", "A. cat\nB. cat", "different options"),
        ("multiple choice", "A", "B. cat\nC. dog", r"options \[\]"),
        ("numerical", "a dozen", "", "expected a number"),
        ("regression", "tall", "", "continuous value"),
        ("numerical", "1e999", "", "expected a number"),
    ],
    ids=["letter beyond", "unknown text", "no options", "equal options", "gap", "words", "no value", "infinite"],
)
def test_text_that_does_not_fit_its_type_is_refused_with_its_row(problem_type: str, text: str, question: str, message: str) -> None:
    with pytest.raises(ContractError, match=message) as raised:
        typed_answer(record(text, problem_type, question=question))
    assert str(raised.value).startswith(f"rows.jsonl: row 4: answer: {text!r} is no answer of problem_type {problem_type!r}")
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("problem_type", "text"),
    [
        ("numerical", "45.5%"),
        ("numerical", "3/4"),
        ("regression", "12.5 kg"),
        ("OCR", "Main Street"),
        ("", "no"),
        ("numerical", "2\\sqrt{3}"),
    ],
)
def test_verifier_accepts_the_imported_answer_as_it_was_written(problem_type: str, text: str) -> None:
    _, answer = typed_answer(record(text, problem_type))
    with Verifier(AnswerFormat.BOXED) as verifier:
        for written in (text, canonical_text(answer)):
            assert verifier.verify(answer, wrap(AnswerFormat.BOXED, written)).judgement is Judgement.CORRECT
