"""Thermometers and syringes: reading a level against a scale."""

from __future__ import annotations

import random
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, WHITE, Canvas, Theme, mix
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.medical_phantom import NOTICE
from evolution_jobs.scenes.questions import INTEGER, Draft, Question, number, questions_form

# ---- 64 pixels: a tube of six parts, filled from below


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    level = rng.randint(1, 6)
    shift = rng.randint(-spread(difficulty, 4, 12), spread(difficulty, 4, 12))
    color = rng.choice(("red", "cyan", "yellow"))
    return {"ground": rng.randint(0, 30), "level": level, "left": 24 + shift, "color": color, "top": 59 - 9 * level}


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    left = state["left"]
    canvas.box((left - 2, 3, left + 17, 61), None, outline=WHITE, width=2)
    canvas.box((left, state["top"], left + 15, 59), BOLD[state["color"]])
    for part in range(1, 7):
        canvas.box((left, 59 - 9 * part, left + 15, 59 - 9 * part + 1), WHITE)
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "level": Question(
            answer_kind=INTEGER,
            phrases=("what level ?",),
            truth=lambda state: state["level"],
            again=lambda state: (59 - state["top"]) // 9,
            betrays=lambda state: {6 - state["level"]: ErrorType.SPATIAL},
            otherwise=ErrorType.COUNTING,
        )
    },
)

# ---- large: both instruments carry 40 fine ticks between two long ones each

TICKS = 40
TUBE = (360.0, 60.0)
"""Vertical places of the lowest and the highest tick."""


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft:
    is_thermometer = kind in ("temperature", "fever")
    # Easy levels stand on long ticks or half-way, hard ones on any fine tick.
    step = 10 if difficulty < 0.2 else 5 if difficulty < 0.45 else 1
    start = {"temperature": 35, "fever": 36, "volume": 0, "room": 0}[kind]
    per_tick = 0.1 if is_thermometer else rng.choice((0.1, 0.25, 0.5))
    low, high = {"temperature": (5, 38), "fever": (15, 39), "volume": (4, 40), "room": (3, 36)}[kind]
    tick = rng.choice([value for value in range(low, high) if value % step == 0])
    return {
        "theme": rng.choice(tuple(THEMES)),
        "instrument": "thermometer" if is_thermometer else "syringe",
        "start": start,
        "per_tick": per_tick,
        "tick": tick,
        "level": round(TUBE[0] + (TUBE[1] - TUBE[0]) * tick / TICKS, 3),
        "fluid": rng.choice(("red", "blue", "purple", "teal")),
        "is_mirrored": rng.random() < 0.5,
    }


def _level_at(tick: float) -> float:
    return TUBE[0] + (TUBE[1] - TUBE[0]) * tick / TICKS


def _draw_ticks(canvas: Canvas, state: State, theme: Theme) -> None:
    side = -1 if state["is_mirrored"] else 1
    edge = 224 + side * 34
    for tick in range(TICKS + 1):
        length = 34 if tick % 10 == 0 else 24 if tick % 5 == 0 else 14
        y = _level_at(tick)
        canvas.line([(edge, y), (edge + side * length, y)], theme.ink, 2 if tick % 5 == 0 else 1)
        if tick % 10 == 0:
            text = f"{state['start'] + state['per_tick'] * tick:g}"
            canvas.text((edge + side * 42, y), text, 20, theme.ink, anchor="rm" if side < 0 else "lm")


def _draw_thermometer(canvas: Canvas, state: State, theme: Theme) -> None:
    fluid = PALETTE[state["fluid"]]
    canvas.box((200, 34, 248, 400), theme.panel, outline=theme.ink, width=3, radius=24)
    canvas.circle((224, 388), 34, fluid, outline=theme.ink, width=3)
    canvas.box((213, state["level"], 235, 384), fluid)


def _draw_syringe(canvas: Canvas, state: State, theme: Theme) -> None:
    fluid, level = PALETTE[state["fluid"]], state["level"]
    canvas.box((214, 10, 234, 400), mix(theme.paper, theme.ink, 0.25))
    canvas.box((196, 48, 252, 372), theme.panel, outline=theme.ink, width=3)
    canvas.box((199, level, 249, 360), mix(theme.panel, fluid, 0.75))
    canvas.box((199, level - 12, 249, level), mix(theme.ink, theme.paper, 0.2))
    canvas.box((216, 51, 232, level - 12), mix(theme.paper, theme.ink, 0.25))
    canvas.box((184, 8, 264, 20), mix(theme.paper, theme.ink, 0.4), radius=4)
    canvas.polygon([(208, 372), (240, 372), (229, 396), (219, 396)], theme.ink)


def _draw(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    is_thermometer = state["instrument"] == "thermometer"
    (_draw_thermometer if is_thermometer else _draw_syringe)(canvas, state, theme)
    _draw_ticks(canvas, state, theme)
    x = 84 if not state["is_mirrored"] else 364
    canvas.text((x, 40), "°C" if is_thermometer else "mL", 24, theme.ink, face="DejaVuSans-Bold")
    canvas.text((224, 434), NOTICE, 14, theme.ink)
    return canvas.finish()


def _planned(state: State) -> float:
    return round(float(state["start"] + state["tick"] * state["per_tick"]), 2)


def _read(state: State) -> float:
    """Read the drawn level as a person does: the share of the way between the lowest and the highest tick."""
    share = (TUBE[0] - state["level"]) / (TUBE[0] - TUBE[1])
    return float(state["start"] + share * TICKS * state["per_tick"])


def _scale_betrayals(shift: float) -> Any:
    """Return what wrong readings betray when `shift` is subtracted from the level."""

    def betrays(state: State) -> dict[Any, ErrorType]:
        top = state["start"] + TICKS * state["per_tick"]
        level = _planned(state)
        upside_down = top + state["start"] - level
        return {
            upside_down - shift: ErrorType.SPATIAL,
            # Fine ticks taken for another unit than they are.
            state["start"] + state["tick"] % 10 * state["per_tick"] - shift: ErrorType.CHART_VALUE,
            level: ErrorType.CALCULATION,
        }

    return betrays


LARGE = questions_form(
    _sample,
    _draw,
    {
        "temperature": Question(
            answer_kind=number(unit="°C", abs_tol=0.05),
            phrases=(
                "What temperature does the thermometer show, in °C?",
                "Read the thermometer to the nearest tick. Answer in °C.",
                "At which temperature (°C) does the column end?",
            ),
            truth=_planned,
            again=_read,
            betrays=_scale_betrayals(0),
            otherwise=ErrorType.CHART_VALUE,
        ),
        "fever": Question(
            answer_kind=number(unit="°C", abs_tol=0.05),
            phrases=(
                "By how many °C does the reading lie above 37 °C?",
                "How far above 37 °C is the temperature shown, in °C?",
            ),
            truth=lambda state: round(_planned(state) - 37, 2),
            again=lambda state: _read(state) - 37,
            betrays=_scale_betrayals(37),
            otherwise=ErrorType.CHART_VALUE,
        ),
        "volume": Question(
            answer_kind=number(unit="mL", abs_tol=0.04),
            phrases=(
                "How many mL of fluid are in the syringe?",
                "Read the fluid level of the syringe in mL.",
                "The plunger's lower edge marks the volume. What is it in mL?",
            ),
            truth=_planned,
            again=_read,
            betrays=_scale_betrayals(0),
            otherwise=ErrorType.CHART_VALUE,
        ),
        "room": Question(
            answer_kind=number(unit="mL", abs_tol=0.04),
            phrases=(
                "How many mL more would fill the syringe up to its highest mark?",
                "What volume in mL is missing up to the topmost mark of the syringe?",
            ),
            truth=lambda state: round((TICKS - state["tick"]) * state["per_tick"], 2),
            again=lambda state: TICKS * state["per_tick"] - _read(state),
            betrays=lambda state: {_planned(state): ErrorType.CALCULATION},
            otherwise=ErrorType.CHART_VALUE,
        ),
    },
)

SCALE = two_sized(
    name="scale",
    summary="Read a thermometer or a syringe, or the distance of its level from a mark.",
    capabilities=("read_scale", "compute"),
    error_types=(
        ErrorType.CHART_VALUE,
        ErrorType.CALCULATION,
        ErrorType.SPATIAL,
        ErrorType.COUNTING,
        ErrorType.INSTRUCTION_FORMAT,
    ),
    tiny=TINY,
    large=LARGE,
)
