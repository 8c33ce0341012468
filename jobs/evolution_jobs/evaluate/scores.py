"""From items to scores: accuracy in each category, their mean, and paired differences to another model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evolution_contracts.errors import ContractError
from evolution_contracts.statistics import Estimate
from evolution_contracts.vocabulary import Category, Judgement
from evolution_jobs.evaluate import intervals
from evolution_jobs.evaluate.items import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """A quantity over all categories and in each."""

    overall: Estimate
    categories: dict[Category, Estimate]


def accuracies(items: Sequence[Item], categories: Sequence[Category], confidence: float) -> Scores:
    """Return the score of a model. An answer that cannot be parsed is wrong; an abstention is no answer and is left out.

    Raises:
        ContractError: A category has no judged sample.
    """
    correct = Counter(item.category for item in items if item.judgement is Judgement.CORRECT)
    judged = Counter(item.category for item in items if item.judgement is not Judgement.ABSTAIN)
    if empty := [category.value for category in categories if not judged[category]]:
        raise ContractError(
            f"no sample of {', '.join(empty)} was judged, so there is no mean over categories.", remedy="Look at the errors in items.jsonl."
        )
    parts = [intervals.accuracy_part(correct[category], judged[category], confidence) for category in categories]
    return Scores(
        overall=intervals.mean(parts, confidence, least=0.0),
        categories={category: intervals.accuracy(correct[category], judged[category], confidence) for category in categories},
    )


def differences(pairs: Mapping[Category, Sequence[tuple[bool, bool]]], confidence: float) -> Scores:
    """Return the paired difference between two models, ours minus the other.

    Raises:
        ContractError: There is no pair at all.
    """
    if not pairs:
        raise ContractError("no sample was judged for both models.", remedy="Look at the errors in items.jsonl.")
    counts = {category: _counts(found) for category, found in sorted(pairs.items())}
    parts = [intervals.difference_part(gained, lost, n) for gained, lost, n in counts.values()]
    return Scores(
        overall=intervals.mean(parts, confidence, least=-1.0),
        categories={category: intervals.difference(gained, lost, n, confidence) for category, (gained, lost, n) in counts.items()},
    )


def _counts(pairs: Sequence[tuple[bool, bool]]) -> tuple[int, int, int]:
    gained = sum(ours and not other for ours, other in pairs)
    lost = sum(other and not ours for ours, other in pairs)
    return gained, lost, len(pairs)
