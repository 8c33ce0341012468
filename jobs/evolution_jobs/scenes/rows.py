"""From a scene to the row of a dataset."""

from __future__ import annotations

from evolution_contracts.records import Sample, SampleSource, sample_id
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.images import encode_image, image_ref
from evolution_jobs.scenes.family import Scene


def scene_row(scene: Scene, *, difficulty: float, license: str) -> Row:  # noqa: A002 - the field's name everywhere
    """Return the sample of a scene with its picture; equal states share their near-duplicate cluster."""
    image = image_ref(scene.image)
    sample = Sample(
        id=sample_id(scene.category, scene.question, scene.answer, image.pixels_digest),
        category=scene.category,
        pattern=scene.pattern,
        question=scene.question,
        answer=scene.answer,
        image=image,
        source=SampleSource(uri=scene.uri, license=license),
        difficulty=difficulty,
        cluster=f"scene:{scene.state_digest.removeprefix('sha256:')}",
    )
    return Row(sample=sample, image=encode_image(scene.image))
