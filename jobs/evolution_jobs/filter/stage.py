"""Stage filter: reads all shards' candidates and the model, leaves the training set.

A candidate stays when the policy solves it sometimes: always or never solved ones carry no gradient. Candidates that were never solved are
listed for a check of their key and are not trained on.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from evolution_contracts.base import canonical_json
from evolution_contracts.records import Rollouts
from evolution_contracts.results import FilterOutcome
from evolution_contracts.vocabulary import Category
from evolution_jobs.filter import scores
from evolution_jobs.filter.band import Fate, fate
from evolution_jobs.filter.screening import screen
from evolution_jobs.policy.asking import MAX_ABSTAIN_SHARE, Manner, PolicyOpener, examiner, open_policy, require_judged
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.datasets import Row, read_dataset, write_dataset
from evolution_jobs.runtime.files import write_atomically
from evolution_jobs.runtime.folds import REGISTRY_NAME, Registry
from evolution_jobs.runtime.journal import Line
from evolution_jobs.runtime.names import CANDIDATES_NAME, ROLLOUTS_NAME, TRAINING_SET_NAME
from evolution_jobs.runtime.resume import recipe_of

PASS_RATES_NAME = "pass_rates.json"
RECHECK_NAME = "recheck.jsonl"


def run(context: StageContext, *, opener: PolicyOpener = open_policy) -> FilterOutcome:
    """Screen, roll out, and keep what lies in the band.

    Raises:
        ModelServiceError: The model does not answer, or too few of its rollouts came.
        ContractError: Too few rollouts could be judged.
    """
    registry = Registry.read(context.workspace.upstream("data").path(REGISTRY_NAME))
    shards = context.workspace.upstream_shards("candidates")
    rows, dropped = screen((row for shard in shards for row in read_dataset(shard.path(CANDIDATES_NAME))), registry)
    lines = _roll_out(context, rows, opener)
    fates = [_fate(context, line) for line in lines]
    dropped.update(each for each in fates if each is not Fate.KEPT)
    return _leave(context, rows, lines, fates, dropped)


def _roll_out(context: StageContext, rows: Sequence[Row], opener: PolicyOpener) -> list[Line]:
    if not rows:
        return []
    spec = context.input.spec
    manner = Manner(serving=spec.filter.serving, sampling=spec.filter.sampling, completions=spec.filter.rollouts)
    asking = spec.filter.model_dump(mode="json", include={"rollouts", "sampling", "serving"})
    context.progress.begin("candidates", len(rows))
    with examiner(
        context, opener, manner, recipe_of(context.input, filter=asking, prompt=spec.prompt.document()), scores.describe
    ) as asked:
        lines = asked.examine(rows)
    require_judged(
        judged=sum(line["total"] for line in lines),
        abstained=sum(line["abstained"] for line in lines),
        max_share=MAX_ABSTAIN_SHARE,
        unanswered=sum(line["unanswered"] for line in lines),
    )
    return lines


def _fate(context: StageContext, line: Line) -> Fate:
    spec = context.input.spec.filter
    return fate(scores.rollouts(line), least=spec.min_pass_rate, most=spec.max_pass_rate)


def _leave(
    context: StageContext, rows: Sequence[Row], lines: Sequence[Line], fates: Sequence[Fate], dropped: Counter[Fate]
) -> FilterOutcome:
    folder = context.workspace.folder
    kept = [row for row, each in zip(rows, fates, strict=True) if each is Fate.KEPT]
    scored = [(row.sample, found) for row, line in zip(rows, lines, strict=True) if (found := scores.rollouts(line)) is not None]
    unsolved = [scores.recheck_line(row.sample, line) for row, line in zip(rows, lines, strict=True) if line["correct"] == 0]
    digest = write_dataset(folder / TRAINING_SET_NAME, kept)
    write_atomically(folder / ROLLOUTS_NAME, _json_lines(found.document() for _, found in scored))
    write_atomically(folder / RECHECK_NAME, _json_lines(unsolved))
    write_atomically(folder / PASS_RATES_NAME, json.dumps(scores.histograms(scored), indent=1, sort_keys=True) + "\n")
    context.leave(TRAINING_SET_NAME, ROLLOUTS_NAME, RECHECK_NAME, PASS_RATES_NAME)
    counts: Counter[Category] = Counter(row.sample.category for row in kept)
    return FilterOutcome(
        dataset_digest=digest,
        kept=dict(sorted(counts.items())),
        dropped={each.value: number for each, number in sorted(dropped.items())},
        mean_pass_rate=_mean_pass_rate([found for _, found in scored]),
    )


def _mean_pass_rate(scored: Sequence[Rollouts]) -> float:
    return round(sum(found.pass_rate for found in scored) / len(scored), 5) if scored else 0.0


def _json_lines(lines: Iterable[Line]) -> str:
    return "".join(canonical_json(line) + "\n" for line in lines)
