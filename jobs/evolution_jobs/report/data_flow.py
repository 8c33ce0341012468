"""From blind spots to training data: weakness, mixture and quotas, then what became of the planned samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from markupsafe import Markup

from evolution_contracts.records import Rollouts
from evolution_contracts.results import CategoryDiagnosis, FilterOutcome, GenerateOutcome
from evolution_contracts.stage import IterationPlan
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category, ErrorType, StageName
from evolution_jobs.report.charts import Bin, Step, Weakness, funnel_chart, histogram, weakness_chart
from evolution_jobs.report.history import History, Iteration
from evolution_jobs.report.wording import label, percent
from evolution_jobs.runtime.diagnosis import DiagnosisReport, read_report
from evolution_jobs.runtime.journal import read_journal
from evolution_jobs.runtime.names import REPORT_NAME, ROLLOUTS_NAME

MAX_PATTERNS = 8
"""Weakest patterns shown of each iteration."""
SCREENED = ("duplicate", "contaminated")
"""Reasons by which the filter drops a candidate before the policy tries it."""

KeyT = TypeVar("KeyT")

Reports = Mapping[int, DiagnosisReport]
"""The diagnosis of each iteration that has one."""


def read_reports(history: History) -> Reports:
    """Read the diagnosis of every iteration."""
    paths = {iteration.number: iteration.artifact(StageName.DIAGNOSE, REPORT_NAME) for iteration in history.iterations}
    return {number: read_report(path) for number, path in paths.items() if path is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRow:
    """One kind of question that the model is weak at."""

    category: str
    name: str
    found: CategoryDiagnosis


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosed:
    """The diagnosis of one iteration and the mixture that followed."""

    number: int
    chart: Markup
    report: DiagnosisReport
    asked: int
    """Judged answers in all categories."""
    patterns: tuple[PatternRow, ...]


def diagnosed(history: History, reports: Reports) -> list[Diagnosed]:
    """Return weakness beside share for every iteration that diagnosed."""
    return [_diagnosed(iteration, reports[iteration.number]) for iteration in history.iterations if iteration.number in reports]


def _diagnosed(iteration: Iteration, report: DiagnosisReport) -> Diagnosed:
    rows = sorted(_weaknesses(iteration, report), key=lambda row: (-(row.estimate.mean if row.estimate else -1), row.name))
    chart = weakness_chart(
        f"weakness-{iteration.number}",
        rows,
        title=f"Weakness and share of the data, iteration {iteration.number}",
        description="; ".join(_described(row) for row in rows),
    )
    asked = sum(found.total.n for found in report.categories.values())
    return Diagnosed(number=iteration.number, chart=chart, report=report, asked=asked, patterns=_weakest_patterns(report))


def _weaknesses(iteration: Iteration, report: DiagnosisReport) -> list[Weakness]:
    plan = iteration.plan
    return [
        Weakness(
            label(category),
            weakness(found.total),
            plan.mixture.get(category) if plan else None,
            plan.quotas.get(category) if plan else None,
        )
        for category, found in report.categories.items()
    ]


def weakness(found: CategoryDiagnosis) -> Estimate | None:
    """Return 1 - accuracy with its interval; None where no answer could be judged, whatever the prior says."""
    return Estimate(mean=1 - found.accuracy, low=1 - found.high, high=1 - found.low, n=found.n) if found.n else None


def _described(row: Weakness) -> str:
    weak = percent(row.estimate.mean) if row.estimate else "no judged answers"
    return f"{row.name}: weakness {weak}" + (f", share {percent(row.share)}, quota {row.quota}" if row.share is not None else "")


def _weakest_patterns(report: DiagnosisReport) -> tuple[PatternRow, ...]:
    rows = [
        PatternRow(category=label(category), name=label(name), found=found)
        for category, of_category in report.categories.items()
        for name, found in of_category.patterns.items()
        if name and found.n
    ]
    return tuple(sorted(rows, key=lambda row: (row.found.accuracy, row.category, row.name))[:MAX_PATTERNS])


def error_counts(reports: Reports) -> dict[str, list[int]]:
    """Return the wrong answers by error type, one number an iteration; the most frequent type first."""
    columns = [
        sum((Counter(found.total.errors) for found in report.categories.values()), Counter[ErrorType]()) for report in reports.values()
    ]
    totals = sum(columns, Counter[ErrorType]())
    return {
        label(error): [column[error] for column in columns] for error, _ in sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFlow:
    """The samples of one category."""

    name: str
    planned: int
    accepted: int
    kept: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """What became of the samples that one iteration planned."""

    number: int
    chart: Markup
    refused_attempts: Mapping[str, int]
    """Attempts of the generator that were rejected, by reason; a slot may take several."""
    shortfall: int
    dropped: Mapping[str, int]
    """Candidates that the filter dropped, by reason."""
    unexplained: int
    """Candidates that are neither kept nor dropped; 0 where the books balance."""
    mean_pass_rate: float | None
    pass_rates: Markup | None
    """How many candidates have which pass rate; None where none was tried."""
    categories: tuple[CategoryFlow, ...]


def funnels(history: History) -> list[Funnel]:
    """Return the funnel of every iteration that generated."""
    return [_funnel(iteration) for iteration in history.iterations if iteration.outcomes(GenerateOutcome)]


def _funnel(iteration: Iteration) -> Funnel:
    generated = iteration.outcomes(GenerateOutcome)
    filtered = iteration.outcome(FilterOutcome)
    accepted = _sum(outcome.accepted for outcome in generated)
    steps = funnel_steps(iteration.plan, accepted.total(), filtered)
    dropped = filtered.dropped if filtered else {}
    return Funnel(
        number=iteration.number,
        chart=funnel_chart(
            f"funnel-{iteration.number}",
            steps,
            title=f"From planned to kept samples, iteration {iteration.number}",
            description="; ".join(f"{step.name}: {step.number}" for step in steps),
        ),
        refused_attempts=dict(_sum(outcome.rejected for outcome in generated).most_common()),
        shortfall=_sum(outcome.shortfall for outcome in generated).total(),
        dropped=dict(Counter(dropped).most_common()),
        unexplained=accepted.total() - sum(dropped.values()) - sum(filtered.kept.values()) if filtered else 0,
        mean_pass_rate=filtered.mean_pass_rate if filtered else None,
        pass_rates=_pass_rates(iteration),
        categories=_category_flows(iteration, accepted, filtered),
    )


def funnel_steps(plan: IterationPlan | None, accepted: int, filtered: FilterOutcome | None) -> list[Step]:
    """Return how many samples were left from step to step, as far as the iteration came."""
    steps = [Step("accepted candidates", accepted)]
    if plan is not None:
        steps.insert(0, Step("planned samples", sum(plan.quotas.values())))
    if filtered is not None:
        screened = accepted - sum(filtered.dropped.get(reason, 0) for reason in SCREENED)
        steps += [Step("new and not held out", screened), Step("kept to train on", sum(filtered.kept.values()))]
    return steps


def _pass_rates(iteration: Iteration) -> Markup | None:
    """Return the candidates by pass rate, in steps of one rollout of a complete group; rates in between go to the nearest step."""
    path = iteration.artifact(StageName.FILTER, ROLLOUTS_NAME)
    found = [Rollouts.model_validate(line) for line in read_journal(path)] if path is not None else []
    if not found:
        return None
    spec = iteration.stages[StageName.FILTER][0].input.spec.filter
    numbers = Counter(round(each.pass_rate * spec.rollouts) for each in found)
    rates = [Fraction(correct, spec.rollouts) for correct in range(spec.rollouts + 1)]
    band = (Fraction(str(spec.min_pass_rate)), Fraction(str(spec.max_pass_rate)))
    bins = [Bin(f"{correct}/{spec.rollouts}", numbers[correct], is_kept=band[0] <= rate <= band[1]) for correct, rate in enumerate(rates)]
    return histogram(
        f"pass-rates-{iteration.number}",
        bins,
        title=f"Pass rates of the candidates, iteration {iteration.number}",
        description="; ".join(f"{each.name} right: {each.number}" for each in bins),
    )


def _category_flows(iteration: Iteration, accepted: Counter[Category], filtered: FilterOutcome | None) -> tuple[CategoryFlow, ...]:
    quotas = iteration.plan.quotas if iteration.plan else {}
    return tuple(
        CategoryFlow(
            name=label(category),
            planned=quotas.get(category, 0),
            accepted=accepted[category],
            kept=filtered.kept.get(category, 0) if filtered else None,
        )
        for category in Category
        if category in quotas or category in accepted
    )


def _sum(counts: Iterable[Mapping[KeyT, int]]) -> Counter[KeyT]:
    return sum((Counter(each) for each in counts), Counter[KeyT]())
