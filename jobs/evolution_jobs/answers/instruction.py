"""What the prompt asks for, and texts that comply with it."""

from __future__ import annotations

from typing import assert_never

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
from evolution_jobs.answers.extract import extract
from evolution_jobs.answers.numbers import format_number

_LETTER_ONLY = " In the box write only the letter of the option."


def instruction(answer_format: AnswerFormat, answer: Answer) -> str:
    """Return the standard text after the question; empty for Plain. It depends on the answer's type, never on its value."""
    hint = _LETTER_ONLY if isinstance(answer, ChoiceAnswer) else ""
    match answer_format:
        case AnswerFormat.PLAIN:
            return ""
        case AnswerFormat.BOXED:
            return f"Write the final answer in \\boxed{{}}.{hint}"
        case AnswerFormat.THINK_BOXED:
            return f"First reason between <think> and </think>, then write the final answer in \\boxed{{}} and nothing after it.{hint}"
        case _:
            assert_never(answer_format)


def wrap(answer_format: AnswerFormat, text: str) -> str:
    """Return the well-formed completion that gives `text` as its answer.

    Raises:
        ContractError: When the form cannot carry the text, for example unbalanced braces in a box.
    """
    completion = _render(answer_format, text.strip())
    found = extract(completion, answer_format)
    if found.text != text.strip() or not found.is_well_formed:
        raise ContractError(
            f"The text {text[:80]!r} cannot be given as an answer of the form {answer_format}.", remedy="Balance its braces."
        )
    return completion


def canonical_text(answer: Answer) -> str:  # noqa: C901, PLR0911, PLR0912 - one case for each type of answer
    """Return the answer as a model should write it: "B", "7", "3.5", "yes", "03:45", "2024-03-05", "1:2", "(10, 20)"."""
    match answer:
        case ChoiceAnswer():
            return answer.letter
        case IntegerAnswer():
            return str(answer.value)
        case NumberAnswer():
            return format_number(answer.value)
        case TextAnswer():
            return answer.accepted[0]
        case BoolAnswer():
            return "yes" if answer.value else "no"
        case ListAnswer():
            return ", ".join(canonical_text(item) for item in answer.items)
        case TimeAnswer():
            return f"{answer.hour:02}:{answer.minute:02}"
        case DateAnswer():
            return f"{answer.year:04}-{answer.month:02}-{answer.day:02}"
        case RatioAnswer():
            return f"{answer.left}:{answer.right}"
        case PointAnswer():
            return _coordinates(answer.x, answer.y)
        case BoxAnswer():
            return _coordinates(answer.left, answer.top, answer.right, answer.bottom)
        case LatexAnswer():
            return bare_formula(answer.value)
        case _:
            assert_never(answer)


def bare_formula(value: str) -> str:
    """Return a formula without the dollar signs and blanks around it."""
    return value.strip("$ \n\t")


def _render(answer_format: AnswerFormat, text: str) -> str:
    match answer_format:
        case AnswerFormat.PLAIN:
            return text
        case AnswerFormat.BOXED:
            return f"\\boxed{{{text}}}"
        case AnswerFormat.THINK_BOXED:
            return f"<think>\n</think>\n\\boxed{{{text}}}"
        case _:
            assert_never(answer_format)


def _coordinates(*values: float) -> str:
    return f"({', '.join(format_number(value) for value in values)})"
