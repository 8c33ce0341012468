"""One form for each kind of number."""

from __future__ import annotations

import pytest

from evolution_contracts.statistics import Estimate
from evolution_jobs.report import wording


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0421, "+4.2"), (-0.0421, "−4.2"), (0.0, "0.0"), (-0.0004, "0.0"), (0.0004, "0.0"), (1.0, "+100.0")],
    ids=str,
)
def test_difference_is_written_with_its_sign(value: float, written: str) -> None:
    assert wording.points(value) == written


def test_estimate_is_written_with_its_interval() -> None:
    estimate = Estimate(mean=0.5, low=0.4321, high=0.6, n=3)
    assert wording.score(estimate) == "50.0\u00a0% [43.2\u00a0%, 60.0\u00a0%]"
    assert wording.change(Estimate(mean=-0.01, low=-0.02, high=0.0, n=3)) == "−1.0 [−2.0, 0.0]"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0.04, "0.0 s"),
        (9.96, "10.0 s"),
        (10.2, "10 s"),
        (59.7, "1 min 00 s"),
        (61, "1 min 01 s"),
        (3600, "1 h 00 min"),
        (90_000, "25 h 00 min"),
    ],
    ids=str,
)
def test_duration_has_two_units_at_most(seconds: float, written: str) -> None:
    assert wording.duration(seconds).replace("\u00a0", " ") == written


@pytest.mark.parametrize(
    ("number", "written"), [(0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (5_000_000, "4.8 MiB"), (3 * 2**40, "3.0 TiB")], ids=str
)
def test_size_has_the_largest_fitting_unit(number: int, written: str) -> None:
    assert wording.size(number).replace("\u00a0", " ") == written


def test_noun_follows_its_number() -> None:
    assert [wording.plural(number, "sample") for number in (0, 1, 2)] == ["0 samples", "1 sample", "2 samples"]


def test_text_without_a_visible_form_is_replaced() -> None:
    assert wording.shown("a\x00b\x1bc\ud800d\n\te") == "a\ufffdb\ufffdc?d\n\te"
