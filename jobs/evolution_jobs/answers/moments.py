"""Times of day and calendar dates as people write them."""

from __future__ import annotations

import re
from typing import NamedTuple

_TIME = re.compile(r"([0-9]{1,2})\s*:\s*([0-9]{2})(?:\s*:\s*([0-9]{2}))?\s*(?:([AaPp])\.?\s*[Mm]\.?)?\.?")
_FULL_HOUR = re.compile(r"([0-9]{1,2})\s*(?:o'clock|([AaPp])\.?\s*[Mm]\.?)\.?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"),
    *(*_MONTHS, "sept"),
)
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})\.?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})\.?")
_DAY_NAME = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?\s*(?:of\s*)?([A-Za-z]{3,9})\.?,?\s*([0-9]{4})\.?")
_NAME_DAY = re.compile(r"([A-Za-z]{3,9})\.?\s*([0-9]{1,2})(?:st|nd|rd|th)?,?\s*([0-9]{4})\.?")


class TimeOfDay(NamedTuple):
    """A time on the 24-hour clock; without am or pm the hour stands as written."""

    hour: int
    minute: int
    second: int


class Day(NamedTuple):
    """A day of the calendar; whether the month has that many days is not checked."""

    year: int
    month: int
    day: int


def parse_time(text: str) -> TimeOfDay | None:
    """Return the time that `text` is: 3:45, 15:45, 3:45 pm, 3 o'clock; None for anything else."""
    if found := _TIME.fullmatch(text):
        return _time(int(found[1]), int(found[2]), int(found[3] or 0), found[4])
    if found := _FULL_HOUR.fullmatch(text):
        return _time(int(found[1]), 0, 0, found[2])
    return None


def parse_date(text: str) -> Day | None:
    """Return the date that `text` is; None for anything else, and for 03/05/2024, which people read in two ways."""
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.fullmatch(text):
        return _numeric_day(int(found[3]), int(found[1]), int(found[2]))
    if found := _DAY_NAME.fullmatch(text):
        return _day(int(found[3]), _month(found[2]), int(found[1]))
    if found := _NAME_DAY.fullmatch(text):
        return _day(int(found[3]), _month(found[1]), int(found[2]))
    return None


def _time(hour: int, minute: int, second: int, half: str | None) -> TimeOfDay | None:
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "pP" else 0)
    return TimeOfDay(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _day(year: int, month: int, day: int) -> Day | None:
    return Day(year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _numeric_day(year: int, first: int, second: int) -> Day | None:
    readings = {found for found in (_day(year, first, second), _day(year, second, first)) if found is not None}
    return readings.pop() if len(readings) == 1 else None


def _month(name: str) -> int:
    """Return the number of a month's name or abbreviation; 0 for other words."""
    word = name.lower()
    return _MONTHS.index(word[:3]) + 1 if word in _MONTH_NAMES else 0
