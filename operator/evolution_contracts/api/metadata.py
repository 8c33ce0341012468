"""The part of Kubernetes object metadata that the project reads."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from evolution_contracts.base import Contract

MAX_RUN_NAME_LENGTH = 30
RUN_NAME_PATTERN = r"^[a-z]([-a-z0-9]*[a-z0-9])?$"


class ObjectMeta(Contract):
    """Object metadata; what the API server adds beyond these fields is passed over."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, Field(min_length=1, max_length=253)]
    namespace: Annotated[str, Field(min_length=1, max_length=63)] = "default"
    uid: Annotated[str, Field(max_length=64)] = ""
    generation: Annotated[int, Field(ge=0)] = 0
    labels: Annotated[dict[str, str], Field(max_length=256)] = {}
    annotations: Annotated[dict[str, str], Field(max_length=256)] = {}
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None


class RunMeta(ObjectMeta):
    """Metadata of a run: the name is short, because the names of its children are made from it."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_RUN_NAME_LENGTH, pattern=RUN_NAME_PATTERN)]
