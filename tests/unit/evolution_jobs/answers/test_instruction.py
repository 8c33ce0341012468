from __future__ import annotations

import pytest

from evolution_contracts.answers import (
    Answer,
    BoolAnswer,
    BoxAnswer,
    ChoiceAnswer,
    DateAnswer,
    IntegerAnswer,
    LatexAnswer,
    ListAnswer,
    NumberAnswer,
    PointAnswer,
    RatioAnswer,
    TextAnswer,
    TimeAnswer,
)
from evolution_contracts.errors import ContractError
from evolution_contracts.spec.model import AnswerFormat
from evolution_jobs.answers.instruction import canonical_text, instruction, wrap

CHOICE = ChoiceAnswer(letter="B", options=("cat", "dog"))


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (CHOICE, "B"),
        (IntegerAnswer(value=-7), "-7"),
        (NumberAnswer(value=3.5, unit="cm"), "3.5"),
        (NumberAnswer(value=12), "12"),
        (NumberAnswer(value=1e22), "1e+22"),
        (TextAnswer(accepted=("grey", "gray")), "grey"),
        (BoolAnswer(value=True), "yes"),
        (BoolAnswer(value=False), "no"),
        (ListAnswer(items=(IntegerAnswer(value=1), TextAnswer(accepted=("red",)))), "1, red"),
        (TimeAnswer(hour=3, minute=45), "03:45"),
        (DateAnswer(year=987, month=3, day=5), "0987-03-05"),
        (RatioAnswer(left=2, right=4), "2:4"),
        (PointAnswer(x=10, y=20.5, radius=5), "(10, 20.5)"),
        (BoxAnswer(left=1, top=2, right=3, bottom=4), "(1, 2, 3, 4)"),
        (LatexAnswer(value=r"$\frac{1}{2}$"), r"\frac{1}{2}"),
    ],
)
def test_canonical_text_is_what_a_model_should_write(answer: Answer, text: str) -> None:
    assert canonical_text(answer) == text


def test_plain_asks_for_nothing() -> None:
    assert instruction(AnswerFormat.PLAIN, CHOICE) == ""


@pytest.mark.parametrize("answer_format", [AnswerFormat.BOXED, AnswerFormat.THINK_BOXED])
def test_only_choices_are_asked_for_a_letter(answer_format: AnswerFormat) -> None:
    assert "letter" in instruction(answer_format, CHOICE)
    assert "letter" not in instruction(answer_format, IntegerAnswer(value=7))


def test_instruction_names_the_parts_of_its_form() -> None:
    assert "\\boxed{}" in instruction(AnswerFormat.BOXED, IntegerAnswer(value=7))
    assert "<think>" not in instruction(AnswerFormat.BOXED, IntegerAnswer(value=7))
    assert all(part in instruction(AnswerFormat.THINK_BOXED, IntegerAnswer(value=7)) for part in ("<think>", "</think>", "\\boxed{}"))


def test_instruction_does_not_depend_on_the_value() -> None:
    other = ChoiceAnswer(letter="A", options=("cat", "dog"))
    assert instruction(AnswerFormat.BOXED, CHOICE) == instruction(AnswerFormat.BOXED, other)


@pytest.mark.parametrize(
    ("answer_format", "text"),
    [
        pytest.param(AnswerFormat.BOXED, "a}b", id="brace closes the box"),
        pytest.param(AnswerFormat.BOXED, "a{b", id="brace keeps the box open"),
        pytest.param(AnswerFormat.BOXED, " ", id="nothing in the box"),
        pytest.param(AnswerFormat.THINK_BOXED, "a</think>b", id="tag ends the reasoning again"),
        pytest.param(AnswerFormat.PLAIN, "", id="nothing"),
    ],
)
def test_text_that_its_form_cannot_carry_is_refused(answer_format: AnswerFormat, text: str) -> None:
    with pytest.raises(ContractError, match="cannot be given"):
        wrap(answer_format, text)
