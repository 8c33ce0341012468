"""The folder that one attempt writes to, and the checked way to what others left.

Nothing is read from another stage but through its manifest: the manifest must have the digest that the input names, and each
file the digest that the manifest names, so a stage can never work on half-written or exchanged data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from evolution_contracts.artifacts import MANIFEST_NAME, Artifact, ArtifactRef, Manifest, attempt_folder, file_digest
from evolution_contracts.errors import ArtifactError
from evolution_contracts.stage import Role, StageInput
from evolution_jobs.runtime.files import storage_errors, write_atomically


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """A finished attempt of another stage, opened for reading."""

    folder: Path
    manifest: Manifest

    def path(self, name: str) -> Path:
        """Return the path of an artifact after checking its size and digest; `ArtifactError` where it is missing or differs."""
        for artifact in self.manifest.artifacts:
            if artifact.path == name:
                return _checked(self.folder, artifact)
        raise ArtifactError(
            f"{self.folder / MANIFEST_NAME} lists no artifact {name!r}.", remedy="Rerun the stage that wrote it with this version."
        )

    def under(self, prefix: str) -> Path:
        """Return a folder of artifacts after checking every file in it."""
        found = [artifact for artifact in self.manifest.artifacts if artifact.path.startswith(f"{prefix}/")]
        if not found:
            raise ArtifactError(f"{self.folder / MANIFEST_NAME} lists nothing under {prefix!r}.", remedy="Rerun the stage that wrote it.")
        for artifact in found:
            _checked(self.folder, artifact)
        return self.folder / prefix


class Workspace:
    """The own folder of an attempt, and the doors to its upstream stages."""

    def __init__(self, root: Path, stage_input: StageInput, shard: int) -> None:
        self._root = root
        self._input = stage_input
        self._shard = shard if stage_input.shards is not None else None
        self.folder = self._folder(stage_input.attempt)

    def _folder(self, attempt: int) -> Path:
        run, stage = self._input.run, self._input
        place = attempt_folder(run.namespace, run.name, iteration=stage.iteration, stage=stage.stage, attempt=attempt, shard=self._shard)
        return self._root / place

    def create(self) -> None:
        """Make the folder."""
        with storage_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)

    def earlier_attempts(self) -> list[Path]:
        """Return the folders of this stage's earlier attempts that exist, newest first: what may be left there can be continued."""
        folders = [self._folder(attempt) for attempt in range(self._input.attempt - 1, self._input.first_attempt - 1, -1)]
        return [folder for folder in folders if folder.is_dir()]

    def upstream(self, role: Role) -> Upstream:
        """Return the one manifest of a role; `ArtifactError` where the input names none or several."""
        (only,) = found if len(found := self.upstream_shards(role)) == 1 else (None,)
        if only is None:
            raise ArtifactError(f"input names {len(found)} manifests for {role!r}, expected 1.", remedy="Rerun from the stage before.")
        return only

    def upstream_shards(self, role: Role) -> list[Upstream]:
        """Return all manifests of a role, in order of the shard."""
        return [self.open(ref) for ref in self._input.upstream.get(role, ())]

    def open(self, ref: ArtifactRef) -> Upstream:
        """Return the attempt that a reference names, after checking its manifest's digest."""
        run = self._input.run
        place = attempt_folder(run.namespace, run.name, iteration=ref.iteration, stage=ref.stage, attempt=ref.attempt, shard=ref.shard)
        folder = self._root / place
        path = folder / MANIFEST_NAME
        if not path.is_file():
            raise ArtifactError(f"{path} is missing.", remedy=f"Rerun from {ref.iteration}/{ref.stage}.")
        data = path.read_bytes()
        if (digest := _digest(data)) != ref.manifest_digest:
            raise ArtifactError(
                f"{path} has digest {digest}, the input names {ref.manifest_digest}.", remedy=f"Rerun from {ref.iteration}/{ref.stage}."
            )
        return Upstream(folder=folder, manifest=Manifest.model_validate_json(data))

    def finished(self) -> Manifest | None:
        """Return the manifest of this attempt where it is already finished; another input for it is an `ArtifactError`."""
        path = self.folder / MANIFEST_NAME
        if not path.is_file():
            return None
        try:
            manifest = Manifest.model_validate_json(path.read_bytes())
        except ValidationError as error:
            raise ArtifactError(f"{path} cannot be read: {error.errors()[0]['msg']}.", remedy="Remove the folder and run again.") from error
        if manifest.input_digest != self._input.fingerprint():
            raise ArtifactError(
                f"{path} belongs to another input ({manifest.input_digest}).", remedy="Give the rerun a new attempt, or remove the folder."
            )
        return manifest

    def seal(self, names: Sequence[str]) -> Manifest:
        """Write the manifest over the named files, last of all; the attempt is then finished."""
        artifacts = tuple(
            Artifact(path=name, size_bytes=(self.folder / name).stat().st_size, digest=file_digest(self.folder / name))
            for name in sorted(set(names))
        )
        manifest = Manifest(input_digest=self._input.fingerprint(), artifacts=artifacts)
        write_atomically(self.folder / MANIFEST_NAME, json.dumps(manifest.document(), indent=1, sort_keys=True) + "\n")
        return manifest

    def reference(self) -> ArtifactRef:
        """Return the reference to this attempt's manifest, for the result."""
        return ArtifactRef(
            stage=self._input.stage,
            iteration=self._input.iteration,
            attempt=self._input.attempt,
            shard=self._shard,
            manifest_digest=_digest((self.folder / MANIFEST_NAME).read_bytes()),
        )


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _checked(folder: Path, artifact: Artifact) -> Path:
    path = folder / artifact.path
    if not path.is_file():
        raise ArtifactError(f"{path} is missing, but its manifest lists it.", remedy="Rerun the stage that wrote it.")
    size = path.stat().st_size
    if size != artifact.size_bytes or file_digest(path) != artifact.digest:
        raise ArtifactError(f"{path} differs from its manifest ({size} bytes on disk).", remedy="Rerun the stage that wrote it.")
    return path
