"""What a child that succeeded has brought: its outcome and its manifests, summed over the shards.

A success without results proves nothing, so it is told apart from a success with them; and a result that speaks of another attempt, or
that lacks what the next stage reads, is never taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from evolution_contracts.api.run import FailureCause
from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.base import canonical_json, text_digest
from evolution_contracts.results import EvaluateOutcome, GenerateOutcome, Outcome, StageResult
from evolution_operator.core.failure_policy import Failure, classified
from evolution_operator.core.observation import Child

Key = TypeVar("Key", bound=str)


class Harvest(NamedTuple):
    """The outcome of a stage and the manifests behind it, in order of the shard."""

    outcome: Outcome
    manifests: tuple[ArtifactRef, ...]


class Missing(NamedTuple):
    """Results that are not there, or not there yet."""

    message: str


def harvested(child: Child, shards: int | None) -> Harvest | Missing | Failure:
    """Return what a succeeded child brought; a failure where it tells one, or where its results break the contract.

    Args:
        child: A child in state SUCCEEDED.
        shards: Number of shards; None for a stage without shards.
    """
    if any(result.failure is not None for result in child.results):
        return classified(child)
    results = tuple(result for result in child.results if result.outcome is not None and result.manifest is not None)
    expected = shards or 1
    if len(results) < expected:
        return Missing(f"{child.name} succeeded, but {len(results)} of {expected} results are there")
    if problem := _contradiction(child, results[:expected]):
        return Failure(FailureCause.INTERNAL, problem)
    outcomes = tuple(result.outcome for result in results[:expected] if result.outcome is not None)
    return Harvest(_summed(outcomes), tuple(result.manifest for result in results[:expected] if result.manifest is not None))


def _contradiction(child: Child, results: tuple[StageResult, ...]) -> str:
    """Return how the results contradict the child they came from; empty where they do not."""
    wanted = (child.iteration, child.stage, child.attempt)
    for result in results:
        told = (result.iteration, result.stage, result.attempt)
        if told != wanted or (result.outcome is not None and result.outcome.stage is not child.stage):
            return f"{child.name} told the result of another attempt: {told}, expected {wanted}"
        if isinstance(result.outcome, EvaluateOutcome) and child.iteration and result.outcome.difference is None:
            return f"{child.name} evaluated a candidate without a paired difference to the incumbent"
    return ""


def _summed(outcomes: tuple[Outcome, ...]) -> Outcome:
    generated = tuple(outcome for outcome in outcomes if isinstance(outcome, GenerateOutcome))
    return summed_shards(generated) if generated else outcomes[0]


def summed_shards(shards: tuple[GenerateOutcome, ...]) -> GenerateOutcome:
    """Return the outcome of all shards together; the digest is one over the sorted digests of the shards, or the only one."""
    if len(shards) == 1:
        return shards[0]
    return GenerateOutcome(
        dataset_digest=text_digest(canonical_json(sorted(shard.dataset_digest for shard in shards))),
        accepted=_totals(shard.accepted for shard in shards),
        shortfall=_totals(shard.shortfall for shard in shards),
        rejected=_totals(shard.rejected for shard in shards),
    )


def _totals(counts: Iterable[Mapping[Key, int]]) -> dict[Key, int]:
    total: Counter[Key] = Counter()
    for count in counts:
        # Unlike addition, update keeps the categories with nothing in them.
        total.update(count)
    return dict(total)
