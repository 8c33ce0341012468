"""The drawing kit of all scenes: a board with named colours, shapes, lines, arrows and measured text.

A picture is laid out on a board of 64 or 448 units, whatever its side in pixels: at 64 pixels a unit is a pixel, otherwise the board is
drawn at twice the wanted size and reduced, which smooths every edge. So a family knows two layouts and no pixel arithmetic.
"""

from __future__ import annotations

import importlib.util
import math
import random
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from evolution_contracts.errors import MissingDependencyError
from evolution_jobs.scenes import glyphs
from evolution_jobs.scenes.family import TINY_SIZE_PIXELS

TINY_BOARD = TINY_SIZE_PIXELS
LARGE_BOARD = 448
"""Side of the large board in units."""
MIN_TEXT_SIZE = 14
"""Least font size on the large board: its capitals and digits are 10 units high."""

Color = tuple[int, int, int]
Point = tuple[float, float]


class Box(NamedTuple):
    """An upright rectangle in board units."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, gap: float = 0) -> bool:
        """Return whether the two boxes come closer than `gap` units."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )


BOLD: Mapping[str, Color] = {
    "red": (220, 40, 40),
    "green": (40, 180, 60),
    "blue": (50, 80, 230),
    "yellow": (235, 215, 50),
    "purple": (160, 60, 190),
    "cyan": (60, 210, 220),
}
"""The six colours of 64-pixel scenes, far apart from each other and from the dark ground."""
WHITE: Color = (255, 255, 255)
PALETTE: Mapping[str, Color] = {
    "red": (207, 52, 52),
    "orange": (240, 138, 36),
    "yellow": (236, 200, 44),
    "green": (58, 150, 72),
    "teal": (32, 150, 150),
    "blue": (48, 98, 200),
    "purple": (130, 70, 170),
    "pink": (232, 120, 170),
    "brown": (130, 84, 48),
    "gray": (128, 132, 138),
    "black": (34, 36, 40),
}
"""Colours that questions at large sizes may name: no two are easily mistaken for each other."""


class Theme(NamedTuple):
    """The ground and the inks of a large picture."""

    paper: Color
    panel: Color
    ink: Color
    faint: Color


THEMES: Mapping[str, Theme] = {
    "paper": Theme((255, 255, 255), (246, 246, 244), (30, 32, 36), (205, 207, 210)),
    "cream": Theme((252, 246, 232), (246, 237, 214), (58, 44, 30), (216, 202, 172)),
    "mist": Theme((236, 241, 246), (255, 255, 255), (28, 40, 60), (190, 202, 216)),
    "night": Theme((30, 34, 44), (42, 48, 60), (236, 238, 242), (84, 92, 108)),
}
"""Styles of large pictures by name."""


def is_tiny(size_pixels: int) -> bool:
    """Return whether a picture of this side uses the 64-unit board."""
    return size_pixels <= TINY_SIZE_PIXELS


@cache
def font_folder() -> Path:
    """Return the folder of the DejaVu fonts, found without importing matplotlib, which ships them.

    Raises:
        MissingDependencyError: matplotlib is not installed.
    """
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise MissingDependencyError("Large scenes need the fonts of matplotlib, which is not installed.", remedy="Install extra `jobs`.")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


@cache
def font(size: int, face: str = "DejaVuSans") -> ImageFont.FreeTypeFont:
    """Return a DejaVu font (`DejaVuSans`, `DejaVuSans-Bold`, `DejaVuSerif`, `DejaVuSansMono`, ...) of a size in pixels."""
    # The basic layout engine is there in every Pillow build and needs no shaping for what scenes write.
    return ImageFont.truetype(str(font_folder() / f"{face}.ttf"), size, layout_engine=ImageFont.Layout.BASIC)


def mix(first: Color, second: Color, share: float) -> Color:
    """Return `first` with `share` (0..1) of `second` in it."""
    return tuple(round(a + (b - a) * share) for a, b in zip(first, second, strict=True))  # type: ignore[return-value]


def polar(center: Point, radius: float, degrees: float) -> Point:
    """Return the point at `radius` from `center`; 0 degrees is up, and angles run clockwise."""
    angle = math.radians(degrees)
    return center[0] + radius * math.sin(angle), center[1] - radius * math.cos(angle)


def regular_polygon(center: Point, radius: float, sides: int, degrees: float = 0) -> list[Point]:
    """Return the corners of a regular polygon; the first corner points at `degrees`, clockwise from up."""
    return [polar(center, radius, degrees + 360 * k / sides) for k in range(sides)]


def star_polygon(center: Point, radius: float, tips: int = 5, degrees: float = 0) -> list[Point]:
    """Return the outline of a star whose first tip points at `degrees`."""
    return [polar(center, radius * (0.45 if k % 2 else 1), degrees + 180 * k / tips) for k in range(2 * tips)]


def scatter(rng: random.Random, sizes: Sequence[tuple[float, float]], area: Box, gap: float = 2) -> list[Point]:
    """Return centres for boxes of the given widths and heights: inside `area`, at least `gap` apart, in random places.

    The boxes stand in the cells of a grid with jitter, so the placement cannot fail when the largest box fits a cell; that is asserted.
    """
    count = len(sizes)
    width, height = area.right - area.left, area.bottom - area.top
    widest, highest = max(w for w, _ in sizes) + gap, max(h for _, h in sizes) + gap
    most_columns, most_rows = int(width // widest), int(height // highest)
    assert most_columns * most_rows >= count, f"{count} boxes of {widest} x {highest} do not fit {area}"
    # The fewer cells stay empty, the more room is left for jitter.
    columns = min(most_columns, max(math.ceil(count / most_rows), math.ceil(math.sqrt(count * width / height))))
    rows = min(most_rows, max(math.ceil(count / columns), min(most_rows, math.ceil((count + 1) / columns))))
    cells = rng.sample(range(columns * rows), count)
    cell_width, cell_height = width / columns, height / rows
    return [
        (
            area.left + (cell % columns + 0.5) * cell_width + (rng.random() - 0.5) * (cell_width - w - gap),
            area.top + (cell // columns + 0.5) * cell_height + (rng.random() - 0.5) * (cell_height - h - gap),
        )
        for cell, (w, h) in zip(cells, sizes, strict=True)
    ]


class Canvas:
    """A board to draw on; all coordinates, widths and font sizes are board units with the origin at the top left.

    `labels` collects the box of every text drawn with `text`; `finish` hands them on as `image.info["labels"]`.
    """

    def __init__(self, size_pixels: int, background: Color) -> None:
        self.size_pixels = size_pixels
        self.is_tiny = is_tiny(size_pixels)
        self.board = TINY_BOARD if self.is_tiny else LARGE_BOARD
        self.scale: float = 1 if self.is_tiny else 2 * size_pixels / LARGE_BOARD
        side = size_pixels if self.is_tiny else 2 * size_pixels
        self.image = Image.new("RGB", (side, side), background)
        self.pen = ImageDraw.Draw(self.image)
        self.pen.fontmode = "L"
        self.labels: list[Box] = []
        self.least_text_size = math.inf

    def finish(self) -> Image.Image:
        """Return the picture; `image.info` carries `labels` (boxes in units) and `least_text_size` (units) for tests."""
        image = self.image if self.is_tiny else self.image.reduce(2)
        image.info.update(labels=tuple(self.labels), least_text_size=self.least_text_size)
        return image

    def line(self, points: Sequence[Point], color: Color, width: float = 1) -> None:
        """Draw a line through the points, with round joints when it is thick."""
        self.pen.line(self._pixels(points), fill=color, width=self._width(width), joint="curve" if len(points) > 2 else None)

    def dashed_line(self, start: Point, end: Point, color: Color, width: float = 1, dash: float = 6) -> None:
        """Draw a straight dashed line; dashes and gaps are `dash` units long."""
        length = math.dist(start, end)
        for k in range(0, math.ceil(length / dash), 2):
            a, b = k * dash / length, min(1, (k + 1) * dash / length)
            self.line([_between(start, end, a), _between(start, end, b)], color, width)

    def arrow(self, start: Point, end: Point, color: Color, width: float = 2, head: float = 9) -> None:
        """Draw a line from `start` with an arrow head of length `head` whose tip is `end`."""
        length = math.dist(start, end)
        foot = _between(start, end, max(0, 1 - head / length))
        across = ((end[1] - start[1]) / length * head / 2, (start[0] - end[0]) / length * head / 2)
        self.line([start, foot], color, width)
        self.polygon([end, (foot[0] + across[0], foot[1] + across[1]), (foot[0] - across[0], foot[1] - across[1])], color)

    def box(
        self, box: Sequence[float], fill: Color | None = None, *, outline: Color | None = None, width: float = 1, radius: float = 0
    ) -> None:
        """Draw an upright rectangle, with rounded corners when `radius` is not 0. A tiny box includes its right and bottom pixels."""
        pixels = [value * self.scale for value in box]
        if radius:
            self.pen.rounded_rectangle(pixels, radius * self.scale, fill, outline, self._width(width))
        else:
            self.pen.rectangle(pixels, fill, outline, self._width(width))

    def ellipse(self, box: Sequence[float], fill: Color | None = None, *, outline: Color | None = None, width: float = 1) -> None:
        """Draw the ellipse inside a box."""
        self.pen.ellipse([value * self.scale for value in box], fill, outline, self._width(width))

    def circle(self, center: Point, radius: float, fill: Color | None = None, *, outline: Color | None = None, width: float = 1) -> None:
        """Draw a circle."""
        x, y = center
        self.ellipse((x - radius, y - radius, x + radius, y + radius), fill, outline=outline, width=width)

    def polygon(self, points: Sequence[Point], fill: Color | None = None, *, outline: Color | None = None, width: float = 1) -> None:
        """Draw a polygon."""
        self.pen.polygon(self._pixels(points), fill, outline, self._width(width))

    def sector(self, center: Point, radius: float, angles: tuple[float, float], fill: Color, *, outline: Color | None = None) -> None:
        """Draw a slice of a pie between two `angles` in degrees, clockwise from up."""
        x, y = center
        box = [value * self.scale for value in (x - radius, y - radius, x + radius, y + radius)]
        self.pen.pieslice(box, angles[0] - 90, angles[1] - 90, fill, outline, self._width(1))

    def arc(self, center: Point, radius: float, angles: tuple[float, float], color: Color, width: float = 1) -> None:
        """Draw a part of a circle between two `angles` in degrees, clockwise from up."""
        x, y = center
        box = [value * self.scale for value in (x - radius, y - radius, x + radius, y + radius)]
        self.pen.arc(box, angles[0] - 90, angles[1] - 90, color, self._width(width))

    def shape(self, kind: str, center: Point, radius: float, fill: Color, *, outline: Color | None = None, width: float = 1) -> None:
        """Draw a circle, square, triangle, diamond, pentagon, hexagon or star that fits a circle of about `radius`."""
        x, y = center
        if kind == "circle":
            self.circle(center, radius, fill, outline=outline, width=width)
        elif kind == "square":
            self.box((x - radius, y - radius, x + radius, y + radius), fill, outline=outline, width=width)
        elif kind == "triangle":
            self.polygon([(x, y - radius), (x - radius, y + radius), (x + radius, y + radius)], fill, outline=outline, width=width)
        elif kind == "star":
            self.polygon(star_polygon(center, radius * 1.1), fill, outline=outline, width=width)
        else:
            sides = {"diamond": 4, "pentagon": 5, "hexagon": 6}[kind]
            self.polygon(regular_polygon(center, radius * 1.1, sides), fill, outline=outline, width=width)

    def glyphs(self, text: str, position: Point, scale: int, color: Color) -> Box:
        """Write block letters with their top left corner at `position`, cells `scale` units wide; return their box. Tiny boards only."""
        x, y = round(position[0]), round(position[1])
        for character in text:
            if character != " ":
                self.pen.bitmap((x, y), glyphs.glyph_mask(character, scale), fill=color)
            x += (glyphs.WIDTH + 1) * scale
        return Box(round(position[0]), y, x - scale, y + glyphs.HEIGHT * scale)

    def text(
        self, position: Point, text: str, size: float, color: Color, *, anchor: str = "mm", face: str = "DejaVuSans", is_label: bool = True
    ) -> Box:
        """Write text with Pillow's `anchor` at `position`; return its box. Large boards only.

        `is_label` False leaves the box out of `labels`: for watermarks and texture that may be written over.
        """
        scaled = self._font(size, face)
        at = (position[0] * self.scale, position[1] * self.scale)
        self.pen.text(at, text, fill=color, font=scaled, anchor=anchor)
        box = Box(*(value / self.scale for value in self.pen.textbbox(at, text, font=scaled, anchor=anchor)))
        if is_label:
            self.labels.append(box)
            self.least_text_size = min(self.least_text_size, size)
        return box

    def stamp(self, mask: Image.Image, center: Point, color: Color) -> Box:
        """Paint `color` through a mask whose pixels are `scale` to a unit, centred; return its box, a label. Large boards only."""
        left, top = round(center[0] * self.scale - mask.width / 2), round(center[1] * self.scale - mask.height / 2)
        self.pen.bitmap((left, top), mask, fill=color)
        box = Box(*(value / self.scale for value in (left, top, left + mask.width, top + mask.height)))
        self.labels.append(box)
        return box

    def measure(self, text: str, size: float, face: str = "DejaVuSans") -> float:
        """Return the width of a line of text in units."""
        return self._font(size, face).getlength(text) / self.scale

    def _font(self, size: float, face: str) -> ImageFont.FreeTypeFont:
        return font(max(1, round(size * self.scale)), face)

    def _pixels(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self.scale, y * self.scale) for x, y in points]

    def _width(self, units: float) -> int:
        return max(1, round(units * self.scale))


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
