"""Islands with landmarks at known places, drawn with a compass and a scale bar."""

from __future__ import annotations

import random

from PIL import Image

from evolution_jobs.scenes.canvas import Canvas, Point, scatter
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread
from evolution_jobs.scenes.map_ground import GROUNDS, LANDMARK_AREA, coast, draw_compass
from evolution_jobs.scenes.questions import Draft

NAMES = ("Mill", "Chapel", "Tower", "Harbor", "Castle", "Quarry", "Well", "Inn", "Farm", "Bridge", "School", "Camp")
BAR_UNITS = 80
"""Length of the scale bar."""


def sample_island(rng: random.Random, difficulty: float) -> Draft:
    """Return an island whose landmarks have places in units on the board and in km on the ground; north is up."""
    count = spread(difficulty, 4, 7)
    bar_km = rng.choice((2, 4, 5, 10))
    places = [(round(x), round(y - 10)) for x, y in scatter(rng, [(82, 50)] * count, LANDMARK_AREA, gap=4)]
    return {
        "ground": rng.choice(tuple(GROUNDS)),
        "phases": [rng.randrange(360) for _ in range(3)],
        "north": 0,
        "bar_km": bar_km,
        "names": rng.sample(NAMES, count),
        "places": [list(place) for place in places],
        # East and north of the lower left corner of the board, when north is up.
        "places_km": [[round(x * bar_km / BAR_UNITS, 4), round((448 - y) * bar_km / BAR_UNITS, 4)] for x, y in places],
    }


def draw_island(state: State) -> Image.Image:
    """Draw the island of a state, its compass turned by `north` degrees."""
    ground = GROUNDS[state["ground"]]
    canvas = Canvas(state["size"], ground.water)
    outline = coast(state["phases"])
    canvas.polygon(outline, ground.land)
    canvas.line([*outline, outline[0]], ground.shade, 5)
    for name, (x, y) in zip(state["names"], state["places"], strict=True):
        canvas.circle((x, y), 7, ground.mark, outline=ground.ink, width=2)
        canvas.text((x, y + 20), name, 15, ground.ink)
    draw_compass(canvas, (402, 44), state["north"], ground)
    canvas.line([(20, 434), (20 + BAR_UNITS, 434)], ground.ink, 4)
    for x in (20, 20 + BAR_UNITS):
        canvas.line([(x, 428), (x, 440)], ground.ink, 2)
    canvas.text((20 + BAR_UNITS + 8, 434), f"{state['bar_km']} km", 15, ground.ink, anchor="lm")
    return canvas.finish()


def place_of(state: State, field: str) -> Point:
    """Return the place on the board of the landmark that a field of the state names."""
    x, y = state["places"][state["names"].index(state[field])]
    return x, y
