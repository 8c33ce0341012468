"""The ground of medical pictures: body outlines of ellipses, as a film or a print, and the notice that nothing in them is real."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import NamedTuple

from evolution_jobs.scenes.canvas import Box, Canvas, Color, mix

NOTICE = "synthetic, no clinical meaning"
"""Written on every large picture."""


class Film(NamedTuple):
    """The inks of a phantom."""

    ground: Color
    body: Color
    organ: Color
    spot: Color
    ink: Color


FILMS: Mapping[str, Film] = {
    "film": Film((10, 12, 16), (96, 102, 110), (34, 38, 44), (236, 240, 244), (226, 230, 236)),
    "blue film": Film((8, 14, 34), (70, 98, 140), (22, 36, 66), (230, 242, 255), (214, 228, 248)),
    "print": Film((250, 249, 246), (206, 198, 188), (244, 236, 226), (112, 44, 52), (44, 40, 40)),
}
"""Inks by name: two that glow on a dark ground and one printed on light paper."""

BODIES = ("chest", "head", "limb")
SEARCHED = Box(96, 84, 352, 372)
"""Where spots may lie; it is inside every body."""


def draw_tiny_body(size_pixels: int, ground: int) -> Canvas:
    """Return a 64-pixel board of a gray ground with one dim round body."""
    canvas = Canvas(size_pixels, (ground, ground, ground))
    canvas.ellipse((3, 3, 60, 60), (60, 66, 80))
    return canvas


def draw_phantom(canvas: Canvas, film: Film, body: str) -> None:
    """Draw a body and the notice on a large board."""
    middle = canvas.board / 2
    if body == "chest":
        canvas.box((44, 46, 404, 404), film.body, radius=120)
        for left in (66, 232):
            canvas.ellipse((left, 62, left + 150, 392), film.organ)
        canvas.box((middle - 11, 52, middle + 11, 400), mix(film.body, film.spot, 0.25), radius=10)
    elif body == "head":
        canvas.ellipse((46, 26, 402, 414), mix(film.body, film.spot, 0.35))
        canvas.ellipse((60, 40, 388, 400), film.organ)
        canvas.line([(middle, 44), (middle, 396)], film.body, 3)
    else:
        canvas.box((62, 20, 386, 414), film.body, radius=70)
        canvas.box((82, 20, 366, 414), film.organ, radius=56)
        for left in (150, 262):
            canvas.box((left, 26, left + 36, 408), mix(film.organ, film.body, 0.7), radius=18)
    canvas.text((middle, 430), NOTICE, 14, film.ink)


def vessels(rng: random.Random, count: int) -> list[list[list[int]]]:
    """Return `count` winding lines of a few points each, to be drawn faintly below the spots."""
    lines = []
    for _ in range(count):
        x, y = rng.randint(110, 340), rng.randint(90, 150)
        line = [[x, y]]
        for _ in range(4):
            x, y = min(350, max(98, x + rng.randint(-34, 34))), y + rng.randint(30, 52)
            line.append([x, y])
        lines.append(line)
    return lines


def draw_vessels(canvas: Canvas, film: Film, lines: list[list[list[int]]]) -> None:
    """Draw winding lines that are hardly brighter than the organ."""
    for line in lines:
        canvas.line([(x, y) for x, y in line], mix(film.organ, film.body, 0.55), 5)
