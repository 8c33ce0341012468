"""Large charts: a table of one or more series, drawn as upright bars, sideways bars or lines."""

from __future__ import annotations

import random

from PIL import Image

from evolution_jobs.scenes.canvas import PALETTE, THEMES, Box, Canvas, Theme
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread
from evolution_jobs.scenes.questions import Draft

NAMES = {
    "fruit": ("Kiwi", "Plum", "Pear", "Fig", "Lime", "Apple", "Mango", "Melon"),
    "months": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug"),
    "towns": ("Oslo", "Rome", "Lima", "Kyiv", "Bern", "Cairo", "Delhi", "Accra"),
    "shops": ("Elm", "Oak", "Ash", "Birch", "Pine", "Cedar", "Maple", "Yew"),
}
TITLES = {"fruit": "Fruit sold", "months": "Visitors a month", "towns": "Parcels by town", "shops": "Orders by shop"}
UNITS = {"fruit": "kg", "months": "visitors", "towns": "parcels", "shops": "orders"}
SERIES = (("North", "South", "West"), ("Morning", "Noon", "Night"), ("Team A", "Team B", "Team C"), ("2019", "2021", "2024"))
SERIES_COLORS = ("blue", "orange", "green", "purple", "red", "teal", "brown", "pink")
PLOT = Box(64, 66, 428, 396)


def sample_axis(rng: random.Random, difficulty: float) -> Draft:
    """Draw what all charts have: theme, title, unit, and an axis from 0 with whole ticks."""
    tick = rng.choice((10, 20, 50, 100))
    topic = rng.choice(tuple(NAMES))
    return {
        "theme": rng.choice(tuple(THEMES)),
        "topic": topic,
        "title": TITLES[topic],
        "unit": UNITS[topic],
        "tick": tick,
        "ticks": rng.randint(5, 7),
        "is_gridded": rng.random() < 1.2 - difficulty,
        # Values lie on ticks in easy charts, on halves and quarters of them in harder ones.
        "parts": (1, 2, 4)[min(2, int(difficulty * 3))],
    }


def sample_values(rng: random.Random, axis: Draft, count: int) -> list[float]:
    """Draw up to `count` different values that the axis shows exactly."""
    steps = rng.sample(range(axis["parts"], axis["ticks"] * axis["parts"] + 1), min(count, (axis["ticks"] - 1) * axis["parts"] + 1))
    return [step * axis["tick"] / axis["parts"] for step in steps]


def sample_table(rng: random.Random, difficulty: float) -> Draft:
    """Draw a table of one series whose values all differ."""
    axis = sample_axis(rng, difficulty)
    values = sample_values(rng, axis, rng.randint(4, spread(difficulty, 5, 7)))
    names = rng.sample(NAMES[axis["topic"]], len(values))
    if axis["topic"] == "months":
        names = list(NAMES["months"][: len(values)])
    colors = rng.sample(SERIES_COLORS, len(values))
    return {**axis, "style": rng.choice(("bar", "sideways", "line")), "names": names, "series": [["", values]], "colors": colors}


def values_of(state: State) -> list[float]:
    """Return the values of a table of one series, in the order of its names."""
    values: list[float] = state["series"][0][1]
    return values


def by_name(state: State) -> dict[str, float]:
    """Return the values of a table of one series by name."""
    return dict(zip(state["names"], values_of(state), strict=True))


def level_of(state: State, value: float) -> float:
    """Return how far along the axis a value is drawn, in units."""
    length = PLOT.right - PLOT.left if state["style"] == "sideways" else PLOT.bottom - PLOT.top
    top: int = state["tick"] * state["ticks"]
    return length * value / top


def value_at(state: State, level: float) -> float:
    """Return the value that a level shows, as a reader finds it with the axis."""
    return level / level_of(state, 1)


def _draw_axes(canvas: Canvas, state: State, theme: Theme) -> None:
    canvas.box(PLOT, theme.panel)
    canvas.text((224, 18), f"{state['title']} ({state['unit']})", 18, theme.ink, face="DejaVuSans-Bold")
    for k in range(state["ticks"] + 1):
        value = k * state["tick"]
        if state["style"] == "sideways":
            x = PLOT.left + level_of(state, value)
            ends, label, anchor = [(x, PLOT.bottom), (x, PLOT.top if state["is_gridded"] else PLOT.bottom + 5)], (x, PLOT.bottom + 16), "mm"
        else:
            y = PLOT.bottom - level_of(state, value)
            ends, label, anchor = [(PLOT.left, y), (PLOT.right if state["is_gridded"] else PLOT.left - 5, y)], (PLOT.left - 9, y), "rm"
        canvas.line(ends, theme.faint, 1)
        canvas.text(label, str(value), 14, theme.ink, anchor=anchor)
    canvas.line([(PLOT.left, PLOT.top), (PLOT.left, PLOT.bottom), (PLOT.right, PLOT.bottom)], theme.ink, 2)


def _draw_names(canvas: Canvas, state: State, theme: Theme) -> None:
    if state["style"] == "sideways":
        pitch = (PLOT.bottom - PLOT.top) / len(state["names"])
        for k, name in enumerate(state["names"]):
            canvas.text((PLOT.left - 8, PLOT.top + (k + 0.5) * pitch), name, 14, theme.ink, anchor="rm")
    else:
        pitch = (PLOT.right - PLOT.left) / len(state["names"])
        for k, name in enumerate(state["names"]):
            canvas.text((PLOT.left + (k + 0.5) * pitch, PLOT.bottom + 16), name, 14, theme.ink)


def draw_table(state: State) -> Image.Image:
    """Return the picture of a table."""
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    _draw_axes(canvas, state, theme)
    _draw_names(canvas, state, theme)
    levels = [[level_of(state, value) for value in values] for _, values in state["series"]]
    if state["style"] == "line":
        _draw_lines(canvas, state, levels, theme)
    else:
        _draw_bars(canvas, state, levels)
    if len(levels) > 1:
        _draw_legend(canvas, state, theme)
    return canvas.finish()


def _draw_bars(canvas: Canvas, state: State, levels: list[list[float]]) -> None:
    is_sideways, groups = state["style"] == "sideways", len(state["names"])
    pitch = (PLOT.bottom - PLOT.top if is_sideways else PLOT.right - PLOT.left) / groups
    width = pitch * 0.72 / len(levels)
    for row, values in enumerate(levels):
        for k, level in enumerate(values):
            color = PALETTE[state["colors"][row if len(levels) > 1 else k]]
            near = (k + 0.14) * pitch + row * width
            if is_sideways:
                canvas.box((PLOT.left + 1, PLOT.top + near, PLOT.left + level, PLOT.top + near + width), color)
            else:
                canvas.box((PLOT.left + near, PLOT.bottom - level, PLOT.left + near + width, PLOT.bottom - 1), color)


def _draw_lines(canvas: Canvas, state: State, levels: list[list[float]], theme: Theme) -> None:
    pitch = (PLOT.right - PLOT.left) / len(state["names"])
    for row, values in enumerate(levels):
        color = PALETTE[state["colors"][row]]
        points = [(PLOT.left + (k + 0.5) * pitch, PLOT.bottom - level) for k, level in enumerate(values)]
        canvas.line(points, color, 3)
        for point in points:
            canvas.circle(point, 6, color, outline=theme.panel, width=1.5)


def _draw_legend(canvas: Canvas, state: State, theme: Theme) -> None:
    for k, (name, _) in enumerate(state["series"]):
        x = PLOT.left + 10 + 122 * k
        canvas.box((x, 40, x + 16, 56), PALETTE[state["colors"][k]])
        canvas.text((x + 22, 48), name, 14, theme.ink, anchor="lm")
