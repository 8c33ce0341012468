"""Was it worth it: the verdict in words, the score of every iteration, and the categories behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from markupsafe import Markup

from evolution_contracts.errors import ContractError
from evolution_contracts.results import EvaluateOutcome
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category, Fold, Judgement, StageName
from evolution_jobs.report.charts import Level, Point, interval_chart
from evolution_jobs.report.history import History, Iteration
from evolution_jobs.report.wording import NO_BREAK, change, label, percent, plural, points, score
from evolution_jobs.runtime.journal import read_journal
from evolution_jobs.runtime.names import ITEMS_NAME

Tone = Literal["better", "unclear", "worse", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the run ended with against what it began with."""

    tone: Tone
    sentence: str
    baseline: EvaluateOutcome | None
    final: Iteration | None
    difference: Estimate | None
    """Paired difference of the final model to the baseline; None where the run ends with the baseline."""


def compare(history: History, confidence: float) -> Comparison:
    """Return the comparison, in words that claim no more than the interval shows.

    Raises:
        ContractError: The evaluation of a promoted model lacks its difference to the baseline.
    """
    final, baseline = history.final, history.baseline
    if final is None or baseline is None:
        return _silent("No evaluation finished, so nothing can be said about the model.", history)
    if final.number == 0:
        return _silent(_unchanged(history), history)
    assert final.evaluation is not None
    difference = final.evaluation.baseline_difference
    if difference is None:
        raise ContractError(
            f"baselineDifference: the evaluation of iteration {final.number} has none.", remedy=f"Rerun from {final.number}/evaluate."
        )
    tone = judged(difference)
    return Comparison(
        tone=tone,
        sentence=_sentence(difference, tone, confidence),
        baseline=baseline.evaluation,
        final=final,
        difference=difference,
    )


def judged(difference: Estimate) -> Tone:
    """Return what a difference shows: better or worse only where its whole interval lies on that side of zero."""
    if difference.low > 0:
        return "better"
    return "worse" if difference.high < 0 else "unclear"


def _sentence(difference: Estimate, tone: Tone, confidence: float) -> str:
    interval = f"the {percent(confidence, 0)} interval, {points(difference.low)} to {points(difference.high)} points,"
    if tone != "unclear":
        way, unsigned = ("higher" if tone == "better" else "lower"), points(abs(difference.mean)).removeprefix("+")
        return (
            f"The evolved model scores {unsigned} points {way} on the held-out samples than the model the run began with; "
            f"{interval} lies wholly {'above' if tone == 'better' else 'below'} zero."
        )
    return (
        f"The evolved model scores {points(difference.mean)} points against the model the run began with, but {interval} includes zero: "
        "these samples do not show that the two differ."
    )


def _silent(sentence: str, history: History) -> Comparison:
    baseline = history.baseline
    return Comparison(
        tone="none", sentence=sentence, baseline=baseline.evaluation if baseline else None, final=history.final, difference=None
    )


def _unchanged(history: History) -> str:
    rejected = sum(iteration.decision == "Rejected" for iteration in history.evaluated)
    if rejected:
        return f"The gate promoted no candidate: {plural(rejected, 'candidate')} rejected. The run ends with the model it began with."
    return "No iteration reached the gate, so only the model that the run began with was measured."


class Turned(NamedTuple):
    """How the answers of the final model differ from the baseline's, sample by sample."""

    gained: int
    """Wrong before, right now."""
    lost: int
    """Right before, wrong now."""
    pairs: int
    """Samples that were judged for both."""


def turned(history: History, fold: Fold) -> Turned | None:
    """Return how many answers on a fold turned right and wrong; None where the run ends with the model it began with."""
    final, baseline = history.final, history.baseline
    if final is None or baseline is None or final.number == 0:
        return None
    before, after = _judgements(baseline, fold), _judgements(final, fold)
    both = [(before[sample], after[sample]) for sample in sorted(before.keys() & after.keys())]
    judged_both = [pair for pair in both if Judgement.ABSTAIN not in pair]
    return Turned(
        gained=judged_both.count((Judgement.WRONG, Judgement.CORRECT)),
        lost=judged_both.count((Judgement.CORRECT, Judgement.WRONG)),
        pairs=len(judged_both),
    )


def _judgements(iteration: Iteration, fold: Fold) -> dict[str, Judgement]:
    path = iteration.artifact(StageName.EVALUATE, ITEMS_NAME)
    assert path is not None
    return {line["sampleId"]: Judgement(line["judgement"]) for line in read_journal(path) if line["fold"] == fold}


def score_chart(history: History) -> Markup:
    """Return the score of every evaluated iteration with its interval, beside baseline and final model."""
    levels = [
        Level(found.evaluation.score.mean, name, name)
        for name, found in (("baseline", history.baseline), ("final", history.final))
        if found is not None and found.evaluation is not None and not (name == "final" and found.number == 0)
    ]
    return interval_chart(
        "score",
        [_point(history, iteration, _evaluation(iteration).score) for iteration in history.evaluated],
        levels,
        title="Score by iteration",
        description="; ".join(
            f"iteration {found.number} {found.decision}: {score(_evaluation(found).score)}" for found in history.evaluated
        ),
        written=percent,
    )


def difference_chart(history: History) -> Markup | None:
    """Return the paired difference of every candidate to the baseline; None where no candidate was evaluated."""
    candidates = [(found, difference) for found in history.evaluated if (difference := _evaluation(found).baseline_difference)]
    if not candidates:
        return None
    return interval_chart(
        "difference",
        [Point(f"i{found.number}", difference, found.decision, None, change(difference)) for found, difference in candidates],
        [Level(0.0, "baseline", "baseline")],
        title="Paired difference to the baseline",
        description="; ".join(f"iteration {found.number}: {change(difference)} points" for found, difference in candidates),
        written=lambda value: f"{points(value)}{NO_BREAK}pt",
    )


def _point(history: History, iteration: Iteration, estimate: Estimate) -> Point:
    numbers = [found.number for found in history.evaluated]
    origin = iteration.started_from
    tip = f"Iteration {iteration.number}, {iteration.decision.lower()}: {score(estimate)}"
    return Point(f"i{iteration.number}", estimate, iteration.decision, numbers.index(origin) if origin in numbers else None, tip)


def _evaluation(iteration: Iteration) -> EvaluateOutcome:
    assert iteration.evaluation is not None
    return iteration.evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """One category in one iteration."""

    value: Estimate | None
    """Accuracy on held-out samples; None where no answer could be judged."""
    change: Estimate | None
    """Paired difference to the model that the iteration started from."""

    @property
    def trend(self) -> Tone:
        """What the change shows by its interval."""
        return judged(self.change) if self.change is not None else "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """One category over all iterations, or the score as a whole."""

    name: str
    is_total: bool
    cells: tuple[HeatCell, ...]


def heat_rows(history: History, categories: tuple[Category, ...]) -> list[HeatRow]:
    """Return the accuracies of every category in every evaluated iteration, the score below them."""
    evaluations = [_evaluation(iteration) for iteration in history.evaluated]
    rows = [
        HeatRow(
            name=label(category),
            is_total=False,
            cells=tuple(_cell(each.categories.get(category), each.category_differences.get(category)) for each in evaluations),
        )
        for category in categories
    ]
    total = HeatRow(name="score", is_total=True, cells=tuple(_cell(each.score, each.difference) for each in evaluations))
    return [*rows, total]


def _cell(value: Estimate | None, difference: Estimate | None) -> HeatCell:
    return HeatCell(value=value if value is not None and value.n else None, change=difference if difference and difference.n else None)
