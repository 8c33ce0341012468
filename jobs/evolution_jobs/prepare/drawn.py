"""Folds drawn by the scene families: every sample has its own seed, and no scene or picture stands in two folds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from evolution_contracts.errors import ConfigError
from evolution_contracts.records import Sample
from evolution_contracts.seeds import derive_seed
from evolution_contracts.vocabulary import Category, Fold
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.scenes.family import Family, Pattern, draw_scene
from evolution_jobs.scenes.registry import family
from evolution_jobs.scenes.rows import scene_row

FOLD_ORDER = (Fold.TEST, Fold.VALIDATION, Fold.DIAGNOSIS, Fold.SEEDS)
"""Order of drawing. A later fold gives way to an earlier one, so the test fold does not depend on the sizes of the others."""
TRIES_PER_PATTERN = 20
"""Draws from one pattern before the next pattern of the family stands in for it."""
DIFFICULTY_DIGITS = 3
"""Decimals of a difficulty: few enough that a scene's URI holds it exactly."""

Seen = dict[str, Fold]
"""Maps keys of samples drawn so far to their fold."""


def draw_fold(context: StageContext, fold: Fold, seen: Seen, family_of: Callable[[Category], Family] = family) -> Iterator[Row]:
    """Yield the samples of a fold, spread evenly over patterns and difficulties; `seen` grows with each.

    Raises:
        ConfigError: A family gives fewer different samples than the fold needs.
    """
    data = context.input.spec.data
    wanted: int = getattr(data.folds, fold.value)
    for category in data.categories:
        drawn_by = family_of(category)
        for index in range(wanted):
            context.interrupt.check()
            yield _new_row(context, drawn_by, fold, index, seen)
            context.progress.advance(1)


def even_difficulty(index: int, wanted: int, patterns: int) -> float:
    """Return the difficulty of sample `index`: over the samples of one pattern, the middles of equal parts of 0..1."""
    of_pattern = len(range(index % patterns, wanted, patterns))
    return round((index // patterns + 0.5) / of_pattern, DIFFICULTY_DIGITS)


def _new_row(context: StageContext, drawn_by: Family, fold: Fold, index: int, seen: Seen) -> Row:
    spec = context.input.spec
    patterns = drawn_by.patterns
    wanted: int = getattr(spec.data.folds, fold.value)
    difficulty = even_difficulty(index, wanted, len(patterns))
    tries = TRIES_PER_PATTERN * len(patterns)
    for attempt in range(tries):
        pattern = patterns[(index + attempt // TRIES_PER_PATTERN) % len(patterns)]
        seed = derive_seed(spec.seed, "fold", fold, drawn_by.category, index, attempt)
        row = _draw(drawn_by, pattern, seed, spec.data.image_size_pixels, difficulty)
        if _is_new(row.sample, fold, seen):
            return row
    raise ConfigError(
        f"data.folds.{fold}: {wanted} samples: category {drawn_by.category} gave no new sample after {index} of them in {tries} tries "
        f"at {spec.data.image_size_pixels} pixels.",
        remedy=f"Lower data.folds ({fold}, or one of the others), or raise data.imageSizePixels.",
    )


def _draw(drawn_by: Family, pattern: Pattern, seed: int, size_pixels: int, difficulty: float) -> Row:
    scene = draw_scene(drawn_by, pattern, seed=seed, size_pixels=size_pixels, difficulty=difficulty)
    return scene_row(scene, difficulty=difficulty, license=drawn_by.license)


def _is_new(sample: Sample, fold: Fold, seen: Seen) -> bool:
    """Whether a sample is new and shares no picture and no scene with another fold; takes it into `seen` if so."""
    shared = (f"pixels:{sample.image.pixels_digest}", f"cluster:{sample.cluster}")
    if sample.id in seen or any(seen.get(key, fold) is not fold for key in shared):
        return False
    seen.update(dict.fromkeys((sample.id, *shared), fold))
    return True
