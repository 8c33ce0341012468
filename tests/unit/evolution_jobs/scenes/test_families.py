"""Properties that every pattern of every registered family must have, at both sizes."""

from __future__ import annotations

import importlib.util
import json
import random
import re
from collections import Counter
from functools import cache
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageStat
from scipy.stats import chisquare

from evolution_contracts.answers import (
    Answer,
    BoolAnswer,
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
from evolution_contracts.base import canonical_json
from evolution_contracts.vocabulary import Category, ErrorType
from evolution_jobs.answers.compare import compare
from evolution_jobs.answers.instruction import canonical_text
from evolution_jobs.scenes.family import Pattern, Scene, State, draw_scene
from evolution_jobs.scenes.registry import FAMILIES, family
from evolution_jobs.scenes.words import MAX_ANSWER_TOKENS, MAX_QUESTION_TOKENS, TINY_WORDS, tiny_tokens

TINY, LARGE = 64, 448
STATES = 300
LETTER_STATES = 1000

WRITTEN = [category for category in Category if importlib.util.find_spec(f"evolution_jobs.scenes.{category.value}")]
PATTERNS = [
    pytest.param(category, pattern, id=f"{category}-{pattern.name}") for category in WRITTEN for pattern in family(category).patterns
]
every_pattern = pytest.mark.parametrize(("category", "pattern"), PATTERNS)
every_size = pytest.mark.parametrize("size", [TINY, LARGE])


@cache
def states(pattern: Pattern, size: int, count: int = STATES) -> list[State]:
    """Draw one state a seed, of difficulties from 0 to 1."""
    return [pattern.sample(random.Random(seed), size, seed % 11 / 10) for seed in range(count)]


@cache
def scenes(category: Category, pattern: Pattern, size: int) -> list[Scene]:
    """Draw a few scenes with their pictures."""
    return [draw_scene(family(category), pattern, seed=seed, size_pixels=size, difficulty=seed / 2) for seed in range(3)]


def perturbed(answer: Answer) -> list[str]:  # noqa: C901, PLR0911 - one case a type
    """Return canonical texts of wrong answers of the same type."""
    match answer:
        case ChoiceAnswer():
            return [chr(ord("A") + k) for k in range(len(answer.options)) if chr(ord("A") + k) != answer.letter]
        case IntegerAnswer():
            return [str(answer.value + 1), str(answer.value - 1), str(10 * answer.value + 3)]
        case NumberAnswer():
            reach = max(answer.abs_tol, answer.rel_tol * abs(answer.value), 0.01)
            return [f"{answer.value + share * reach:.6g}" for share in (-3, 1.5, 40)]
        case TextAnswer():
            return ["zzz", answer.accepted[0] + "x"]
        case BoolAnswer():
            return ["no" if answer.value else "yes"]
        case TimeAnswer():
            right = answer.hour * 60 + answer.minute
            return [f"{minutes // 60 % 24:02d}:{minutes % 60:02d}" for minutes in (right + 1, right + 60, right + 725)]
        case DateAnswer():
            return [f"{answer.year + 1:04d}-{answer.month:02d}-{answer.day:02d}"]
        case RatioAnswer():
            return [f"{answer.left + 1}:{answer.right}", f"{answer.left + answer.right}:{answer.right}"]
        case LatexAnswer():
            return ["$999983$", r"$\frac{7}{999983}$"]
        case PointAnswer():
            return [f"{answer.x + 3 * answer.radius:g}, {answer.y:g}"]
        case ListAnswer():
            texts = [canonical_text(item) for item in answer.items]
            turned = [", ".join(texts[::-1])] if answer.is_ordered and texts != texts[::-1] else []
            return [", ".join([*texts, texts[0]]), ", ".join(["zzz", *texts[1:]]), *turned]
    raise AssertionError(f"no perturbation for {answer.type}")


def says(text: str, phrase: str) -> bool:
    """Return whether `phrase` stands in `text` as whole words."""
    return re.search(rf"(?<![\w.]){re.escape(phrase.casefold())}(?![\w]|\.\d)", text.casefold()) is not None


def test_every_category_has_a_family_of_at_least_two_patterns() -> None:
    found = {category: FAMILIES[category] for category in FAMILIES}
    assert set(found) == set(Category)
    for category, its_family in found.items():
        assert its_family.category == category
        names = [pattern.name for pattern in its_family.patterns]
        assert len(names) == len(set(names)) >= 2


@every_size
@every_pattern
def test_same_seed_gives_the_same_scene(category: Category, pattern: Pattern, size: int) -> None:
    for seed, first in enumerate(scenes(category, pattern, size)):
        again = draw_scene(family(category), pattern, seed=seed, size_pixels=size, difficulty=seed / 2)
        assert (again.state_digest, again.question, again.answer) == (first.state_digest, first.question, first.answer)
        assert again.image.tobytes() == first.image.tobytes()


@every_size
@every_pattern
def test_picture_is_rgb_of_the_asked_size_and_not_empty(category: Category, pattern: Pattern, size: int) -> None:
    for scene in scenes(category, pattern, size):
        assert (scene.image.mode, scene.image.size) == ("RGB", (size, size))
        assert sum(ImageStat.Stat(scene.image).stddev) > 0


@every_pattern
def test_larger_picture_keeps_question_and_answer(category: Category, pattern: Pattern) -> None:
    bigger, large = (draw_scene(family(category), pattern, seed=7, size_pixels=size, difficulty=0.5) for size in (560, LARGE))
    assert (bigger.question, bigger.answer, bigger.image.size) == (large.question, large.answer, (560, 560))


@every_size
@every_pattern
def test_state_survives_json(category: Category, pattern: Pattern, size: int) -> None:
    for state in states(pattern, size)[:30]:
        back = json.loads(canonical_json(dict(state)))
        assert back == dict(state)
        assert state["size"] == size
        assert (pattern.ask(back), pattern.answer(back)) == (pattern.ask(state), pattern.answer(state))
    assert pattern.draw(back).tobytes() == pattern.draw(state).tobytes()


@every_size
@every_pattern
def test_check_accepts_the_own_answer_and_refuses_others(category: Category, pattern: Pattern, size: int) -> None:
    for state in states(pattern, size):
        answer = pattern.answer(state)
        assert pattern.check(state, canonical_text(answer)) is True, (state, answer)
        for wrong in (*perturbed(answer), "", "?", "zzz zzz"):
            assert pattern.check(state, wrong) is False, (state, answer, wrong)


@every_size
@every_pattern
def test_check_agrees_with_the_comparator_of_rewards(category: Category, pattern: Pattern, size: int) -> None:
    """Formulas are left out: comparing them takes a worker process."""
    for state in states(pattern, size)[:100]:
        answer = pattern.answer(state)
        if not isinstance(answer, LatexAnswer):
            for text in (canonical_text(answer), *perturbed(answer)):
                assert bool(compare(answer, text)) is pattern.check(state, text), (state, answer, text)


@every_size
@every_pattern
def test_wrong_answers_are_explained_by_an_error_type_of_the_pattern(category: Category, pattern: Pattern, size: int) -> None:
    for state in states(pattern, size)[:100]:
        answer = pattern.answer(state)
        for wrong in perturbed(answer):
            allowed = {*pattern.error_types, ErrorType.OTHER}
            if isinstance(answer, (TextAnswer, ListAnswer)):
                allowed.add(ErrorType.INSTRUCTION_FORMAT)
            assert pattern.explain(state, wrong) in allowed, (state, wrong)


@every_size
@every_pattern
@settings(max_examples=20, deadline=None)
@given(text=st.text(max_size=40) | st.from_regex(r"-?[0-9]{1,3}([.:][0-9]{1,3})?|[A-F]|[a-z]{1,6}", fullmatch=True))
def test_any_text_can_be_checked_and_explained(category: Category, pattern: Pattern, size: int, text: str) -> None:
    for state in states(pattern, size)[:4]:
        assert isinstance(pattern.check(state, text), bool)
        assert pattern.explain(state, text) in {*pattern.error_types, ErrorType.INSTRUCTION_FORMAT, ErrorType.OTHER}


@every_size
@every_pattern
def test_right_letters_are_equally_frequent(category: Category, pattern: Pattern, size: int) -> None:
    answers = [answer for state in states(pattern, size) if isinstance(answer := pattern.answer(state), ChoiceAnswer)]
    if not answers:
        return
    answers = [answer for state in states(pattern, size, LETTER_STATES) if isinstance(answer := pattern.answer(state), ChoiceAnswer)]
    for count in {len(answer.options) for answer in answers}:
        letters = Counter(answer.letter for answer in answers if len(answer.options) == count)
        assert chisquare([letters[chr(ord("A") + k)] for k in range(count)]).pvalue > 1e-4, letters


@every_size
@every_pattern
def test_options_are_distinct_and_stand_in_the_question(category: Category, pattern: Pattern, size: int) -> None:
    for state in states(pattern, size):
        answer = pattern.answer(state)
        if isinstance(answer, ChoiceAnswer):
            assert len({" ".join(option.casefold().split()) for option in answer.options}) == len(answer.options)
            assert all(option in pattern.ask(state) for option in answer.options)
            assert size != TINY, "choice letters are too much for the tiny model"


@every_size
@every_pattern
def test_question_does_not_give_the_answer_away(category: Category, pattern: Pattern, size: int) -> None:
    """A number never stands in the question; a word may when the question names another possible answer too."""
    answers = [pattern.answer(state) for state in states(pattern, size)]
    words = {canonical_text(answer) for answer in answers if isinstance(answer, (TextAnswer, BoolAnswer))}
    for state, answer in zip(states(pattern, size), answers, strict=True):
        question, text = pattern.ask(state), canonical_text(answer)
        if isinstance(answer, ChoiceAnswer):
            continue
        if isinstance(answer, (TextAnswer, BoolAnswer)) and says(question, text):
            assert any(says(question, other) for other in words - {text}), (question, text)
        else:
            assert not says(question, text), (question, text)


@every_pattern
def test_tiny_questions_and_answers_use_the_closed_vocabulary(category: Category, pattern: Pattern) -> None:
    known = {*TINY_WORDS, *"0123456789"}
    for state in states(pattern, TINY):
        question, answer = tiny_tokens(pattern.ask(state)), tiny_tokens(canonical_text(pattern.answer(state)))
        assert set(question) | set(answer) <= known, (question, answer)
        assert len(question) <= MAX_QUESTION_TOKENS
        assert 1 <= len(answer) <= MAX_ANSWER_TOKENS


@every_size
@every_pattern
def test_no_answer_is_right_most_of_the_time(category: Category, pattern: Pattern, size: int) -> None:
    """The bound is on the true share; three standard errors of a binomial share at 300 states are allowed for."""
    answers = Counter(canonical_text(pattern.answer(state)) for state in states(pattern, size))
    bound = 0.5 if size == TINY else 0.6
    share = answers.most_common(1)[0][1] / answers.total()
    assert share <= bound + 3 * (bound * (1 - bound) / STATES) ** 0.5, answers.most_common(3)


@every_size
@every_pattern
def test_difficulty_changes_the_states(category: Category, pattern: Pattern, size: int) -> None:
    easy, hard = ([pattern.sample(random.Random(seed), size, difficulty) for seed in range(30)] for difficulty in (0.0, 1.0))
    assert easy != hard


@every_pattern
def test_large_questions_come_in_several_wordings(category: Category, pattern: Pattern) -> None:
    wordings: dict[int, set[str]] = {}
    for seed in range(12):
        state = pattern.sample(random.Random(seed), LARGE, 0.5)
        wordings[seed] = {pattern.ask({**state, "phrase": phrase}) for phrase in range(6)}
    assert max(len(texts) for texts in wordings.values()) >= 2


@every_pattern
def test_labels_do_not_overlap_and_are_large_enough(category: Category, pattern: Pattern) -> None:
    """Capitals and digits of DejaVu are 0.73 of the font size high: size 14 gives 10 units."""
    for state in states(pattern, LARGE)[:16]:
        image = pattern.draw(state)
        labels = image.info["labels"]
        assert image.info["least_text_size"] * 0.729 >= 10
        for box in labels:
            assert min(box) >= 0, (box, state)
            assert max(box) <= LARGE, (box, state)
        for first, second in combinations(labels, 2):
            assert not first.overlaps(second), (first, second, state)


@every_pattern
def test_every_style_renders(category: Category, pattern: Pattern) -> None:
    for key in ("style", "theme", "kind"):
        chosen = {state[key]: state for state in states(pattern, LARGE) if key in state}
        for state in chosen.values():
            assert pattern.draw(state).size == (LARGE, LARGE)
