"""Tickets from quotas and diagnosis."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evolution_contracts.records import Ticket
from evolution_contracts.results import CategoryDiagnosis
from evolution_contracts.spec.generate import GenerateSpec
from evolution_contracts.vocabulary import Category, ErrorType
from evolution_jobs.generate.tickets import Order, apportion, difficulty, tickets
from evolution_jobs.runtime.diagnosis import CategoryReport, DiagnosisReport, Tier
from evolution_jobs.scenes.registry import family

CHART, OBJECT = Category.CHART_GRAPH, Category.EVERYDAY_OBJECT
PATTERNS = [pattern.name for pattern in family(CHART).patterns]


def diagnosis(correct: int, n: int, **errors: int) -> CategoryDiagnosis:
    accuracy = (1 + correct) / (2 + n)
    return CategoryDiagnosis(
        n=n, correct=correct, accuracy=accuracy, low=0, high=1, errors={ErrorType(kind): k for kind, k in errors.items()}
    )


def report(total: CategoryDiagnosis, patterns: dict[str, CategoryDiagnosis]) -> DiagnosisReport:
    found = CategoryReport(tier=Tier.WEAK, total=total, patterns=patterns, failures=())
    return DiagnosisReport(iteration=1, accuracy=0.5, abstain_share=0, answers_per_item=1, categories={CHART: found})


def order(
    quotas: dict[Category, int],
    found: DiagnosisReport | None = None,
    *,
    seed: int = 1,
    iteration: int = 1,
    least: float = 0,
    most: float = 1,
) -> Order:
    return Order(
        quotas=quotas,
        families={category: family(category) for category in quotas},
        report=found,
        spec=GenerateSpec(min_difficulty=least, max_difficulty=most),
        seed=seed,
        iteration=iteration,
    )


def patterns_of(found: list[Ticket]) -> Counter[str]:
    return Counter(ticket.pattern for ticket in found)


def test_every_category_gets_exactly_its_quota() -> None:
    found = list(tickets(order({CHART: 37, OBJECT: 5, Category.MAP: 0})))
    assert Counter(ticket.category for ticket in found) == {CHART: 37, OBJECT: 5}
    assert [ticket.slot for ticket in found] == list(range(42))


def test_tickets_depend_on_seed_iteration_and_slot_alone() -> None:
    first = list(tickets(order({CHART: 40})))
    assert first == list(tickets(order({CHART: 40})))
    assert len({ticket.seed for ticket in first}) == 40
    for other in (order({CHART: 40}, seed=2), order({CHART: 40}, iteration=2)):
        assert {ticket.seed for ticket in first}.isdisjoint(ticket.seed for ticket in tickets(other))


def test_patterns_share_evenly_without_a_diagnosis() -> None:
    assert set(patterns_of(list(tickets(order({CHART: 40})))).values()) == {40 // len(PATTERNS)}


def test_patterns_that_go_wrong_get_more_and_none_gets_nothing() -> None:
    """Four patterns, error rates 0.9 and three times 0.1 (posterior): weights 1/16 + 3/4 * (0.75, 0.08, 0.08, 0.08)."""
    right, wrong = diagnosis(8, 8), diagnosis(0, 8, counting=8)
    found = report(diagnosis(24, 32), dict(zip(PATTERNS, (wrong, right, right, right), strict=True)))
    counts = patterns_of(list(tickets(order({CHART: 400}, found))))
    assert [counts[name] for name in PATTERNS] == [250, 50, 50, 50]


def test_error_types_follow_their_counts_in_the_pattern() -> None:
    wrong = diagnosis(0, 8, counting=6, perception=2)
    found = report(wrong, {PATTERNS[0]: wrong})
    errors = Counter(ticket.error_type for ticket in tickets(order({CHART: 400}, found)) if ticket.pattern == PATTERNS[0])
    assert abs(errors[ErrorType.COUNTING] - 3 * errors[ErrorType.PERCEPTION]) <= 3
    assert errors.keys() == {ErrorType.COUNTING, ErrorType.PERCEPTION}


def test_pattern_that_was_not_asked_takes_the_errors_of_its_category_that_it_can_provoke() -> None:
    possible = family(CHART).patterns[0].error_types[0]
    found = report(diagnosis(0, 8, **{possible.value: 4, "knowledge": 4}), {})
    errors = {ticket.error_type for ticket in tickets(order({CHART: 40}, found)) if ticket.pattern == PATTERNS[0]}
    assert errors == {possible}


def test_tickets_without_diagnosed_errors_name_none() -> None:
    assert {ticket.error_type for ticket in tickets(order({CHART: 40}))} == {None}


@pytest.mark.parametrize(("accuracy", "expected"), [(0.0, 0.25), (0.5, 0.5), (1.0, 0.75)])
def test_difficulty_follows_the_accuracy(accuracy: float, expected: float) -> None:
    """Beta(1 + 2a, 3 - 2a) has the mean (1 + 2a) / 4."""
    assert mean(difficulty(seed, accuracy, least=0, most=1) for seed in range(4000)) == pytest.approx(expected, abs=0.02)


@given(seed=st.integers(0, 2**63 - 1), accuracy=st.floats(0, 1), bounds=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_difficulty_stays_between_its_bounds_and_is_exact_in_a_uri(seed: int, accuracy: float, bounds: tuple[float, float]) -> None:
    least, most = sorted(bounds)
    found = difficulty(seed, accuracy, least=least, most=most)
    assert least * 0.999 <= found <= min(1, most * 1.001)
    assert float(f"{found:g}") == found


@given(weights=st.lists(st.fractions(Fraction(1, 1000), 10), min_size=1, max_size=12), total=st.integers(0, 5000))
def test_parts_sum_exactly_and_nobody_is_left_out(weights: list[Fraction], total: int) -> None:
    parts = apportion(weights, total)
    assert sum(parts) == total
    assert min(parts) >= (1 if total >= len(weights) else 0)


@given(weights=st.lists(st.fractions(1, 4), min_size=1, max_size=12), total=st.integers(60, 5000))
def test_parts_are_proportional_where_nobody_is_lifted(weights: list[Fraction], total: int) -> None:
    """With at least one slot each by proportion alone, no part is a whole slot away from its share."""
    for part, weight in zip(apportion(weights, total), weights, strict=True):
        assert abs(part - weight * total / sum(weights)) < 1
