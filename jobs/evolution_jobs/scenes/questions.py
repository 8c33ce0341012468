"""Forms made of questions, so that a family states only what is particular to it.

A question names its kind of answer and computes the right value twice, by two ways. The kind knows how values become typed answers and
how canonical texts become values again, which gives `answer`, `check` and `explain` for every question alike.
"""

from __future__ import annotations

import dataclasses
import operator
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from evolution_contracts.answers import Answer, BoolAnswer, IntegerAnswer, ListAnswer, NumberAnswer, TextAnswer, TimeAnswer
from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import choices, replies
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import Form, phrased

Draft = dict[str, Any]
"""The fields of a state; they fill the blanks of the phrases, and `options` makes the question a choice."""

_MOST_TRIES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerKind:
    """A kind of answer: values as typed answers, and canonical texts as values."""

    make: Callable[[State, Any], Answer]
    read: Callable[[State, str], Any]
    """The value of a canonical text, or None when it is no text of this kind."""
    same: Callable[[Any, Any], bool] = operator.eq
    """`same(gold, given)`: whether the given value counts as the right one."""
    show: Callable[[Any], str] = str
    """The value as a question might give it away."""


def _read_boolean(_: State, text: str) -> bool | None:
    return {"yes": True, "no": False}.get(replies.word(text))


def _read_integers(_: State, text: str) -> tuple[int, ...] | None:
    values = [replies.integer(item) for item in text.split(",")]
    return tuple(value for value in values if value is not None) if None not in values else None


def _read_names(_: State, text: str) -> tuple[str, ...] | None:
    names = tuple(replies.items(text))
    return names if all(names) else None


def _name_list(names: tuple[str, ...], *, is_ordered: bool) -> ListAnswer:
    return ListAnswer(items=tuple(TextAnswer(accepted=(name,)) for name in names), is_ordered=is_ordered)


INTEGER = AnswerKind(make=lambda _, value: IntegerAnswer(value=value), read=lambda _, text: replies.integer(text))
BOOLEAN = AnswerKind(make=lambda _, value: BoolAnswer(value=value), read=_read_boolean, show=lambda value: "yes" if value else "no")
WORD = AnswerKind(
    make=lambda _, value: TextAnswer(accepted=(value,)),
    read=lambda _, text: replies.word(text) or None,
    same=lambda gold, given: replies.word(gold) == given,
)
ONE_OF = dataclasses.replace(WORD, show=lambda value: f"only {value}")
"""A word of a few that the question names together, such as left or right: naming them all gives nothing away."""
CHOICE = AnswerKind(
    make=lambda state, value: choices.choice_answer(state["options"], value),
    read=lambda state, text: replies.option(text, state["options"]),
)
INTEGERS = AnswerKind(
    make=lambda _, value: ListAnswer(items=tuple(IntegerAnswer(value=item) for item in value)),
    read=_read_integers,
    same=lambda gold, given: tuple(gold) == given,
    show=lambda value: ", ".join(map(str, value)),
)
NAMES_IN_ORDER = AnswerKind(
    make=lambda _, value: _name_list(tuple(value), is_ordered=True),
    read=_read_names,
    same=lambda gold, given: tuple(map(replies.word, gold)) == given,
    show=", ".join,
)
NAMES = AnswerKind(
    make=lambda _, value: _name_list(tuple(sorted(value)), is_ordered=False),
    read=_read_names,
    same=lambda gold, given: sorted(map(replies.word, gold)) == sorted(given),
    show=lambda value: ", ".join(sorted(value)),
)
TIME = AnswerKind(
    make=lambda _, value: TimeAnswer(hour=value // 60, minute=value % 60, is_twelve_hour=False),
    read=lambda _, text: replies.time(text),
    show=lambda value: f"{value // 60:02d}:{value % 60:02d}",
)
"""A time of day, as minutes since midnight."""


def number(*, unit: str = "", abs_tol: float = 0.0, rel_tol: float = 0.0) -> AnswerKind:
    """Return the kind of real numbers in a unit, right within the larger of the two tolerances."""
    return AnswerKind(
        make=lambda _, value: NumberAnswer(value=value, abs_tol=abs_tol, rel_tol=rel_tol, unit=unit),
        read=lambda _, text: replies.number(text),
        # The two ways to the value may differ in its last bits.
        same=lambda gold, given: abs(gold - given) <= max(abs_tol, rel_tol * abs(gold)) + 1e-9,
        show=lambda value: f"{value:g}",
    )


def _no_betrayals(_: State) -> Mapping[Any, ErrorType]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing that can be asked about a picture."""

    answer_kind: AnswerKind
    phrases: tuple[str, ...]
    """Ways to ask it, with blanks that fields of the state fill."""
    truth: Callable[[State], Any]
    """The right value, from what was planned."""
    again: Callable[[State], Any]
    """The right value once more, computed by another way, mostly from what is drawn."""
    otherwise: ErrorType
    """What a readable wrong value betrays when `betrays` does not know it."""
    betrays: Callable[[State], Mapping[Any, ErrorType]] = _no_betrayals
    """What the wrong values that are easily reached betray."""

    def ask(self, state: State) -> str:
        """Return the question, with its options when it is a choice."""
        phrase = phrased(*self.phrases)(state)
        return choices.with_options(phrase, state["options"]) if "options" in state else phrase

    def answer(self, state: State) -> Answer:
        """Return the typed answer."""
        return self.answer_kind.make(state, self.truth(state))

    def check(self, state: State, text: str) -> bool:
        """Return whether a canonical answer text is right, by the second computation."""
        given = self.answer_kind.read(state, text)
        return given is not None and bool(self.answer_kind.same(self.again(state), given))

    def explain(self, state: State, text: str) -> ErrorType:
        """Return what a wrong answer text betrays; a text of another kind betrays a slip of format."""
        given = self.answer_kind.read(state, text)
        if given is None:
            return ErrorType.INSTRUCTION_FORMAT
        known = (error for value, error in self.betrays(state).items() if self.answer_kind.same(value, given))
        return next(known, self.otherwise)

    def is_given_away(self, state: State) -> bool:
        """Return whether one of the phrases holds the answer; the options of a choice are no part of a phrase."""
        shown = re.compile(rf"\b{re.escape(self.answer_kind.show(self.truth(state)))}\b", re.IGNORECASE)
        return any(shown.search(phrase.format_map(state)) for phrase in self.phrases)


def questions_form(
    sample: Callable[[random.Random, float, str], Draft | None],
    draw: Callable[[State], Image.Image],
    questions: Mapping[str, Question],
) -> Form:
    """Return the form that asks one of several questions about a picture.

    Args:
        sample: `sample(rng, difficulty, kind)` draws the fields of a state for a question, or None to be called again.
        draw: The picture of a state.
        questions: Questions by kind; `state["kind"]` says which was asked.
    """
    kinds = tuple(questions)

    def sampled(rng: random.Random, difficulty: float) -> Draft:
        kind = kinds[rng.randrange(len(kinds))]
        for _ in range(_MOST_TRIES):
            draft = sample(rng, difficulty, kind)
            if draft is not None:
                draft["kind"] = kind
                if "options" in draft or not questions[kind].is_given_away(draft):
                    return draft
        raise AssertionError(f"No state of kind {kind!r} at difficulty {difficulty:g} passed in {_MOST_TRIES} tries.")

    return Form(
        sample=sampled,
        draw=draw,
        ask=lambda state: questions[state["kind"]].ask(state),
        answer=lambda state: questions[state["kind"]].answer(state),
        check=lambda state, text: questions[state["kind"]].check(state, text),
        explain=lambda state, text: questions[state["kind"]].explain(state, text),
    )
