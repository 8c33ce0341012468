"""From verdicts to counts with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scipy.stats import beta

from evolution_contracts.records import AnsweredSample
from evolution_contracts.results import CategoryDiagnosis
from evolution_contracts.vocabulary import Judgement

INTERVAL_SHARE = 0.9
"""Probability that the credible interval holds."""
DIGITS = 5
"""Decimals of accuracies in reports."""


def count(answered: Iterable[AnsweredSample], *, answers_per_item: int) -> CategoryDiagnosis:
    """Return counts, posterior mean accuracy and 90 % credible interval under a Beta(1, 1) prior.

    Several answers to one sample are no independent evidence, so together they weigh as one.

    Source: method notes 7, F5, and 7.1.
    """
    verdicts = [verdict for sample in answered for verdict in sample.verdicts]
    judged = Counter(verdict.judgement for verdict in verdicts)
    correct, wrong = judged[Judgement.CORRECT], judged[Judgement.WRONG]
    posterior = beta(1 + correct / answers_per_item, 1 + wrong / answers_per_item)
    low, high = posterior.interval(INTERVAL_SHARE)
    errors = Counter(verdict.error_type for verdict in verdicts if verdict.error_type is not None)
    return CategoryDiagnosis(
        n=correct + wrong,
        correct=correct,
        abstained=judged[Judgement.ABSTAIN],
        accuracy=round(float(posterior.mean()), DIGITS),
        low=round(float(low), DIGITS),
        high=round(float(high), DIGITS),
        errors=dict(sorted(errors.items(), key=lambda item: (-item[1], item[0]))),
    )


def width(diagnosis: CategoryDiagnosis) -> float:
    """Return the width of the credible interval."""
    return diagnosis.high - diagnosis.low
