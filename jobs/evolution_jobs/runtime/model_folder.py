"""A model as an artifact: a folder in the layout of transformers, identified by the contents of its files."""

from __future__ import annotations

from pathlib import Path

from evolution_contracts.artifacts import file_digest
from evolution_contracts.base import canonical_json, text_digest
from evolution_contracts.errors import ArtifactError

MODEL_FOLDER = "model"
"""Name of the folder inside the attempt that leaves a model."""


def model_artifacts(attempt_folder: Path) -> list[str]:
    """Return the names of a model's files below the attempt's folder, sorted; a folder without weights is an `ArtifactError`."""
    folder = attempt_folder / MODEL_FOLDER
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not any(path.suffix == ".safetensors" for path in files):
        raise ArtifactError(f"model folder {folder} holds no weights (*.safetensors).", remedy="Name a folder with a complete model.")
    return [path.relative_to(attempt_folder).as_posix() for path in files]


def model_digest(folder: Path) -> str:
    """Return the digest over the names and contents of a model folder's files."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return text_digest(canonical_json({path.relative_to(folder).as_posix(): file_digest(path) for path in files}))
