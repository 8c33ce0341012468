"""Stage evaluate: reads a model, held-out folds and earlier evaluations, leaves per-item outcomes and scores with intervals.

The first suite is the one that the gate reads and that stands in the outcome; all suites are in `scores.json`. Answers are greedy, so the
same model gives the same items, and models are compared on the same samples pair by pair.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evolution_contracts.errors import ConfigError
from evolution_contracts.results import EvaluateOutcome
from evolution_contracts.spec.serving import Sampling
from evolution_contracts.stage import Role
from evolution_contracts.vocabulary import Fold, Judgement
from evolution_jobs.evaluate.items import Item, describe, item, json_lines, pairs, read_items, with_fold
from evolution_jobs.evaluate.scores import Scores, accuracies, differences
from evolution_jobs.policy.asking import MAX_ABSTAIN_SHARE, Manner, PolicyOpener, examiner, open_policy, require_judged
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.files import write_atomically
from evolution_jobs.runtime.folds import read_fold
from evolution_jobs.runtime.journal import Line
from evolution_jobs.runtime.model_folder import MODEL_FOLDER, model_digest
from evolution_jobs.runtime.names import ITEMS_NAME
from evolution_jobs.runtime.resume import recipe_of

SCORES_NAME = "scores.json"
_OTHERS: dict[Role, str] = {"incumbent_evaluation": "incumbent", "baseline_evaluation": "baseline"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteScores:
    """All that is said about one suite."""

    name: str
    fold: Fold
    scores: Scores
    to_incumbent: Scores | None
    to_baseline: Scores | None
    abstain_share: float

    def document(self) -> dict[str, Any]:
        """Return the scores as JSON-ready values."""
        return {
            "fold": self.fold.value,
            "abstainShare": self.abstain_share,
            "score": _document(self.scores),
            "incumbentDifference": _document(self.to_incumbent),
            "baselineDifference": _document(self.to_baseline),
        }


def run(context: StageContext, *, opener: PolicyOpener = open_policy) -> EvaluateOutcome:
    """Ask the suites' folds, score them, and compare with incumbent and baseline where there are some.

    Raises:
        ConfigError: A suite asks a fold without samples.
        ModelServiceError: The model does not answer, or too few of its answers came.
        ContractError: Too few answers could be judged, or an earlier evaluation asked other samples.
    """
    lines = _ask(context, opener)
    others = {role: read_items(context.workspace.upstream(role).path(ITEMS_NAME)) for role in _OTHERS if context.input.upstream.get(role)}
    suites = [
        _suite(context, suite.name, suite.fold, [item(line) for line in lines[suite.fold]], others)
        for suite in context.input.spec.evaluate.suites
    ]
    folder = context.workspace.folder
    write_atomically(folder / ITEMS_NAME, "".join(json_lines(lines[fold]) for fold in sorted(lines)))
    write_atomically(folder / SCORES_NAME, json.dumps({suite.name: suite.document() for suite in suites}, indent=1, sort_keys=True) + "\n")
    context.leave(ITEMS_NAME, SCORES_NAME)
    return _outcome(suites[0], model_digest(context.workspace.upstream("model").folder / MODEL_FOLDER))


def _ask(context: StageContext, opener: PolicyOpener) -> dict[Fold, list[Line]]:
    """Return the lines of every fold that a suite asks, each fold asked once."""
    spec, data = context.input.spec, context.workspace.upstream("data")
    folds: list[Fold] = sorted({suite.fold for suite in spec.evaluate.suites})
    rows = {fold: read_fold(data, fold) for fold in folds}
    if empty := [fold.value for fold in folds if not rows[fold]]:
        raise ConfigError(
            f"evaluate.suites ask the fold {empty[0]}, which holds no samples.", remedy="Raise its size in data, or name another fold."
        )
    manner = Manner(serving=spec.evaluate.serving, sampling=Sampling(), completions=1)
    recipe = recipe_of(context.input, serving=spec.evaluate.serving.document(), prompt=spec.prompt.document())
    context.progress.begin("items", sum(map(len, rows.values())))
    with examiner(context, opener, manner, recipe, describe) as asked:
        return {fold: with_fold(fold, asked.examine(found)) for fold, found in rows.items()}


def _suite(
    context: StageContext, name: str, fold: Fold, ours: Sequence[Item], others: Mapping[Role, Mapping[Fold, list[Item]]]
) -> SuiteScores:
    abstained = [each for each in ours if each.judgement is Judgement.ABSTAIN]
    share = require_judged(
        judged=len(ours) - len(abstained),
        abstained=len(abstained),
        max_share=MAX_ABSTAIN_SHARE,
        unanswered=sum(each.is_unanswered for each in abstained),
    )
    confidence = context.input.spec.evaluate.confidence
    compared = {role: differences(pairs(ours, items.get(fold, []), other=_OTHERS[role]), confidence) for role, items in others.items()}
    return SuiteScores(
        name=name,
        fold=fold,
        scores=accuracies(ours, context.input.spec.data.categories, confidence),
        to_incumbent=compared.get("incumbent_evaluation"),
        to_baseline=compared.get("baseline_evaluation"),
        abstain_share=round(share, 5),
    )


def _outcome(suite: SuiteScores, digest: str) -> EvaluateOutcome:
    return EvaluateOutcome(
        model_digest=digest,
        suite=suite.name,
        score=suite.scores.overall,
        categories=suite.scores.categories,
        difference=suite.to_incumbent.overall if suite.to_incumbent else None,
        category_differences=suite.to_incumbent.categories if suite.to_incumbent else {},
        baseline_difference=suite.to_baseline.overall if suite.to_baseline else None,
        abstain_share=suite.abstain_share,
    )


def _document(scores: Scores | None) -> dict[str, Any] | None:
    if scores is None:
        return None
    categories = {category.value: estimate.document() for category, estimate in scores.categories.items()}
    return {"overall": scores.overall.document(), "categories": categories}
