"""The charts of the page: each a function from plain values to a drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from evolution_contracts.statistics import Estimate
from evolution_jobs.report.drawing import Drawing, Scale, fitting
from evolution_jobs.report.wording import count, percent

WIDTH = 510
"""Width of a chart that stands in one of two columns."""
NAME_PIXELS = 26
"""Least width of a band that is given a name."""
MAX_CURVE_POINTS = 240
"""Points drawn of one iteration's learning curve; longer curves are drawn as means of equal parts."""


class Point(NamedTuple):
    """One iteration's number with its interval."""

    name: str
    estimate: Estimate
    decision: str
    """Baseline, Promoted, Rejected or Undecided; selects the mark."""
    origin: int | None
    """Position of the point that this one came from; None for the first."""
    tip: str


class Level(NamedTuple):
    """A horizontal line that the points are compared with."""

    value: float
    name: str
    kind: str


def interval_chart(
    key: str, points: Sequence[Point], levels: Sequence[Level], *, title: str, description: str, written: Callable[[float], str]
) -> Markup:
    """Return points with their intervals from left to right, joined by where each came from."""
    height, left, right, top, bottom = 270, 66, 66, 24, 34
    drawing = Drawing.titled(key, WIDTH, height, title=title, description=description)
    values = [end for point in points for end in (point.estimate.low, point.estimate.high)] + [level.value for level in levels]
    margin = max(0.02, (max(values) - min(values)) * 0.08)
    across = Scale(-0.5, len(points) - 0.5, left, WIDTH - right)
    up = Scale(min(values) - margin, max(values) + margin, height - bottom, top)
    for tick in up.ticks(5):
        drawing.line((left, up(tick)), (WIDTH - right, up(tick)), "grid")
        drawing.text((left - 8, up(tick) + 4), written(tick), "tick", anchor="end")
    _levels(drawing, levels, up, (left, WIDTH - right))
    places = [(across(position), up(point.estimate.mean)) for position, point in enumerate(points)]
    for point, place in zip(points, places, strict=True):
        if point.origin is not None:
            drawing.path((places[point.origin], place), "origin promoted" if point.decision == "Promoted" else "origin")
    every = max(1, len(points) // 12 + 1)
    for position, (point, place) in enumerate(zip(points, places, strict=True)):
        ends = (up(point.estimate.low), up(point.estimate.high))
        drawing.line((place[0], ends[0]), (place[0], ends[1]), "interval")
        for end in ends:
            drawing.line((place[0] - 5, end), (place[0] + 5, end), "interval")
        decision_mark(drawing, place, point.decision, tip=point.tip)
        if position % every == 0:
            drawing.text((place[0], height - bottom + 20), point.name, "tick", anchor="middle")
            drawing.text((place[0], ends[1] - 7), written(point.estimate.mean), "value", anchor="middle")
    return drawing.markup()


def _levels(drawing: Drawing, levels: Sequence[Level], up: Scale, ends: tuple[float, float]) -> None:
    """Draw the lines, and their names to the right of them, kept apart."""
    free = float("-inf")
    for level in sorted(levels, key=lambda level: -level.value):
        y = up(level.value)
        drawing.line((ends[0], y), (ends[1], y), f"level {level.kind}")
        drawing.text((ends[1] + 6, max(y + 4, free)), level.name, f"tick {level.kind}")
        free = max(y + 4, free) + 14


def decision_mark(drawing: Drawing, place: tuple[float, float], decision: str, *, tip: str = "") -> None:
    """Draw the mark of a decision: square baseline, full circle promoted, crossed circle rejected, open circle undecided."""
    x, y = place
    match decision:
        case "Baseline":
            drawing.rect(x - 5, y - 5, (10, 10), "mark baseline", tip=tip)
        case "Promoted":
            drawing.circle(place, 6, "mark promoted", tip=tip)
        case _:
            drawing.circle(place, 6, f"mark {decision.lower()}", tip=tip)
    if decision == "Rejected":
        for tilt in (-1, 1):
            drawing.line((x - 4, y - 4 * tilt), (x + 4, y + 4 * tilt), "cross")


def legend_mark(decision: str) -> Markup:
    """Return a decision's mark alone, to stand beside its name."""
    drawing = Drawing.decorative(16, 16)
    decision_mark(drawing, (8, 8), decision)
    return drawing.markup()


class Weakness(NamedTuple):
    """One category before generation: how weak it is, and what it was given."""

    name: str
    estimate: Estimate | None
    """1 - accuracy; None where no answer could be judged."""
    share: float | None
    quota: int | None


def weakness_chart(key: str, rows: Sequence[Weakness], *, title: str, description: str) -> Markup:
    """Return, for each category, a bar for its weakness beside a bar for its share of the data."""
    row_height, top = 22, 34
    drawing = Drawing.titled(key, WIDTH, top + row_height * len(rows) + 6, title=title, description=description)
    weak = Scale(0, 1, 118, 238)
    largest = max((row.share or 0.0 for row in rows), default=0.0)
    share = Scale(0, largest or 1.0, 302, 402)
    for place, heading in ((118, "weakness"), (302, "share α")):
        drawing.text((place, 16), heading, "tick strong")
    drawing.text((WIDTH, 16), "quota m", "tick strong", anchor="end")
    bottom = top + row_height * len(rows)
    for scale, value in ((weak, 0.0), (weak, 0.5), (weak, 1.0), (share, 0.0)):
        drawing.line((scale(value), top - 8), (scale(value), bottom), "grid")
    if shared := [row for row in rows if row.share is not None]:
        even = share(1 / len(shared))
        drawing.line((even, top - 8), (even, bottom), "level even")
    for position, row in enumerate(rows):
        y = top + row_height * position
        drawing.text((0, y + 10), fitting(row.name, 112), "label")
        _weakness_bar(drawing, row, weak, y)
        if row.share is not None and row.quota is not None:
            drawing.rect(share(0), y, (share(row.share) - share(0), 12), "bar share")
            drawing.text((share(largest) + 8, y + 10), percent(row.share), "value")
            drawing.text((WIDTH, y + 10), count(row.quota), "value", anchor="end")
    return drawing.markup()


def _weakness_bar(drawing: Drawing, row: Weakness, scale: Scale, y: float) -> None:
    if row.estimate is None:
        drawing.text((scale(0) + 4, y + 10), "no judged answers", "tick")
        return
    drawing.rect(scale(0), y, (scale(row.estimate.mean) - scale(0), 12), "bar weakness")
    drawing.line((scale(row.estimate.low), y + 6), (scale(row.estimate.high), y + 6), "interval")
    for end in (row.estimate.low, row.estimate.high):
        drawing.line((scale(end), y + 3), (scale(end), y + 9), "interval")
    drawing.text((scale(1) + 8, y + 10), percent(row.estimate.mean, 0), "value")


class Step(NamedTuple):
    """What was left of the planned samples at one point."""

    name: str
    number: int


def funnel_chart(key: str, steps: Sequence[Step], *, title: str, description: str) -> Markup:
    """Return bars that get shorter as samples are left out, with what each lost."""
    row_height = 34
    drawing = Drawing.titled(key, WIDTH, row_height * len(steps) + 4, title=title, description=description)
    scale = Scale(0, max(1, *(step.number for step in steps)), 150, 400)
    for position, step in enumerate(steps):
        y = row_height * position + 4
        drawing.text((0, y + 15), step.name, "label")
        drawing.rect(scale(0), y, (scale(step.number) - scale(0), 22), "bar kept" if position == len(steps) - 1 else "bar funnel")
        drawing.text((scale(step.number) + 8, y + 15), count(step.number), "value strong")
        if position and (lost := steps[position - 1].number - step.number):
            drawing.text((WIDTH, y + 15), f"{-lost:+,}".replace(",", "\u202f").replace("-", "−"), "tick", anchor="end")
    return drawing.markup()


class Bin(NamedTuple):
    """The candidates of one pass rate."""

    name: str
    number: int
    is_kept: bool


def histogram(key: str, bins: Sequence[Bin], *, title: str, description: str) -> Markup:
    """Return columns with their numbers; those that are kept stand out."""
    height, top, bottom = 120, 18, 20
    drawing = Drawing.titled(key, WIDTH, height, title=title, description=description)
    up = Scale(0, max(1, *(each.number for each in bins)), height - bottom, top)
    step = (WIDTH - 8) / len(bins)
    for position, each in enumerate(bins):
        x = 4 + step * position
        drawing.rect(x + 2, up(each.number), (step - 4, height - bottom - up(each.number)), "bar kept" if each.is_kept else "bar funnel")
        if each.number:
            drawing.text((x + step / 2, up(each.number) - 5), count(each.number), "value", anchor="middle")
        drawing.text((x + step / 2, height - 5), each.name, "tick", anchor="middle")
    drawing.line((4, height - bottom), (WIDTH - 4, height - bottom), "axis")
    return drawing.markup()


class Curve(NamedTuple):
    """One metric over the updates of one iteration."""

    name: str
    decision: str
    values: Sequence[tuple[float, float]]
    """Update and value, in order of the update."""
    updates: int


def curve_chart(key: str, curves: Sequence[Curve], *, title: str, description: str) -> Markup:
    """Return the curves of all iterations one after the other on one axis of updates; each iteration is a band."""
    height, left, right, top, bottom = 190, 54, 8, 26, 26
    drawing = Drawing.titled(key, WIDTH, height, title=title, description=description)
    across = Scale(0, sum(curve.updates for curve in curves), left, WIDTH - right)
    up = Scale(*_range([value for curve in curves for _, value in curve.values]), height - bottom, top)
    starts = [sum(curve.updates for curve in curves[:position]) for position in range(len(curves))]
    for position, (before, curve) in enumerate(zip(starts, curves, strict=True)):
        begin, end = across(before), across(before + curve.updates)
        drawing.rect(begin, top, (end - begin, height - bottom - top), f"band {'odd' if position % 2 else 'even'}")
        if end - begin > NAME_PIXELS:
            drawing.text(((begin + end) / 2, top - 9), curve.name, "tick", anchor="middle")
            drawing.text((end - 2, height - bottom + 17), count(curve.updates), "tick", anchor="end")
    for tick in up.ticks(4):
        drawing.line((left, up(tick)), (WIDTH - right, up(tick)), "grid")
        drawing.text((left - 8, up(tick) + 4), f"{tick:.6g}", "tick", anchor="end")
    for before, curve in zip(starts, curves, strict=True):
        places = [(across(before + update), up(value)) for update, value in thinned(curve.values)]
        drawing.path(places, f"curve {curve.decision.lower()}")
        if len(places) == 1:
            drawing.circle(places[0], 2.5, f"dot {curve.decision.lower()}")
    return drawing.markup()


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis for values: with some room, and with zero where it is near."""
    low, high = min(values), max(values)
    span = (high - low) or abs(high) or 1.0
    return (0.0 if 0 <= low < span else low - span * 0.08), high + span * 0.08


def thinned(values: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return at most `MAX_CURVE_POINTS` points: means of equal parts where there are more."""
    part = -(-len(values) // MAX_CURVE_POINTS)
    groups = [values[start : start + part] for start in range(0, len(values), part or 1)]
    return [(sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group)) for group in groups]


class Portion(NamedTuple):
    """One part of a stacked bar."""

    kind: str
    amount: float
    tip: str


def stacked_chart(key: str, rows: Sequence[tuple[str, Sequence[Portion], str]], *, title: str, description: str) -> Markup:
    """Return one bar a row, made of portions; each row is a name, its portions and the text behind the bar."""
    row_height = 26
    drawing = Drawing.titled(key, WIDTH, row_height * len(rows) + 4, title=title, description=description)
    largest = max((sum(portion.amount for portion in portions) for _, portions, _ in rows), default=0.0)
    scale = Scale(0, largest or 1.0, 84, 410)
    for position, (name, portions, total) in enumerate(rows):
        y, done = row_height * position + 4.0, 0.0
        drawing.text((0, y + 13), fitting(name, 80), "label")
        for portion in portions:
            drawing.rect(scale(done), y, (scale(portion.amount) - scale(0), 18), f"stage-{portion.kind}", tip=portion.tip)
            done += portion.amount
        drawing.text((scale(done) + 8, y + 13), total, "value")
    return drawing.markup()
