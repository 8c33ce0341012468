"""Where the pods of a run go, what the run may cost, and the images it uses."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from evolution_contracts.base import Contract
from evolution_contracts.spec.kubernetes import LabelKey, LabelValue, Toleration


class SchedulingSpec(Contract):
    """Placement of all pods of the run."""

    queue_name: Annotated[str, Field(max_length=63)] | None = None
    """Kueue LocalQueue; every workload is then born suspended and started by Kueue."""
    priority_class: Annotated[str, Field(max_length=253)] | None = None
    """PriorityClass of the pods."""
    node_selector: Annotated[dict[LabelKey, LabelValue], Field(max_length=32)] = {}
    """Node labels that every pod needs."""
    tolerations: Annotated[tuple[Toleration, ...], Field(max_length=32)] = ()
    """Taints that every pod accepts."""
    image_pull_secrets: Annotated[tuple[Annotated[str, Field(max_length=253)], ...], Field(max_length=16)] = ()
    """Names of Secrets for private registries."""
    service_account: Annotated[str, Field(max_length=253)] | None = None
    """Service account of stage pods; its token is never mounted. None takes the namespace's default."""


class ImagesSpec(Contract):
    """Container images; None takes the operator's defaults."""

    stage: Annotated[str, Field(max_length=500)] | None = None
    """Image of stages without torch."""
    train: Annotated[str, Field(max_length=500)] | None = None
    """Image of stages that hold the model."""
    pull_policy: Literal["Always", "IfNotPresent", "Never"] = "IfNotPresent"
    """Pull policy of both."""


class StorageSpec(Contract):
    """Where artifacts are kept on a cluster; locally they lie in the run's folder."""

    claim_name: Annotated[str, Field(min_length=1, max_length=253)]
    """PersistentVolumeClaim with access mode ReadWriteMany."""
    sub_path: Annotated[str, Field(max_length=500, pattern=r"^[^/].*$")] | None = None
    """Folder inside the volume; None is its root."""


class BudgetSpec(Contract):
    """What the run may use before it stops cleanly; None sets no limit."""

    gpu_hours: Annotated[float, Field(ge=0)] | None = None
    """GPU-hours of all stages."""
    api_cost: Annotated[float, Field(ge=0)] | None = None
    """Cost of hosted models, in the currency of their price list."""
    wall_hours: Annotated[float, Field(ge=0)] | None = None
    """Hours since the run began, queues and suspension left out."""
