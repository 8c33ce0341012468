"""The built-in model and small data of drawn scenes, for tests that need a real policy."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from evolution_contracts.records import Sample, SampleSource, sample_id
from evolution_contracts.vocabulary import Category
from evolution_jobs.policy.tiny_vlm import Recipe, build
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.images import encode_image, image_ref
from evolution_jobs.scenes.family import draw_scene
from evolution_jobs.scenes.registry import family

CATEGORIES = (Category.EVERYDAY_OBJECT, Category.CHART_GRAPH)


def build_tiny_model(folder: Path, *, steps: int = 30) -> Path:
    """Build the built-in model with a short warm start: enough for answers that are sometimes right."""
    build(Recipe(steps=steps, warmup_steps=5, categories=CATEGORIES), folder, lambda _step, _loss: None)
    return folder


def drawn_rows(count: int, *, seed: int = 1, categories: Iterable[Category] = CATEGORIES, size_pixels: int = 64) -> list[Row]:
    """Return `count` drawn samples with their pictures."""
    rng = random.Random(seed)
    chosen = list(categories)
    return [_row(rng, chosen[index % len(chosen)], size_pixels) for index in range(count)]


def _row(rng: random.Random, category: Category, size_pixels: int) -> Row:
    drawn_from = family(category)
    scene = draw_scene(drawn_from, rng.choice(drawn_from.patterns), seed=rng.getrandbits(40), size_pixels=size_pixels, difficulty=0.5)
    ref = image_ref(scene.image)
    sample = Sample(
        id=sample_id(category, scene.question, scene.answer, ref.pixels_digest),
        category=category,
        pattern=scene.pattern,
        question=scene.question,
        answer=scene.answer,
        image=ref,
        source=SampleSource(uri=scene.uri, license=drawn_from.license),
        cluster=scene.state_digest,
    )
    return Row(sample=sample, image=encode_image(scene.image))
