"""Natural scenes: landscapes to count in, and to tell left from right, near from far and large from small."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import Category, ErrorType
from evolution_jobs.scenes.canvas import BOLD, Box, Canvas, Color, scatter
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import Family, State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.landscape import LIGHTS, MEADOW, SKY, columns, depth_scale, draw_landscape
from evolution_jobs.scenes.questions import BOOLEAN, CHOICE, INTEGER, ONE_OF, Draft, Question, questions_form

# ---- tiny: trees are triangles on a dark meadow

_GRASS: Color = (16, 40, 22)
_TRUNK: Color = (150, 100, 60)


def _tiny_ground(state: State) -> Canvas:
    canvas = Canvas(state["size"], (8, 12, state["ground"]))
    canvas.box((0, 44, 64, 64), _GRASS)
    return canvas


def _draw_tiny_tree(canvas: Canvas, x: int, foot: int, radius: int) -> None:
    canvas.box((x - 1, foot - 3, x + 1, foot), _TRUNK)
    canvas.polygon([(x, foot - 3 - 2 * radius), (x - radius, foot - 3), (x + radius, foot - 3)], BOLD["green"])


def _sample_tiny_trees(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count = rng.randint(1, spread(difficulty, 3, 5))
    places = [[x, rng.randint(47, 60)] for x in rng.sample(range(8, 64, 12), count)]
    return {"ground": rng.randint(20, 60), "trees": places, "radius": rng.randint(4, 5)}


def _draw_tiny_trees(state: State) -> Image.Image:
    canvas = _tiny_ground(state)
    for x, foot in state["trees"]:
        _draw_tiny_tree(canvas, x, foot, state["radius"])
    return canvas.finish()


def _tree_slips(state: State) -> Mapping[Any, ErrorType]:
    return dict.fromkeys((len(state["trees"]) - 1, len(state["trees"]) + 1), ErrorType.COUNTING)


TINY_TREES = questions_form(
    _sample_tiny_trees,
    _draw_tiny_trees,
    {
        "trees": Question(
            answer_kind=INTEGER,
            phrases=("how many trees ?",),
            truth=lambda state: len(state["trees"]),
            again=lambda state: len({x for x, _ in state["trees"]}),
            otherwise=ErrorType.PERCEPTION,
            betrays=_tree_slips,
        )
    },
)


def _sample_tiny_sun(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    least = spread(difficulty, 24, 14)
    near = rng.randint(9, 55 - least)
    pair = [near, rng.randint(near + least, 55)]
    rng.shuffle(pair)
    return {"ground": rng.randint(20, 60), "sun": [pair[0], rng.randint(9, 16)], "tree": [pair[1], rng.randint(50, 60)]}


def _draw_tiny_sun(state: State) -> Image.Image:
    canvas = _tiny_ground(state)
    canvas.circle((state["sun"][0], state["sun"][1]), 6, BOLD["yellow"])
    x, foot = state["tree"]
    _draw_tiny_tree(canvas, x, foot, 7)
    return canvas.finish()


TINY_SUN = questions_form(
    _sample_tiny_sun,
    _draw_tiny_sun,
    {
        "side": Question(
            answer_kind=ONE_OF,
            phrases=("is the sun left or right ?",),
            truth=lambda state: "left" if state["sun"][0] < state["tree"][0] else "right",
            again=lambda state: "right" if 64 - state["sun"][0] < 64 - state["tree"][0] else "left",
            otherwise=ErrorType.SPATIAL,
        )
    },
)


def _sample_tiny_larger(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    smaller = rng.randint(5, 8)
    radii = [smaller, smaller + spread(difficulty, 6, 3)]
    rng.shuffle(radii)
    return {"ground": rng.randint(20, 60), "radii": radii, "feet": [rng.randint(50, 60), rng.randint(50, 60)]}


def _draw_tiny_larger(state: State) -> Image.Image:
    canvas = _tiny_ground(state)
    for x, foot, radius in zip((16, 48), state["feet"], state["radii"], strict=True):
        _draw_tiny_tree(canvas, x, foot, radius)
    return canvas.finish()


TINY_LARGER = questions_form(
    _sample_tiny_larger,
    _draw_tiny_larger,
    {
        "larger": Question(
            answer_kind=ONE_OF,
            phrases=("is left or right tree larger ?",),
            truth=lambda state: "left" if state["radii"][0] > state["radii"][1] else "right",
            again=lambda state: ("left", "right")[state["radii"].index(max(state["radii"]))],
            otherwise=ErrorType.PERCEPTION,
        )
    },
)

# ---- large landscapes: what all of them share


def _scenery(rng: random.Random) -> Draft:
    return {"style": rng.choice(tuple(LIGHTS)), "hills": [round(rng.uniform(0, 6.28), 2) for _ in range(2)]}


def _on_meadow(rng: random.Random, kinds: list[str], looseness: float) -> list[Draft]:
    """Return things of the given kinds, each in a column of its own and as large as columns allow."""
    zoom = min(1.5, 8 / len(kinds))
    things = []
    for kind, x in zip(kinds, columns(rng, len(kinds), looseness), strict=True):
        y = rng.uniform(MEADOW.top, MEADOW.bottom)
        things.append({"kind": kind, "x": round(x), "y": round(y), "s": round(depth_scale(y) * zoom, 3)})
    return things


def _in_sky(rng: random.Random, kinds: list[str]) -> list[Draft]:
    places = scatter(rng, [(62, 34)] * len(kinds), SKY, 2) if kinds else []
    return [
        {"kind": kind, "x": round(x), "y": round(y), "s": round(rng.uniform(0.7, 1), 3)} for kind, (x, y) in zip(kinds, places, strict=True)
    ]


def _draw_scene(state: State) -> Image.Image:
    return draw_landscape(state["size"], state["style"], state["hills"], state["things"], shadow=state.get("shadow", 0))


def _kinds(state: State) -> list[str]:
    return [thing["kind"] for thing in state["things"]]


# ---- counting

_PLURALS = {"pine": "pine trees", "oak": "round leafy trees", "sheep": "sheep", "bird": "birds", "cloud": "clouds"}


def _sample_count(rng: random.Random, difficulty: float, kind: str) -> Draft:
    counted = ["pine", "oak", "sheep"] if kind == "ground" else ["bird", "cloud"]
    rng.shuffle(counted)
    most = spread(difficulty, 4, 8)
    counts = {name: rng.randint(0, max(1, most // 3)) for name in ("pine", "oak", "sheep", "bird", "cloud")}
    counts[counted[0]] = rng.randint(1, most)
    ground = [name for name in ("pine", "oak", "sheep") for _ in range(counts[name])]
    sky = [name for name in ("bird", "cloud") for _ in range(counts[name])]
    things = [*_in_sky(rng, sky), *_on_meadow(rng, ground, difficulty)] if ground else _in_sky(rng, sky)
    return {**_scenery(rng), "things": things, "counted": counted[0], "plural": _PLURALS[counted[0]], "number": counts[counted[0]]}


def _count_slips(state: State) -> Mapping[Any, ErrorType]:
    kinds, number = _kinds(state), state["number"]
    others = dict.fromkeys((kinds.count(name) for name in _PLURALS), ErrorType.HALLUCINATION)
    trees = kinds.count("pine") + kinds.count("oak")
    return {
        number - 1: ErrorType.COUNTING,
        number + 1: ErrorType.COUNTING,
        **others,
        trees: ErrorType.PERCEPTION,
        len(kinds): ErrorType.PERCEPTION,
    }


_COUNT = Question(
    answer_kind=INTEGER,
    phrases=("How many {plural} are in the picture?", "Count the {plural}.", "What is the number of {plural} in the landscape?"),
    truth=lambda state: state["number"],
    again=lambda state: _kinds(state).count(state["counted"]),
    otherwise=ErrorType.COUNTING,
    betrays=_count_slips,
)
COUNT = questions_form(_sample_count, _draw_scene, {"ground": _COUNT, "sky": _COUNT})

# ---- places: the side of the sun by the shadows, left of, behind

_NOUNS = {"pine": "pine tree", "oak": "leafy tree", "sheep": "sheep", "house": "house"}


def _sample_place(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    names = [*rng.sample(tuple(_NOUNS), spread(difficulty, 3, 4))]
    things = _on_meadow(rng, names, difficulty)
    first, second = things[:2]
    if abs(first["y"] - second["y"]) < spread(difficulty, 50, 24):
        return None
    side = rng.choice(("left", "right"))
    length = rng.uniform(0.7, 1.3)
    return {
        **_scenery(rng),
        "things": things,
        "first": _NOUNS[first["kind"]],
        "second": _NOUNS[second["kind"]],
        "sun_side": side,
        # Shadows fall away from the sun.
        "shadow": round(length if side == "left" else -length, 2) if kind == "sun" else 0,
    }


def _is_left_by_gap(state: State) -> bool:
    gap: float = state["things"][1]["x"] - state["things"][0]["x"]
    return gap > 0


def _is_farther_by_depth(state: State) -> bool:
    first, second = (depth_scale(thing["y"]) for thing in state["things"][:2])
    return first < second


PLACE = questions_form(
    _sample_place,
    _draw_scene,
    {
        "sun": Question(
            answer_kind=ONE_OF,
            phrases=(
                "Look at the shadows. Is the sun on the left or on the right?",
                "From which side does the sun shine, left or right, if you go by the shadows?",
            ),
            truth=lambda state: state["sun_side"],
            again=lambda state: "left" if state["shadow"] > 0 else "right",
            otherwise=ErrorType.SPATIAL,
        ),
        "left": Question(
            answer_kind=BOOLEAN,
            phrases=("Does the {first} stand to the left of the {second}?", "Is the {first} farther left than the {second}?"),
            truth=lambda state: state["things"][0]["x"] < state["things"][1]["x"],
            again=_is_left_by_gap,
            otherwise=ErrorType.SPATIAL,
        ),
        "behind": Question(
            answer_kind=BOOLEAN,
            phrases=("Is the {first} farther away than the {second}?", "Does the {first} stand behind the {second}, seen from here?"),
            truth=lambda state: state["things"][0]["y"] < state["things"][1]["y"],
            again=_is_farther_by_depth,
            otherwise=ErrorType.SPATIAL,
        ),
    },
)

# ---- sizes: the largest balloon, the nearest tent

_COLORS = ("red", "orange", "yellow", "green", "blue", "purple", "pink")


def _sample_size(rng: random.Random, difficulty: float, kind: str) -> Draft:
    colors = rng.sample(_COLORS, 4)
    if kind == "largest":
        sizes = [1.4 - step * k for k, step in enumerate([0.2 - 0.1 * difficulty] * 4)]
        places = scatter(rng, [(78, 114)] * 4, Box(10, 4, 438, 250), 2)
        feet = [(x, y + 44) for x, y in places]
        things = [
            {"kind": "balloon", "color": color, "x": round(x), "y": round(y), "s": round(size, 3)}
            for color, size, (x, y) in zip(colors, sizes, feet, strict=True)
        ]
    else:
        gap = (MEADOW.bottom - MEADOW.top) / (4 if difficulty < 0.5 else 6)
        # The nearest tent need not be drawn largest: each has its own size.
        things = [
            {"kind": "tent", "color": color, "x": round(x), "y": round(MEADOW.bottom - k * gap), "s": round(rng.uniform(1.0, 1.4), 3)}
            for k, (color, x) in enumerate(zip(colors, columns(rng, 4, difficulty), strict=True))
        ]
    rng.shuffle(things)
    return {**_scenery(rng), "things": things, "right": colors[0], "options": shuffled_options(rng, colors[0], rng.sample(colors[1:], 3))}


def _widest(state: State) -> str:
    """Return the thing that no other one is larger than."""
    things: list[Draft] = state["things"]
    return next(str(thing["color"]) for thing in things if not any(other["s"] > thing["s"] for other in things))


def _lowest(state: State) -> str:
    """Return the thing whose foot is the lowest in the picture."""
    return str(max(state["things"], key=lambda thing: thing["y"])["color"])


def _largest_tent(state: State) -> Mapping[Any, ErrorType]:
    return {_widest(state): ErrorType.PERCEPTION}


SIZE = questions_form(
    _sample_size,
    _draw_scene,
    {
        "largest": Question(
            answer_kind=CHOICE,
            phrases=("What colour is the largest balloon?", "Which of the balloons is the biggest?"),
            truth=lambda state: state["right"],
            again=_widest,
            otherwise=ErrorType.PERCEPTION,
        ),
        "nearest": Question(
            answer_kind=CHOICE,
            phrases=("Which tent is nearest to the viewer?", "What colour is the tent that stands in front of all others?"),
            truth=lambda state: state["right"],
            again=_lowest,
            otherwise=ErrorType.SPATIAL,
            betrays=_largest_tent,
        ),
    },
)

FAMILY = Family(
    category=Category.NATURAL_SCENE,
    version=1,
    patterns=(
        two_sized(
            name="count",
            summary="The number of trees, animals, birds or clouds in a landscape",
            capabilities=("count",),
            error_types=(ErrorType.COUNTING, ErrorType.PERCEPTION, ErrorType.HALLUCINATION),
            tiny=TINY_TREES,
            large=COUNT,
        ),
        two_sized(
            name="place",
            summary="The side of the sun, or what stands left of or behind what",
            capabilities=("spatial",),
            error_types=(ErrorType.SPATIAL,),
            tiny=TINY_SUN,
            large=PLACE,
        ),
        two_sized(
            name="size",
            summary="The larger tree, the largest balloon or the nearest tent",
            capabilities=("compare", "spatial"),
            error_types=(ErrorType.PERCEPTION, ErrorType.SPATIAL),
            tiny=TINY_LARGER,
            large=SIZE,
        ),
    ),
)
