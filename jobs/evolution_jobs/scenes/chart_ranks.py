"""Comparing in a chart: which entry is highest, lowest or second, which colour it has, and which series leads by the legend."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from evolution_contracts.vocabulary import ErrorType
from evolution_jobs.scenes import chart_tiny
from evolution_jobs.scenes.chart_table import (
    NAMES,
    SERIES,
    SERIES_COLORS,
    by_name,
    draw_table,
    level_of,
    sample_axis,
    sample_table,
    sample_values,
    values_of,
)
from evolution_jobs.scenes.choices import shuffled_options
from evolution_jobs.scenes.family import State
from evolution_jobs.scenes.forms import spread, two_sized
from evolution_jobs.scenes.questions import CHOICE, WORD, Draft, Question, questions_form

_RANKS = {"highest": 0, "second": 1, "lowest": -1}


def _ranked(state: State) -> list[str]:
    values = by_name(state)
    return sorted(values, key=values.__getitem__, reverse=True)


def _sample_which(rng: random.Random, difficulty: float, kind: str) -> Draft:
    state = sample_table(rng, difficulty)
    right = _ranked(state)[_RANKS[kind]]
    others = rng.sample([name for name in state["names"] if name != right], len(state["names"]) - 1)
    return {**state, "options": shuffled_options(rng, right, others)}


def _by_levels(state: State) -> str:
    """Return the entry with the asked number of others above it."""
    levels = [level_of(state, value) for value in values_of(state)]
    above = [sum(other > level for other in levels) for level in levels]
    wanted = _RANKS[state["kind"]] % len(levels)
    return str(state["names"][above.index(wanted)])


def _neighbours(state: State) -> Mapping[Any, ErrorType]:
    """Return the entries beside the right one: who names them slipped by a place."""
    names = state["names"]
    place = names.index(_ranked(state)[_RANKS[state["kind"]]])
    return dict.fromkeys(names[max(0, place - 1) : place + 2], ErrorType.SPATIAL)


def _which_question(kind: str, *phrases: str) -> Question:
    return Question(
        answer_kind=CHOICE,
        phrases=phrases,
        truth=lambda state: _ranked(state)[_RANKS[kind]],
        again=_by_levels,
        otherwise=ErrorType.CHART_VALUE,
        betrays=_neighbours,
    )


WHICH = two_sized(
    name="which_bar",
    summary="Which entry is the tallest, lowest or second",
    capabilities=("compare", "spatial"),
    error_types=(ErrorType.CHART_VALUE, ErrorType.SPATIAL),
    tiny=chart_tiny.PLACE,
    large=questions_form(
        _sample_which,
        draw_table,
        {
            "highest": _which_question("highest", "Which entry has the highest value?", "Where is the chart at its maximum?"),
            "lowest": _which_question("lowest", "Which entry has the lowest value?", "Where is the chart at its minimum?"),
            "second": _which_question(
                "second", "Which entry has the second highest value?", "Which entry comes second when sorted from high to low?"
            ),
        },
    ),
)


def _sample_legend(rng: random.Random, difficulty: float, kind: str) -> Draft:
    if kind == "color":
        return {**sample_table(rng, difficulty), "style": rng.choice(("bar", "sideways")), "name": ""}
    axis = sample_axis(rng, difficulty)
    count = spread(difficulty, 3, 5)
    rows = rng.sample(rng.choice(SERIES), rng.randint(2, 3))
    columns = [sample_values(rng, axis, len(rows)) for _ in range(count)]
    names = list(NAMES[axis["topic"]][:count])
    series = [[row, [column[k] for column in columns]] for k, row in enumerate(rows)]
    colors = rng.sample(SERIES_COLORS, len(rows))
    return {**axis, "style": rng.choice(("bar", "line")), "names": names, "series": series, "colors": colors, "name": rng.choice(names)}


def _longest_color(state: State) -> str:
    levels = [level_of(state, value) for value in values_of(state)]
    return str(state["colors"][levels.index(max(levels))])


def _leader(state: State) -> str:
    column = state["names"].index(state["name"])
    return str(max(state["series"], key=lambda row: row[1][column])[0])


def _leader_by_levels(state: State) -> str:
    column = state["names"].index(state["name"])
    levels = {row: level_of(state, values[column]) for row, values in state["series"]}
    return next(str(row) for row, level in levels.items() if not any(other > level for other in levels.values()))


def _shown_series(state: State) -> Mapping[Any, ErrorType]:
    return {row: ErrorType.CHART_VALUE for row, _ in state["series"]}


COLOR = two_sized(
    name="bar_color",
    summary="The colour of the tallest bar, or the highest series by the legend",
    capabilities=("compare", "ocr"),
    error_types=(ErrorType.CHART_VALUE, ErrorType.HALLUCINATION),
    tiny=chart_tiny.COLOR,
    large=questions_form(
        _sample_legend,
        draw_table,
        {
            "color": Question(
                answer_kind=WORD,
                phrases=("Which colour does the longest bar have?", "Name the colour of the bar with the highest value."),
                truth=lambda state: dict(zip(state["names"], state["colors"], strict=True))[_ranked(state)[0]],
                again=_longest_color,
                otherwise=ErrorType.HALLUCINATION,
                betrays=lambda state: dict.fromkeys(state["colors"], ErrorType.CHART_VALUE),
            ),
            "series": Question(
                answer_kind=WORD,
                phrases=("Which series of the legend is highest at {name}?", "At {name}, which entry of the legend has the largest value?"),
                truth=_leader,
                again=_leader_by_levels,
                otherwise=ErrorType.HALLUCINATION,
                betrays=_shown_series,
            ),
        },
    ),
)
