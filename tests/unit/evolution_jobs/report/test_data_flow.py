"""Funnel and diagnosis, against the stages' own outcomes."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction

import pytest

from evolution_contracts.base import text_digest
from evolution_contracts.results import CategoryDiagnosis, FilterOutcome, GenerateOutcome
from evolution_contracts.stage import IterationPlan
from evolution_contracts.vocabulary import Category
from evolution_jobs.report.data_flow import diagnosed, error_counts, funnel_steps, funnels, read_reports, weakness
from support.report_world import Played


def test_books_of_the_funnel_balance(played: Played) -> None:
    history = played.world.told()
    for funnel, iteration in zip(funnels(history), history.evolved, strict=True):
        filtered = iteration.outcome(FilterOutcome)
        generated = iteration.outcomes(GenerateOutcome)
        assert filtered is not None
        assert iteration.plan is not None
        assert funnel.unexplained == 0
        assert sum(row.planned for row in funnel.categories) == sum(iteration.plan.quotas.values()) == 20
        assert sum(row.accepted for row in funnel.categories) == 20 - funnel.shortfall
        assert sum(row.kept or 0 for row in funnel.categories) == sum(filtered.kept.values())
        assert Counter(funnel.refused_attempts) == sum((Counter(outcome.rejected) for outcome in generated), Counter())
        assert funnel.pass_rates is not None


def test_weakness_is_what_accuracy_leaves() -> None:
    found = weakness(CategoryDiagnosis(n=8, correct=1, accuracy=0.2, low=0.05, high=0.45))
    assert found is not None
    assert (found.mean, found.low, found.high) == (0.8, 0.55, 0.95)


def test_weakness_of_nothing_judged_is_not_the_prior() -> None:
    assert weakness(CategoryDiagnosis(n=0, correct=0, accuracy=0.5, low=0.05, high=0.95)) is None


def test_weakest_patterns_come_first(played: Played) -> None:
    history = played.world.told()
    for found in diagnosed(history, read_reports(history)):
        accuracies = [row.found.accuracy for row in found.patterns]
        assert accuracies == sorted(accuracies)
        assert 1 < len(accuracies) <= 8


def test_error_types_are_counted_in_every_iteration(played: Played) -> None:
    history = played.world.told()
    reports = read_reports(history)
    counts = error_counts(reports)
    assert list(reports) == [1, 2, 3]
    for column, report in enumerate(reports.values()):
        wrong = sum(found.total.n - found.total.correct for found in report.categories.values())
        assert sum(numbers[column] for numbers in counts.values()) == wrong
    totals = [sum(numbers) for numbers in counts.values()]
    assert totals == sorted(totals, reverse=True)


def test_pass_rates_show_every_candidate_that_was_tried(played: Played) -> None:
    history = played.world.told()
    for funnel, iteration in zip(funnels(history), history.evolved, strict=True):
        assert funnel.pass_rates is not None
        described = re.search(r"<desc[^>]*>(.*)</desc>", funnel.pass_rates)
        assert described is not None
        numbers = {Fraction(rate): int(number) for rate, number in re.findall(r"(\d/9) right: (\d+)", described[1])}
        assert len(numbers) == 10
        tried = sum(numbers.values())
        assert tried == 20 - funnel.shortfall - sum(funnel.dropped.get(reason, 0) for reason in ("duplicate", "contaminated"))
        mean = sum(rate * number for rate, number in numbers.items()) / tried
        assert float(mean) == pytest.approx(funnel.mean_pass_rate, abs=1e-5)
        kept = sum(number for rate, number in numbers.items() if Fraction("0.3") <= rate <= Fraction("0.8"))
        filtered = iteration.outcome(FilterOutcome)
        assert filtered is not None
        assert kept == sum(filtered.kept.values())


def test_funnel_separates_what_was_screened_from_what_was_tried() -> None:
    plan = IterationPlan(mixture={Category.MAP: 1.0}, quotas={Category.MAP: 30})
    dropped = {"duplicate": 3, "contaminated": 2, "too_easy": 4, "too_hard": 1}
    filtered = FilterOutcome(dataset_digest=text_digest("set"), kept={Category.MAP: 15}, dropped=dropped, mean_pass_rate=0.5)
    assert [step.number for step in funnel_steps(plan, 25, filtered)] == [30, 25, 20, 15]
    assert [step.number for step in funnel_steps(None, 25, None)] == [25]
