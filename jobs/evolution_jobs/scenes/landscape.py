"""A landscape in two and a half dimensions: sky, hills and a meadow, with things that are larger the nearer they stand.

A thing is a mapping with `kind`, `x`, `y` (the ground it stands on, in units) and `s` (its size), and `color` where its kind has one.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from PIL import Image

from evolution_jobs.scenes.canvas import PALETTE, Box, Canvas, Color, Point, mix

Thing = Mapping[str, Any]

HORIZON = 190
MEADOW = Box(16, 232, 432, 430)
SKY = Box(20, 16, 428, 130)


class Light(NamedTuple):
    """The colours of a time of day."""

    high: Color
    low: Color
    hill: Color
    grass: Color


LIGHTS: Mapping[str, Light] = {
    "day": Light((92, 160, 226), (206, 230, 246), (120, 164, 132), (128, 186, 92)),
    "dusk": Light((84, 76, 140), (246, 176, 120), (108, 96, 128), (110, 136, 92)),
    "dawn": Light((132, 170, 214), (250, 222, 196), (146, 160, 150), (146, 180, 108)),
    "winter": Light((150, 176, 204), (226, 234, 240), (170, 184, 196), (234, 238, 240)),
}
"""Lights by name: the styles of a landscape."""

BARK: Color = (96, 66, 42)
PINE: Color = (28, 92, 62)
LEAVES: Color = (58, 132, 54)


def depth_scale(y: float) -> float:
    """Return the size of a thing that stands at `y`: 0.62 at the meadow's far edge, 1.12 at the near one."""
    return 0.62 + 0.5 * (y - MEADOW.top) / (MEADOW.bottom - MEADOW.top)


def columns(rng: random.Random, count: int, looseness: float) -> list[float]:
    """Return `count` x places in random order, one a column of the meadow.

    `looseness` 0..1 moves them inside their columns; neighbours can overlap, but no thing ever hides the middle of another.
    """
    pitch = (MEADOW.right - MEADOW.left) / count
    places = [MEADOW.left + (k + 0.5 + (rng.random() - 0.5) * 0.5 * looseness) * pitch for k in range(count)]
    rng.shuffle(places)
    return places


def draw_landscape(size_pixels: int, light_name: str, hills: Sequence[float], things: Sequence[Thing], *, shadow: float = 0) -> Image.Image:
    """Return a picture of the things, the farthest drawn first.

    Args:
        size_pixels: Side of the picture.
        light_name: One of `LIGHTS`.
        hills: Phases of the hill line, in radians.
        things: What stands on the meadow or hangs in the sky.
        shadow: Length of the shadows on the ground as a share of a thing's height; positive to the right, 0 for none.
    """
    light = LIGHTS[light_name]
    canvas = Canvas(size_pixels, light.low)
    _draw_ground(canvas, light, hills)
    on_ground = sorted((thing for thing in things if thing["kind"] not in IN_SKY), key=lambda thing: thing["y"])
    if shadow:
        for thing in on_ground:
            _draw_shadow(canvas, thing, shadow, mix(light.grass, (0, 0, 0), 0.38))
    for thing in [*(thing for thing in things if thing["kind"] in IN_SKY), *on_ground]:
        _DRAW[thing["kind"]](canvas, thing)
    return canvas.finish()


def _draw_ground(canvas: Canvas, light: Light, hills: Sequence[float]) -> None:
    bands = 48
    for k in range(bands):
        canvas.box((0, HORIZON * k / bands, 448, HORIZON * (k + 1) / bands + 1), mix(light.high, light.low, k / bands))
    for k, phase in enumerate(hills):
        ridge: list[Point] = [
            (float(x), HORIZON - 30 + 22 * k - 22 * math.sin(phase + x / (60 + 25 * k)) + 8 * math.sin(2 * phase + x / 23))
            for x in range(0, 455, 7)
        ]
        canvas.polygon([(0, 448), *ridge, (448, 448)], mix(light.hill, light.low, 0.45 - 0.25 * k))
    canvas.box((0, HORIZON + 14, 448, 448), light.grass)
    for k in range(9):
        canvas.box((0, HORIZON + 14 + 30 * k, 448, HORIZON + 44 + 30 * k), mix(light.grass, (0, 0, 0), 0.015 * k))


def _draw_shadow(canvas: Canvas, thing: Thing, shadow: float, color: Color) -> None:
    x, y, s = thing["x"], thing["y"], thing["s"]
    reach, half = shadow * HEIGHTS[thing["kind"]] * s, 16 * s
    canvas.ellipse((min(x, x + reach) - half, y - 7 * s, max(x, x + reach) + half, y + 7 * s), color)


def _draw_pine(canvas: Canvas, thing: Thing) -> None:
    x, y, s = thing["x"], thing["y"], thing["s"]
    canvas.box((x - 4 * s, y - 16 * s, x + 4 * s, y), BARK)
    for k in range(3):
        half, foot = (25 - 5 * k) * s, y - (14 + 22 * k) * s
        canvas.polygon([(x - half, foot), (x + half, foot), (x, foot - 36 * s)], mix(PINE, (255, 255, 255), 0.07 * k))


def _draw_oak(canvas: Canvas, thing: Thing) -> None:
    x, y, s = thing["x"], thing["y"], thing["s"]
    canvas.box((x - 5 * s, y - 34 * s, x + 5 * s, y), BARK)
    for dx, dy, radius in ((-13, -44, 15), (13, -44, 15), (0, -56, 20)):
        canvas.circle((x + dx * s, y + dy * s), radius * s, mix(LEAVES, (255, 255, 255), 0.12 if radius == 20 else 0))


def _draw_sheep(canvas: Canvas, thing: Thing) -> None:
    x, y, s = thing["x"], thing["y"], thing["s"]
    for dx in (-11, -5, 7, 13):
        canvas.box((x + (dx - 2) * s, y - 12 * s, x + (dx + 1) * s, y), (50, 46, 44))
    canvas.ellipse((x - 21 * s, y - 33 * s, x + 19 * s, y - 8 * s), (248, 246, 240), outline=(150, 146, 138), width=1.5)
    canvas.ellipse((x + 12 * s, y - 34 * s, x + 27 * s, y - 18 * s), (50, 46, 44))


def _draw_house(canvas: Canvas, thing: Thing) -> None:
    x, y, s = thing["x"], thing["y"], thing["s"]
    canvas.box((x - 27 * s, y - 40 * s, x + 27 * s, y), (240, 226, 196), outline=(110, 92, 70), width=1.5)
    canvas.polygon([(x - 33 * s, y - 40 * s), (x + 33 * s, y - 40 * s), (x, y - 66 * s)], PALETTE["red"])
    canvas.box((x - 7 * s, y - 22 * s, x + 7 * s, y), BARK)
    for dx in (-19, 11):
        canvas.box((x + dx * s, y - 34 * s, x + (dx + 9) * s, y - 24 * s), (120, 170, 200), outline=(110, 92, 70))


def _draw_tent(canvas: Canvas, thing: Thing) -> None:
    x, y, s = thing["x"], thing["y"], thing["s"]
    color = PALETTE[thing["color"]]
    canvas.polygon([(x - 32 * s, y), (x + 32 * s, y), (x, y - 46 * s)], color)
    canvas.polygon([(x - 8 * s, y), (x + 14 * s, y), (x, y - 46 * s)], mix(color, (0, 0, 0), 0.45))


def _draw_balloon(canvas: Canvas, thing: Thing) -> None:
    x, y, s = thing["x"], thing["y"], thing["s"]
    color = PALETTE[thing["color"]]
    canvas.line([(x - 8 * s, y - 18 * s), (x - 5 * s, y)], BARK, 1.5)
    canvas.line([(x + 8 * s, y - 18 * s), (x + 5 * s, y)], BARK, 1.5)
    canvas.polygon([(x - 22 * s, y - 36 * s), (x + 22 * s, y - 36 * s), (x, y - 8 * s)], color)
    canvas.circle((x, y - 46 * s), 25 * s, color)
    canvas.ellipse((x - 9 * s, y - 71 * s, x + 9 * s, y - 20 * s), mix(color, (255, 255, 255), 0.35))
    canvas.box((x - 6 * s, y - 2 * s, x + 6 * s, y + 8 * s), BARK)


def _draw_bird(canvas: Canvas, thing: Thing) -> None:
    x, y, s = thing["x"], thing["y"], thing["s"]
    wing = [(x - 18 * s, y - 7 * s), (x - 9 * s, y - 10 * s), (x, y), (x + 9 * s, y - 10 * s), (x + 18 * s, y - 7 * s)]
    canvas.line(wing, (40, 42, 50), 3.2 * s)


def _draw_cloud(canvas: Canvas, thing: Thing) -> None:
    x, y, s = thing["x"], thing["y"], thing["s"]
    for dx, dy, radius in ((-20, 4, 12), (20, 4, 12), (-6, -4, 16), (9, -1, 14)):
        canvas.circle((x + dx * s, y + dy * s), radius * s, (250, 250, 252))
    canvas.box((x - 20 * s, y + 4 * s, x + 20 * s, y + 16 * s), (250, 250, 252))


_DRAW: Mapping[str, Callable[[Canvas, Thing], None]] = {
    "pine": _draw_pine,
    "oak": _draw_oak,
    "sheep": _draw_sheep,
    "house": _draw_house,
    "tent": _draw_tent,
    "balloon": _draw_balloon,
    "bird": _draw_bird,
    "cloud": _draw_cloud,
}
IN_SKY = frozenset({"balloon", "bird", "cloud"})
HEIGHTS: Mapping[str, float] = {"pine": 94, "oak": 76, "sheep": 33, "house": 66, "tent": 46}
"""Heights of things on the ground at size 1, in units."""
