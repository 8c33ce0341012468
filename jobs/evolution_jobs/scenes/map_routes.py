"""Road maps: the shortest way between two towns, and the roads that meet in one."""

from __future__ import annotations

import heapq
import math
import random
from itertools import pairwise
from typing import Any

import networkx as nx
from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import WHITE, Canvas, Point, mix
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.map_ground import GROUNDS, TOWN_NAMES, draw_compass
from evolution_jobs.scenes.questions import INTEGER, NAMES_IN_ORDER, Draft, Question, questions_form

# ---- 64 pixels: a trail of stones


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count = rng.randint(1, 6)
    while True:
        trail = [(rng.randrange(4), rng.randrange(4))]
        while len(trail) < count:
            x, y = trail[-1]
            free = [
                step for step in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)) if max(step) < 4 and min(step) >= 0 and step not in trail
            ]
            if not free:
                break
            trail.append(rng.choice(free))
        if len(trail) == count:
            return {
                "ground": rng.randint(0, 30),
                "count": count,
                "side": rng.randint(spread(difficulty, 11, 8), 11),
                "trail": [list(stone) for stone in trail],
            }


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for column, row in state["trail"]:
        left, top = 3 + 15 * column, 3 + 15 * row
        canvas.box((left, top, left + state["side"], top + state["side"]), WHITE)
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "count": Question(
            answer_kind=INTEGER,
            phrases=("how many steps ?",),
            truth=lambda state: state["count"],
            again=lambda state: len({(column, row) for column, row in state["trail"]}),
            otherwise=ErrorType.COUNTING,
        )
    },
)

# ---- large: towns on a loose grid of 3 by 3, roads with their lengths

COLUMNS, ROWS = (72, 224, 376), (54, 204, 354)


def _roads(rng: random.Random, places: list[Point], difficulty: float) -> list[list[int]]:
    """Return roads `[town, town, km]`: most sides of the grid and some diagonals, never two that cross."""
    pairs = [(k, k + 1) for k in range(9) if k % 3 < 2] + [(k, k + 3) for k in range(6)]
    kept = [pair for pair in pairs if rng.random() < 0.85]
    kept += [rng.choice(((corner, corner + 4), (corner + 1, corner + 3))) for corner in (0, 1, 3, 4) if rng.random() < difficulty]
    winding = difficulty * 0.5 + 0.1
    return [[a, b, round(math.dist(places[a], places[b]) / 14 * (1 + winding * rng.random()))] for a, b in kept]


def _ways(roads: list[list[int]], start: int, end: int) -> list[tuple[int, list[int]]]:
    """Return the lengths and towns of the two shortest ways that do not repeat a town, shortest first."""
    found: list[tuple[int, list[int]]] = []
    waiting = [(0, [start])]
    while waiting and len(found) < 2:
        length, towns = heapq.heappop(waiting)
        if towns[-1] == end:
            found.append((length, towns))
            continue
        for a, b, km in roads:
            following = b if a == towns[-1] else a if b == towns[-1] else None
            if following is not None and following not in towns:
                heapq.heappush(waiting, (length + km, [*towns, following]))
    return found


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    jitter = 16
    places: list[Point] = [(x + rng.randint(-jitter, jitter), y + rng.randint(-jitter, jitter)) for y in ROWS for x in COLUMNS]
    roads = _roads(rng, places, difficulty)
    names = rng.sample(TOWN_NAMES, 9)
    start, end = rng.sample(range(9), 2)
    ways = _ways(roads, start, end)
    # Only one way may be the shortest, and it must lead through other towns.
    if len(ways) < 2 or ways[0][0] == ways[1][0] or len(ways[0][1]) < spread(difficulty, 3, 4):
        return None
    if kind == "meeting" and not any(start in road[:2] for road in roads):
        return None
    return {
        "ground": rng.choice(tuple(GROUNDS)),
        "names": names,
        "places": [[round(x), round(y)] for x, y in places],
        "roads": roads,
        "first": names[start],
        "second": names[end],
    }


def _draw(state: State) -> Image.Image:
    ground = GROUNDS[state["ground"]]
    canvas = Canvas(state["size"], ground.land)
    places = [(x, y) for x, y in state["places"]]
    for a, b, _ in state["roads"]:
        canvas.line([places[a], places[b]], mix(ground.ink, ground.land, 0.35), 6)
        canvas.line([places[a], places[b]], mix(ground.mark, ground.land, 0.6), 3)
    for a, b, km in state["roads"]:
        middle = ((places[a][0] + places[b][0]) / 2, (places[a][1] + places[b][1]) / 2)
        canvas.box((middle[0] - 13, middle[1] - 11, middle[0] + 13, middle[1] + 11), ground.land, radius=4)
        canvas.text(middle, str(km), 16, ground.ink)
    for name, (x, y) in zip(state["names"], places, strict=True):
        half = canvas.measure(name, 16, "DejaVuSans-Bold") / 2 + 3
        canvas.box((x - half, y + 11, x + half, y + 32), ground.land, radius=4)
        canvas.circle((x, y), 9, ground.mark, outline=ground.ink, width=2)
        canvas.text((x, y + 22), name, 16, ground.ink, face="DejaVuSans-Bold")
    draw_compass(canvas, (28, 418), 0, ground)
    canvas.text((428, 428), "lengths of roads in km", 15, ground.ink, anchor="rm")
    return canvas.finish()


def _shortest(state: State) -> tuple[int, list[str]]:
    length, towns = _ways(state["roads"], state["names"].index(state["first"]), state["names"].index(state["second"]))[0]
    return length, [state["names"][town] for town in towns]


def _graph(state: State) -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(state["names"])
    graph.add_weighted_edges_from((state["names"][a], state["names"][b], km) for a, b, km in state["roads"])
    return graph


def _length_again(state: State) -> int:
    return int(nx.bellman_ford_path_length(_graph(state), state["first"], state["second"]))


def _towns_again(state: State) -> list[str]:
    return list(nx.bellman_ford_path(_graph(state), state["first"], state["second"]))


def _length_betrayals(state: State) -> dict[Any, ErrorType]:
    start, end = state["names"].index(state["first"]), state["names"].index(state["second"])
    fewest = _ways([[a, b, 1] for a, b, _ in state["roads"]], start, end)[0][1]
    lengths = {frozenset((a, b)): km for a, b, km in state["roads"]}
    direct = sum(lengths[frozenset(pair)] for pair in pairwise(fewest))
    second = _ways(state["roads"], start, end)[1][0]
    slips = {direct: ErrorType.SPATIAL, second: ErrorType.SPATIAL, len(fewest) - 1: ErrorType.KNOWLEDGE}
    return {value: error for value, error in slips.items() if value != _shortest(state)[0]}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "length": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many km long is the shortest way from {first} to {second} along the roads?",
                "Find the shortest route by road between {first} and {second}. What is its length in km?",
                "Travelling by road from {first} to {second}, how many km must one drive at least?",
            ),
            truth=lambda state: _shortest(state)[0],
            again=_length_again,
            betrays=_length_betrayals,
            otherwise=ErrorType.CALCULATION,
        ),
        "towns": Question(
            answer_kind=NAMES_IN_ORDER,
            phrases=(
                "List the towns along the shortest way from {first} to {second} in order, both ends included, separated by commas.",
                "Which towns does the shortest route from {first} to {second} visit? Start and end count. Separate them by commas.",
            ),
            truth=lambda state: _shortest(state)[1],
            again=_towns_again,
            betrays=lambda state: {tuple(_shortest(state)[1][1:-1]): ErrorType.INSTRUCTION_FORMAT},
            otherwise=ErrorType.SPATIAL,
        ),
        "meeting": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many roads meet in {first}?",
                "Count the roads that start or end in {first}.",
            ),
            truth=lambda state: sum(state["names"].index(state["first"]) in road[:2] for road in state["roads"]),
            again=lambda state: _graph(state).degree[state["first"]],
            otherwise=ErrorType.COUNTING,
        ),
    },
)

ROUTES = two_sized(
    name="routes",
    summary="Find shortest ways on a road map.",
    capabilities=("trace_path", "compute", "ocr"),
    error_types=(
        ErrorType.SPATIAL,
        ErrorType.CALCULATION,
        ErrorType.COUNTING,
        ErrorType.KNOWLEDGE,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
