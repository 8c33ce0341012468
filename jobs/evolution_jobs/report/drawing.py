"""Small drawings as inline SVG: elements with classes, so that the page's style sheet colours them in light, dark and print.

User units are CSS pixels at full size. Texts stay texts. A drawing that says something has a title and a description for
those who cannot see it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self
from xml.etree import ElementTree as ET

from markupsafe import Markup

CHARACTER_PIXELS = 6.4
"""Mean width of a character of the charts' texts; used to keep labels apart and to shorten long ones."""


class Scale(NamedTuple):
    """A straight line from values to pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the position of a value."""
        span = self.high - self.low
        return self.start + (self.end - self.start) * ((value - self.low) / span if span else 0.5)

    def ticks(self, wanted: int) -> list[float]:
        """Return round values inside the scale, about as many as wanted."""
        span = self.high - self.low
        if span <= 0:
            return [self.low]
        raw = span / wanted
        power = 10.0 ** math.floor(math.log10(raw))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        return [round(index * step, 12) for index in range(first, math.floor(self.high / step + 1e-9) + 1)]


class Drawing:
    """One SVG under construction."""

    def __init__(self, width: float, height: float) -> None:
        size = {"viewBox": f"0 0 {_number(width)} {_number(height)}", "width": _number(width), "height": _number(height)}
        self._root = ET.Element("svg", {"class": "chart", **size})

    @classmethod
    def titled(cls, key: str, width: float, height: float, *, title: str, description: str) -> Self:
        """Begin a drawing that says something; `key` is unique on the page, since ids are made from it."""
        drawing = cls(width, height)
        drawing._root.attrib.update({"role": "img", "aria-labelledby": f"{key}-title {key}-desc"})
        ET.SubElement(drawing._root, "title", {"id": f"{key}-title"}).text = title
        ET.SubElement(drawing._root, "desc", {"id": f"{key}-desc"}).text = description
        return drawing

    @classmethod
    def decorative(cls, width: float, height: float) -> Self:
        """Begin a drawing that only repeats what stands beside it in words."""
        drawing = cls(width, height)
        drawing._root.attrib.update({"aria-hidden": "true", "class": "mark-only"})
        return drawing

    def line(self, start: Sequence[float], end: Sequence[float], kind: str) -> None:
        """Draw a straight line."""
        self._add("line", kind, x1=start[0], y1=start[1], x2=end[0], y2=end[1])

    def rect(self, x: float, y: float, size: tuple[float, float], kind: str, *, tip: str = "") -> None:
        """Draw a box from its upper left corner; a negative size is drawn as none."""
        self._add("rect", kind, tip=tip, x=x, y=y, width=max(0.0, size[0]), height=max(0.0, size[1]))

    def circle(self, centre: Sequence[float], radius: float, kind: str, *, tip: str = "") -> None:
        """Draw a circle."""
        self._add("circle", kind, tip=tip, cx=centre[0], cy=centre[1], r=radius)

    def path(self, places: Iterable[Sequence[float]], kind: str, *, tip: str = "", is_closed: bool = False) -> None:
        """Draw straight lines through places."""
        steps = " ".join(f"{_number(x)},{_number(y)}" for x, y in places)
        element = ET.SubElement(self._root, "polygon" if is_closed else "polyline", {"class": kind, "points": steps})
        _tip(element, tip)

    def text(self, place: Sequence[float], text: str, kind: str = "", *, anchor: str = "start") -> None:
        """Write a text; the place is the baseline's start, middle or end."""
        element = ET.SubElement(self._root, "text", {"class": kind, "x": _number(place[0]), "y": _number(place[1]), "text-anchor": anchor})
        element.text = text

    def markup(self) -> Markup:
        """Return the drawing for the page; every text in it is escaped."""
        return Markup(ET.tostring(self._root, encoding="unicode", short_empty_elements=True))  # noqa: S704 - escaped by ElementTree

    def _add(self, tag: str, kind: str, *, tip: str = "", **places: float) -> None:
        element = ET.SubElement(self._root, tag, {"class": kind, **{name: _number(value) for name, value in places.items()}})
        _tip(element, tip)


def fitting(text: str, width: float) -> str:
    """Return a text, shortened with an ellipsis where it is wider than `width` pixels."""
    most = max(2, int(width / CHARACTER_PIXELS))
    return text if len(text) <= most else text[: most - 1] + "…"


def _tip(element: ET.Element, tip: str) -> None:
    if tip:
        ET.SubElement(element, "title").text = tip


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
