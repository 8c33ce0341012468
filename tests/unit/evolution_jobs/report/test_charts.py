"""The chart kit: scales, marks, and texts that stay texts."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evolution_contracts.statistics import Estimate
from evolution_jobs.report.charts import (
    MAX_CURVE_POINTS,
    Bin,
    Curve,
    Level,
    Point,
    Portion,
    Step,
    Weakness,
    curve_chart,
    funnel_chart,
    histogram,
    interval_chart,
    stacked_chart,
    thinned,
    weakness_chart,
)
from evolution_jobs.report.drawing import Scale, fitting
from evolution_jobs.report.wording import percent

SOME = Estimate(mean=0.5, low=0.4, high=0.6, n=10)
WORDS = {"title": "A title", "description": "A description"}


def texts(markup: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(markup).iter("text")]


def kinds(markup: str, tag: str) -> list[str]:
    return [element.attrib["class"] for element in ET.fromstring(markup).iter(tag)]


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(3, 12))
def test_ticks_are_inside_the_scale_in_even_steps(low: float, span: float, wanted: int) -> None:
    scale = Scale(low, low + span, 0, 100)
    ticks = scale.ticks(wanted)
    assert 1 <= len(ticks) <= 2.5 * wanted + 2
    slack = span * 1e-3 + abs(low) * 1e-9
    assert all(low - slack <= tick <= low + span + slack for tick in ticks)


def test_scale_without_a_span_points_to_its_middle() -> None:
    assert Scale(2, 2, 0, 100)(2) == 50
    assert Scale(2, 2, 0, 100).ticks(5) == [2]


@given(st.lists(st.tuples(st.integers(1, 5000), st.floats(-1, 1)), max_size=2000))
def test_thinned_curve_has_few_points_and_keeps_the_range(values: list[tuple[float, float]]) -> None:
    found = thinned(values)
    assert len(found) <= MAX_CURVE_POINTS
    assert bool(found) == bool(values)
    if values:
        assert min(y for _, y in values) - 1e-9 <= min(y for _, y in found)
        assert max(y for _, y in found) <= max(y for _, y in values) + 1e-9


def test_short_curve_is_drawn_point_by_point() -> None:
    assert thinned([(1, 0.5), (2, 0.7)]) == [(1, 0.5), (2, 0.7)]


@pytest.mark.parametrize(
    ("decision", "tag"), [("Baseline", "rect"), ("Promoted", "circle"), ("Rejected", "circle"), ("Undecided", "circle")], ids=str
)
def test_every_decision_has_its_mark(decision: str, tag: str) -> None:
    drawn = interval_chart(
        "key", [Point("i1", SOME, decision, None, "tip")], [Level(0.5, "baseline", "baseline")], written=percent, **WORDS
    )
    assert f"mark {decision.lower()}" in kinds(drawn, tag)
    assert kinds(drawn, "line").count("cross") == (2 if decision == "Rejected" else 0)


def test_candidate_is_joined_to_the_model_it_came_from() -> None:
    points = [Point("i0", SOME, "Baseline", None, ""), Point("i1", SOME, "Rejected", 0, ""), Point("i2", SOME, "Promoted", 0, "")]
    drawn = interval_chart("key", points, [], written=percent, **WORDS)
    assert kinds(drawn, "polyline") == ["origin", "origin promoted"]


def test_names_of_close_lines_do_not_overlap() -> None:
    levels = [Level(0.5, "baseline", "baseline"), Level(0.5001, "final", "final")]
    drawn = ET.fromstring(interval_chart("key", [Point("i0", SOME, "Baseline", None, "")], levels, written=percent, **WORDS))
    places = [float(element.attrib["y"]) for element in drawn.iter("text") if element.text in {"baseline", "final"}]
    assert abs(places[0] - places[1]) >= 12


def test_chart_carries_its_title_and_description() -> None:
    drawn = ET.fromstring(funnel_chart("key", [Step("planned", 3)], title="<b>", description="a & b"))
    assert drawn.attrib["aria-labelledby"] == "key-title key-desc"
    assert [drawn[0].text, drawn[1].text] == ["<b>", "a & b"]


def test_funnel_tells_what_each_step_lost() -> None:
    assert texts(funnel_chart("key", [Step("planned", 1200), Step("kept", 200)], **WORDS)) == [
        "planned", "1\u202f200", "kept", "200", "\u22121\u202f000",
    ]  # fmt: skip


def test_empty_funnel_is_drawn() -> None:
    assert texts(funnel_chart("key", [Step("planned", 0), Step("kept", 0)], **WORDS)) == ["planned", "0", "kept", "0"]


def test_weakness_without_a_plan_shows_no_share() -> None:
    drawn = weakness_chart("key", [Weakness("map", SOME, None, None), Weakness("mixed", None, None, None)], **WORDS)
    assert texts(drawn)[3:] == ["map", "50\u00a0%", "mixed", "no judged answers"]
    assert "bar share" not in kinds(drawn, "rect")


def test_weakness_chart_marks_the_even_share() -> None:
    drawn = weakness_chart("key", [Weakness("map", SOME, 0.75, 30), Weakness("mixed", SOME, 0.25, 10)], **WORDS)
    assert "level even" in kinds(drawn, "line")
    assert {"75.0\u00a0%", "25.0\u00a0%", "30", "10"} <= set(texts(drawn))


def test_histogram_shows_the_band() -> None:
    drawn = histogram("key", [Bin("0/2", 3, is_kept=False), Bin("1/2", 0, is_kept=True), Bin("2/2", 1, is_kept=False)], **WORDS)
    assert kinds(drawn, "rect") == ["bar funnel", "bar kept", "bar funnel"]
    assert texts(drawn) == ["3", "0/2", "1/2", "1", "2/2"]


@pytest.mark.parametrize(
    "values", [[(1, 0.0)], [(1, 0.5)], [(1, -0.2), (2, -0.2)], [(1, 0.1), (2, 0.9)]], ids=["zero", "one point", "flat", "rising"]
)
def test_curve_of_any_range_stays_inside_the_picture(values: list[tuple[float, float]]) -> None:
    drawn = ET.fromstring(curve_chart("key", [Curve("i1", "Promoted", values, 2), Curve("i2", "Rejected", [], 1)], **WORDS))
    height = float(drawn.attrib["height"])
    heights = [float(place.split(",")[1]) for line in drawn.iter("polyline") for place in line.attrib["points"].split()]
    assert all(0 <= y <= height for y in heights)
    assert len(heights) == len(values)


def test_hundred_iterations_are_drawn_without_names_on_top_of_each_other() -> None:
    curves = [Curve(f"i{number}", "Promoted", [(1, 0.5), (2, 0.6)], 2) for number in range(1, 101)]
    assert not [text for text in texts(curve_chart("key", curves, **WORDS)) if text.startswith("i")]
    points = [Point(f"i{number}", SOME, "Promoted", number - 1 if number else None, "") for number in range(101)]
    assert len([text for text in texts(interval_chart("key", points, [], written=percent, **WORDS)) if text.startswith("i")]) <= 13


def test_stacked_bars_of_nothing_are_drawn() -> None:
    drawn = stacked_chart("key", [("i0", [Portion("train", 0.0, "train: 0 s")], "0 s")], **WORDS)
    assert texts(drawn) == ["i0", "0 s"]


def test_long_label_is_shortened() -> None:
    assert fitting("a" * 40, 64) == "a" * 9 + "…"
    assert fitting("short", 64) == "short"
