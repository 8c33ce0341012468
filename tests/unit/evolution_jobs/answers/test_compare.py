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
from evolution_jobs.answers.compare import compare

ANIMALS = ChoiceAnswer(letter="A", options=("cat", "dog", "a bird"))
LETTERS = ChoiceAnswer(letter="B", options=("B", "A", "C"))


@pytest.mark.parametrize(
    ("answer", "text", "expected"),
    [
        (ANIMALS, "A", True),
        (ANIMALS, "a", True),
        (ANIMALS, "A.", True),
        (ANIMALS, "(A)", True),
        (ANIMALS, "Option A", True),
        (ANIMALS, r"\text{A}", True),
        (ANIMALS, "A. cat", True),
        (ANIMALS, "A) Cat", True),
        (ANIMALS, "(A) cat", True),
        (ANIMALS, "cat", True),
        (ANIMALS, "Cat.", True),
        (ANIMALS, "B", False),
        (ANIMALS, "dog", False),
        (ANIMALS, "A bird", False),
        (ANIMALS, "D", None),
        (ANIMALS, "A. dog", None),
        (ANIMALS, "A or B", None),
        (ANIMALS, "The answer is A", None),
        (ANIMALS, "A cat sits there", None),
        (ANIMALS, "horse", None),
        (ANIMALS, "", None),
        (LETTERS, "B", True),
        (LETTERS, "A", False),
        (ChoiceAnswer(letter="C", options=("x", "y")), "A", None),
        (ChoiceAnswer(letter="A", options=("Cat", "cat")), "Cat", True),
        (ChoiceAnswer(letter="A", options=("Cat", "cat")), "CAT", None),
    ],
)
def test_choice_is_named_by_an_existing_letter_or_by_an_option(*, answer: ChoiceAnswer, text: str, expected: bool | None) -> None:
    assert compare(answer, text) is expected


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        (7, "7", True),
        (7, "+7", True),
        (7, "07", True),
        (7, "7.", True),
        (7, "7.0", True),
        (7, "$7$", True),
        (7, "７", True),
        (-7, "-7", True),
        (-7, "−7", True),
        (1234567, "1,234,567", True),
        (1234567, "1{,}234{,}567", True),
        (7, "8", False),
        (7, "7.5", False),
        (7, "14/2", True),
        (1000, "10^3", True),
        (2**53 + 1, "9007199254740993.0e0", False),
        (103, "10³", False),
        (1234, "1,23,4", None),
        (7, "7 apples", None),
        (7, "seven", None),
        (7, "6 or 7", None),
        (37, "3 7", None),
        (7, "٧", None),
        (7, "", None),
    ],
)
def test_integer_is_compared_exactly(*, value: int, text: str, expected: bool | None) -> None:
    assert compare(IntegerAnswer(value=value), text) is expected


@pytest.mark.parametrize(
    ("answer", "text", "expected"),
    [
        (NumberAnswer(value=3.14, rel_tol=0.001), "3.1416", True),
        (NumberAnswer(value=3.14), "3.1416", False),
        (NumberAnswer(value=0.3, abs_tol=0.1), "0.4", True),
        (NumberAnswer(value=0.3, abs_tol=0.1), "0.4001", False),
        (NumberAnswer(value=2008), "2010", False),
        (NumberAnswer(value=0.5), "1/2", True),
        (NumberAnswer(value=0.5), r"\frac{1}{2}", True),
        (NumberAnswer(value=0.5), r"\frac12", True),
        (NumberAnswer(value=0.5), ".5", True),
        (NumberAnswer(value=0.5), "50%", False),
        (NumberAnswer(value=0.5), "1/0", None),
        (NumberAnswer(value=50, unit="%"), "50", True),
        (NumberAnswer(value=50, unit="%"), r"50\%", True),
        (NumberAnswer(value=50, unit="%"), "50 percent", True),
        (NumberAnswer(value=50, unit="%"), "0.5", False),
        (NumberAnswer(value=12000), "1.2e4", True),
        (NumberAnswer(value=12000), r"1.2 \times 10^{4}", True),
        (NumberAnswer(value=12000), "1.2 × 10⁴", True),
        (NumberAnswer(value=12000), "12,000.0", True),
        (NumberAnswer(value=1000), "10^{3}", True),
        (NumberAnswer(value=10, unit="cm"), "10 cm", True),
        (NumberAnswer(value=10, unit="cm"), r"10\,\text{cm}", True),
        (NumberAnswer(value=10, unit="cm"), "10 Centimeters", True),
        (NumberAnswer(value=10, unit="cm"), "100 mm", False),
        (NumberAnswer(value=10, unit="cm"), "10 m", False),
        (NumberAnswer(value=10), "10 cm", False),
        (NumberAnswer(value=10, unit="mW"), "10 MW", False),
        (NumberAnswer(value=9, unit="m^2"), "9 m²", True),
        (NumberAnswer(value=45, unit="°"), r"45^{\circ}", True),
        (NumberAnswer(value=5, unit="$"), "$5", True),
        (NumberAnswer(value=5, unit="$"), "5 dollars", True),
        (NumberAnswer(value=5, unit="€"), "$5", False),
        (NumberAnswer(value=5), "5 or 6", None),
        (NumberAnswer(value=5.5), "5,5", None),
        (NumberAnswer(value=5), "nan", None),
        (NumberAnswer(value=5), "inf", None),
        (NumberAnswer(value=5), "1e999", None),
        (NumberAnswer(value=5), "1½", None),
        (NumberAnswer(value=35), "3 5", None),
    ],
)
def test_number_is_compared_within_its_tolerance_and_unit(*, answer: NumberAnswer, text: str, expected: bool | None) -> None:
    assert compare(answer, text) is expected


@pytest.mark.parametrize(
    ("answer", "text", "expected"),
    [
        (TextAnswer(accepted=("Paris",)), " paris. ", True),
        (TextAnswer(accepted=("Paris",)), '"Paris"', True),
        (TextAnswer(accepted=("Paris",)), r"\text{Paris}", True),
        (TextAnswer(accepted=("Straße",)), "STRASSE", True),
        (TextAnswer(accepted=("ﬁsh",)), "fish", True),
        (TextAnswer(accepted=("grey", "gray")), "gray", True),
        (TextAnswer(accepted=("New York",)), "New   York", True),
        (TextAnswer(accepted=("Paris",)), "Paris, France", False),
        (TextAnswer(accepted=("Paris",)), "Lyon", False),
        (TextAnswer(accepted=("Paris",), is_case_sensitive=True), "paris", False),
        (TextAnswer(accepted=("Paris",), is_case_sensitive=True), "Paris", True),
        (TextAnswer(accepted=("connection",), min_anls=0.9), "conection", True),
        (TextAnswer(accepted=("connection",), min_anls=0.9), "conexion", False),
        (TextAnswer(accepted=("connection",)), "conection", False),
        (TextAnswer(accepted=("Paris",)), "", None),
    ],
)
def test_text_is_compared_after_folding_or_by_similarity(*, answer: TextAnswer, text: str, expected: bool | None) -> None:
    assert compare(answer, text) is expected


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        (True, "yes", True),
        (True, "Yes, it is.", True),
        (True, "True", True),
        (True, "false", False),
        (False, "No.", True),
        (False, r"\text{no}", True),
        (False, "yes", False),
        (True, "yesterday", None),
        (True, "It is, yes", None),
        (True, "1", None),
        (True, "", None),
    ],
)
def test_bool_is_decided_by_the_first_word(*, value: bool, text: str, expected: bool | None) -> None:
    assert compare(BoolAnswer(value=value), text) is expected


NUMBERS = ListAnswer(items=(IntegerAnswer(value=1), IntegerAnswer(value=2), IntegerAnswer(value=2)))
CLOSE = ListAnswer(items=(NumberAnswer(value=1.0, abs_tol=0.2), NumberAnswer(value=1.2, abs_tol=0.1)), is_ordered=False)


@pytest.mark.parametrize(
    ("answer", "text", "expected"),
    [
        (NUMBERS, "1, 2, 2", True),
        (NUMBERS, "[1; 2; 2]", True),
        (NUMBERS, r"\{1, 2, 2\}", True),
        (NUMBERS, "2, 1, 2", False),
        (NUMBERS, "1, 2", False),
        (NUMBERS, "1, 2, 2, 2", False),
        (NUMBERS, "1, 2, two", None),
        (NUMBERS.evolve(is_ordered=False), "2, 1, 2", True),
        (NUMBERS.evolve(is_ordered=False), "2, 1, 1", False),
        (NUMBERS.evolve(is_ordered=False), "2, 1, two", None),
        (CLOSE, "1.1, 1.0", True),
        (CLOSE, "1.1, 1.5", False),
        (ListAnswer(items=(TextAnswer(accepted=("red",)), IntegerAnswer(value=3)), is_ordered=False), "3, Red", True),
        (ListAnswer(items=(TextAnswer(accepted=("Rome, Italy",)), TextAnswer(accepted=("Oslo",)))), "Rome, Italy, Oslo", True),
    ],
)
def test_list_is_compared_item_by_item_with_equal_length(*, answer: ListAnswer, text: str, expected: bool | None) -> None:
    assert compare(answer, text) is expected


CLOCK = TimeAnswer(hour=15, minute=45)


@pytest.mark.parametrize(
    ("answer", "text", "expected"),
    [
        (CLOCK, "3:45", True),
        (CLOCK, "03:45", True),
        (CLOCK, "15:45", True),
        (CLOCK, "3:45 p.m.", True),
        (CLOCK, "3:45:00", True),
        (CLOCK, "3:45:30", False),
        (CLOCK, "3:46", False),
        (CLOCK, "25:45", None),
        (CLOCK, "3:60", None),
        (CLOCK, "3.45", None),
        (CLOCK, "15:45 PM", None),
        (CLOCK, "a quarter to four", None),
        (CLOCK.evolve(is_twelve_hour=False), "3:45", False),
        (CLOCK.evolve(is_twelve_hour=False), "3:45 PM", True),
        (TimeAnswer(hour=0, minute=0, is_twelve_hour=False), "12 am", True),
        (TimeAnswer(hour=12, minute=0), "00:00", True),
        (TimeAnswer(hour=3, minute=0), "3 o'clock", True),
    ],
)
def test_time_is_compared_on_its_clock(*, answer: TimeAnswer, text: str, expected: bool | None) -> None:
    assert compare(answer, text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-05", True),
        ("2024/3/5", True),
        ("5 March 2024", True),
        ("5th of March 2024", True),
        ("March 5, 2024", True),
        ("Mar. 5 2024", True),
        ("2024-05-03", False),
        ("15/03/2024", False),
        ("03/05/2024", None),
        ("2024-13-05", None),
        ("5 Marzo 2024", None),
        ("March 2024", None),
    ],
)
def test_date_is_read_only_where_it_has_one_reading(*, text: str, expected: bool | None) -> None:
    assert compare(DateAnswer(year=2024, month=3, day=5), text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1:2", True),
        ("2 : 4", True),
        ("3/6", True),
        ("1 to 2", True),
        (r"\frac{1}{2}", True),
        ("2:1", False),
        ("1:0", None),
        ("0.5", None),
    ],
)
def test_ratio_is_compared_reduced(*, text: str, expected: bool | None) -> None:
    assert compare(RatioAnswer(left=1, right=2), text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("(100, 200)", True), ("[103, 204]", True), ("103, 205", False), ("(100)", None), ("(1, 2, 3)", None), ("(1e2, 200)", None)],
)
def test_point_is_a_hit_within_its_radius(*, text: str, expected: bool | None) -> None:
    assert compare(PointAnswer(x=100, y=200, radius=5), text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[0, 0, 100, 100]", True),
        ("(0, 0), (100, 50)", True),
        ("[0, 0, 100, 49]", False),
        ("[100, 100, 0, 0]", False),
        ("[200, 200, 300, 300]", False),
        ("[0, 0, 100]", None),
    ],
)
def test_box_is_a_hit_from_its_overlap_on(*, text: str, expected: bool | None) -> None:
    assert compare(BoxAnswer(left=0, top=0, right=100, bottom=100, min_iou=0.5), text) is expected


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        pytest.param(IntegerAnswer(value=37), "3 7", id="integer"),
        pytest.param(IntegerAnswer(value=-37), "- 3 7", id="negative integer"),
        pytest.param(NumberAnswer(value=3.5), "3 . 5", id="number"),
        pytest.param(NumberAnswer(value=12, unit="km/h"), "1 2 km / h", id="number with a unit"),
        pytest.param(TimeAnswer(hour=3, minute=45), "0 3 : 4 5", id="time"),
        pytest.param(DateAnswer(year=2024, month=3, day=5), "2 0 2 4 - 0 3 - 0 5", id="date"),
        pytest.param(DateAnswer(year=2024, month=3, day=5), "March 5 2 0 2 4", id="date with a name"),
        pytest.param(RatioAnswer(left=12, right=5), "1 2 : 5", id="ratio"),
        pytest.param(PointAnswer(x=120, y=40, radius=1), "( 1 2 0 , 4 0 )", id="point"),
        pytest.param(ListAnswer(items=(IntegerAnswer(value=12), IntegerAnswer(value=3))), "1 2 , 3", id="list"),
    ],
)
def test_blanks_between_digits_mean_nothing_in_plain(answer: Answer, text: str) -> None:
    assert compare(answer, text, plain=True) is True
    assert compare(answer, text) is not True


def test_formula_is_refused_with_a_hint_to_the_verifier() -> None:
    with pytest.raises(ContractError, match="Verifier"):
        compare(LatexAnswer(value="$x$"), "x")
