"""What every stage may say about the pod it runs in."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from evolution_contracts.base import Contract

Quantity = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$", max_length=20)]
LabelKey = Annotated[str, Field(min_length=1, max_length=253)]
LabelValue = Annotated[str, Field(max_length=63)]


class Resources(Contract):
    """Resource requests and limits of a container, as in Kubernetes."""

    requests: Annotated[dict[LabelKey, Quantity], Field(max_length=16)] = {}
    """Amounts that the scheduler reserves, such as `cpu: "2"` or `memory: 4Gi`."""
    limits: Annotated[dict[LabelKey, Quantity], Field(max_length=16)] = {}
    """Amounts that the container may not exceed; `nvidia.com/gpu` goes here."""


class Toleration(Contract):
    """A taint that the pods of the run accept, as in Kubernetes."""

    key: Annotated[str, Field(max_length=253)] = ""
    """Taint key; empty matches every key."""
    operator: Literal["Exists", "Equal"] = "Equal"
    """How key and value are compared."""
    value: LabelValue = ""
    """Taint value for `Equal`."""
    effect: Literal["", "NoSchedule", "PreferNoSchedule", "NoExecute"] = ""
    """Effect to match; empty matches every effect."""
    toleration_seconds: Annotated[int, Field(ge=0)] | None = None
    """Seconds to stay after a NoExecute taint; None means for ever."""


class SecretKey(Contract):
    """A reference to one key of a Secret in the run's namespace; the value itself never enters a resource."""

    name: Annotated[str, Field(min_length=1, max_length=253)]
    """Name of the Secret."""
    key: Annotated[str, Field(min_length=1, max_length=253)]
    """Key inside the Secret."""


class StagePod(Contract):
    """Pod settings of one stage; those of `scheduling` hold where a field is left out here."""

    resources: Resources = Resources()
    """Resources of the stage's container."""
    node_selector: Annotated[dict[LabelKey, LabelValue], Field(max_length=32)] = {}
    """Node labels that the stage's pods need; added to those of `scheduling`."""
    tolerations: Annotated[tuple[Toleration, ...], Field(max_length=32)] = ()
    """Taints that the stage's pods accept; added to those of `scheduling`."""
    shared_memory: Quantity = "1Gi"
    """Size of the memory-backed `/dev/shm`; counts towards the container's memory."""
    template: Annotated[dict[str, Any], Field(json_schema_extra={"x-kubernetes-preserve-unknown-fields": True})] = {}
    """Pod template fields that are merged over the rendered ones, as a strategic patch would; for what this API does not name."""
