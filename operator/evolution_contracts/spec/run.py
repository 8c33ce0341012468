"""`EvolutionRun.spec` as a whole."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from evolution_contracts.base import Contract
from evolution_contracts.spec.data import DataSource, DataSpec
from evolution_contracts.spec.diagnose import DiagnoseSpec
from evolution_contracts.spec.evaluate import EvaluateSpec
from evolution_contracts.spec.failure import FailureSpec
from evolution_contracts.spec.filter import FilterSpec
from evolution_contracts.spec.gate import GateSpec
from evolution_contracts.spec.generate import GenerateSpec
from evolution_contracts.spec.mixture import MixtureSpec
from evolution_contracts.spec.model import ModelSpec, PromptSpec
from evolution_contracts.spec.scheduling import BudgetSpec, ImagesSpec, SchedulingSpec, StorageSpec
from evolution_contracts.spec.train import TrainSpec
from evolution_contracts.vocabulary import Arm, StageName


class RerunRequest(Contract):
    """A declarative request to repeat a part of the run; served once for each new id."""

    id: Annotated[str, Field(min_length=1, max_length=63)]
    """Any text; the same id is never served twice, so applying the file again changes nothing."""
    from_iteration: Annotated[int, Field(ge=0, le=1000)]
    """Iteration to go back to."""
    from_stage: StageName
    """First stage to repeat; everything before it is kept as it is."""


class RunSpec(Contract):
    """What the user wants."""

    model: ModelSpec
    """The model to start from."""
    prompt: PromptSpec = PromptSpec()
    """How the model is asked, everywhere."""
    iterations: Annotated[int, Field(ge=1, le=100)] = 3
    """Iterations K after the baseline; may be raised while the run lives."""
    seed: Annotated[int, Field(ge=0, le=2**53 - 1)] = 42
    """Seed from which all others are derived."""
    arm: Arm = Arm.DIAGNOSTIC
    """What decides the mixture: the diagnosis, or a control at an equal budget."""
    storage: StorageSpec | None = None
    """Artifact storage; needed on a cluster, not used locally."""
    data: DataSpec = DataSpec()
    """Held-out and seed data."""
    diagnose: DiagnoseSpec = DiagnoseSpec()
    """Stage diagnose."""
    mixture: MixtureSpec = MixtureSpec()
    """From the diagnosis to shares."""
    generate: GenerateSpec = GenerateSpec()
    """Stage generate."""
    filter: FilterSpec = FilterSpec()
    """Stage filter."""
    train: TrainSpec = TrainSpec()
    """Stage train."""
    evaluate: EvaluateSpec = EvaluateSpec()
    """Stage evaluate."""
    gate: GateSpec = GateSpec()
    """The promotion rule."""
    failure: FailureSpec = FailureSpec()
    """Retries, stalls and deadlines."""
    scheduling: SchedulingSpec = SchedulingSpec()
    """Placement of the pods."""
    images: ImagesSpec = ImagesSpec()
    """Container images."""
    budget: BudgetSpec = BudgetSpec()
    """Limits of use."""
    suspend: bool = False
    """True stops all pods and keeps what was done; false goes on."""
    rerun: RerunRequest | None = None
    """Request to repeat a part of the run."""
    ttl_seconds_after_finished: Annotated[int, Field(ge=0, le=31_536_000)] | None = None
    """Time after which a finished run is deleted; artifacts stay. None keeps it."""

    @model_validator(mode="after")
    def _is_feasible(self) -> Self:
        categories = len(self.data.categories)
        if self.generate.samples < categories:
            raise ValueError(
                f"generate.samples: {self.generate.samples} is fewer than the {categories} categories of data.categories; "
                "quotas cannot reach every category. Ask for more samples or name fewer categories"
            )
        if self.mixture.cap_share * categories < 1 - 1e-9:
            raise ValueError(
                f"mixture.capShare: {self.mixture.cap_share} for each of {categories} categories sums to "
                f"{self.mixture.cap_share * categories:g}, below 1; quotas cannot be met. Raise it to at least {1 / categories:.4f}"
            )
        if self.data.source is DataSource.SCENES:
            fold = self.data.folds.diagnosis
            asked = self.diagnose.max_items_per_category or self.diagnose.items_per_category
            if asked > fold:
                raise ValueError(
                    f"data.folds.diagnosis: {fold} samples of a category, but the diagnosis asks up to {asked}; "
                    "raise the fold or lower diagnose.itemsPerCategory"
                )
        return self
