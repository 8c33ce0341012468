"""Rows of datasets for tests that need no scene."""

from __future__ import annotations

from PIL import Image

from evolution_contracts.answers import Answer, IntegerAnswer
from evolution_contracts.records import Sample, SampleSource, sample_id
from evolution_contracts.vocabulary import Category
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.images import encode_image, image_ref


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
