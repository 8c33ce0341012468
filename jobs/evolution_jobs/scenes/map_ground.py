"""What maps are drawn on and with: grounds, an island's coast, the compass and the symbols."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from evolution_jobs.scenes.canvas import PALETTE, Box, Canvas, Color, Point, polar

CENTER: Point = (224, 224)
LANDMARK_AREA = Box(84, 80, 364, 360)
"""Inside every island."""
TOWN_NAMES = ("Alba", "Brek", "Cova", "Dorn", "Elma", "Farn", "Gisk", "Hove", "Irla", "Jost", "Korv", "Lund", "Myra", "Nisk", "Orne")
"""Invented names of four letters, so that a label fits a small place."""


class Ground(NamedTuple):
    """The inks of a map."""

    water: Color
    land: Color
    shade: Color
    ink: Color
    mark: Color


GROUNDS: Mapping[str, Ground] = {
    "atlas": Ground((176, 208, 232), (238, 236, 208), (206, 214, 176), (40, 44, 52), (168, 48, 40)),
    "chart": Ground((226, 220, 198), (250, 246, 232), (230, 216, 184), (74, 52, 34), (30, 92, 110)),
    "night": Ground((22, 34, 54), (52, 66, 76), (70, 90, 92), (236, 238, 240), (250, 190, 80)),
}
"""Styles of maps by name."""


def coast(phases: Sequence[float]) -> list[Point]:
    """Return the outline of an island: a rounded square with three waves of the given phases in degrees."""
    points = []
    for degrees in range(0, 360, 4):
        angle = math.radians(degrees)
        square = 194 * (math.sin(angle) ** 4 + math.cos(angle) ** 4) ** -0.25
        waves = sum(4 * math.sin(angle * (3 + 2 * k) + math.radians(phase)) for k, phase in enumerate(phases))
        points.append(polar(CENTER, square + waves, degrees))
    return points


def draw_compass(canvas: Canvas, center: Point, north_degrees: float, ground: Ground) -> None:
    """Draw an arrow that points to the north, with its letter at the tip."""
    tip, tail = polar(center, 20, north_degrees), polar(center, -14, north_degrees)
    left, right = polar(center, 9, north_degrees - 115), polar(center, 9, north_degrees + 115)
    canvas.polygon([tip, left, tail, right], ground.mark)
    canvas.text(polar(center, 32, north_degrees), "N", 16, ground.ink, face="DejaVuSans-Bold")


SYMBOLS = ("house", "church", "tree", "tent", "mill", "well")
SYMBOL_COLORS: Mapping[str, Color] = {
    "house": PALETTE["red"],
    "church": PALETTE["purple"],
    "tree": PALETTE["green"],
    "tent": PALETTE["orange"],
    "mill": PALETTE["brown"],
    "well": PALETTE["blue"],
}


def draw_symbol(canvas: Canvas, symbol: str, center: Point, color: Color, ground: Color) -> None:
    """Draw one map symbol about 24 units high."""
    x, y = center
    if symbol == "tree":
        canvas.box((x - 2, y + 4, x + 2, y + 12), color)
        canvas.circle((x, y - 3), 9, color)
    elif symbol == "tent":
        canvas.polygon([(x, y - 11), (x - 12, y + 11), (x + 12, y + 11)], color)
        canvas.polygon([(x, y), (x - 4, y + 11), (x + 4, y + 11)], ground)
    elif symbol == "well":
        canvas.circle(center, 10, None, outline=color, width=4)
        canvas.circle(center, 3, color)
    elif symbol == "mill":
        canvas.polygon([(x - 4, y - 2), (x + 4, y - 2), (x + 7, y + 12), (x - 7, y + 12)], color)
        for degrees in (45, 135, 225, 315):
            canvas.line([(x, y - 3), polar((x, y - 3), 11, degrees)], color, 2.5)
    else:
        canvas.box((x - 9, y - 1, x + 9, y + 11), color)
        canvas.polygon([(x, y - 11), (x - 11, y), (x + 11, y)], color)
        if symbol == "church":
            canvas.line([(x, y - 20), (x, y - 8)], color, 2.5)
            canvas.line([(x - 4, y - 16), (x + 4, y - 16)], color, 2.5)
