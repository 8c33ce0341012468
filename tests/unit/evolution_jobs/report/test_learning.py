"""Learning curves over iterations."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from evolution_contracts.results import TrainOutcome
from evolution_jobs.report.learning import METRICS, panels, trained
from support.report_world import Played


def test_every_metric_has_a_curve_of_each_iteration_over_all_updates(played: Played) -> None:
    found = panels(played.world.told())
    assert [panel.metric for panel in found] == list(METRICS)
    for panel in found:
        assert panel.chart is not None
        drawn = ET.fromstring(panel.chart)
        texts = [element.text for element in drawn.iter("text")]
        assert [text for text in texts if text in {"i1", "i2", "i3", "12"}] == ["i1", "12", "i2", "12", "i3", "12"]
        lines = [element.attrib for element in drawn.iter("polyline")]
        assert [line["class"] for line in lines] == ["curve promoted", "curve rejected", "curve promoted"]
        points = 6 if panel.metric.name == "zero_signal_share" else 12
        assert [len(line["points"].split()) for line in lines] == [points] * 3


def test_curves_follow_each_other_from_left_to_right(played: Played) -> None:
    (reward, *_) = panels(played.world.told())
    assert reward.chart is not None
    lines = [line.attrib["points"].split() for line in ET.fromstring(reward.chart).iter("polyline")]
    places = [float(place.split(",")[0]) for line in lines for place in line]
    assert places == sorted(places)


def test_training_is_told_as_its_stage_told_it(played: Played) -> None:
    history = played.world.told()
    assert [row.outcome for row in trained(history)] == [iteration.outcome(TrainOutcome) for iteration in history.evolved]
