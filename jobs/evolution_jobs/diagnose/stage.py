"""Stage diagnose: reads the diagnosis fold and the model, leaves answers, verdicts and the report R(k).

The outcome holds the counts that the mixture is computed from; `report.json` holds everything, `report.txt` is for people.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from evolution_contracts.errors import ContractError
from evolution_contracts.records import AnsweredSample
from evolution_contracts.results import CategoryDiagnosis, DiagnoseOutcome
from evolution_contracts.vocabulary import Category, Fold, Judgement
from evolution_jobs.answers.grade import Obstacle
from evolution_jobs.diagnose.counting import count, width
from evolution_jobs.diagnose.findings import describing
from evolution_jobs.diagnose.report import build_report, render_text
from evolution_jobs.diagnose.selection import by_category, rotated
from evolution_jobs.policy.asking import Examiner, Manner, PolicyOpener, examiner, open_policy, require_judged
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.diagnosis import DiagnosisReport
from evolution_jobs.runtime.files import write_atomically
from evolution_jobs.runtime.folds import read_fold
from evolution_jobs.runtime.names import REPORT_NAME
from evolution_jobs.runtime.resume import recipe_of

ANSWERS_NAME = "answers.jsonl"
TEXT_NAME = "report.txt"
MAX_ERROR_TYPES = 4
"""Error types of a category in the outcome, the most frequent ones: twelve categories must fit into a termination message."""

_VERIFIER_FAILURES = {Obstacle.TIMEOUT.value, Obstacle.CRASH.value, Obstacle.BAD_GOLD.value}


def run(context: StageContext, *, opener: PolicyOpener = open_policy) -> DiagnoseOutcome:
    """Ask, judge, count and report.

    Raises:
        ModelServiceError: The model does not answer, or too few of its answers came.
        ContractError: Too few answers could be judged, or a category has no samples to ask.
    """
    spec = context.input.spec
    orders = _orders(context)
    manner = Manner(serving=spec.diagnose.serving, sampling=spec.diagnose.sampling, completions=spec.diagnose.answers_per_item)
    recipe = recipe_of(
        context.input,
        diagnose=spec.diagnose.model_dump(mode="json", exclude={"pod"}),
        prompt=spec.prompt.document(),
        data=spec.data.document(),
    )
    with describing(context) as describe, examiner(context, opener, manner, recipe, describe) as asked:
        answered = _diagnose(context, orders, asked)
    _require_verdicts(context, answered)
    return _leave(context, orders, answered)


def _orders(context: StageContext) -> dict[Category, list[Row]]:
    """Return the rows of each category in the order in which this iteration asks them."""
    spec, iteration = context.input.spec, context.input.iteration
    rows = read_fold(context.workspace.upstream("data"), Fold.DIAGNOSIS)
    window = spec.diagnose.max_items_per_category or spec.diagnose.items_per_category
    orders = by_category(rows, spec.data.categories, spec.seed)
    if empty := [category.value for category, members in orders.items() if not members]:
        raise ContractError(f"the diagnosis fold holds no sample of {', '.join(empty)}.", remedy="Rerun from 0/prepare.")
    return {
        category: rotated(members, iteration=iteration if spec.diagnose.rotate else 1, window=window)[:window]
        for category, members in orders.items()
    }


def _diagnose(context: StageContext, orders: Mapping[Category, Sequence[Row]], asked: Examiner) -> dict[Category, list[AnsweredSample]]:
    """Ask the first samples of every category, then more where the interval is too wide, a round at a time."""
    step = context.input.spec.diagnose.items_per_category
    answered: dict[Category, list[AnsweredSample]] = {category: [] for category in orders}
    open_categories = list(orders)
    total = 0
    while open_categories:
        batch = [row for category in open_categories for row in orders[category][len(answered[category]) :][:step]]
        done, total = total, total + len(batch)
        context.progress.begin("items", total, done)
        for line in asked.examine(batch):
            sample = AnsweredSample.model_validate(line)
            answered[sample.category].append(sample)
        open_categories = [category for category in orders if _wants_more(context, answered[category], len(orders[category]))]
    return answered


def _wants_more(context: StageContext, answered: Sequence[AnsweredSample], available: int) -> bool:
    spec = context.input.spec.diagnose
    return len(answered) < available and width(count(answered, answers_per_item=spec.answers_per_item)) > spec.target_interval_width


def _require_verdicts(context: StageContext, answered: Mapping[Category, Sequence[AnsweredSample]]) -> None:
    verdicts = [verdict for samples in answered.values() for sample in samples for verdict in sample.verdicts]
    abstained = [verdict for verdict in verdicts if verdict.judgement is Judgement.ABSTAIN]
    require_judged(
        judged=len(verdicts) - len(abstained),
        abstained=len(abstained),
        max_share=context.input.spec.diagnose.max_abstain_share,
        unanswered=sum(verdict.explanation not in _VERIFIER_FAILURES for verdict in abstained),
    )


def _leave(
    context: StageContext, orders: Mapping[Category, Sequence[Row]], answered: Mapping[Category, Sequence[AnsweredSample]]
) -> DiagnoseOutcome:
    spec, folder = context.input.spec.diagnose, context.workspace.folder
    samples = {row.sample.id: row.sample for rows in orders.values() for row in rows}
    report = build_report(answered, samples, iteration=context.input.iteration, answers_per_item=spec.answers_per_item)
    every = sorted((sample for found in answered.values() for sample in found), key=lambda sample: sample.sample_id)
    write_atomically(folder / ANSWERS_NAME, "".join(sample.canonical_json() + "\n" for sample in every))
    write_atomically(folder / REPORT_NAME, json.dumps(report.document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    write_atomically(folder / TEXT_NAME, render_text(report))
    context.leave(ANSWERS_NAME, REPORT_NAME, TEXT_NAME)
    return _outcome(report)


def _outcome(report: DiagnosisReport) -> DiagnoseOutcome:
    return DiagnoseOutcome(
        categories={category: brief(found.total) for category, found in report.categories.items()},
        accuracy=report.accuracy,
        abstain_share=report.abstain_share,
    )


def brief(diagnosis: CategoryDiagnosis) -> CategoryDiagnosis:
    """Return a diagnosis with its most frequent error types only, as the outcome holds it."""
    return diagnosis.model_copy(update={"errors": dict(list(diagnosis.errors.items())[:MAX_ERROR_TYPES])})
