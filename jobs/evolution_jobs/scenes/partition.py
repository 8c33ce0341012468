"""Rectangles cut into smaller ones: districts, rooms, panels."""

from __future__ import annotations

import random


def cut(
    rng: random.Random, area: tuple[int, int, int, int], count: int, *, most_uneven: float = 0.4, least_side: int = 1
) -> list[list[int]]:
    """Cut `area` (left, top, right, bottom) into `count` rectangles, always the largest one across its longer side.

    Args:
        rng: Where the cuts lie.
        area: What is cut; the cuts lie on whole coordinates.
        count: Number of rectangles.
        most_uneven: Least share of a side that the smaller part keeps.
        least_side: Least side of a part; the caller chooses `count` so that the largest part can always be cut.
    """
    parts = [list(area)]
    while len(parts) < count:
        parts.sort(key=lambda part: (part[2] - part[0]) * (part[3] - part[1]))
        left, top, right, bottom = parts.pop()
        side = max(right - left, bottom - top)
        at = min(side - least_side, max(least_side, round(side * rng.uniform(most_uneven, 1 - most_uneven))))
        if right - left >= bottom - top:
            parts += [[left, top, left + at, bottom], [left + at, top, right, bottom]]
        else:
            parts += [[left, top, right, top + at], [left, top + at, right, bottom]]
    return parts
