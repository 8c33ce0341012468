"""What a family of scenes offers, and the one way to draw a scene from it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from evolution_contracts.answers import Answer
from evolution_contracts.base import canonical_json, text_digest
from evolution_contracts.vocabulary import Category, ErrorType

State = Mapping[str, Any]
"""The meaning of a scene as JSON-ready values; everything else follows from it. `state["size"]` is the picture's side in pixels."""

TINY_SIZE_PIXELS = 64
"""Side at which scenes are drawn for the built-in tiny model: bold shapes, the closed vocabulary, answers of at most two symbols."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One sub-pattern of a family: a kind of question with its own state, picture and wrong answers."""

    name: str
    """Unique inside the category, lower case with underscores."""
    summary: str
    """What is asked, in one line, for reports."""
    capabilities: tuple[str, ...]
    """What it exercises: ocr, count, spatial, compare, compute, trace_path, read_scale, symmetry, ..."""
    error_types: tuple[ErrorType, ...]
    """Error types that wrong answers to it can betray."""
    sample: Callable[[random.Random, int, float], State]
    """`sample(rng, size_pixels, difficulty)` draws a state; difficulty 0..1 turns the pattern's knobs. Never fails: rejection is inside."""
    draw: Callable[[State], Image.Image]
    """The RGB picture of a state, a pure function of it."""
    ask: Callable[[State], str]
    """The question, with the options of a choice inside it; at 64 px only words of `scenes.words`."""
    answer: Callable[[State], Answer]
    """The typed answer."""
    check: Callable[[State, str], bool]
    """Whether a canonical answer text is right, recomputed from the state independently of `answer`."""
    explain: Callable[[State, str], ErrorType]
    """Which error type a wrong answer text betrays (a swapped axis, off by one, the neighbour's value ...)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """All patterns of one category."""

    category: Category
    version: int
    """Raised whenever the same seed gives another state; part of every sample's source."""
    patterns: tuple[Pattern, ...]
    license: str = "CC0-1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One drawn scene."""

    category: Category
    pattern: str
    state: State
    question: str
    answer: Answer
    image: Image.Image
    uri: str
    """`scene://<category>/<pattern>@<version>?seed=<n>&size=<px>&difficulty=<d>`: enough to draw it again."""

    @property
    def state_digest(self) -> str:
        """SHA-256 of the state: equal states are the same scene, whatever library drew the pixels."""
        return text_digest(canonical_json(dict(self.state)))


def draw_scene(family: Family, pattern: Pattern, *, seed: int, size_pixels: int, difficulty: float) -> Scene:
    """Return the scene of a seed: the same arguments give the same state, question, answer and pixels."""
    state = pattern.sample(random.Random(seed), size_pixels, difficulty)
    return Scene(
        category=family.category,
        pattern=pattern.name,
        state=state,
        question=pattern.ask(state),
        answer=pattern.answer(state),
        image=pattern.draw(state),
        uri=f"scene://{family.category}/{pattern.name}@{family.version}?seed={seed}&size={size_pixels}&difficulty={difficulty!r}",
    )
