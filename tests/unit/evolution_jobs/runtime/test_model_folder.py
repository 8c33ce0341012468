"""Models as artifacts."""

from __future__ import annotations

from pathlib import Path

import pytest

from evolution_contracts.errors import ArtifactError
from evolution_jobs.runtime.model_folder import MODEL_FOLDER, model_artifacts, model_digest


def write_model(attempt: Path, content: str = "w") -> Path:
    folder = attempt / MODEL_FOLDER
    (folder / "more").mkdir(parents=True)
    (folder / "model.safetensors").write_text(content)
    (folder / "more" / "config.json").write_text("{}")
    return folder


def test_all_files_of_a_model_are_artifacts(tmp_path: Path) -> None:
    write_model(tmp_path)
    assert model_artifacts(tmp_path) == ["model/model.safetensors", "model/more/config.json"]


def test_folder_without_weights_is_no_model(tmp_path: Path) -> None:
    (tmp_path / MODEL_FOLDER).mkdir()
    with pytest.raises(ArtifactError, match="holds no weights"):
        model_artifacts(tmp_path)


def test_digest_depends_on_names_and_contents_but_not_on_the_place(tmp_path: Path) -> None:
    one, same, other = (write_model(tmp_path / name, content) for name, content in (("a", "w"), ("b", "w"), ("c", "v")))
    assert model_digest(one) == model_digest(same) != model_digest(other)
    (same / "more" / "config.json").rename(same / "config.json")
    assert model_digest(one) != model_digest(same)
