"""What the finished stages of a run left, opened and typed: the only source of every number on the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import RootModel, ValidationError

from evolution_contracts.artifacts import INPUT_NAME, ArtifactRef
from evolution_contracts.errors import ArtifactError
from evolution_contracts.results import (
    DiagnoseOutcome,
    EvaluateOutcome,
    FilterOutcome,
    GenerateOutcome,
    Outcome,
    PrepareOutcome,
    TrainOutcome,
)
from evolution_contracts.stage import IterationPlan, IterationVerdict, StageInput
from evolution_contracts.vocabulary import StageName
from evolution_jobs.runtime.names import OUTCOME_NAME
from evolution_jobs.runtime.timing import TIMING_NAME, Timing, read_timing
from evolution_jobs.runtime.workspace import Upstream, Workspace

OutcomeT = TypeVar("OutcomeT", PrepareOutcome, DiagnoseOutcome, GenerateOutcome, FilterOutcome, TrainOutcome, EvaluateOutcome)


class _OutcomeDocument(RootModel[Outcome]):
    """The file in which an attempt keeps its outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One finished attempt, or one shard of it."""

    ref: ArtifactRef
    left: Upstream
    input: StageInput
    outcome: Outcome
    timing: Timing


@dataclass(frozen=True, kw_only=True)
class Iteration:
    """The finished stages of one iteration; the last iteration of a run may lack some."""

    number: int
    stages: Mapping[StageName, Sequence[Attempt]]
    """Shards of each finished stage, in order."""
    verdict: IterationVerdict | None
    """What the gate decided; None where the iteration did not reach it."""

    def outcomes(self, kind: type[OutcomeT]) -> list[OutcomeT]:
        """Return the outcomes of a stage, one a shard; none where the stage did not finish."""
        return [attempt.outcome for attempts in self.stages.values() for attempt in attempts if isinstance(attempt.outcome, kind)]

    def outcome(self, kind: type[OutcomeT]) -> OutcomeT | None:
        """Return the outcome of a stage without shards; None where it did not finish."""
        return next(iter(self.outcomes(kind)), None)

    def artifact(self, stage: StageName, name: str) -> Path | None:
        """Return the checked path of an artifact of a stage without shards; None where the stage did not finish."""
        attempts = self.stages.get(stage)
        return attempts[0].left.path(name) if attempts else None

    @property
    def attempts(self) -> list[Attempt]:
        """All attempts in the order of the stages."""
        return [attempt for attempts in self.stages.values() for attempt in attempts]

    @property
    def plan(self) -> IterationPlan | None:
        """Mixture and quotas; None where nothing after the diagnosis finished."""
        return next((attempt.input.plan for attempt in self.attempts if attempt.input.plan is not None), None)

    @property
    def decision(self) -> str:
        """What became of the candidate: the gate's word, or `Undecided`."""
        return self.verdict.decision if self.verdict is not None else "Undecided"

    @property
    def evaluation(self) -> EvaluateOutcome | None:
        """How the iteration's model did on held-out samples."""
        return self.outcome(EvaluateOutcome)

    @property
    def started_from(self) -> int | None:
        """Iteration whose model this one diagnosed; None for iteration 0 and where the diagnosis did not finish."""
        attempts = self.stages.get(StageName.DIAGNOSE)
        return attempts[0].input.upstream["model"][0].iteration if attempts else None

    @property
    def model_digest(self) -> str | None:
        """Digest of the model that the iteration brought: the one it began with for iteration 0, else the candidate."""
        made = self.outcome(PrepareOutcome) or self.outcome(TrainOutcome)
        return None if made is None else made.model_digest


@dataclass(frozen=True, kw_only=True)
class History:
    """All iterations of a run that left something, in order."""

    iterations: tuple[Iteration, ...]

    @cached_property
    def evaluated(self) -> tuple[Iteration, ...]:
        """Iterations with an evaluation."""
        return tuple(iteration for iteration in self.iterations if iteration.evaluation is not None)

    @property
    def evolved(self) -> tuple[Iteration, ...]:
        """Iterations after the baseline."""
        return tuple(iteration for iteration in self.iterations if iteration.number > 0)

    @property
    def baseline(self) -> Iteration | None:
        """Iteration 0 with its evaluation."""
        return next((iteration for iteration in self.evaluated if iteration.number == 0), None)

    @property
    def final(self) -> Iteration | None:
        """The iteration whose model the run ends with: the last promoted one, else the baseline."""
        promoted = [iteration for iteration in self.evaluated if iteration.decision == "Promoted"]
        return promoted[-1] if promoted else self.baseline

    @property
    def data(self) -> Upstream | None:
        """The folds; None where prepare did not finish."""
        return next((attempts[0].left for iteration in self.iterations if (attempts := iteration.stages.get(StageName.PREPARE))), None)

    def model_digest_of(self, number: int | None) -> str | None:
        """Return the digest of the model that an iteration brought; None where it is not known."""
        return next((iteration.model_digest for iteration in self.iterations if iteration.number == number), None)


def read_history(workspace: Workspace, stage_input: StageInput) -> History:
    """Open every manifest that the input names.

    Raises:
        ArtifactError: A manifest or a file is missing, differs from its digest, or holds no document of its kind.
    """
    grouped: defaultdict[int, defaultdict[StageName, list[Attempt]]] = defaultdict(lambda: defaultdict(list))
    for ref in stage_input.history:
        grouped[ref.iteration][ref.stage].append(_attempt(workspace, ref))
    verdicts = {verdict.iteration: verdict for verdict in stage_input.verdicts}
    return History(
        iterations=tuple(Iteration(number=number, stages=grouped[number], verdict=verdicts.get(number)) for number in sorted(grouped))
    )


def _attempt(workspace: Workspace, ref: ArtifactRef) -> Attempt:
    left = workspace.open(ref)
    return Attempt(
        ref=ref,
        left=left,
        input=_input(left.path(INPUT_NAME)),
        outcome=_outcome(left.path(OUTCOME_NAME)),
        timing=read_timing(left.path(TIMING_NAME)),
    )


def _input(path: Path) -> StageInput:
    try:
        return StageInput.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise _unreadable(path, error) from error


def _outcome(path: Path) -> Outcome:
    try:
        return _OutcomeDocument.model_validate_json(path.read_bytes()).root
    except ValidationError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: ValidationError) -> ArtifactError:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return ArtifactError(f"{path}: {field}: {first['msg']}.", remedy="Write the report with the release that the run was made with.")
