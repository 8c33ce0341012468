"""Circuits of resistors in series and in parallel, and lamps that are lit or not."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, Canvas, Theme, mix
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import BOOLEAN, INTEGER, Draft, Question, number, questions_form

# ---- 64 pixels: lamps on two wires, lit in yellow or dark


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    lit = rng.randint(1, 5)
    dark = rng.randint(0, min(6 - lit, spread(difficulty, 1, 5)))
    lamps = ["on"] * lit + ["off"] * dark + ["none"] * (6 - lit - dark)
    rng.shuffle(lamps)
    return {"ground": rng.randint(0, 20), "lit": lit, "lamps": lamps}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for y in (18, 46):
        canvas.line([(0, y), (63, y)], (130, 130, 140), 2)
    for place, lamp in enumerate(state["lamps"]):
        center = (11 + 21 * (place % 3), 18 + 28 * (place // 3))
        if lamp == "on":
            canvas.circle(center, 8, BOLD["yellow"])
        elif lamp == "off":
            canvas.circle(center, 7, (30, 30, 34), outline=(130, 130, 140), width=2)
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "lit": Question(
            answer_kind=INTEGER,
            phrases=("how many lamps are on ?",),
            truth=lambda state: state["lit"],
            again=lambda state: state["lamps"].count("on"),
            betrays=lambda state: {
                6 - state["lamps"].count("none"): ErrorType.PERCEPTION,
                state["lamps"].count("off"): ErrorType.PERCEPTION,
            },
            otherwise=ErrorType.COUNTING,
        )
    },
)

# ---- large: blocks in series, each one resistor or several in parallel

PARALLEL = ((6, 3), (4, 4), (12, 6), (20, 5), (30, 15), (6, 6), (10, 10), (12, 4), (8, 8), (6, 6, 6), (12, 12, 6), (9, 9, 9), (12, 6, 4))
"""Resistances in ohm whose parallel connection gives a whole number."""
SLOTS = (100.0, 408.0)
"""Left and right end of the upper wire that the blocks share."""


def _series_parallel(blocks: list[list[int]]) -> Fraction:
    """Return the whole resistance by the rules for series and parallel connections."""
    return sum((1 / sum((Fraction(1, value) for value in block), Fraction(0)) for block in blocks), Fraction(0))


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    groups = spread(difficulty, 1, 2)
    singles = rng.randint(1, 3 - groups)
    pairs = [group for group in PARALLEL if len(group) == 2 or difficulty > 0.5]
    blocks = [[rng.choice((2, 3, 4, 5, 6, 8, 10))] for _ in range(singles)] + [list(rng.choice(pairs)) for _ in range(groups)]
    rng.shuffle(blocks)
    total = _series_parallel(blocks)
    # A block with or without a way around, whichever the answer shall be.
    is_in_parallel = rng.random() < 0.5
    asked = rng.choice([first for block, first in zip(blocks, _first_numbers(blocks), strict=True) if (len(block) > 1) == is_in_parallel])
    return (
        {
            "theme": rng.choice(tuple(THEMES)),
            "accent": rng.choice(("orange", "teal", "blue", "purple")),
            "blocks": blocks,
            "volts": int(total) * rng.randint(1, 3) if kind != "current" else int(total * rng.choice((1, 2, 3, 4)) / rng.choice((1, 2))),
            "asked": f"R{asked}",
        }
        if total.denominator == 1
        else None
    )


def _first_numbers(blocks: list[list[int]]) -> list[int]:
    """Return the number of the first resistor of each block."""
    return [1 + sum(map(len, blocks[:k])) for k in range(len(blocks))]


def _draw_battery(canvas: Canvas, theme: Theme, volts: int) -> None:
    canvas.line([(40, 118), (40, 232)], theme.ink, 2.5)
    canvas.line([(40, 248), (40, 380)], theme.ink, 2.5)
    canvas.line([(20, 232), (60, 232)], theme.ink, 2.5)
    canvas.line([(29, 247), (51, 247)], theme.ink, 6)
    canvas.text((68, 240), f"{volts} V", 16, theme.ink, anchor="lm")


def _draw(state: State) -> Image.Image:
    theme, accent = THEMES[state["theme"]], PALETTE[state["accent"]]
    canvas = Canvas(state["size"], theme.paper)
    blocks = state["blocks"]
    width = (SLOTS[1] - SLOTS[0]) / len(blocks)
    canvas.line([(40, 118), (SLOTS[0], 118)], theme.ink, 2.5)
    canvas.line([(SLOTS[1], 118), (426, 118), (426, 380), (40, 380)], theme.ink, 2.5)
    _draw_battery(canvas, theme, state["volts"])
    for k, (block, first) in enumerate(zip(blocks, _first_numbers(blocks), strict=True)):
        left, right = SLOTS[0] + width * k, SLOTS[0] + width * (k + 1)
        for branch, ohms in enumerate(block):
            y = 118 + 76 * branch
            middle, inset = (left + right) / 2, 6 if len(block) > 1 else 0
            canvas.line(
                [(left, 118), (left + inset, 118), (left + inset, y), (right - inset, y), (right - inset, 118), (right, 118)],
                theme.ink,
                2.5,
            )
            canvas.box((middle - 32, y - 11, middle + 32, y + 11), mix(theme.panel, accent, 0.35), outline=theme.ink, width=2.5)
            canvas.text((middle, y - 27), f"R{first + branch}: {ohms} Ω", 15, theme.ink)
    canvas.text((224, 424), "ideal battery and wires", 14, theme.ink)
    return canvas.finish()


def _nodal(state: State, *, without: str | None = None) -> float:
    """Return the current at one volt from the node potentials: no rule for series or parallel is used."""
    blocks, firsts = state["blocks"], _first_numbers(state["blocks"])
    count = len(blocks) + 1
    conductances = np.zeros((count, count))
    for k, (block, first) in enumerate(zip(blocks, firsts, strict=True)):
        for branch, ohms in enumerate(block):
            if f"R{first + branch}" != without:
                conductances[[k, k + 1], [k, k + 1]] += 1 / ohms
                conductances[[k, k + 1], [k + 1, k]] -= 1 / ohms
    # A vanishing leak keeps the system solvable when a break leaves nodes without a potential.
    system = conductances + np.eye(count) * 1e-12
    system[0], system[-1] = 0, 0
    system[0, 0] = system[-1, -1] = 1
    potentials = np.linalg.solve(system, np.eye(count)[0])
    return float(conductances[0] @ potentials)


def _total_betrayals(state: State) -> dict[Any, ErrorType]:
    """Return what follows from taking everything as one series, or as one parallel connection."""
    values = [value for block in state["blocks"] for value in block]
    slips = {float(sum(values)): ErrorType.KNOWLEDGE, round(1 / sum(1 / value for value in values), 3): ErrorType.KNOWLEDGE}
    return slips | {float(max(values)): ErrorType.TEXT_READING, float(len(values)): ErrorType.COUNTING}


def _current(state: State) -> float:
    return round(float(state["volts"] / _series_parallel(state["blocks"])), 3)


def _current_betrayals(state: State) -> dict[Any, ErrorType]:
    values = [value for block in state["blocks"] for value in block]
    total = float(_series_parallel(state["blocks"]))
    return {
        state["volts"] / sum(values): ErrorType.KNOWLEDGE,
        total / state["volts"]: ErrorType.KNOWLEDGE,
        total * state["volts"]: ErrorType.KNOWLEDGE,
    }


def _is_in_parallel(state: State) -> bool:
    asked = int(state["asked"][1:])
    return any(
        first <= asked < first + len(block)
        for block, first in zip(state["blocks"], _first_numbers(state["blocks"]), strict=True)
        if len(block) > 1
    )


LARGE = questions_form(
    _sample,
    _draw,
    {
        "total": Question(
            answer_kind=number(unit="Ω", abs_tol=0.05),
            phrases=(
                "What is the total resistance of the circuit in Ω?",
                "Replace all resistors by a single one. What resistance in Ω must it have?",
                "Work out the resistance in Ω that the battery sees.",
            ),
            truth=lambda state: float(_series_parallel(state["blocks"])),
            again=lambda state: 1 / _nodal(state),
            betrays=_total_betrayals,
            otherwise=ErrorType.CALCULATION,
        ),
        "current": Question(
            answer_kind=number(unit="A", abs_tol=0.02),
            phrases=(
                "What current in A does the battery deliver?",
                "How many A flow through the battery?",
            ),
            truth=_current,
            again=lambda state: state["volts"] * _nodal(state),
            betrays=_current_betrayals,
            otherwise=ErrorType.CALCULATION,
        ),
        "burnt": Question(
            answer_kind=BOOLEAN,
            phrases=(
                "Resistor {asked} burns through and leaves a gap. Does the battery still deliver a current?",
                "If {asked} is taken out and nothing put in its place, does any current flow?",
            ),
            truth=_is_in_parallel,
            again=lambda state: _nodal(state, without=state["asked"]) > 1e-6,
            otherwise=ErrorType.KNOWLEDGE,
        ),
    },
)

CIRCUIT = two_sized(
    name="circuit",
    summary="Work out a circuit of resistors in series and in parallel, or count lit lamps.",
    capabilities=("compute", "ocr", "count"),
    error_types=(
        ErrorType.CALCULATION,
        ErrorType.KNOWLEDGE,
        ErrorType.TEXT_READING,
        ErrorType.COUNTING,
        ErrorType.PERCEPTION,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
