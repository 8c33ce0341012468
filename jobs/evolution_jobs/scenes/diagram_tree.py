"""Trees: leaves, levels, common ancestors and ways from the root."""

from __future__ import annotations

import random
from typing import Any

import networkx as nx
from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, WHITE, Canvas, Point, mix
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import INTEGER, NAMES_IN_ORDER, WORD, Draft, Question, questions_form

NAMES = "ABCDEFGHJKLMNPRSTUW"
MOST_CHILDREN, MOST_LEAVES, MOST_LEVELS = 3, 9, 5

# ---- 64 pixels: a root with one to six leaves


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count = rng.randint(1, 6)
    pitch = rng.randint(spread(difficulty, 11, 9), 11)
    left = 32 - pitch * (count - 1) / 2
    return {
        "ground": rng.randint(0, 30),
        "count": count,
        "color": rng.choice(("green", "yellow", "cyan")),
        "leaves": [round(left + pitch * k) for k in range(count)],
    }


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for x in state["leaves"]:
        canvas.line([(32, 12), (x, 48)], WHITE, 2)
    for x in state["leaves"]:
        canvas.circle((x, 50), 3, BOLD[state["color"]])
    canvas.circle((32, 10), 7, WHITE)
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "leaves": Question(
            answer_kind=INTEGER,
            phrases=("how many leaves ?",),
            truth=lambda state: state["count"],
            again=lambda state: len(set(state["leaves"])),
            otherwise=ErrorType.COUNTING,
        )
    },
)

# ---- large: `parents[k]` is the parent of node k; the root is node 0 and its parent -1


def _parents(rng: random.Random, count: int) -> list[int] | None:
    parents, levels = [-1], [1]
    for _ in range(count - 1):
        free = [k for k in range(len(parents)) if parents.count(k) < MOST_CHILDREN and levels[k] < MOST_LEVELS]
        parent = rng.choice(free)
        parents.append(parent)
        levels.append(levels[parent] + 1)
    return parents if count - len(set(parents[1:])) <= MOST_LEAVES and max(levels) > 2 else None


def _line_up(parents: list[int], node: int) -> list[int]:
    """Return a node and its ancestors up to the root."""
    line = [node]
    while parents[line[-1]] >= 0:
        line.append(parents[line[-1]])
    return line


def _common(parents: list[int], first: int, second: int) -> int:
    above = _line_up(parents, first)
    return next(node for node in _line_up(parents, second) if node in above)


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    parents = _parents(rng, spread(difficulty, 6, 14))
    if parents is None:
        return None
    names = rng.sample(NAMES, len(parents))
    first, second = rng.sample(range(1, len(parents)), 2)
    if kind == "ancestor" and _common(parents, first, second) in (first, second):
        return None
    if kind == "below" and first not in parents:
        return None
    if kind == "way" and len(_line_up(parents, first)) < spread(difficulty, 3, 4):
        return None
    return {
        "theme": rng.choice(tuple(THEMES)),
        "accent": rng.choice(("green", "teal", "blue", "brown")),
        "is_sideways": rng.random() < 0.4,
        "parents": parents,
        "names": names,
        "first": names[first],
        "second": names[second],
    }


def _children(state: State, node: int) -> list[int]:
    return [k for k, parent in enumerate(state["parents"]) if parent == node]


def _places(state: State) -> list[Point]:
    """Return the place of every node: leaves evenly side by side, parents above the middle of their children."""
    parents = state["parents"]
    across: dict[int, float] = {}

    def settle(node: int) -> float:
        children = _children(state, node)
        across[node] = sum(settle(child) for child in children) / len(children) if children else float(leaves.pop(0))
        return across[node]

    leaf_count = len(parents) - len(set(parents[1:]))
    leaves = list(range(leaf_count))
    settle(0)
    levels = [len(_line_up(parents, k)) for k in range(len(parents))]
    pitch, step = min(90.0, 408 / leaf_count), min(96.0, 370 / (max(levels) - 1))
    first = 224 - pitch * (leaf_count - 1) / 2, 224 - step * (max(levels) - 1) / 2
    places = [(first[0] + pitch * across[k], first[1] + step * (levels[k] - 1)) for k in range(len(parents))]
    return [(y, x) if state["is_sideways"] else (x, y) for x, y in places]


def _draw(state: State) -> Image.Image:
    theme, accent = THEMES[state["theme"]], PALETTE[state["accent"]]
    canvas = Canvas(state["size"], theme.paper)
    places = _places(state)
    for node, parent in enumerate(state["parents"]):
        if parent >= 0:
            canvas.line([places[parent], places[node]], theme.ink, 2)
    for node, place in enumerate(places):
        is_leaf = node not in state["parents"]
        canvas.circle(place, 19, theme.panel if is_leaf else mix(theme.panel, accent, 0.4), outline=theme.ink, width=2)
        canvas.text(place, state["names"][node], 17, theme.ink, face="DejaVuSans-Bold")
    return canvas.finish()


def _graph(state: State) -> nx.DiGraph[str]:
    names = state["names"]
    return nx.DiGraph([(names[parent], names[node]) for node, parent in enumerate(state["parents"]) if parent >= 0])


def _root(state: State) -> str:
    return str(next(name for name, degree in _graph(state).in_degree() if degree == 0))


def _ancestor_again(state: State) -> str:
    return str(nx.lowest_common_ancestor(_graph(state), state["first"], state["second"]))


def _way_again(state: State) -> list[str]:
    return list(nx.shortest_path(_graph(state), _root(state), state["first"]))


def _levels_again(state: State) -> int:
    return int(nx.dag_longest_path_length(_graph(state))) + 1


def _below_again(state: State) -> int:
    return len(nx.descendants(_graph(state), state["first"]))


def _index(state: State, field: str) -> int:
    return int(state["names"].index(state[field]))


def _below(state: State) -> int:
    own = _index(state, "first")
    return sum(own in _line_up(state["parents"], k)[1:] for k in range(len(state["parents"])))


def _ancestor_betrayals(state: State) -> dict[Any, ErrorType]:
    asked = {state["first"]: ErrorType.KNOWLEDGE, state["second"]: ErrorType.KNOWLEDGE}
    return dict.fromkeys(state["names"], ErrorType.SPATIAL) | asked


LARGE = questions_form(
    _sample,
    _draw,
    {
        "leaves": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many leaves (nodes without children) does the tree have?",
                "Count the nodes of the tree that have no child.",
            ),
            truth=lambda state: len(set(range(len(state["parents"]))) - set(state["parents"])),
            again=lambda state: sum(degree == 0 for _, degree in _graph(state).out_degree()),
            betrays=lambda state: {len(state["parents"]): ErrorType.KNOWLEDGE, len(set(state["parents"])) - 1: ErrorType.KNOWLEDGE},
            otherwise=ErrorType.COUNTING,
        ),
        "levels": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many levels does the tree have, the root's level included?",
                "Count the levels of the tree; the root alone is a level.",
            ),
            truth=lambda state: max(len(_line_up(state["parents"], k)) for k in range(len(state["parents"]))),
            again=_levels_again,
            otherwise=ErrorType.COUNTING,
        ),
        "ancestor": Question(
            answer_kind=WORD,
            phrases=(
                "Which node is the lowest common ancestor of {first} and {second}?",
                "The ways from {first} and from {second} to the root meet first at which node?",
            ),
            truth=lambda state: state["names"][_common(state["parents"], _index(state, "first"), _index(state, "second"))],
            again=_ancestor_again,
            betrays=_ancestor_betrayals,
            otherwise=ErrorType.HALLUCINATION,
        ),
        "way": Question(
            answer_kind=NAMES_IN_ORDER,
            phrases=(
                "Name all nodes on the way from the root to {first}, both ends included, separated by commas.",
                "Walk from the root down to {first}. List every node in order, with both ends, separated by commas.",
            ),
            truth=lambda state: [state["names"][k] for k in reversed(_line_up(state["parents"], _index(state, "first")))],
            again=_way_again,
            betrays=lambda state: {tuple(_way_again(state)[::-1]): ErrorType.SPATIAL, tuple(_way_again(state)[:-1]): ErrorType.COUNTING},
            otherwise=ErrorType.SPATIAL,
        ),
        "below": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many descendants (children, their children and so on) does node {first} have?",
                "Count all nodes that hang below {first}, directly or further down.",
            ),
            truth=_below,
            again=_below_again,
            betrays=lambda state: {_below(state) + 1: ErrorType.KNOWLEDGE},
            otherwise=ErrorType.COUNTING,
        ),
    },
)

TREE = two_sized(
    name="tree",
    summary="Count leaves and levels of a tree, find ancestors and ways.",
    capabilities=("count", "trace_path", "ocr"),
    error_types=(
        ErrorType.COUNTING,
        ErrorType.SPATIAL,
        ErrorType.KNOWLEDGE,
        ErrorType.HALLUCINATION,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
