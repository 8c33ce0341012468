"""Everyday objects: clocks, dice, dominoes and scales to read, count and add."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

from PIL import Image

from evolution_contracts.answers import Answer, BoolAnswer, IntegerAnswer, NumberAnswer, TimeAnswer
from evolution_contracts.vocabulary import Category, ErrorType
from evolution_jobs.scenes import replies
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, WHITE, Box, Canvas, Color, Point, mix, polar, scatter
from evolution_jobs.scenes.family import Family, State
from evolution_jobs.scenes.forms import Form, by_kind, phrased, spread, two_sized

HALF_DAY_MINUTES = 720
NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six")

# ---- clocks: the state is the time; pictures and checks work with the angles of the hands


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


def _sample_tiny_hour(rng: random.Random, difficulty: float) -> dict[str, Any]:
    minute = rng.choice((0, 15, 30, 45)) if rng.random() < difficulty else 0
    return {"ground": rng.randint(0, 40), "hour": rng.randint(1, 12), "minute": minute}


def _sample_tiny_minute(rng: random.Random, difficulty: float) -> dict[str, Any]:
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


def _check_tiny_hour(state: State, text: str) -> bool:
    return replies.integer(text) == (_time_on_face(state) // 60 or 12)


def _explain_tiny_clock(state: State, text: str) -> ErrorType:
    return replies.betrayed(replies.integer(text), {}, ErrorType.PERCEPTION)


TINY_HOUR = Form(
    sample=_sample_tiny_hour,
    draw=_draw_tiny_clock,
    ask=phrased("what hour is it ?"),
    answer=lambda state: IntegerAnswer(value=state["hour"]),
    check=_check_tiny_hour,
    explain=_explain_tiny_clock,
)
TINY_MINUTE = Form(
    sample=_sample_tiny_minute,
    draw=_draw_tiny_clock,
    ask=phrased("what minute is it ?"),
    answer=lambda state: IntegerAnswer(value=state["minute"]),
    check=lambda state, text: replies.integer(text) == _time_on_face(state) % 60,
    explain=_explain_tiny_clock,
)


def _sample_clock(rng: random.Random, difficulty: float) -> dict[str, Any]:
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


def _sample_later(rng: random.Random, difficulty: float) -> dict[str, Any]:
    state = _sample_clock(rng, difficulty)
    minutes = rng.randrange(10, spread(difficulty, 31, 181), 10 if difficulty < 0.4 else 5)
    return {**state, "shift": minutes if rng.random() < 0.5 else -minutes, "minutes": minutes}


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
        canvas.text(polar(middle, 136, 30 * hour + tilt), str(hour), 28, theme.ink, face="DejaVuSans-Bold")
    _draw_hands(canvas, middle, state, theme.ink)
    return canvas.finish()


def _draw_hands(canvas: Canvas, middle: Point, state: State, ink: Color) -> None:
    hour_angle, minute_angle = _hand_angles(state)
    for degrees, length, width in ((hour_angle, 92, 11), (minute_angle, 148, 6)):
        angle = degrees + state["tilt"]
        canvas.line([polar(middle, -18, angle), polar(middle, length, angle)], ink, width)
    if state["second"] is not None:
        angle = 6 * state["second"] + state["tilt"]
        canvas.line([polar(middle, -28, angle), polar(middle, 160, angle)], PALETTE["red"], 2)
    canvas.circle(middle, 10, ink)


def _time_answer(minutes: int) -> TimeAnswer:
    hour, minute = divmod(minutes % HALF_DAY_MINUTES, 60)
    return TimeAnswer(hour=hour or 12, minute=minute)


def _on_twelve(text: str) -> int | None:
    minutes = replies.time(text)
    return None if minutes is None else minutes % HALF_DAY_MINUTES


def _explain_clock(state: State, text: str) -> ErrorType:
    return replies.betrayed(_on_twelve(text), {}, ErrorType.PERCEPTION)


def _explain_later(state: State, text: str) -> ErrorType:
    shown, shift = _time_on_face(state), state["shift"]
    misread = (_swapped_hands(state) + shift) % HALF_DAY_MINUTES
    unshifted = (_swapped_hands(state), shown + 60 + shift, shown - 60 + shift)
    perception = dict.fromkeys((minutes % HALF_DAY_MINUTES for minutes in (misread, *unshifted)), ErrorType.PERCEPTION)
    return replies.betrayed(_on_twelve(text), perception, ErrorType.CALCULATION)


CLOCK = Form(
    sample=_sample_clock,
    draw=_draw_clock,
    ask=phrased(
        "What time does the clock show? Answer as hh:mm.",
        "Read the clock and give the time as hh:mm.",
        "Which time is it on this clock (hh:mm)?",
    ),
    answer=lambda state: _time_answer(state["hour"] * 60 + state["minute"]),
    check=lambda state, text: _on_twelve(text) == _time_on_face(state),
    explain=_explain_clock,
)


def _ask_later(state: State) -> str:
    direction = "after" if state["shift"] > 0 else "before"
    return phrased(
        f"Which time is {{minutes}} minutes {direction} the time on the clock? Answer as hh:mm.",
        f"Take the time that is {{minutes}} minutes {direction} what the clock shows. Give it as hh:mm.",
    )(state)


LATER = Form(
    sample=_sample_later,
    draw=_draw_clock,
    ask=_ask_later,
    answer=lambda state: _time_answer(state["hour"] * 60 + state["minute"] + state["shift"]),
    check=lambda state, text: _on_twelve(text) == (_time_on_face(state) + state["shift"]) % HALF_DAY_MINUTES,
    explain=_explain_later,
)

# ---- dots and dice: the state holds the value of each face, checks count the pips that are drawn

_CORNERS = ((-1, -1), (1, 1), (1, -1), (-1, 1), (-1, 0), (1, 0))


def _pips(value: int) -> list[Point]:
    """Return the places of a die's pips in a square from -1 to 1."""
    return [(0.0, 0.0)] * (value % 2) + list(_CORNERS[: value - value % 2])


def _sample_tiny_dots(rng: random.Random, difficulty: float) -> dict[str, Any]:
    radii = [rng.randint(5, 6) for _ in range(rng.randint(1, spread(difficulty, 3, 7)))]
    places = scatter(rng, [(2 * r, 2 * r) for r in radii], Box(2, 2, 62, 62), 3)
    dots = [[round(x), round(y), r] for (x, y), r in zip(places, radii, strict=True)]
    return {"ground": rng.randint(0, 40), "color": rng.choice(tuple(BOLD)), "dots": dots}


def _draw_tiny_dots(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for x, y, radius in state["dots"]:
        canvas.circle((x, y), radius, BOLD[state["color"]])
    return canvas.finish()


def _explain_count(right: int, text: str) -> ErrorType:
    value = replies.integer(text)
    return replies.betrayed(value, {right - 1: ErrorType.COUNTING, right + 1: ErrorType.COUNTING}, ErrorType.PERCEPTION)


TINY_DOTS = Form(
    sample=_sample_tiny_dots,
    draw=_draw_tiny_dots,
    ask=phrased("how many dots ?"),
    answer=lambda state: IntegerAnswer(value=len(state["dots"])),
    check=lambda state, text: replies.integer(text) == len({(x, y) for x, y, _ in state["dots"]}),
    explain=lambda state, text: _explain_count(len(state["dots"]), text),
)


def _sample_dice(rng: random.Random, difficulty: float) -> dict[str, Any]:
    count = rng.randint(2, spread(difficulty, 3, 7))
    places = scatter(rng, [(108, 108)] * count, Box(10, 10, 438, 438), 8)
    dice = [
        {
            "x": round(x),
            "y": round(y),
            "value": rng.randint(1, 6),
            "tilt": round(rng.uniform(-45, 45) * difficulty),
            "color": rng.choice(("red", "blue", "green", "black", "purple")),
        }
        for x, y in places
    ]
    return {"theme": rng.choice(("paper", "cream", "mist")), "kind": rng.choice(("total", "showing")), **_dice_target(rng, dice)}


def _dice_target(rng: random.Random, dice: list[dict[str, Any]]) -> dict[str, Any]:
    target = rng.choice([*(die["value"] for die in dice), rng.randint(1, 6)])
    return {"dice": dice, "target": target, "target_word": NUMBER_WORDS[target]}


def _turned(center: Point, offset: Point, degrees: float) -> Point:
    angle = math.radians(degrees)
    x, y = offset
    return center[0] + x * math.cos(angle) - y * math.sin(angle), center[1] + x * math.sin(angle) + y * math.cos(angle)


def _draw_dice(state: State) -> Image.Image:
    canvas = Canvas(state["size"], THEMES[state["theme"]].paper)
    for die in state["dice"]:
        center, color = (die["x"], die["y"]), PALETTE[die["color"]]
        corners = [_turned(center, (38 * x, 38 * y), die["tilt"]) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        canvas.polygon([(x + 4, y + 5) for x, y in corners], mix(THEMES[state["theme"]].paper, (0, 0, 0), 0.25))
        canvas.polygon(corners, color)
        canvas.line([*corners, corners[0], corners[1]], mix(color, (0, 0, 0), 0.35), 4)
        for x, y in _pips(die["value"]):
            canvas.circle(_turned(center, (22 * x, 22 * y), die["tilt"]), 7, WHITE)
    return canvas.finish()


def _dice_answer(state: State) -> int:
    values = [die["value"] for die in state["dice"]]
    return sum(values) if state["kind"] == "total" else values.count(state["target"])


def _check_dice(state: State, text: str) -> bool:
    pips = [len(set(_pips(die["value"]))) for die in state["dice"]]
    counted = sum(pips) if state["kind"] == "total" else sum(each == state["target"] for each in pips)
    return replies.integer(text) == counted


DICE = Form(
    sample=_sample_dice,
    draw=_draw_dice,
    ask=by_kind(
        {
            "total": phrased("How many pips do all the dice show together?", "What do the dice add up to?", "Add up the pips of all dice."),
            "showing": phrased("How many dice show a {target_word}?", "On how many dice can you see exactly {target_word} pips?"),
        }
    ),
    answer=lambda state: IntegerAnswer(value=_dice_answer(state)),
    check=_check_dice,
    explain=lambda state, text: _explain_count(_dice_answer(state), text),
)

# ---- dominoes


def _sample_tiny_domino(rng: random.Random, difficulty: float) -> dict[str, Any]:
    most = spread(difficulty, 3, 4)
    return {"ground": rng.randint(0, 40), "halves": [rng.randint(1, most), rng.randint(1, most)]}


_TINY_PIPS = ((0, 0), (1, 1), (0, 1), (1, 0))


def _draw_tiny_domino(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    canvas.box((31, 4, 32, 60), (200, 200, 200))
    for left, value in zip((9, 41), state["halves"], strict=True):
        for column, row in _TINY_PIPS[:value]:
            canvas.circle((left + column * 14, 22 + row * 20), 5, BOLD["cyan"])
    return canvas.finish()


def _explain_sum(values: Sequence[int], text: str) -> ErrorType:
    right = sum(values)
    clues = {right - 1: ErrorType.COUNTING, right + 1: ErrorType.COUNTING, **dict.fromkeys(values, ErrorType.CALCULATION)}
    return replies.betrayed(replies.integer(text), clues, ErrorType.CALCULATION)


TINY_DOMINO = Form(
    sample=_sample_tiny_domino,
    draw=_draw_tiny_domino,
    ask=phrased("sum of dots ?"),
    answer=lambda state: IntegerAnswer(value=sum(state["halves"])),
    check=lambda state, text: replies.integer(text) == len([pip for half in state["halves"] for pip in _TINY_PIPS[:half]]),
    explain=lambda state, text: _explain_sum(state["halves"], text),
)


def _sample_dominoes(rng: random.Random, difficulty: float) -> dict[str, Any]:
    count = rng.randint(1, spread(difficulty, 2, 5))
    tiles = [[rng.randint(0, 6), rng.randint(0, 6)] for _ in range(count)]
    kind = rng.choice(("total", "upper", "double"))
    if kind == "double" and rng.random() < 0.5:
        tiles[rng.randrange(count)] = [rng.randint(1, 6)] * 2
    elif kind == "double":
        tiles = [[upper, lower if lower != upper else (lower + 1) % 7] for upper, lower in tiles]
    return {"theme": rng.choice(tuple(THEMES)), "kind": kind, "tiles": tiles, "color": rng.choice(("black", "blue", "red", "brown"))}


def _draw_dominoes(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    tiles, pitch = state["tiles"], 84
    for k, halves in enumerate(tiles):
        x, y = 224 + (k - (len(tiles) - 1) / 2) * pitch, 224 + (12 if k % 2 else -12)
        color = PALETTE[state["color"]]
        canvas.box((x - 36, y - 72, x + 36, y + 72), color, outline=theme.ink, width=2, radius=9)
        canvas.line([(x - 28, y), (x + 28, y)], WHITE, 3)
        for value, middle in zip(halves, (y - 36, y + 36), strict=True):
            for dx, dy in _pips(value):
                canvas.circle((x + 20 * dx, middle + 20 * dy), 6.5, WHITE)
    return canvas.finish()


def _dominoes_answer(state: State) -> Answer:
    if state["kind"] == "double":
        return BoolAnswer(value=any(upper == lower for upper, lower in state["tiles"]))
    return IntegerAnswer(value=sum(tile[0] if state["kind"] == "upper" else sum(tile) for tile in state["tiles"]))


def _check_dominoes(state: State, text: str) -> bool:
    pips = [(len(set(_pips(upper))), len(set(_pips(lower)))) for upper, lower in state["tiles"]]
    if state["kind"] == "double":
        return replies.word(text) == ("no" if all(upper - lower for upper, lower in pips) else "yes")
    uppers, lowers = zip(*pips, strict=True)
    return replies.integer(text) == sum(uppers) + (sum(lowers) if state["kind"] == "total" else 0)


def _explain_dominoes(state: State, text: str) -> ErrorType:
    if state["kind"] == "double":
        return ErrorType.COUNTING if replies.word(text) in {"yes", "no"} else ErrorType.INSTRUCTION_FORMAT
    uppers, lowers = (sum(half) for half in zip(*state["tiles"], strict=True))
    right = uppers + (lowers if state["kind"] == "total" else 0)
    near = {right - 1: ErrorType.COUNTING, right + 1: ErrorType.COUNTING}
    return replies.betrayed(replies.integer(text), {lowers: ErrorType.SPATIAL, **near}, ErrorType.CALCULATION)


DOMINOES = Form(
    sample=_sample_dominoes,
    draw=_draw_dominoes,
    ask=by_kind(
        {
            "total": phrased("How many pips are there on all halves of the dominoes?", "Add up all pips in the picture."),
            "upper": phrased("How many pips are on the upper halves altogether?", "Add up the pips of the upper halves only."),
            "double": phrased(
                "Is there a domino with equal halves? Answer yes or no.", "Does any domino show the same number twice? Answer yes or no."
            ),
        }
    ),
    answer=_dominoes_answer,
    check=_check_dominoes,
    explain=_explain_dominoes,
)

# ---- scales: a column against ticks; the check reads the height that is drawn


def _sample_tiny_scale(rng: random.Random, difficulty: float) -> dict[str, Any]:
    return {
        "ground": rng.randint(0, 40),
        "level": rng.randint(1, spread(difficulty, 5, 8)),
        "x": rng.randint(20, 40),
        "color": rng.choice(("red", "yellow", "cyan")),
    }


def _draw_tiny_scale(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    x = state["x"]
    for level in range(9):
        canvas.line([(x - 14, 60 - 7 * level), (x - 8, 60 - 7 * level)], (200, 200, 200))
    canvas.box((x - 6, 3, x + 7, 60), (70, 70, 80))
    canvas.box((x - 4, 60 - 7 * state["level"], x + 5, 60), BOLD[state["color"]])
    return canvas.finish()


def _explain_reading(value: float | None, right: float, step: float) -> ErrorType:
    if value is None:
        return ErrorType.INSTRUCTION_FORMAT
    return ErrorType.CHART_VALUE if abs(value - right) <= 2 * step else ErrorType.PERCEPTION


TINY_SCALE = Form(
    sample=_sample_tiny_scale,
    draw=_draw_tiny_scale,
    ask=phrased("what is the value ?"),
    answer=lambda state: IntegerAnswer(value=state["level"]),
    check=lambda state, text: replies.integer(text) == sum(60 - 7 * level < 60 for level in range(1, state["level"] + 1)),
    explain=lambda state, text: _explain_reading(replies.integer(text), state["level"], 1),
)

_SCALES = {
    "thermometer": {"unit": "°C", "start": -20, "major": 10, "noun": "temperature"},
    "measuring cup": {"unit": "ml", "start": 0, "major": 100, "noun": "volume"},
    "ruler": {"unit": "cm", "start": 0, "major": 1, "noun": "length"},
}
_SCALE_TOP, _SCALE_BOTTOM, _MAJORS = 50, 390, 7


def _sample_scale(rng: random.Random, difficulty: float) -> dict[str, Any]:
    style = rng.choice(tuple(_SCALES))
    minors = (2, 4, 5, 10)[min(3, int(difficulty * 4))] if style != "ruler" else (2, 2, 5, 10)[min(3, int(difficulty * 4))]
    ticks = rng.randrange(2, _MAJORS * minors - 1)
    return {"theme": rng.choice(tuple(THEMES)), "style": style, "minors": minors, "ticks": ticks, **_SCALES[style]}


def _scale_value(state: State) -> float:
    return round(state["start"] + state["ticks"] * state["major"] / state["minors"], 4)


def _scale_y(state: State, ticks: float) -> float:
    return _SCALE_BOTTOM - ticks * (_SCALE_BOTTOM - _SCALE_TOP) / (_MAJORS * state["minors"])


def _draw_scale(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    level = _scale_y(state, state["ticks"])
    fluid = {"thermometer": PALETTE["red"], "measuring cup": PALETTE["blue"], "ruler": PALETTE["orange"]}[state["style"]]
    left, right = {"thermometer": (206, 226), "measuring cup": (150, 290), "ruler": (220, 250)}[state["style"]]
    canvas.box((left - 8, _SCALE_TOP - 20, right + 8, _SCALE_BOTTOM + 10), theme.panel, outline=theme.ink, width=3, radius=10)
    canvas.box((left, level, right, _SCALE_BOTTOM), fluid)
    if state["style"] == "thermometer":
        canvas.circle((216, _SCALE_BOTTOM + 16), 26, fluid, outline=theme.ink, width=3)
    for tick in range(_MAJORS * state["minors"] + 1):
        is_major = tick % state["minors"] == 0
        y = _scale_y(state, tick)
        canvas.line([(right + 10, y), (right + (34 if is_major else 22), y)], theme.ink, 2.5 if is_major else 1.5)
        if is_major:
            canvas.text((right + 42, y), str(state["start"] + tick // state["minors"] * state["major"]), 18, theme.ink, anchor="lm")
    canvas.text((right + 42, 22), state["unit"], 18, theme.ink, anchor="lm", face="DejaVuSans-Bold")
    return canvas.finish()


def _scale_answer(state: State) -> NumberAnswer:
    return NumberAnswer(value=_scale_value(state), abs_tol=0.3 * state["major"] / state["minors"], unit=state["unit"])


def _check_scale(state: State, text: str) -> bool:
    value = replies.number(text)
    if value is None:
        return False
    top = state["start"] + _MAJORS * state["major"]
    height = (_SCALE_BOTTOM - _scale_y(state, state["ticks"])) / (_SCALE_BOTTOM - _SCALE_TOP)
    return abs(value - (state["start"] + height * (top - state["start"]))) <= 0.3 * state["major"] / state["minors"] + 1e-9


SCALE = Form(
    sample=_sample_scale,
    draw=_draw_scale,
    ask=phrased(
        "Which {noun} does the {style} show, in {unit}?",
        "Read the {style}. What is the {noun} in {unit}?",
        "Up to which value is the column filled, in {unit}?",
    ),
    answer=_scale_answer,
    check=_check_scale,
    explain=lambda state, text: _explain_reading(replies.number(text), _scale_value(state), state["major"] / state["minors"]),
)

FAMILY = Family(
    category=Category.EVERYDAY_OBJECT,
    version=1,
    patterns=(
        two_sized(
            name="clock_time",
            summary="The hour, or the time, on a clock face",
            capabilities=("read_scale", "spatial"),
            error_types=(ErrorType.PERCEPTION,),
            tiny=TINY_HOUR,
            large=CLOCK,
        ),
        two_sized(
            name="clock_minute",
            summary="The quarter minute of a clock, or the time some minutes later or earlier",
            capabilities=("read_scale", "compute"),
            error_types=(ErrorType.PERCEPTION, ErrorType.CALCULATION),
            tiny=TINY_MINUTE,
            large=LATER,
        ),
        two_sized(
            name="dots",
            summary="The number of dots, or the pips on dice",
            capabilities=("count",),
            error_types=(ErrorType.COUNTING, ErrorType.PERCEPTION),
            tiny=TINY_DOTS,
            large=DICE,
        ),
        two_sized(
            name="dominoes",
            summary="The pips on dominoes, added up or compared",
            capabilities=("count", "compute", "compare"),
            error_types=(ErrorType.COUNTING, ErrorType.CALCULATION, ErrorType.SPATIAL),
            tiny=TINY_DOMINO,
            large=DOMINOES,
        ),
        two_sized(
            name="scale",
            summary="The level of a column against ticks",
            capabilities=("read_scale",),
            error_types=(ErrorType.CHART_VALUE, ErrorType.PERCEPTION),
            tiny=TINY_SCALE,
            large=SCALE,
        ),
    ),
)
