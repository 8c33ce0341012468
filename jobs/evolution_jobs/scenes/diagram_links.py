"""Graphs of arrows: what can be reached, and in how few steps."""

from __future__ import annotations

import random
from collections import deque
from typing import Any

import networkx as nx
from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, WHITE, Canvas, Point, mix, polar
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import BOOLEAN, CHOICE, INTEGER, Draft, Question, questions_form

# ---- 64 pixels: four dots and the lines between them

TINY_PAIRS = ((0, 1), (1, 2), (2, 3), (3, 0), (0, 2), (1, 3))
TINY_PLACES: tuple[Point, ...] = ((11, 11), (52, 11), (52, 52), (11, 52))


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    count = rng.randint(1, 6)
    return {
        "ground": rng.randint(0, 30),
        "count": count,
        "color": rng.choice(("cyan", "red", "green")),
        "width": rng.randint(spread(difficulty, 4, 2), 4),
        "pairs": [list(pair) for pair in sorted(rng.sample(TINY_PAIRS, count))],
    }


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for first, second in state["pairs"]:
        canvas.line([TINY_PLACES[first], TINY_PLACES[second]], WHITE, state["width"])
    for place in TINY_PLACES:
        canvas.circle(place, 8, BOLD[state["color"]])
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "count": Question(
            answer_kind=INTEGER,
            phrases=("how many links ?",),
            truth=lambda state: state["count"],
            again=lambda state: sum(pair.count(dot) for pair in state["pairs"] for dot in range(4)) // 2,
            otherwise=ErrorType.COUNTING,
        )
    },
)

# ---- large: nodes on a ring with arrows between them

NAMES = "ABCDEFGHJKLM"
CENTER: Point = (224, 224)


def _distances(arrows: list[list[int]], start: int) -> dict[int, int]:
    """Return the fewest arrows from `start` to every node that can be reached, by breadth-first search."""
    found = {start: 0}
    waiting = deque([start])
    while waiting:
        own = waiting.popleft()
        for first, second in arrows:
            if first == own and second not in found:
                found[second] = found[own] + 1
                waiting.append(second)
    return found


def _arrows(rng: random.Random, count: int) -> list[list[int]]:
    pairs = [(first, second) for first in range(count) for second in range(first)]
    chosen = rng.sample(pairs, round(count * rng.uniform(1.1, 1.6)))
    return [list(pair) if rng.random() < 0.5 else list(reversed(pair)) for pair in chosen]


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    count = spread(difficulty, 6, 9)
    arrows = _arrows(rng, count)
    names = rng.sample(NAMES, count)
    start, end = rng.sample(range(count), 2)
    found = _distances(arrows, start)
    lost = [k for k in range(count) if k not in found]
    far = [k for k, steps in found.items() if steps > 1]
    if kind == "way" and far and lost:
        end = rng.choice(rng.choice((far, lost)))
    is_fit = {
        "reach": len(found) > 1,
        "steps": found.get(end, 0) >= spread(difficulty, 2, 3),
        "lost": len(found) > 3 and bool(lost),
        # Both answers must have been possible, or one would be more frequent.
        "way": bool(far) and bool(lost),
    }[kind]
    if not is_fit:
        return None
    draft: Draft = {
        "theme": rng.choice(tuple(THEMES)),
        "accent": rng.choice(("blue", "teal", "purple", "red")),
        "turn": rng.randrange(0, 60, 5),
        "names": names,
        "arrows": arrows,
        "first": names[start],
        "second": names[end],
    }
    if kind == "lost":
        reached = [names[k] for k in found if k != start]
        draft["lost"] = names[rng.choice(lost)]
        draft["options"] = shuffled_options(rng, f"node {draft['lost']}", [f"node {name}" for name in rng.sample(reached, 3)])
    return draft


def _draw(state: State) -> Image.Image:
    theme, accent = THEMES[state["theme"]], PALETTE[state["accent"]]
    canvas = Canvas(state["size"], theme.paper)
    count = len(state["names"])
    places = [polar(CENTER, 172, 360 * k / count + state["turn"]) for k in range(count)]
    for first, second in state["arrows"]:
        start, end = places[first], places[second]
        length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
        tip = (end[0] + (start[0] - end[0]) * 25 / length, end[1] + (start[1] - end[1]) * 25 / length)
        canvas.arrow(start, tip, mix(theme.ink, accent, 0.5), 2.5, 14)
    for name, place in zip(state["names"], places, strict=True):
        canvas.circle(place, 23, mix(theme.panel, accent, 0.25), outline=theme.ink, width=2)
        canvas.text(place, name, 19, theme.ink, face="DejaVuSans-Bold")
    return canvas.finish()


def _reached(state: State) -> dict[str, int]:
    found = _distances(state["arrows"], state["names"].index(state["first"]))
    return {state["names"][k]: steps for k, steps in found.items()}


def _graph(state: State) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(state["names"])
    graph.add_edges_from((state["names"][first], state["names"][second]) for first, second in state["arrows"])
    return graph


def _reached_again(state: State) -> set[str]:
    return set(nx.descendants(_graph(state), state["first"]))


def _steps_again(state: State) -> int:
    return int(nx.shortest_path_length(_graph(state), state["first"], state["second"]))


def _lost_again(state: State) -> str:
    return str(next(option for option in state["options"] if option.removeprefix("node ") not in _reached_again(state)))


def _reach_betrayals(state: State) -> dict[Any, ErrorType]:
    own = state["names"].index(state["first"])
    either_way = state["arrows"] + [[second, first] for first, second in state["arrows"]]
    ignoring = len(_distances(either_way, own)) - 1
    direct = sum(first == own for first, _ in state["arrows"])
    right = len(_reached(state)) - 1
    slips = {right + 1: ErrorType.COUNTING, ignoring: ErrorType.PERCEPTION, direct: ErrorType.KNOWLEDGE}
    return {value: error for value, error in slips.items() if value != right}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "reach": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many other nodes can be reached from {first} by following arrows?",
                "Starting at {first} and going along the arrows, how many other nodes can one get to?",
            ),
            truth=lambda state: len(_reached(state)) - 1,
            again=lambda state: len(_reached_again(state)),
            betrays=_reach_betrayals,
            otherwise=ErrorType.COUNTING,
        ),
        "steps": Question(
            answer_kind=INTEGER,
            phrases=(
                "What is the smallest number of arrows that lead from {first} to {second}?",
                "Following arrows, in how few steps can one go from {first} to {second}?",
            ),
            truth=lambda state: _reached(state)[state["second"]],
            again=_steps_again,
            otherwise=ErrorType.SPATIAL,
        ),
        "lost": Question(
            answer_kind=CHOICE,
            phrases=(
                "Which of these nodes cannot be reached from {first} along the arrows?",
                "Starting from {first}, which node below is out of reach?",
            ),
            truth=lambda state: f"node {state['lost']}",
            again=_lost_again,
            otherwise=ErrorType.SPATIAL,
        ),
        "way": Question(
            answer_kind=BOOLEAN,
            phrases=(
                "Can one get from {first} to {second} by following arrows?",
                "Is there a way along the arrows that leads from {first} to {second}?",
            ),
            truth=lambda state: state["second"] in _reached(state),
            again=lambda state: state["second"] in _reached_again(state),
            otherwise=ErrorType.SPATIAL,
        ),
    },
)

LINKS = two_sized(
    name="links",
    summary="Count links, and find what can be reached along arrows.",
    capabilities=("trace_path", "count", "spatial"),
    error_types=(
        ErrorType.COUNTING,
        ErrorType.SPATIAL,
        ErrorType.PERCEPTION,
        ErrorType.KNOWLEDGE,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
