"""`StageInput`: the one document that a stage is given.

It is the complete truth of an attempt: the resolved spec with every default, who the run is, what the control plane decided, and
digests of all that the stage may read. Two attempts with equal inputs (but for the attempt number) leave equal artifacts, but for the
timing of the attempt.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from evolution_contracts.artifacts import ArtifactRef
from evolution_contracts.base import Contract
from evolution_contracts.records import Share
from evolution_contracts.spec.run import RunSpec
from evolution_contracts.vocabulary import Category, StageName

Role = Literal["data", "model", "diagnosis", "candidates", "training_set", "evaluation", "incumbent_evaluation", "baseline_evaluation"]
"""What an upstream manifest is to the stage that reads it."""


class RunIdentity(Contract):
    """Who the run is."""

    namespace: Annotated[str, Field(min_length=1, max_length=63)]
    name: Annotated[str, Field(min_length=1, max_length=30)]
    uid: Annotated[str, Field(min_length=1, max_length=64)]


class IterationPlan(Contract):
    """What the control plane decided for an iteration after its diagnosis."""

    mixture: dict[Category, Share]
    """Share of each category, alpha(k); sums to 1."""
    quotas: dict[Category, Annotated[int, Field(ge=0)]]
    """Samples to generate in each category, m_c; sums to `generate.samples`."""


class IterationVerdict(Contract):
    """What the gate decided about one iteration."""

    iteration: Annotated[int, Field(ge=0)]
    """Number of the iteration; 0 is the baseline."""
    decision: Literal["Baseline", "Promoted", "Rejected"]
    """What became of the iteration's candidate."""
    reason: Annotated[str, Field(max_length=1000)] = ""
    """Why, with the numbers that were compared."""


class StageInput(Contract):
    """Everything one attempt of one stage needs to know."""

    run: RunIdentity
    stage: StageName
    iteration: Annotated[int, Field(ge=0)]
    attempt: Annotated[int, Field(ge=0)]
    first_attempt: Annotated[int, Field(ge=0)] = 0
    """First attempt whose work counts; a rerun raises it, so that work from before is done again and not continued."""
    shards: Annotated[int, Field(ge=1)] | None = None
    """Number of shards; None for a stage without shards. The process learns its own index from `JOB_COMPLETION_INDEX`."""
    seed: Annotated[int, Field(ge=0)]
    """Seed of this stage in this iteration; the same for every attempt and shard."""
    spec: RunSpec
    """The resolved spec, every default filled in."""
    upstream: dict[Role, tuple[ArtifactRef, ...]] = {}
    """The manifests that this stage reads, by their role; several where the upstream stage was sharded."""
    plan: IterationPlan | None = None
    """Mixture and quotas; present for generate and everything after it in the iteration."""
    history: Annotated[tuple[ArtifactRef, ...], Field(max_length=1000)] = ()
    """For the report: every manifest of the run, oldest first."""
    verdicts: Annotated[tuple[IterationVerdict, ...], Field(max_length=1000)] = ()
    """For the report: what the gate decided, oldest first; an iteration that did not reach the gate has none."""
