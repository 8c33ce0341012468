from typing import Any

import pytest

from evolution_contracts.api.run import FailureCause
from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.base import canonical_json, text_digest
from evolution_contracts.results import FilterOutcome, GenerateOutcome, StageFailure, StageResult
from evolution_contracts.vocabulary import Category, StageName
from evolution_operator.core.failure_policy import Failure
from evolution_operator.core.observation import Child, ChildState
from evolution_operator.core.outcomes import Harvest, Missing, harvested, summed_shards
from support.children import a_child
from support.stage_results import a_digest

MAP, MIXED = Category.MAP, Category.MIXED


def generated(shard: int, **fields: Any) -> GenerateOutcome:
    return GenerateOutcome(**{"dataset_digest": a_digest(shard), "accepted": {MAP: 2 + shard}, **fields})


def a_result(shard: int | None, **fields: Any) -> StageResult:
    ref = ArtifactRef(stage=StageName.GENERATE, iteration=1, attempt=0, shard=shard, manifest_digest=a_digest("manifest", shard))
    known = {"stage": StageName.GENERATE, "iteration": 1, "attempt": 0, "shard": shard, "outcome": generated(shard or 0), "manifest": ref}
    return StageResult(**{**known, **fields})


def generating(*results: StageResult) -> Child:
    return a_child(ChildState.SUCCEEDED, stage=StageName.GENERATE, results=results)


def test_shards_are_summed_with_a_digest_over_their_sorted_digests() -> None:
    shards = (
        generated(1, shortfall={MAP: 1}, rejected={"blank": 2}),
        generated(0, accepted={MIXED: 5, MAP: 0}, rejected={"blank": 1, "duplicate": 4}),
    )
    total = summed_shards(shards)
    assert total.accepted == {MAP: 3, MIXED: 5}
    assert total.shortfall == {MAP: 1}
    assert total.rejected == {"blank": 3, "duplicate": 4}
    assert total.dataset_digest == text_digest(canonical_json(sorted([a_digest(0), a_digest(1)])))


def test_order_of_the_shards_does_not_matter() -> None:
    assert summed_shards((generated(0), generated(1))) == summed_shards((generated(1), generated(0)))


def test_category_with_nothing_in_it_is_kept_in_the_sum() -> None:
    nothing = generated(0, accepted={MAP: 0})
    assert summed_shards((nothing, nothing)).accepted == {MAP: 0}


def test_single_shard_is_taken_as_it_is() -> None:
    assert summed_shards((generated(3),)) == generated(3)


def test_all_results_make_a_harvest() -> None:
    found = harvested(generating(a_result(0), a_result(1)), 2)
    assert isinstance(found, Harvest)
    assert [ref.shard for ref in found.manifests] == [0, 1]


@pytest.mark.parametrize(
    "results",
    [(), (a_result(0),), (a_result(0), a_result(1, outcome=None)), (a_result(0), a_result(1, manifest=None))],
    ids=["none", "one-of-two", "no-outcome", "no-manifest"],
)
def test_results_that_are_not_there_are_missing(results: tuple[StageResult, ...]) -> None:
    found = harvested(generating(*results), 2)
    assert isinstance(found, Missing)
    assert "of 2 results are there" in found.message


@pytest.mark.parametrize(
    "fields",
    [
        {"attempt": 1},
        {"iteration": 2},
        {"stage": StageName.TRAIN},
        {"outcome": FilterOutcome(dataset_digest=a_digest("x"), kept={}, mean_pass_rate=0.5)},
    ],
    ids=["attempt", "iteration", "stage", "outcome-of-another-stage"],
)
def test_result_of_something_else_is_a_defect(fields: dict[str, Any]) -> None:
    found = harvested(generating(a_result(0, **fields)), 1)
    assert isinstance(found, Failure)
    assert found.cause is FailureCause.INTERNAL


def test_success_that_tells_a_failure_is_that_failure() -> None:
    failure = StageFailure(reason="StorageUnavailable", message="disk full", exit_code=69, is_retryable=True)
    found = harvested(generating(a_result(0), a_result(1, outcome=None, manifest=None, failure=failure)), 2)
    assert isinstance(found, Failure)
    assert found.cause is FailureCause.INFRASTRUCTURE
