"""In which compass direction a place lies, also on maps whose north is not up."""

from __future__ import annotations

import math
import random
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, WHITE, Canvas, polar
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.map_landmarks import draw_island, place_of, sample_island
from evolution_jobs.scenes.questions import CHOICE, WORD, Draft, Question, questions_form

DIRECTIONS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")

# ---- 64 pixels: a red dot beside a white one


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    quarter = rng.randrange(4)
    wander = spread(difficulty, 10, 25)
    place = polar((32, 32), rng.randint(17, 23), 90 * quarter + rng.randint(-wander, wander))
    return {"ground": rng.randint(0, 30), "direction": DIRECTIONS[2 * quarter], "place": [round(place[0]), round(place[1])]}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    canvas.circle((32, 32), 5, WHITE)
    canvas.circle(state["place"], 7, BOLD["red"])
    return canvas.finish()


def _tiny_direction(state: State) -> str:
    right, up = state["place"][0] - 32, 32 - state["place"][1]
    if abs(right) > abs(up):
        return "east" if right > 0 else "west"
    return "north" if up > 0 else "south"


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
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


# ---- large


def _angle(state: State) -> float:
    """Return the direction on the paper from `first` to `second` in degrees, clockwise from up."""
    (x1, y1), (x2, y2) = place_of(state, "first"), place_of(state, "second")
    return math.degrees(math.atan2(x2 - x1, y1 - y2))


def _direction(degrees: float) -> str:
    return DIRECTIONS[round(degrees / 45) % 8]


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    draft = sample_island(rng, difficulty)
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
    (x1, y1), (x2, y2) = place_of(state, "first"), place_of(state, "second")

    def fit(k: int) -> float:
        x, y = polar((0, 0), 1, state["north"] + 45 * k)
        return (x2 - x1) * x + (y2 - y1) * y

    return DIRECTIONS[max(range(8), key=fit)]


def _direction_betrays(state: State) -> dict[Any, ErrorType]:
    known = {_direction(_angle(state) + 180 - state["north"]): ErrorType.SPATIAL}
    return known | ({_direction(_angle(state)): ErrorType.PERCEPTION} if state["north"] else {})


LARGE = questions_form(
    _sample,
    draw_island,
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


BEARING = two_sized(
    name="bearing",
    summary="Say in which direction a place lies, also when north is not up.",
    capabilities=("spatial", "ocr"),
    error_types=(ErrorType.SPATIAL, ErrorType.PERCEPTION, ErrorType.HALLUCINATION, ErrorType.INSTRUCTION_FORMAT),
    tiny=TINY,
    large=LARGE,
)
