"""What the numbers do not show: every limit of the evidence that can be told from the run itself, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from evolution_contracts.results import DiagnoseOutcome, EvaluateOutcome
from evolution_contracts.spec.data import DataSource
from evolution_contracts.spec.run import RunSpec
from evolution_contracts.vocabulary import Arm
from evolution_jobs.report.history import History
from evolution_jobs.report.wording import percent, plural


class Limit(NamedTuple):
    """One limit of the evidence."""

    heading: str
    text: str


def limits(history: History, spec: RunSpec) -> list[Limit]:
    """Return each limit with its heading."""
    return [*_sample_sizes(history, spec), *_choices(history, spec), *_conditions(history, spec)]


def _sample_sizes(history: History, spec: RunSpec) -> Iterator[Limit]:
    level = percent(spec.evaluate.confidence, 0)
    final = history.final.evaluation if history.final else None
    if final is not None:
        sizes = [estimate.n for estimate in final.categories.values()]
        each = f"{min(sizes)}" if min(sizes) == max(sizes) else f"{min(sizes)} to {max(sizes)}"
        yield Limit(
            "Sample size",
            f"The score rests on {plural(sum(sizes), 'judged answer')} in {len(sizes)} categories, {each} in each. "
            "It is the mean of the categories' accuracies, so every category weighs the same.",
        )
    yield Limit(
        "Intervals",
        f"A {level} interval says how far a number would move if other samples of the same kind were drawn. "
        "It says nothing about another seed, another model or other kinds of pictures. "
        "Intervals of a diagnosis are 90 % credible intervals.",
    )
    if history.evaluated:
        categories = len(spec.data.categories)
        yield Limit(
            "Many comparisons",
            f"If nothing had changed at all, about {categories * (1 - spec.evaluate.confidence):.1f} of the {categories} changes in one "
            "column of the table of categories would still exclude zero, by chance.",
        )


def _choices(history: History, spec: RunSpec) -> Iterator[Limit]:
    looks = sum(iteration.number > 0 for iteration in history.evaluated)
    if looks:
        yield Limit(
            "Chosen on the same samples",
            f"The gate looked {'once' if looks == 1 else f'{looks} times'} at the suite {spec.evaluate.suites[0].name!r}, and the final "
            "model was chosen by it. The best of several looks is on average a little too good.",
        )
    if spec.arm is Arm.DIAGNOSTIC:
        yield Limit(
            "No control arm",
            "The diagnosis decided the mixture. Whether it caused a gain can only be told against a run of the same file with "
            "arm: Uniform or another control, at the same budget.",
        )
    else:
        yield Limit("Control arm", f"This run is a control: arm {spec.arm} decided the mixture in place of the diagnosis.")
    yield Limit(
        "One seed",
        f"Everything was drawn from the seed {spec.seed}. How much a run differs from seed to seed is not measured here.",
    )


def _conditions(history: History, spec: RunSpec) -> Iterator[Limit]:
    if spec.data.source is DataSource.SCENES:
        yield Limit(
            "Drawn pictures",
            "Held-out samples and training data come from the same generators, with other seeds and checked to be disjoint. "
            "The score tells about such drawings, not about photographs or documents from elsewhere.",
        )
    if spec.diagnose.judge is not None:
        judge = spec.diagnose.judge.model
        yield Limit("Judged by a model", f"Some answers were judged by the model {judge}, whose own errors are not measured.")
    if not spec.diagnose.rotate:
        yield Limit(
            "One diagnosis sample", "Every iteration was diagnosed with the same samples, so its weaknesses share their chance part."
        )
    if (share := _largest_abstain_share(history)) > 0:
        yield Limit(
            "Abstentions",
            f"Up to {percent(share)} of the answers of a diagnosis or an evaluation could not be judged; they count neither as right nor "
            "as wrong.",
        )
    if open_numbers := [str(found.number) for found in history.evolved if found.verdict is None]:
        yield Limit(
            "Unfinished",
            f"The run ended before the gate decided on iteration {', '.join(open_numbers)}; its numbers are shown as far as they go.",
        )


def _largest_abstain_share(history: History) -> float:
    shares = [
        outcome.abstain_share
        for iteration in history.iterations
        for outcome in (iteration.outcome(DiagnoseOutcome), iteration.outcome(EvaluateOutcome))
        if outcome is not None
    ]
    return max(shares, default=0.0)
