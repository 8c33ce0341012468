"""Timetables: a row and a column lead to one time, two of them to a ride."""

from __future__ import annotations

import random

from PIL import Image

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import text_digits
from evolution_jobs.scenes.canvas import THEMES, Canvas
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import INTEGER, TIME, Draft, Question, questions_form
from evolution_jobs.scenes.text_receipt import FACES

STOPS = ("Airport", "Bridge", "Castle", "Docks", "Elm Road", "Forum", "Garden", "Hospital", "Museum", "Station")


def _sample_timetable(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    rows, columns = spread(difficulty, 4, 8), spread(difficulty, 2, 4)
    starts = sorted(rng.sample(range(6 * 60, 21 * 60), columns))
    legs = [0] + [rng.randint(2, 14) for _ in range(rows - 1)]
    offsets = [sum(legs[: row + 1]) for row in range(rows)]
    row = rng.randrange(1, rows)
    from_row, column = rng.randrange(row), rng.randrange(columns)
    stops, buses = rng.sample(STOPS, rows), rng.sample(range(11, 99), columns)
    return {
        "style": rng.choice(FACES),
        "theme": rng.choice(tuple(THEMES)),
        "stops": stops,
        "buses": buses,
        "minutes": [[start + offset for start in starts] for offset in offsets],
        "row": row,
        "from_row": from_row,
        "column": column,
        "bus": buses[column],
        "stop": stops[row],
        "start": stops[from_row],
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _draw_timetable(state: State) -> Image.Image:
    theme, face = THEMES[state["theme"]], state["style"]
    canvas = Canvas(state["size"], theme.paper)
    pitch = 352 / len(state["stops"])
    canvas.text((16, 26), "Stop", 18, theme.ink, anchor="lm", face=f"{face}-Bold")
    columns = [178 + 240 * (k + 0.5) / len(state["buses"]) for k in range(len(state["buses"]))]
    for x, bus in zip(columns, state["buses"], strict=True):
        canvas.text((x, 26), str(bus), 18, theme.ink, face=f"{face}-Bold")
    canvas.line([(12, 46), (436, 46)], theme.ink, 2)
    for row, (stop, times) in enumerate(zip(state["stops"], state["minutes"], strict=True)):
        y = 62 + (row + 0.5) * pitch
        if row % 2:
            canvas.box((12, y - pitch / 2, 436, y + pitch / 2), theme.panel)
        canvas.text((16, y), stop, 16, theme.ink, anchor="lm", face=face)
        for x, minutes in zip(columns, times, strict=True):
            canvas.text((x, y), _clock(minutes), 16, theme.ink, face=face)
    return canvas.finish()


def _planned_time(state: State, row: int) -> int:
    minutes: int = state["minutes"][row][state["column"]]
    return minutes


def _printed_time(state: State, row: int) -> int:
    """Return the minutes since midnight in one cell of the asked column, parsed from what is printed."""
    hour, minute = _clock(state["minutes"][row][state["column"]]).split(":")
    return 60 * int(hour) + int(minute)


TIMETABLE = two_sized(
    name="double",
    summary="Two digits, or a row and a column of a timetable",
    capabilities=("ocr", "look_up", "compute"),
    error_types=(ErrorType.TEXT_READING, ErrorType.SPATIAL, ErrorType.CALCULATION),
    tiny=text_digits.DOUBLE,
    large=questions_form(
        _sample_timetable,
        _draw_timetable,
        {
            "at": Question(
                answer_kind=TIME,
                phrases=("At which time does bus {bus} stop at {stop}?", "When is bus {bus} at {stop}? Answer as hh:mm."),
                truth=lambda state: _planned_time(state, state["row"]),
                again=lambda state: _printed_time(state, state["row"]),
                otherwise=ErrorType.TEXT_READING,
                betrays=lambda state: {minutes: ErrorType.SPATIAL for row in state["minutes"] for minutes in row},
            ),
            "ride": Question(
                answer_kind=INTEGER,
                phrases=(
                    "How many minutes does bus {bus} take from {start} to {stop}?",
                    "How long is the ride from {start} to {stop} on bus {bus}, in minutes?",
                ),
                truth=lambda state: _planned_time(state, state["row"]) - _planned_time(state, state["from_row"]),
                again=lambda state: _printed_time(state, state["row"]) - _printed_time(state, state["from_row"]),
                otherwise=ErrorType.CALCULATION,
            ),
        },
    ),
)
