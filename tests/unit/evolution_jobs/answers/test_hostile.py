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
from evolution_contracts.spec.model import AnswerFormat
from evolution_contracts.vocabulary import Judgement
from evolution_jobs.answers.verifier import Verifier

HOSTILE = {
    "tower": "9**9**9**9",
    "braced tower": "9^{9^{9^{9}}}",
    "factorial": "10000000!",
    "100 kB of digits": "9" * 100_000,
    "100 kB of groups": "1" + ",000" * 25_000,
    "100 kB of decimals": "0." + "1" * 100_000,
    "100 kB of letters": "a" * 100_000,
    "100 kB of words": "no " * 33_000,
    "100 kB of blanks": "7" + " " * 100_000 + "7",
    "100 kB of braces": "{" * 50_000 + "}" * 50_000,
    "100 kB of brackets": "(" * 50_000 + ")" * 50_000,
    "100 kB of commas": "," * 100_000,
    "100 kB of escapes": "\\text{" * 16_000 + "}" * 16_000,
    "100 kB of carets": "^" * 100_000,
    "100 kB of marks": "e" + "\u0301" * 100_000,
    "ligatures that grow": "\ufdfa" * 10_000,
    "nul bytes": "\0" * 100,
    "lone surrogate": "\ud800",
    "direction override": "\u202e7\u202c",
    "zero-width blanks": "\u200b7\u200b",
    "huge exponent": "1e999999999",
    "huge fraction": "1/" + "9" * 100_000,
    "infinity": "Infinity",
    "not a number": "NaN",
    "underscores": "1_0",
    "code": "__import__('os').system('true')",
}
ANSWERS: dict[str, Answer] = {
    "choice": ChoiceAnswer(letter="A", options=("cat", "dog")),
    "integer": IntegerAnswer(value=10),
    "number": NumberAnswer(value=10.0, rel_tol=0.2),
    "text": TextAnswer(accepted=("cat",), min_anls=0.5),
    "bool": BoolAnswer(value=True),
    "list": ListAnswer(items=(IntegerAnswer(value=1), TextAnswer(accepted=("cat",))), is_ordered=False),
    "time": TimeAnswer(hour=3, minute=45),
    "date": DateAnswer(year=2024, month=3, day=5),
    "ratio": RatioAnswer(left=1, right=2),
    "point": PointAnswer(x=10, y=10, radius=200),
    "bbox": BoxAnswer(left=0, top=0, right=10, bottom=10),
}


FORMULA = LatexAnswer(value="$10$")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("answer_format", list(AnswerFormat))
def test_hostile_text_is_never_correct(answer_format: AnswerFormat, name: str) -> None:
    verifier = Verifier(answer_format)
    completion = {
        AnswerFormat.PLAIN: HOSTILE[name],
        AnswerFormat.BOXED: f"\\boxed{{{HOSTILE[name]}}}",
        AnswerFormat.THINK_BOXED: f"<think></think>\\boxed{{{HOSTILE[name]}}}",
    }[answer_format]
    grades = verifier.verify_all([(answer, completion) for answer in ANSWERS.values()])
    assert not [kind for kind, grade in zip(ANSWERS, grades, strict=True) if grade.judgement is Judgement.CORRECT]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_formula_is_never_correct(name: str, boxed: Verifier) -> None:
    assert boxed.verify(FORMULA, f"\\boxed{{{HOSTILE[name]}}}").judgement is not Judgement.CORRECT
