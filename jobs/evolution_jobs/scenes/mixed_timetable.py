"""A line map with travel times and a timetable: when does one arrive, when must one leave."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import Any

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes.canvas import BOLD, PALETTE, THEMES, WHITE, Canvas, Point, Theme, mix
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.map_ground import TOWN_NAMES
from evolution_jobs.scenes.questions import INTEGER, TIME, Draft, Question, questions_form

# ---- 64 pixels: an arrow points at one of three numbers


def _sample_tiny(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    digits = rng.sample(range(10), 3)
    row = rng.randrange(3)
    return {
        "ground": rng.randint(0, 30),
        "digits": digits,
        "number": digits[row],
        "tip": 11 + 21 * row,
        "reach": rng.randint(spread(difficulty, 36, 26), 36),
    }


def _draw_tiny(state: State) -> Image.Image:
    canvas = Canvas(state["size"], (state["ground"],) * 3)
    for row, digit in enumerate(state["digits"]):
        canvas.glyphs(str(digit), (42, 4 + 21 * row), 2, WHITE)
    canvas.arrow((4, state["tip"]), (state["reach"], state["tip"]), BOLD["yellow"], 5, 14)
    return canvas.finish()


TINY = questions_form(
    _sample_tiny,
    _draw_tiny,
    {
        "number": Question(
            answer_kind=INTEGER,
            phrases=("arrow to which number ?",),
            truth=lambda state: state["number"],
            again=lambda state: state["digits"][state["tip"] // 21],
            betrays=lambda state: dict.fromkeys(state["digits"], ErrorType.SPATIAL),
            otherwise=ErrorType.TEXT_READING,
        )
    },
)

# ---- large: one or two lines that begin at the same stop

LINE_COLORS = ("red", "blue")
DEPARTURES = 5


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _departures(rng: random.Random, difficulty: float) -> list[int]:
    step = 5 if difficulty < 0.4 else 1
    times = [rng.randrange(6 * 60, 17 * 60, step)]
    while len(times) < DEPARTURES:
        times.append(times[-1] + rng.randrange(15, 50, step))
    return times


def _sample(rng: random.Random, difficulty: float, kind: str) -> Draft | None:
    names = rng.sample(TOWN_NAMES, 9)
    count = spread(difficulty, 1, 2)
    longest = spread(difficulty, 3, 4)
    lines: list[dict[str, Any]] = []
    for line in range(count):
        stops = names[1 + 4 * line : 1 + 4 * line + longest]
        step = 5 if difficulty < 0.4 else 1
        lines.append({"stops": stops, "minutes": [rng.randrange(5, 30, step) for _ in stops], "departures": _departures(rng, difficulty)})
    line = rng.randrange(count)
    goal = rng.randrange(1, longest)
    ride = sum(lines[line]["minutes"][: goal + 1])
    times = lines[line]["departures"]
    taken = rng.randrange(1, DEPARTURES)
    now = rng.randrange(times[taken - 1] + 1, times[taken])
    latest = times[taken - 1] + ride + rng.randrange(0, times[taken] - times[taken - 1])
    return (
        {
            "theme": rng.choice(tuple(THEMES)),
            "start": names[0],
            "lines": lines,
            "line": line,
            "goal": goal,
            "stop": lines[line]["stops"][goal],
            "now_minutes": now,
            "now": _clock(now),
            "latest_minutes": latest,
            "latest": _clock(latest),
        }
        if kind != "wait" or times[taken] - now > 2
        else None
    )


def _stop_places(state: State, line: int) -> list[Point]:
    """Return the places of the stops of a line after the first; two lines fork, a single one runs straight."""
    count = len(state["lines"][line]["stops"])
    y = 126 if len(state["lines"]) == 1 else 80 if line == 0 else 190
    return [(58 + 336 * (k + 1) / count, y) for k in range(count)]


def _line_color(line: int, theme: Theme) -> Any:
    return mix(PALETTE[LINE_COLORS[line]], theme.paper, 0.2)


def _draw_line(canvas: Canvas, state: State, line: int, theme: Theme) -> None:
    places = _stop_places(state, line)
    start = (44.0, 126.0 if len(state["lines"]) == 1 else 135.0)
    bend = [(60.0, places[0][1])] if len(state["lines"]) > 1 else []
    canvas.line([start, *bend, *places], _line_color(line, theme), 7)
    before = bend[0] if bend else start
    for (x, y), name, minutes in zip(places, state["lines"][line]["stops"], state["lines"][line]["minutes"], strict=True):
        canvas.circle((x, y), 9, theme.paper, outline=theme.ink, width=3)
        canvas.text((x, y + 24), name, 16, theme.ink)
        canvas.text(((before[0] + x) / 2, y - 15), f"{minutes} min", 14, theme.ink)
        before = (x, y)


def _draw(state: State) -> Image.Image:
    theme = THEMES[state["theme"]]
    canvas = Canvas(state["size"], theme.paper)
    canvas.text((20, 26), "Line map", 18, theme.ink, anchor="lm", face="DejaVuSans-Bold")
    for line in range(len(state["lines"])):
        _draw_line(canvas, state, line, theme)
    y = 126 if len(state["lines"]) == 1 else 135
    canvas.circle((44, y), 12, theme.ink)
    canvas.text(
        (66, y + (28 if len(state["lines"]) == 1 else 0)),
        state["start"],
        16,
        theme.ink,
        anchor="lm" if len(state["lines"]) > 1 else "mm",
        face="DejaVuSans-Bold",
    )
    _draw_table(canvas, state, theme)
    return canvas.finish()


def _draw_table(canvas: Canvas, state: State, theme: Theme) -> None:
    top = 272
    canvas.box((14, top - 24, 434, 430), theme.panel, outline=theme.faint, width=2)
    canvas.text((26, top), f"Departures at {state['start']}", 18, theme.ink, anchor="lm", face="DejaVuSans-Bold")
    for line, entry in enumerate(state["lines"]):
        y = top + 44 + 60 * line
        canvas.box((24, y - 14, 100, y + 14), _line_color(line, theme), radius=6)
        canvas.text((62, y), LINE_COLORS[line], 16, WHITE, face="DejaVuSans-Bold")
        for k, minutes in enumerate(entry["departures"]):
            canvas.text((136 + 66 * k, y), _clock(minutes), 17, theme.ink, face="DejaVuSansMono")
    canvas.text((26, 414), "minutes between stops: see the map", 14, theme.ink, anchor="lm")


def _entry(state: State) -> dict[str, Any]:
    entry: dict[str, Any] = state["lines"][state["line"]]
    return entry


def _ride(state: State) -> int:
    return int(sum(_entry(state)["minutes"][: state["goal"] + 1]))


def _next_departure(state: State) -> int:
    return min(int(minutes) for minutes in _entry(state)["departures"] if minutes >= state["now_minutes"])


def _arrivals(state: State) -> list[tuple[int, int]]:
    """Return departure and arrival of every train to the asked stop, found by the stop's name."""
    found = []
    for entry in state["lines"]:
        elapsed = dict(zip(entry["stops"], accumulate(entry["minutes"]), strict=True))
        if state["stop"] in elapsed:
            found += [(leaves, leaves + elapsed[state["stop"]]) for leaves in entry["departures"]]
    return sorted(found)


def _first_after(state: State) -> tuple[int, int]:
    return next(train for train in _arrivals(state) if train[0] >= state["now_minutes"])


def _arrival_betrayals(state: State) -> dict[Any, ErrorType]:
    leaves, ride = _next_departure(state), _ride(state)
    last = _entry(state)["minutes"][state["goal"]]
    slips = {leaves: ErrorType.CALCULATION, state["now_minutes"] + ride: ErrorType.TEXT_READING, leaves + last: ErrorType.SPATIAL}
    return {value: error for value, error in slips.items() if value != leaves + ride}


def _ride_betrayals(state: State) -> dict[Any, ErrorType]:
    minutes = _entry(state)["minutes"]
    slips = {minutes[state["goal"]]: ErrorType.SPATIAL, sum(minutes): ErrorType.SPATIAL}
    return {value: error for value, error in slips.items() if value != _ride(state)}


LARGE = questions_form(
    _sample,
    _draw,
    {
        "arrive": Question(
            answer_kind=TIME,
            phrases=(
                "You are at {start} at {now} and take the next train to {stop}. When do you arrive there? Answer as hh:mm.",
                "It is {now} at {start}. At what time (hh:mm) does the next train for {stop} get there?",
                "Starting from {start} with the first train after {now}, when (hh:mm) is {stop} reached?",
            ),
            truth=lambda state: _next_departure(state) + _ride(state),
            again=lambda state: _first_after(state)[1],
            betrays=_arrival_betrayals,
            otherwise=ErrorType.CALCULATION,
        ),
        "leave": Question(
            answer_kind=TIME,
            phrases=(
                "You must be in {stop} by {latest}. What is the last departure at {start} (hh:mm) that you can take?",
                "To reach {stop} no later than {latest}, when (hh:mm) does the last possible train leave {start}?",
            ),
            truth=lambda state: max(m for m in _entry(state)["departures"] if m + _ride(state) <= state["latest_minutes"]),
            again=lambda state: [leaves for leaves, arrives in _arrivals(state) if arrives <= state["latest_minutes"]][-1],
            betrays=lambda state: dict.fromkeys(_entry(state)["departures"], ErrorType.CALCULATION),
            otherwise=ErrorType.TEXT_READING,
        ),
        "ride": Question(
            answer_kind=INTEGER,
            phrases=(
                "How many minutes does the ride from {start} to {stop} take?",
                "By the line map, how many minutes is {stop} away from {start}?",
            ),
            truth=_ride,
            again=lambda state: _arrivals(state)[0][1] - _arrivals(state)[0][0],
            betrays=_ride_betrayals,
            otherwise=ErrorType.CALCULATION,
        ),
        "wait": Question(
            answer_kind=INTEGER,
            phrases=(
                "You reach {start} at {now} and want to go to {stop}. How many minutes do you wait for the next train?",
                "It is {now} at {start}. In how many minutes does the next train for {stop} leave?",
            ),
            truth=lambda state: _next_departure(state) - state["now_minutes"],
            again=lambda state: _first_after(state)[0] - state["now_minutes"],
            otherwise=ErrorType.CALCULATION,
        ),
    },
)

TIMETABLE = two_sized(
    name="timetable",
    summary="Join the travel times of a line map with a timetable.",
    capabilities=("ocr", "trace_path", "compute"),
    error_types=(ErrorType.CALCULATION, ErrorType.TEXT_READING, ErrorType.SPATIAL, ErrorType.INSTRUCTION_FORMAT),
    tiny=TINY,
    large=LARGE,
)
