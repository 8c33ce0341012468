"""Islands with landmarks: in which direction they lie, and how far apart by the scale bar."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, WHITE, Canvas, Point, polar, scatter
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.map_ground import GROUNDS, LANDMARK_AREA, coast, draw_compass
from evolution_jobs.scenes.questions import CHOICE, WORD, Draft, Question, number, questions_form

DIRECTIONS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
NAMES = ("Mill", "Chapel", "Tower", "Harbor", "Castle", "Quarry", "Well", "Inn", "Farm", "Bridge", "School", "Camp")
BAR_UNITS = 80
"""Length of the scale bar."""

# ---- 64 pixels: dots around a white one


def _sample_tiny_bearing(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    quarter = rng.randrange(4)
    wander = spread(difficulty, 10, 25)
    place = polar((32, 32), rng.randint(17, 23), 90 * quarter + rng.randint(-wander, wander))
    return {"ground": rng.randint(0, 30), "direction": DIRECTIONS[2 * quarter], "place": [round(place[0]), round(place[1])]}


def _draw_tiny_bearing(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    canvas.circle((32, 32), 5, WHITE)
    canvas.circle(state["place"], 7, BOLD["red"])
    return canvas.finish()


def _tiny_direction(state: State) -> str:
    right, up = state["place"][0] - 32, 32 - state["place"][1]
    if abs(right) > abs(up):
        return "east" if right > 0 else "west"
    return "north" if up > 0 else "south"


TINY_BEARING = questions_form(
    _sample_tiny_bearing,
    _draw_tiny_bearing,
    {
        "direction": Question(
            answer_kind=WORD,
            phrases=("where is red ?",),
            truth=lambda state: state["direction"],
            again=_tiny_direction,
            betrays=lambda _state: dict.fromkeys(DIRECTIONS, ErrorType.SPATIAL),
            otherwise=ErrorType.INSTRUCTION_FORMAT,
        )
    },
)


def _sample_tiny_distance(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    colors = rng.sample(tuple(BOLD), 3)
    turn = rng.randrange(360)
    reaches = [rng.randint(13, spread(difficulty, 13, 15)), 25, 25]
    places = [polar((32, 32), reach, turn + 120 * k) for k, reach in enumerate(reaches)]
    return {"ground": rng.randint(0, 30), "nearest": colors[0], "colors": colors, "places": [[round(x), round(y)] for x, y in places]}


def _draw_tiny_distance(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    canvas.circle((32, 32), 4, WHITE)
    for color, place in zip(state["colors"], state["places"], strict=True):
        canvas.circle(place, 6, BOLD[color])
    return canvas.finish()


TINY_DISTANCE = questions_form(
    _sample_tiny_distance,
    _draw_tiny_distance,
    {
        "nearest": Question(
            answer_kind=WORD,
            phrases=("which color is nearest ?",),
            truth=lambda state: state["nearest"],
            again=lambda state: min(zip(state["places"], state["colors"], strict=True), key=lambda pair: math.dist((32, 32), pair[0]))[1],
            betrays=lambda state: dict.fromkeys(state["colors"], ErrorType.SPATIAL),
            otherwise=ErrorType.HALLUCINATION,
        )
    },
)

# ---- large: landmarks at places in km, drawn in units


def _sample_island(rng: random.Random, difficulty: float) -> Draft:
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


def _draw(state: State) -> Image.Image:
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


def _place(state: State, field: str) -> Point:
    x, y = state["places"][state["names"].index(state[field])]
    return x, y


def _angle(state: State) -> float:
    """Return the direction on the paper from `first` to `second` in degrees, clockwise from up."""
    (x1, y1), (x2, y2) = _place(state, "first"), _place(state, "second")
    return math.degrees(math.atan2(x2 - x1, y1 - y2))


def _direction(degrees: float) -> str:
    return DIRECTIONS[round(degrees / 45) % 8]


def _sample_bearing(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    draft = _sample_island(rng, difficulty)
    if difficulty > 0.4:
        draft["north"] = rng.choice((0, 45, 90, 180, 270, 315)) if difficulty > 0.7 else rng.choice((0, 90, 270))
    draft["first"], draft["second"] = rng.sample(draft["names"], 2)
    if kind == "furthest":
        draft["side"] = rng.choice(DIRECTIONS[::2])
        reaches = sorted(_reaches(draft))
        return draft if reaches[-1] - reaches[-2] > 18 else None
    degrees = _angle(draft) - draft["north"]
    # Directions near the border of two sectors are left out.
    if abs((degrees + 22.5) % 45 - 22.5) > 12:
        return None
    right = _direction(degrees)
    draft["direction"] = right
    likely = [
        _direction(degrees + 180),
        _direction(_angle(draft)),
        _direction(degrees + 90),
        _direction(degrees - 45),
        _direction(degrees + 45),
    ]
    draft["options"] = shuffled_options(rng, right, likely)
    return draft


def _reaches(state: State) -> list[float]:
    """Return how far each landmark lies in the direction of `side`."""
    toward = polar((0, 0), 1, state["north"] + 45 * DIRECTIONS.index(state["side"]))
    return [x * toward[0] + y * toward[1] for x, y in state["places"]]


def _furthest(state: State) -> str:
    reaches = _reaches(state)
    return str(state["names"][reaches.index(max(reaches))])


def _furthest_again(state: State) -> str:
    """Turn the map until the asked side is up, then take the landmark whose turned place is highest."""
    turn = complex(math.cos(a := math.radians(state["north"] + 45 * DIRECTIONS.index(state["side"]))), -math.sin(a))
    heights = {name: (complex(x, y) * turn).imag for name, (x, y) in zip(state["names"], state["places"], strict=True)}
    return str(min(heights, key=heights.__getitem__))


def _direction_again(state: State) -> str:
    """Return the direction whose arrow on the turned compass fits best."""
    (x1, y1), (x2, y2) = _place(state, "first"), _place(state, "second")

    def fit(k: int) -> float:
        x, y = polar((0, 0), 1, state["north"] + 45 * k)
        return (x2 - x1) * x + (y2 - y1) * y

    return DIRECTIONS[max(range(8), key=fit)]


def _direction_betrays(state: State) -> dict[Any, ErrorType]:
    known = {_direction(_angle(state) + 180 - state["north"]): ErrorType.SPATIAL}
    return known | ({_direction(_angle(state)): ErrorType.PERCEPTION} if state["north"] else {})


BEARING_FORM = questions_form(
    _sample_bearing,
    _draw,
    {
        "direction": Question(
            answer_kind=CHOICE,
            phrases=(
                "Seen from {first}, in which direction does {second} lie? Mind where the compass arrow points.",
                "You stand at {first}. Which way, by the compass on the map, is {second}?",
                "In which compass direction would you go from {first} to {second}?",
            ),
            truth=lambda state: state["direction"],
            again=_direction_again,
            betrays=_direction_betrays,
            otherwise=ErrorType.SPATIAL,
        ),
        "furthest": Question(
            answer_kind=WORD,
            phrases=(
                "Which landmark lies furthest {side}? Mind where the compass arrow points.",
                "By the compass on the map, which place lies furthest to the {side}?",
            ),
            truth=_furthest,
            again=_furthest_again,
            betrays=lambda state: dict.fromkeys(state["names"], ErrorType.SPATIAL),
            otherwise=ErrorType.HALLUCINATION,
        ),
    },
)


def _kilometres(state: State, *stops: str) -> float:
    places = [state["places_km"][state["names"].index(state[stop])] for stop in stops]
    return sum(math.dist(a, b) for a, b in pairwise(places))


def _by_bar(state: State, *stops: str) -> float:
    """Measure on the board with the scale bar."""
    places = [_place(state, stop) for stop in stops]
    bars = sum(math.dist(a, b) for a, b in pairwise(places)) / BAR_UNITS
    return bars * float(state["bar_km"])


def _sample_distance(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    draft = _sample_island(rng, difficulty)
    draft["first"], draft["second"], draft["third"] = rng.sample(draft["names"], 3)
    if kind == "nearest":
        own = _place(draft, "first")
        near = sorted(math.dist(own, place) for place in draft["places"])[1:]
        return draft if near[1] > near[0] * 1.15 else None
    return draft


def _nearest(state: State) -> str:
    own = state["places_km"][state["names"].index(state["first"])]
    others = [(math.dist(own, place), name) for name, place in zip(state["names"], state["places_km"], strict=True)]
    return str(sorted(others)[1][1])


def _nearest_again(state: State) -> str:
    x, y = _place(state, "first")
    others = {
        name: (x - a) ** 2 + (y - b) ** 2 for name, (a, b) in zip(state["names"], state["places"], strict=True) if name != state["first"]
    }
    return str(min(others, key=others.__getitem__))


def _unscaled(*stops: str) -> Any:
    """Return the betrayals of a distance that was taken in bars instead of km, or of only a part of the way."""

    def betrays(state: State) -> dict[Any, ErrorType]:
        slips = {_kilometres(state, *stops) / state["bar_km"]: ErrorType.CALCULATION, float(state["bar_km"]): ErrorType.TEXT_READING}
        if len(stops) > 2:
            slips |= {_kilometres(state, stops[0], stops[-1]): ErrorType.SPATIAL, _kilometres(state, *stops[:2]): ErrorType.CALCULATION}
        return slips

    return betrays


DISTANCE_FORM = questions_form(
    _sample_distance,
    _draw,
    {
        "distance": Question(
            answer_kind=number(unit="km", rel_tol=0.1),
            phrases=(
                "How many km is it in a straight line from {first} to {second}? Use the scale bar.",
                "Measure the straight distance between {first} and {second} by the scale bar, in km.",
                "With the scale bar, estimate how far {second} is from {first} as the crow flies, in km.",
            ),
            truth=lambda state: round(_kilometres(state, "first", "second"), 1),
            again=lambda state: round(_by_bar(state, "first", "second"), 1),
            betrays=_unscaled("first", "second"),
            otherwise=ErrorType.CHART_VALUE,
        ),
        "two_legs": Question(
            answer_kind=number(unit="km", rel_tol=0.1),
            phrases=(
                "A boat carries mail straight from {first} to {second} and on to {third}. How long is its way in km?",
                "Going straight from {first} to {second}, then straight to {third}: how many km is that in all?",
            ),
            truth=lambda state: round(_kilometres(state, "first", "second", "third"), 1),
            again=lambda state: round(_by_bar(state, "first", "second", "third"), 1),
            betrays=_unscaled("first", "second", "third"),
            otherwise=ErrorType.CHART_VALUE,
        ),
        "nearest": Question(
            answer_kind=WORD,
            phrases=(
                "Which landmark is nearest to {first} in a straight line?",
                "Of all other landmarks, which one has the shortest straight way from {first}?",
            ),
            truth=_nearest,
            again=_nearest_again,
            betrays=lambda state: dict.fromkeys(state["names"], ErrorType.SPATIAL),
            otherwise=ErrorType.HALLUCINATION,
        ),
    },
)

BEARING = two_sized(
    name="bearing",
    summary="Say in which direction a place lies, also when north is not up.",
    capabilities=("spatial", "ocr"),
    error_types=(ErrorType.SPATIAL, ErrorType.PERCEPTION, ErrorType.HALLUCINATION, ErrorType.INSTRUCTION_FORMAT),
    tiny=TINY_BEARING,
    large=BEARING_FORM,
)
DISTANCE = two_sized(
    name="distance",
    summary="Measure distances with the scale bar, or find the nearest place.",
    capabilities=("read_scale", "compare", "compute", "ocr"),
    error_types=(
        ErrorType.CHART_VALUE,
        ErrorType.SPATIAL,
        ErrorType.CALCULATION,
        ErrorType.TEXT_READING,
        ErrorType.HALLUCINATION,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY_DISTANCE,
    large=DISTANCE_FORM,
)
