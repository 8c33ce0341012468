"""How many scenes one core draws in a second: state, picture, question and answer, by category and size.

python benchmarks/scenes.py [--seconds 2] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import count
from pathlib import Path

from evolution_contracts.vocabulary import Category
from evolution_jobs.scenes.family import Family, draw_scene
from evolution_jobs.scenes.registry import FAMILIES

TINY_PIXELS, LARGE_PIXELS = 64, 448


def scenes_per_second(family: Family, size_pixels: int, seconds: float) -> float:
    """Draw every pattern of a family in turn, with rising difficulty, for about `seconds`; fonts and caches are warm."""
    for pattern in family.patterns:
        draw_scene(family, pattern, seed=0, size_pixels=size_pixels, difficulty=0.5)
    start = time.perf_counter()
    for seed in count(1):
        for pattern in family.patterns:
            draw_scene(family, pattern, seed=seed, size_pixels=size_pixels, difficulty=seed % 11 / 10)
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            return seed * len(family.patterns) / elapsed
    raise AssertionError("count() never ends")


def measure(seconds: float) -> dict[str, object]:
    """Return scenes per second by category and over all: the harmonic mean, as when categories are drawn in equal numbers."""
    categories = {
        category.value: {
            "tiny_per_second": scenes_per_second(FAMILIES[category], TINY_PIXELS, seconds),
            "large_per_second": scenes_per_second(FAMILIES[category], LARGE_PIXELS, seconds),
        }
        for category in Category
    }
    overall = {
        key: len(categories) / sum(1 / figures[key] for figures in categories.values()) for key in ("tiny_per_second", "large_per_second")
    }
    return {**overall, "categories": categories}


def table(figures: dict[str, object]) -> str:
    """Return the figures as a text table."""
    categories = figures["categories"]
    assert isinstance(categories, dict)
    rows = [*categories.items(), ("all", figures)]
    lines = [f"{'category':<18}{'64 px':>10}{'448 px':>10}   scenes per second"]
    return "\n".join([*lines, *(f"{name:<18}{each['tiny_per_second']:>10,.0f}{each['large_per_second']:>10,.1f}" for name, each in rows)])


def main() -> None:
    """Measure, print the table and write the figures when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="time for each category and size (default 2)")
    parser.add_argument("--json", type=Path, help="file for the figures")
    arguments = parser.parse_args()
    figures = measure(arguments.seconds)
    print(table(figures))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
