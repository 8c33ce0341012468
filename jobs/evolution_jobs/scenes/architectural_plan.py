"""Floor plans: areas of rooms, doors, and the doors passed from one room to another."""

from __future__ import annotations

import random
from collections import deque
from typing import Any

import networkx as nx
from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import PALETTE, WHITE, Canvas, Color, Point, mix
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.partition import cut
from evolution_jobs.scenes.questions import CHOICE, INTEGER, Draft, Question, number, questions_form

# ---- 64 pixels: rooms between white walls


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count = rng.randint(1, 6)
    floor = rng.choice(("blue", "green", "purple"))
    return {
        "ground": rng.randint(0, 30),
        "count": count,
        "floor": floor,
        "rooms": cut(rng, (3, 3, 60, 60), count, most_uneven=0.46 - 0.12 * difficulty),
    }


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for room in state["rooms"]:
        canvas.box(room, mix((0, 0, 0), PALETTE[state["floor"]], 0.6), outline=WHITE, width=2)
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "count": Question(
            answer_kind=INTEGER,
            phrases=("how many rooms ?",),
            truth=lambda state: state["count"],
            again=lambda state: len({(left, top) for left, top, _, _ in state["rooms"]}),
            otherwise=ErrorType.COUNTING,
        )
    },
)

# ---- large: rooms on a grid of metres; a door is `[room, room, x, y, is_upright]`, its wall's middle in metres

METRE = 34.0
"""Units that stand for a metre."""
NAMES = ("Hall", "Kitchen", "Bath", "Study", "Pantry", "Lounge", "Office", "Store", "Studio", "Nursery")
STYLES: dict[str, tuple[Color, Color, Color]] = {
    "white": ((255, 255, 255), (248, 246, 240), (32, 34, 38)),
    "blueprint": ((24, 52, 104), (34, 66, 124), (232, 240, 252)),
    "sepia": ((248, 240, 222), (255, 250, 238), (74, 52, 34)),
}
"""Paper, floor and walls by name."""
TINTS = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink")


def _shared_wall(first: list[int], second: list[int]) -> tuple[bool, float, float, float] | None:
    """Return whether the common wall is upright, its constant coordinate and its two ends; None when it is shorter than 2 m."""
    for is_upright in (True, False):
        along, across = (1, 0) if is_upright else (0, 1)
        start, end = max(first[along], second[along]), min(first[along + 2], second[along + 2])
        for a, b in ((first, second), (second, first)):
            if a[across + 2] == b[across] and end - start >= 2:
                return is_upright, b[across], start, end
    return None


def _doors(rng: random.Random, rooms: list[list[int]], difficulty: float) -> list[list[Any]]:
    """Return doors that connect all rooms, with a few more than needed."""
    walls = [(a, b, wall) for a in range(len(rooms)) for b in range(a) if (wall := _shared_wall(rooms[a], rooms[b]))]
    rng.shuffle(walls)
    group = list(range(len(rooms)))
    doors: list[list[Any]] = []
    for a, b, (is_upright, constant, start, end) in walls:
        is_needed = group[a] != group[b]
        if is_needed or rng.random() < 0.3 * (1 - difficulty):
            group = [group[a] if each == group[b] else each for each in group]
            middle = start + rng.randrange(2, round(2 * (end - start)) - 1) / 2
            doors.append([a, b, constant, middle, True] if is_upright else [a, b, middle, constant, False])
    return doors if len(set(group)) == 1 else []


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    width, height = rng.randint(10, spread(difficulty, 10, 12)), rng.randint(8, spread(difficulty, 8, 10))
    rooms = cut(rng, (0, 0, width, height), spread(difficulty, 4, 7), most_uneven=0.35, least_side=3)
    doors = _doors(rng, rooms, difficulty)
    names = rng.sample(NAMES, len(rooms))
    start, end = rng.sample(range(len(rooms)), 2)
    areas = [_area(room) for room in rooms]
    if areas[start] < areas[end]:
        start, end = end, start
    ranked = sorted(areas)
    is_fit = {
        "area": True,
        "larger": areas[start] > areas[end],
        "doors": True,
        "passed": bool(doors) and _passed(doors, start, end) >= spread(difficulty, 2, 3),
        "largest": ranked[-1] > ranked[-2],
    }[kind]
    if not is_fit or not doors or min(side for room in rooms for side in (room[2] - room[0], room[3] - room[1])) < 3:
        return None
    draft: Draft = {
        "style": rng.choice(tuple(STYLES)),
        "tints": rng.sample(TINTS, len(rooms)),
        "is_measured": rng.random() > difficulty,
        "plan": [width, height],
        "rooms": rooms,
        "doors": doors,
        "names": names,
        "first": names[start],
        "second": names[end],
    }
    if kind == "largest":
        order = sorted(range(len(rooms)), key=lambda k: -areas[k])
        draft["options"] = shuffled_options(rng, names[order[0]], [names[k] for k in order[1:]])
    return draft


def _area(room: list[int]) -> int:
    return (room[2] - room[0]) * (room[3] - room[1])


def _passed(doors: list[list[Any]], start: int, end: int) -> int:
    """Return the fewest doors between two rooms, by breadth-first search."""
    found = {start: 0}
    waiting = deque([start])
    while waiting:
        own = waiting.popleft()
        for a, b, *_ in doors:
            following = b if a == own else a if b == own else None
            if following is not None and following not in found:
                found[following] = found[own] + 1
                waiting.append(following)
    return found[end]


def _draw_grid(canvas: Canvas, state: State, origin: Point, color: Color) -> None:
    width, height = state["plan"]
    for x in range(1, width):
        canvas.line([(origin[0] + METRE * x, origin[1]), (origin[0] + METRE * x, origin[1] + METRE * height)], color, 0.5)
    for y in range(1, height):
        canvas.line([(origin[0], origin[1] + METRE * y), (origin[0] + METRE * width, origin[1] + METRE * y)], color, 0.5)


def _draw_door(canvas: Canvas, door: list[Any], origin: Point, floor: Color, wall: Color) -> None:
    """Draw a gap in a wall with its two posts."""
    x, y = origin[0] + METRE * door[2], origin[1] + METRE * door[3]
    half = METRE * 0.45
    along, across = ((0, half), (6, 0)) if door[4] else ((half, 0), (0, 6))
    canvas.line([(x - along[0], y - along[1]), (x + along[0], y + along[1])], floor, 7)
    for side in (-1, 1):
        post = (x + side * along[0], y + side * along[1])
        canvas.line([(post[0] - across[0], post[1] - across[1]), (post[0] + across[0], post[1] + across[1])], wall, 3)


def _draw(state: State) -> Image.Image:
    paper, floor, wall = STYLES[state["style"]]
    canvas = Canvas(state["size"], paper)
    width, height = state["plan"]
    origin = (224 - METRE * width / 2, 208 - METRE * height / 2)
    boxes = [tuple(origin[k % 2] + METRE * value for k, value in enumerate(room)) for room in state["rooms"]]
    for box, tint in zip(boxes, state["tints"], strict=True):
        canvas.box(box, floor if state["style"] == "blueprint" else mix(floor, PALETTE[tint], 0.14))
    _draw_grid(canvas, state, origin, mix(floor, wall, 0.25))
    for box in boxes:
        canvas.box(box, None, outline=wall, width=4)
    canvas.box((origin[0] - 2, origin[1] - 2, origin[0] + METRE * width + 2, origin[1] + METRE * height + 2), None, outline=wall, width=6)
    for door in state["doors"]:
        _draw_door(canvas, door, origin, floor, wall)
    for room, box, name in zip(state["rooms"], boxes, state["names"], strict=True):
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        canvas.text((x, y - 8), name, 16, wall, face="DejaVuSans-Bold")
        if state["is_measured"]:
            canvas.text((x, y + 12), f"{room[2] - room[0]} × {room[3] - room[1]} m", 14, wall)
    canvas.text((224, 428), "each floor square: 1 m × 1 m", 15, wall)
    return canvas.finish()


def _room(state: State, field: str) -> list[int]:
    room: list[int] = state["rooms"][state["names"].index(state[field])]
    return room


def _squares(state: State, name: str) -> int:
    """Count the squares of the drawn grid whose middle lies in a room."""
    left, top, right, bottom = state["rooms"][state["names"].index(name)]
    width, height = state["plan"]
    return sum(left < x + 0.5 < right and top < y + 0.5 < bottom for x in range(width) for y in range(height))


def _squares_by_room(state: State) -> dict[str, int]:
    return {name: _squares(state, name) for name in state["names"]}


def _passed_again(state: State) -> int:
    graph = nx.Graph([(state["names"][a], state["names"][b]) for a, b, *_ in state["doors"]])
    return int(nx.shortest_path_length(graph, state["first"], state["second"]))


def _area_betrayals(state: State) -> dict[Any, ErrorType]:
    left, top, right, bottom = _room(state, "first")
    return {2.0 * (right - left + bottom - top): ErrorType.KNOWLEDGE, float(right - left + bottom - top): ErrorType.KNOWLEDGE}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "area": Question(
            answer_kind=number(unit="m²", abs_tol=0.4),
            phrases=(
                "What is the area of the {first} in m²?",
                "How many m² does the {first} have?",
                "Work out the floor area of the {first} in m².",
            ),
            truth=lambda state: float(_area(_room(state, "first"))),
            again=lambda state: float(_squares(state, state["first"])),
            betrays=_area_betrayals,
            otherwise=ErrorType.CALCULATION,
        ),
        "larger": Question(
            answer_kind=number(unit="m²", abs_tol=0.4),
            phrases=(
                "By how many m² is the {first} larger than the {second}?",
                "What is the difference in area between the {first} and the {second}, in m²?",
            ),
            truth=lambda state: float(_area(_room(state, "first")) - _area(_room(state, "second"))),
            again=lambda state: float(_squares(state, state["first"]) - _squares(state, state["second"])),
            betrays=lambda state: {float(_area(_room(state, "first"))): ErrorType.CALCULATION},
            otherwise=ErrorType.CALCULATION,
        ),
        "doors": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many doors does the plan show?",
                "Count all doors between the rooms.",
            ),
            truth=lambda state: len(state["doors"]),
            again=lambda state: len({(x, y) for _, _, x, y, _ in state["doors"]}),
            betrays=lambda state: {len(state["rooms"]): ErrorType.PERCEPTION} if len(state["rooms"]) != len(state["doors"]) else {},
            otherwise=ErrorType.COUNTING,
        ),
        "passed": Question(
            answer_kind=INTEGER,
            phrases=(
                "What is the smallest number of doors to pass on the way from the {first} to the {second}?",
                "Walking from the {first} to the {second}, how few doors can one go through?",
            ),
            truth=lambda state: _passed(state["doors"], state["names"].index(state["first"]), state["names"].index(state["second"])),
            again=_passed_again,
            betrays=lambda state: {_passed_again(state) + 1: ErrorType.KNOWLEDGE},
            otherwise=ErrorType.SPATIAL,
        ),
        "largest": Question(
            answer_kind=CHOICE,
            phrases=(
                "Which of these rooms has the largest area?",
                "Compare the rooms. Which one is the biggest?",
            ),
            truth=lambda state: max(zip(state["rooms"], state["names"], strict=True), key=lambda pair: _area(pair[0]))[1],
            again=lambda state: max(_squares_by_room(state).items(), key=lambda pair: pair[1])[0],
            otherwise=ErrorType.PERCEPTION,
        ),
    },
)

FLOOR_PLAN = two_sized(
    name="floor_plan",
    summary="Read rooms, areas and doors from a floor plan.",
    capabilities=("ocr", "compute", "count", "trace_path"),
    error_types=(
        ErrorType.CALCULATION,
        ErrorType.COUNTING,
        ErrorType.SPATIAL,
        ErrorType.KNOWLEDGE,
        ErrorType.PERCEPTION,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
