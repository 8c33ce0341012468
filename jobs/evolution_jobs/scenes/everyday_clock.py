"""Clocks: the state is the time; pictures and second readings work with the angles of the hands."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PIL import Image

from evolution_contracts.answers import TimeAnswer
from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import replies
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, WHITE, Canvas, Color, Point, polar
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import INTEGER, TIME, Draft, Question, questions_form

HALF_DAY_MINUTES = 720


def _hand_angles(state: State) -> tuple[float, float]:
    minutes = state["hour"] % 12 * 60 + state["minute"]
    return minutes / 2, minutes % 60 * 6


def _time_on_face(state: State) -> int:
    """Read the minutes since twelve from the hands, as a person does."""
    hour_angle, minute_angle = _hand_angles(state)
    return int(hour_angle // 30) * 60 + round(minute_angle / 6)


def _swapped_hands(state: State) -> int:
    """Return the time that is read when the long hand is taken for the hour hand."""
    hour_angle, minute_angle = _hand_angles(state)
    return int(minute_angle // 30) * 60 + round(hour_angle / 6)


def _sample_tiny_hour(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    minute = rng.choice((0, 15, 30, 45)) if rng.random() < difficulty else 0
    return {"ground": rng.randint(0, 40), "hour": rng.randint(1, 12), "minute": minute}


def _sample_tiny_minute(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    return {"ground": rng.randint(0, spread(difficulty, 20, 60)), "hour": rng.randint(1, 12), "minute": rng.choice((0, 15, 30, 45))}


def _draw_tiny_clock(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    middle = (32, 32)
    canvas.circle(middle, 28, (70, 70, 80), outline=(220, 220, 220))
    for degrees in range(0, 360, 30):
        x, y = polar(middle, 25, degrees)
        canvas.box((x - 1, y - 1, x + 1, y + 1), WHITE)
    hour_angle, minute_angle = _hand_angles(state)
    canvas.line([middle, polar(middle, 15, hour_angle)], BOLD["yellow"], 4)
    canvas.line([middle, polar(middle, 23, minute_angle)], BOLD["red"], 2)
    return canvas.finish()


TINY_HOUR = questions_form(
    _sample_tiny_hour,
    _draw_tiny_clock,
    {
        "hour": Question(
            answer_kind=INTEGER,
            phrases=("what hour is it ?",),
            truth=lambda state: state["hour"],
            again=lambda state: _time_on_face(state) // 60 or 12,
            otherwise=ErrorType.PERCEPTION,
        )
    },
)
TINY_MINUTE = questions_form(
    _sample_tiny_minute,
    _draw_tiny_clock,
    {
        "minute": Question(
            answer_kind=INTEGER,
            phrases=("what minute is it ?",),
            truth=lambda state: state["minute"],
            again=lambda state: _time_on_face(state) % 60,
            otherwise=ErrorType.PERCEPTION,
        )
    },
)

# ---- large clocks


def _sample_clock(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    step = (15, 5, 5, 1)[min(3, int(difficulty * 4))]
    face = rng.choice(("numbers", "quarters", "ticks"))
    return {
        "theme": rng.choice(tuple(THEMES)),
        "style": face,
        "hour": rng.randint(1, 12),
        "minute": rng.randrange(0, 60, step),
        # A face without numbers must stand upright, or the time would be ambiguous.
        "tilt": 0 if face == "ticks" else round(rng.uniform(-20, 20) * difficulty),
        "rim": rng.choice(("brown", "teal", "blue", "gray", "red")),
        "second": rng.randrange(60) if rng.random() < difficulty - 0.3 else None,
    }


def _sample_later(rng: random.Random, difficulty: float, kind: str) -> Draft:
    minutes = rng.randrange(10, spread(difficulty, 31, 181), 10 if difficulty < 0.4 else 5)
    return {**_sample_clock(rng, difficulty, kind), "shift": minutes if kind == "after" else -minutes, "minutes": minutes}


def _draw_clock(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    middle, tilt = (224.0, 224.0), state["tilt"]
    canvas.circle(middle, 196, PALETTE[state["rim"]])
    canvas.circle(middle, 180, theme.panel, outline=theme.ink, width=2)
    for k in range(60):
        inner = 158 if k % 5 == 0 else 168
        canvas.line([polar(middle, inner, 6 * k + tilt), polar(middle, 174, 6 * k + tilt)], theme.ink, 4 if k % 5 == 0 else 1.5)
    shown = {"numbers": range(1, 13), "quarters": (3, 6, 9, 12), "ticks": ()}[state["style"]]
    for hour in shown:
        canvas.text(polar(middle, 141, 30 * hour + tilt), str(hour), 26, theme.ink, face="DejaVuSans-Bold")
    _draw_hands(canvas, middle, state, theme.ink)
    return canvas.finish()


def _draw_hands(canvas: Canvas, middle: Point, state: State, ink: Color) -> None:
    hour_angle, minute_angle = _hand_angles(state)
    for degrees, length, width in ((hour_angle, 84, 11), (minute_angle, 122, 6)):
        angle = degrees + state["tilt"]
        canvas.line([polar(middle, -18, angle), polar(middle, length, angle)], ink, width)
    if state["second"] is not None:
        angle = 6 * state["second"] + state["tilt"]
        canvas.line([polar(middle, -28, angle), polar(middle, 166, angle)], PALETTE["red"], 2)
    canvas.circle(middle, 10, ink)


def _twelve_hour_answer(_: State, minutes: int) -> TimeAnswer:
    hour, minute = divmod(minutes % HALF_DAY_MINUTES, 60)
    return TimeAnswer(hour=hour or 12, minute=minute)


def _read_twelve_hour(_: State, text: str) -> int | None:
    minutes = replies.time(text)
    return None if minutes is None else minutes % HALF_DAY_MINUTES


FACE_TIME = replace(TIME, make=_twelve_hour_answer, read=_read_twelve_hour, same=lambda gold, given: gold % HALF_DAY_MINUTES == given)
"""A time as a clock face shows it: minutes, modulo twelve hours."""


def _misreadings(state: State) -> Mapping[Any, ErrorType]:
    shown, shift = _time_on_face(state), state["shift"]
    misread = (_swapped_hands(state) + shift, _swapped_hands(state), shown + 60 + shift, shown - 60 + shift)
    return dict.fromkeys(misread, ErrorType.PERCEPTION)


def _shifted(direction: str) -> Question:
    return Question(
        answer_kind=FACE_TIME,
        phrases=(
            f"Which time is {{minutes}} minutes {direction} the time on the clock? Answer as hh:mm.",
            f"Take the time that is {{minutes}} minutes {direction} what the clock shows. Give it as hh:mm.",
        ),
        truth=lambda state: state["hour"] * 60 + state["minute"] + state["shift"],
        again=lambda state: _time_on_face(state) + (1 if direction == "after" else -1) * state["minutes"],
        otherwise=ErrorType.CALCULATION,
        betrays=_misreadings,
    )


CLOCK = two_sized(
    name="clock_time",
    summary="The hour, or the time, on a clock face",
    capabilities=("read_scale", "spatial"),
    error_types=(ErrorType.PERCEPTION,),
    tiny=TINY_HOUR,
    large=questions_form(
        _sample_clock,
        _draw_clock,
        {
            "time": Question(
                answer_kind=FACE_TIME,
                phrases=(
                    "What time does the clock show? Answer as hh:mm.",
                    "Read the clock and give the time as hh:mm.",
                    "Which time is it on this clock (hh:mm)?",
                ),
                truth=lambda state: state["hour"] * 60 + state["minute"],
                again=_time_on_face,
                otherwise=ErrorType.PERCEPTION,
            )
        },
    ),
)
MINUTE = two_sized(
    name="clock_minute",
    summary="The quarter minute of a clock, or the time some minutes later or earlier",
    capabilities=("read_scale", "compute"),
    error_types=(ErrorType.PERCEPTION, ErrorType.CALCULATION),
    tiny=TINY_MINUTE,
    large=questions_form(_sample_later, _draw_clock, {"after": _shifted("after"), "before": _shifted("before")}),
)
