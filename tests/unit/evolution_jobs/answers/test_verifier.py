from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from evolution_jobs.answers.grade import Obstacle
from evolution_jobs.answers.instruction import canonical_text, wrap
from evolution_jobs.answers.reward import reward
from evolution_jobs.answers.verifier import Verifier

# --- every type of answer, with a text that is certainly another answer ---------------------------------------------------------------

Case = tuple[Answer, str]

words = st.text(st.characters(categories=("L", "N", "P", "S"), exclude_characters="{}\\<>$*,;()[]"), min_size=1, max_size=20)
numbers = st.floats(-1e12, 1e12)
thousandths = st.integers(0, 1000)
integers = st.builds(IntegerAnswer, value=st.integers(-(10**40), 10**40))
texts = st.builds(lambda word, others: TextAnswer(accepted=(word, *others)), words, st.lists(words, max_size=3))


@st.composite
def choices(draw: st.DrawFn) -> Case:
    options = draw(st.lists(words.filter(lambda word: len(word) > 1), min_size=2, max_size=26, unique=True))
    right = draw(st.integers(0, len(options) - 1))
    wrong = (right + draw(st.integers(1, len(options) - 1))) % len(options)
    return ChoiceAnswer(letter=chr(65 + right), options=tuple(options)), chr(65 + wrong)


@st.composite
def reals(draw: st.DrawFn) -> Case:
    answer = NumberAnswer(value=draw(numbers), abs_tol=draw(st.floats(0, 1e6)), rel_tol=draw(st.floats(0, 0.2)))
    return answer, repr(answer.value + 2 * (answer.abs_tol + answer.rel_tol * abs(answer.value)) + max(1.0, abs(answer.value)))


@st.composite
def lists(draw: st.DrawFn) -> Case:
    items = draw(st.lists(st.one_of(integers, texts), min_size=1, max_size=6))
    answer = ListAnswer(items=tuple(items), is_ordered=draw(st.booleans()))
    return answer, canonical_text(answer) + ", 1"


@st.composite
def boxes(draw: st.DrawFn) -> Case:
    left, top = draw(st.integers(0, 900)), draw(st.integers(0, 900))
    right, bottom = draw(st.integers(left + 1, 1000)), draw(st.integers(top + 1, 1000))
    return BoxAnswer(left=left, top=top, right=right, bottom=bottom), f"({right}, {bottom}, 1001, 1001)"


@st.composite
def points(draw: st.DrawFn) -> Case:
    x, y = draw(thousandths), draw(thousandths)
    return PointAnswer(x=x, y=y, radius=draw(st.floats(1, 200))), f"({(x + 500) % 1000}, {y})"


cases = st.one_of(
    choices(),
    integers.map(lambda answer: (answer, str(answer.value + 1))),
    reals(),
    texts.map(lambda answer: (answer, max(answer.accepted, key=len) + "zz")),
    st.booleans().map(lambda value: (BoolAnswer(value=value), canonical_text(BoolAnswer(value=not value)))),
    lists(),
    st.builds(TimeAnswer, hour=st.integers(0, 23), minute=st.integers(0, 59), is_twelve_hour=st.booleans()).map(
        lambda answer: (answer, f"{answer.hour}:{(answer.minute + 1) % 60:02}")
    ),
    st.builds(DateAnswer, year=st.integers(1, 9999), month=st.integers(1, 12), day=st.integers(1, 31)).map(
        lambda answer: (answer, f"{answer.year:04}-{answer.month}-{answer.day % 31 + 1}")
    ),
    st.builds(RatioAnswer, left=st.integers(0, 10**9), right=st.integers(1, 10**9)).map(
        lambda answer: (answer, f"{answer.left + 1}:{answer.right}")
    ),
    points(),
    boxes(),
)
every_format = pytest.mark.parametrize("answer_format", list(AnswerFormat))


@every_format
@given(case=cases)
def test_canonical_answer_is_correct_and_another_is_wrong(answer_format: AnswerFormat, case: Case) -> None:
    answer, other = case
    verifier = Verifier(answer_format)
    right = verifier.verify(answer, wrap(answer_format, canonical_text(answer)))
    wrong = verifier.verify(answer, wrap(answer_format, other))
    assert (right.judgement, right.is_well_formed, right.is_parsable, right.detail) == (Judgement.CORRECT, True, True, "")
    assert (wrong.judgement, wrong.is_well_formed, wrong.is_parsable, wrong.detail) == (Judgement.WRONG, True, True, "")


@every_format
@pytest.mark.parametrize("formula", [r"$\frac{1}{2}$", "$$x^2 + 1$$", r"$\{1, 2\}$", r"$\int_0^1 x\,dx$"])
def test_canonical_formula_is_correct_and_well_formed(answer_format: AnswerFormat, formula: str) -> None:
    answer = LatexAnswer(value=formula)
    grade = Verifier(answer_format).verify(answer, wrap(answer_format, canonical_text(answer)))
    assert (grade.judgement, grade.is_well_formed) == (Judgement.CORRECT, True)


# --- the three cases -------------------------------------------------------------------------------------------------------------------


def test_unparsable_answer_abstains_and_says_why(boxed: Verifier) -> None:
    grade = boxed.verify(IntegerAnswer(value=7), r"\boxed{3} or \boxed{4}")
    assert (grade.judgement, grade.extracted, grade.is_parsable, grade.detail) == (Judgement.ABSTAIN, None, False, Obstacle.SEVERAL_BOXES)


def test_answer_of_another_type_abstains_but_keeps_its_form(boxed: Verifier) -> None:
    grade = boxed.verify(IntegerAnswer(value=7), r"\boxed{banana}")
    assert (grade.judgement, grade.extracted, grade.is_parsable) == (Judgement.ABSTAIN, "banana", False)
    assert (grade.is_well_formed, grade.detail, grade.is_verifier_failure) == (True, Obstacle.OTHER_TYPE, False)


def test_all_keeps_the_order_of_mixed_types(boxed: Verifier) -> None:
    half = LatexAnswer(value=r"$\frac{1}{2}$")
    seven = IntegerAnswer(value=7)
    pairs: list[tuple[Answer, str]] = [(half, r"\boxed{0.5}"), (seven, r"\boxed{7}"), (half, r"\boxed{0.6}"), (seven, "7"), (half, "0.5")]
    assert [grade.judgement for grade in boxed.verify_all(pairs)] == ["correct", "correct", "wrong", "abstain", "abstain"]


def test_nothing_to_verify_gives_no_grades(boxed: Verifier) -> None:
    assert boxed.verify_all([]) == []


def test_only_plain_allows_blanks_between_digits(boxed: Verifier) -> None:
    answer = IntegerAnswer(value=37)
    assert Verifier(AnswerFormat.PLAIN).verify(answer, "3 7").judgement is Judgement.CORRECT
    assert boxed.verify(answer, r"\boxed{3 7}").judgement is Judgement.ABSTAIN


def test_verifier_loads_neither_models_nor_sympy() -> None:
    code = """
import sys
from evolution_jobs.answers import compare, extract, instruction, latex, reward, verifier
print({"torch", "transformers", "sympy", "math_verify"} & set(sys.modules))
"""
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "set()"


# --- defects of the reference implementation -------------------------------------------------------------------------------------------


@every_format
def test_d7_the_word_false_is_never_counted_as_correct(answer_format: AnswerFormat) -> None:
    grade = Verifier(answer_format).verify(BoolAnswer(value=True), wrap(answer_format, "false"))
    assert grade.judgement is Judgement.WRONG
    assert reward(grade, answer_format=AnswerFormat.PLAIN) == 0.0


def test_d16_answer_that_the_verifier_fails_on_is_neither_wrong_nor_unparsable(boxed: Verifier) -> None:
    grade = boxed.verify(LatexAnswer(value=r"$\frac{1}{0}$"), r"\boxed{2}")
    assert (grade.judgement, grade.is_parsable, grade.detail) == (Judgement.ABSTAIN, True, Obstacle.CRASH)
    assert grade.is_verifier_failure


def test_d16_unreadable_gold_formula_does_not_blame_the_model(boxed: Verifier) -> None:
    grade = boxed.verify(LatexAnswer(value=r"$\frac{$"), r"\boxed{2}")
    assert (grade.judgement, grade.is_verifier_failure, grade.detail) == (Judgement.ABSTAIN, True, Obstacle.BAD_GOLD)


@pytest.mark.parametrize(
    ("answer", "text", "judgement"),
    [
        pytest.param(TextAnswer(accepted=("there is no cat",)), "there is no dog", Judgement.WRONG, id="both contain no"),
        pytest.param(NumberAnswer(value=3.14, rel_tol=0.01), "3.1416", Judgement.CORRECT, id="within the tolerance"),
        pytest.param(ChoiceAnswer(letter="A", options=("cat", "dog")), "A. cat", Judgement.CORRECT, id="letter with its text"),
    ],
)
def test_d17_type_decides_what_is_equal(boxed: Verifier, answer: Answer, text: str, judgement: Judgement) -> None:
    assert boxed.verify(answer, wrap(AnswerFormat.BOXED, text)).judgement is judgement


@every_format
def test_d19_best_completion_earns_the_whole_reward(answer_format: AnswerFormat) -> None:
    grade = Verifier(answer_format).verify(IntegerAnswer(value=7), wrap(answer_format, "7"))
    assert reward(grade, answer_format=answer_format) == 1.0
