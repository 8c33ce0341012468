"""Reading a chart: the value of an entry, and how many entries lie above or below a mark."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import chart_tiny
from evolution_jobs.scenes.chart_table import by_name, draw_table, level_of, sample_table, value_at, values_of
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import two_sized
from evolution_jobs.scenes.questions import INTEGER, Draft, Question, questions_form
from evolution_jobs.scenes.readings import READING, Reading


def _sample_value(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    state = sample_table(rng, difficulty)
    return {**state, "name": rng.choice(state["names"])}


def _tolerance(state: State) -> float:
    """Return what an attentive reader may be off by: a quarter of the finest step in the chart, at least a tenth of a tick."""
    tick, parts = float(state["tick"]), int(state["parts"])
    return max(0.25 * tick / parts, 0.1 * tick)


def _planned(state: State) -> Reading:
    values = by_name(state)
    picked = {"highest": max(values.values()), "lowest": min(values.values()), "named": values[state["name"]]}
    return Reading(picked[state["kind"]], _tolerance(state))


def _read_back(state: State) -> Reading:
    levels = [level_of(state, value) for value in values_of(state)]
    picked = {"highest": max(levels), "lowest": min(levels), "named": levels[state["names"].index(state["name"])]}
    return Reading(value_at(state, picked[state["kind"]]), _tolerance(state))


def _value_slips(state: State) -> Mapping[Any, ErrorType]:
    """Return the neighbours' values, and everything within a tick of the right one."""
    neighbours = [Reading(value, _tolerance(state)) for value in values_of(state)]
    return dict.fromkeys((*neighbours, Reading(_planned(state).value, state["tick"])), ErrorType.CHART_VALUE)


def _value_question(*phrases: str) -> Question:
    return Question(
        answer_kind=READING, phrases=phrases, truth=_planned, again=_read_back, otherwise=ErrorType.PERCEPTION, betrays=_value_slips
    )


VALUE = two_sized(
    name="bar_value",
    summary="The value of the tallest or of a named entry",
    capabilities=("read_scale", "compare"),
    error_types=(ErrorType.CHART_VALUE, ErrorType.PERCEPTION),
    tiny=chart_tiny.VALUE,
    large=questions_form(
        _sample_value,
        draw_table,
        {
            "highest": _value_question(
                "What is the highest value in the chart, in {unit}?",
                "Read the largest value shown, in {unit}.",
                "How high does the chart go, in {unit}?",
            ),
            "lowest": _value_question("What is the lowest value in the chart, in {unit}?", "Read the smallest value shown, in {unit}."),
            "named": _value_question("Which value does {name} have, in {unit}?", "Read the value of {name}, in {unit}."),
        },
    ),
)


def _sample_mark(rng: random.Random, difficulty: float, _kind: str) -> Draft:
    state = sample_table(rng, difficulty)
    mark = rng.randint(1, state["ticks"] - 1) * state["tick"]
    if mark in values_of(state):
        # Half a step further there can be no value, so nothing is ever equal to the mark.
        mark += state["tick"] // (2 * state["parts"])
    return {**state, "mark": mark}


def _beyond(state: State) -> int:
    above = len([value for value in values_of(state) if value > state["mark"]])
    return above if state["kind"] == "above" else len(state["names"]) - above


def _counted_beyond(state: State) -> int:
    gaps = [level_of(state, value) - level_of(state, state["mark"]) for value in values_of(state)]
    return sum(gap > 0 if state["kind"] == "above" else gap < 0 for gap in gaps)


def _off_by_one(state: State) -> Mapping[Any, ErrorType]:
    return dict.fromkeys((_beyond(state) - 1, _beyond(state) + 1), ErrorType.COUNTING)


def _mark_question(*phrases: str) -> Question:
    return Question(
        answer_kind=INTEGER, phrases=phrases, truth=_beyond, again=_counted_beyond, otherwise=ErrorType.CHART_VALUE, betrays=_off_by_one
    )


COUNT = two_sized(
    name="bar_count",
    summary="The number of bars, or of entries above or below a mark",
    capabilities=("count", "compare"),
    error_types=(ErrorType.COUNTING, ErrorType.CHART_VALUE),
    tiny=chart_tiny.NUMBER,
    large=questions_form(
        _sample_mark,
        draw_table,
        {
            "above": _mark_question("How many entries are above {mark} {unit}?", "Count the entries with more than {mark} {unit}."),
            "below": _mark_question("How many entries are below {mark} {unit}?", "Count the entries with less than {mark} {unit}."),
        },
    ),
)
