"""Positions in a picture: reading coordinates, overlap of boxes."""

from __future__ import annotations

import re
from typing import NamedTuple

_BRACKETS = str.maketrans("", "", "()[]{}<>")
_COORDINATE = re.compile(r"[+-]?[0-9]{1,6}(?:\.[0-9]{0,20})?")


class Rectangle(NamedTuple):
    """An axis-parallel box; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """Area in squared units; 0 for a box that is turned inside out."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)


def parse_coordinates(text: str, count: int) -> list[float] | None:
    """Return the `count` coordinates that `text` lists with commas, in any brackets; None for anything else."""
    parts = [part.strip() for part in text.translate(_BRACKETS).split(",", count)]
    if len(parts) != count or not all(_COORDINATE.fullmatch(part) for part in parts):
        return None
    return [float(part) for part in parts]


def overlap(one: Rectangle, other: Rectangle) -> float:
    """Return the intersection over union of two boxes, 0..1; 0 where neither has an area."""
    shared = Rectangle(max(one.left, other.left), max(one.top, other.top), min(one.right, other.right), min(one.bottom, other.bottom)).area
    union = one.area + other.area - shared
    return shared / union if union > 0 else 0.0
