"""Rows of datasets for tests that need no scene."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from evolution_contracts.answers import Answer, IntegerAnswer
from evolution_contracts.records import Sample, SampleSource, sample_id
from evolution_contracts.vocabulary import Category, ErrorType
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.images import encode_image, image_ref
from evolution_jobs.scenes.family import Family, Pattern, State


def picture(red: int = 200, size: int = 8) -> Image.Image:
    """Return a small picture; another `red` gives other pixels."""
    return Image.new("RGB", (size, size), (red % 256, red // 256, 30))


def row_of(
    image: Image.Image,
    *,
    question: str = "how many?",
    answer: Answer | None = None,
    category: Category = Category.CHART_GRAPH,
    pattern: str = "",
    cluster: str = "",
    uri: str = "file.jsonl#row=1",
) -> Row:
    """Return the row of a picture and a question."""
    typed = answer if answer is not None else IntegerAnswer(value=3)
    reference = image_ref(image)
    sample = Sample(
        id=sample_id(category, question, typed, reference.pixels_digest),
        category=category,
        pattern=pattern,
        question=question,
        answer=typed,
        image=reference,
        source=SampleSource(uri=uri),
        cluster=cluster,
    )
    return Row(sample=sample, image=encode_image(image))


def poor_pattern(
    *, pictures: int, phrases: int = 1, answer: Answer | None = None, check: Callable[[State, str], bool] | None = None
) -> Pattern:
    """Return a pattern with a few pictures, each asked about in a few phrases; the answer is the picture's number."""
    return Pattern(
        name="poor",
        summary="few scenes",
        capabilities=("count",),
        error_types=(ErrorType.COUNTING,),
        sample=lambda rng, size, difficulty: {"size": size, "red": rng.randrange(pictures), "phrase": rng.randrange(phrases)},
        draw=lambda state: picture(state["red"], state["size"]),
        ask=lambda state: f"how many {state['phrase']} ?",
        answer=lambda state: answer if answer is not None else IntegerAnswer(value=state["red"]),
        check=check if check is not None else lambda state, text: True,
        explain=lambda state, text: ErrorType.COUNTING,
    )


def poor_family(category: Category, pattern: Pattern) -> Family:
    """Return a family with one pattern."""
    return Family(category=category, version=1, patterns=(pattern,))
