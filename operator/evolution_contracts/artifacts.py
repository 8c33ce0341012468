"""What a stage leaves behind, and where.

The layout is part of the contract: `<root>/<namespace>/<run>/i<iteration>/<stage>/a<attempt>[/s<shard>]/`.
The manifest is written last, by atomic
rename: a folder without `manifest.json` is unfinished work, whatever else lies in it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath
from typing import Annotated, Self

from pydantic import Field, model_validator

from evolution_contracts.base import Contract, canonical_json, text_digest
from evolution_contracts.records import Digest
from evolution_contracts.vocabulary import StageName

MANIFEST_NAME = "manifest.json"
RESULT_NAME = "result.json"
INPUT_NAME = "input.json"
PROGRESS_NAME = "progress.json"


class Artifact(Contract):
    """One file of an attempt."""

    path: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^/].*$")]
    """Path below the attempt's folder, with forward slashes."""
    size_bytes: Annotated[int, Field(ge=0)]
    digest: Digest

    @model_validator(mode="after")
    def _stays_inside(self) -> Self:
        if ".." in PurePosixPath(self.path).parts:
            raise ValueError(f"path {self.path!r} leaves the attempt's folder")
        return self


class Manifest(Contract):
    """The list of what a finished attempt left, with checksums."""

    input_digest: Digest
    """Digest of the `StageInput` that led here; a finished attempt started with another input is an error."""
    artifacts: Annotated[tuple[Artifact, ...], Field(max_length=100_000)]
    """Sorted by path."""

    def content_digest(self) -> str:
        """Return the digest of the artifacts alone, independent of the input that led to them."""
        return text_digest(canonical_json([artifact.document() for artifact in self.artifacts]))


class ArtifactRef(Contract):
    """A pointer from one stage's input to another attempt's manifest."""

    stage: StageName
    iteration: Annotated[int, Field(ge=0)]
    attempt: Annotated[int, Field(ge=0)]
    shard: Annotated[int, Field(ge=0)] | None = None
    """Shard of a sharded stage; None where the stage has no shards."""
    manifest_digest: Digest
    """SHA-256 of the bytes of `manifest.json`; the reader refuses another one."""


def attempt_folder(namespace: str, run: str, *, iteration: int, stage: StageName, attempt: int, shard: int | None = None) -> PurePosixPath:
    """Return the folder of one attempt (of one shard), relative to the artifact root."""
    folder = PurePosixPath(namespace, run, f"i{iteration}", stage.value, f"a{attempt}")
    return folder if shard is None else folder / f"s{shard}"


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in blocks of 1 MiB."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return f"sha256:{digest.hexdigest()}"
