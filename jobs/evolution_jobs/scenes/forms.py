"""The two forms of a pattern: a bold one for 64 pixels and a rich one for large pictures, joined into one `Pattern`.

A form draws its state on a board (see `canvas`), so it never handles the side in pixels. The joined pattern adds `size` to the state and,
to large states, `phrase`: a number that selects the wording of the question.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from evolution_contracts.answers import Answer
from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import is_tiny
from evolution_jobs.scenes.family import Pattern, State

Ask = Callable[[State], str]

PHRASES = 6
"""Values of `phrase`: a multiple of 1, 2 and 3, so that up to three wordings are equally frequent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of a pattern; the functions are those of `Pattern`, but `sample` takes only the generator and the difficulty."""

    sample: Callable[[random.Random, float], dict[str, Any]]
    draw: Callable[[State], Image.Image]
    ask: Ask
    answer: Callable[[State], Answer]
    check: Callable[[State, str], bool]
    explain: Callable[[State, str], ErrorType]


def two_sized(
    *, name: str, summary: str, capabilities: tuple[str, ...], error_types: tuple[ErrorType, ...], tiny: Form, large: Form
) -> Pattern:
    """Return the pattern that uses `tiny` at 64 pixels and `large` above."""

    def form(state: State) -> Form:
        return tiny if is_tiny(state["size"]) else large

    def sample(rng: random.Random, size_pixels: int, difficulty: float) -> State:
        if is_tiny(size_pixels):
            return {"size": size_pixels, **tiny.sample(rng, difficulty)}
        return {"size": size_pixels, "phrase": rng.randrange(PHRASES), **large.sample(rng, difficulty)}

    return Pattern(
        name=name,
        summary=summary,
        capabilities=capabilities,
        error_types=error_types,
        sample=sample,
        draw=lambda state: form(state).draw(state),
        ask=lambda state: form(state).ask(state),
        answer=lambda state: form(state).answer(state),
        check=lambda state, text: form(state).check(state, text),
        explain=lambda state, text: form(state).explain(state, text),
    )


def phrased(*templates: str) -> Ask:
    """Return the `ask` of a form whose wording is one of `templates`, filled with values of the state."""

    def ask(state: State) -> str:
        phrase: int = state.get("phrase", 0)
        return templates[phrase % len(templates)].format_map(state)

    return ask


def by_kind(asks: Mapping[str, Ask]) -> Ask:
    """Return the `ask` of a form that asks several kinds of question about one picture; `state["kind"]` selects."""

    def ask(state: State) -> str:
        return asks[state["kind"]](state)

    return ask


def spread(difficulty: float, easiest: int, hardest: int) -> int:
    """Return the whole number between two bounds that a difficulty of 0..1 stands for."""
    return round(easiest + (hardest - easiest) * difficulty)
