from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evolution_contracts.spec.model import AnswerFormat
from evolution_jobs.answers.extract import MAX_COMPLETION_CHARACTERS, extract
from evolution_jobs.answers.grade import Obstacle


def test_plain_takes_the_whole_completion_without_outer_blanks() -> None:
    found = extract("  3 7 \n", AnswerFormat.PLAIN)
    assert (found.text, found.is_well_formed) == ("3 7", True)


@pytest.mark.parametrize(
    ("completion", "text", "is_well_formed"),
    [
        pytest.param(r"\boxed{7}", "7", True, id="box alone"),
        pytest.param(r"3 + 4 = 7, so \boxed{ 7 }.", "7", True, id="reasoning before the box"),
        pytest.param(r"$\boxed{\frac{1}{2}}$", r"\frac{1}{2}", True, id="nested braces, in dollars"),
        pytest.param(r"\boxed {7}", "7", True, id="blank before the brace"),
        pytest.param(r"\boxed{\{1, 2\}}", r"\{1, 2\}", True, id="escaped braces do not nest"),
        pytest.param(r"\boxed{a \} b}", r"a \} b", True, id="escaped closing brace does not close"),
        pytest.param(r"\boxed{7} is the answer", "7", False, id="text after the box"),
        pytest.param(r"\boxed{7} and again \boxed{7}", "7", False, id="two boxes that agree"),
        pytest.param(r"\boxed{7} hence \boxed{8", "7", False, id="second box is cut off"),
        pytest.param(r"\boxed{cut \boxed{7}", "7", False, id="complete box inside one that never closes"),
        pytest.param(r"\boxed{\boxed{7}}", r"\boxed{7}", False, id="outer box counts"),
        pytest.param(r"I fill \boxed{}: \boxed{7}", "7", False, id="empty box is passed over"),
        pytest.param(r"stray } and { then \boxed{7}", "7", True, id="stray braces before the box"),
    ],
)
def test_boxed_takes_the_complete_box(*, completion: str, text: str, is_well_formed: bool) -> None:
    found = extract(completion, AnswerFormat.BOXED)
    assert (found.text, found.is_well_formed) == (text, is_well_formed)


@pytest.mark.parametrize(
    ("completion", "obstacle"),
    [
        pytest.param("", Obstacle.NO_BOX, id="nothing"),
        pytest.param("The answer is 7.", Obstacle.NO_BOX, id="no box"),
        pytest.param(r"\boxed{7", Obstacle.NO_BOX, id="box cut off"),
        pytest.param(r"\boxed{3} or \boxed{4}", Obstacle.SEVERAL_BOXES, id="hedging"),
        pytest.param(r"\boxed{ }", Obstacle.EMPTY, id="empty box"),
        pytest.param("x" * (MAX_COMPLETION_CHARACTERS + 1), Obstacle.TOO_LONG, id="too long"),
    ],
)
def test_boxed_without_one_answer_names_the_obstacle(completion: str, obstacle: Obstacle) -> None:
    found = extract(completion, AnswerFormat.BOXED)
    assert (found.text, found.is_well_formed, found.obstacle) == (None, False, obstacle)


@pytest.mark.parametrize(
    ("completion", "text", "is_well_formed"),
    [
        pytest.param("<think>3 + 4</think>\n\\boxed{7}", "7", True, id="the asked form"),
        pytest.param("<think>maybe \\boxed{8}</think>\\boxed{7}", "7", True, id="boxes in the reasoning do not count"),
        pytest.param("\\boxed{7}", "7", False, id="no reasoning"),
        pytest.param("3 + 4</think>\\boxed{7}", "7", False, id="reasoning without its opening tag"),
        pytest.param("Well. <think>3 + 4</think>\\boxed{7}", "7", False, id="text before the reasoning"),
        pytest.param("<think>3 + 4</think> It is \\boxed{7}", "7", False, id="text before the box"),
        pytest.param("<think>3 + 4</think>\\boxed{7} indeed", "7", False, id="text after the box"),
        pytest.param("<think>a</think><think>b</think>\\boxed{7}", "7", False, id="two blocks of reasoning"),
        pytest.param("<think>a</think>\\boxed{7}\\boxed{7}", "7", False, id="two boxes that agree"),
    ],
)
def test_think_boxed_takes_the_box_behind_the_reasoning(*, completion: str, text: str, is_well_formed: bool) -> None:
    found = extract(completion, AnswerFormat.THINK_BOXED)
    assert (found.text, found.is_well_formed) == (text, is_well_formed)


@pytest.mark.parametrize(
    ("completion", "obstacle"),
    [
        pytest.param("<think>so \\boxed{7}", Obstacle.UNFINISHED_THINKING, id="reasoning is cut off"),
        pytest.param("<think>so \\boxed{7}</think>", Obstacle.NO_BOX, id="box only in the reasoning"),
        pytest.param("<think></think>\\boxed{7}\\boxed{8}", Obstacle.SEVERAL_BOXES, id="hedging"),
    ],
)
def test_think_boxed_without_one_answer_names_the_obstacle(completion: str, obstacle: Obstacle) -> None:
    assert extract(completion, AnswerFormat.THINK_BOXED).obstacle is obstacle


@given(st.text(alphabet="\\boxed{} <think>/7\0é", max_size=200), st.sampled_from(AnswerFormat))
def test_any_completion_gives_a_text_or_an_obstacle(completion: str, answer_format: AnswerFormat) -> None:
    found = extract(completion, answer_format)
    assert (found.text is None) == (found.obstacle is not None)
    assert found.text is None or found.text in completion


@pytest.mark.parametrize(
    "completion",
    [
        pytest.param("\\boxed{" * 140_000, id="boxes that never close"),
        pytest.param("\\boxed{" * 120_000 + "}" * 120_000, id="boxes in boxes"),
        pytest.param("\\boxed" + " " * 900_000, id="blanks"),
        pytest.param("\\boxed{" + "{" * 900_000, id="braces"),
        pytest.param("<think>" * 140_000, id="tags"),
    ],
)
def test_hostile_megabyte_is_read_in_one_pass(completion: str) -> None:
    assert extract(completion, AnswerFormat.THINK_BOXED).is_well_formed is False
