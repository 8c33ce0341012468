"""The built-in model and small data of drawn scenes, for tests that need a real policy."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import torch
from safetensors.torch import load_file

from evolution_contracts.vocabulary import Category
from evolution_jobs.policy.tiny_vlm import Recipe, build
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.scenes.family import draw_scene
from evolution_jobs.scenes.registry import family
from evolution_jobs.scenes.rows import scene_row

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
    return scene_row(scene, difficulty=0.5, license=drawn_from.license)


def weights_digest_equal(left: Path, right: Path) -> bool:
    """Whether two model folders hold bit-identical weights."""
    pairs = [load_file(folder / "model.safetensors") for folder in (left, right)]
    return pairs[0].keys() == pairs[1].keys() and all(torch.equal(pairs[0][name], pairs[1][name]) for name in pairs[0])
