"""Where a model can come from, and what is said when it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from evolution_contracts.artifacts import Artifact
from evolution_contracts.results import PrepareOutcome
from evolution_contracts.vocabulary import StageName
from evolution_jobs.prepare.stage import run
from evolution_jobs.runtime.model_folder import model_digest
from support.stage_world import World, failure_of, outcome_of, tiny_spec


def _world(tmp_path: Path, source: str) -> World:
    return World(root=tmp_path, spec=tiny_spec(model={"source": source}))


def _model_folder(world: World) -> Path:
    return world.folder(world.input(StageName.PREPARE, iteration=0)) / "model"


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    folder = tmp_path / "stored"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "config.json").write_text("{}")
    (folder / ".cache").write_text("not part of the model")
    return folder


def test_local_folder_is_copied_and_identified_by_its_contents(tmp_path: Path, stored: Path) -> None:
    world = _world(tmp_path, f"file://{stored}")
    outcome = outcome_of(world.run(run, world.input(StageName.PREPARE, iteration=0)))
    assert isinstance(outcome, PrepareOutcome)
    assert sorted(path.name for path in _model_folder(world).iterdir()) == ["config.json", "model.safetensors"]
    assert outcome.model_digest == model_digest(_model_folder(world))
    (_model_folder(world) / "config.json").write_text("{ }")
    assert outcome.model_digest != model_digest(_model_folder(world))


def test_model_files_and_folds_are_listed_in_the_manifest(tmp_path: Path, stored: Path) -> None:
    world = _world(tmp_path, f"file://{stored}")
    result = world.run(run, world.input(StageName.PREPARE, iteration=0))
    folder = world.folder(world.input(StageName.PREPARE, iteration=0))
    assert result.manifest is not None
    from evolution_contracts.artifacts import Manifest

    listed: tuple[Artifact, ...] = Manifest.model_validate_json((folder / "manifest.json").read_bytes()).artifacts
    assert {"model/model.safetensors", "folds/test.parquet", "registry.json"} <= {artifact.path for artifact in listed}


def test_claim_is_read_where_it_is_mounted(tmp_path: Path, stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVOLUTION_MODEL_MOUNT", str(tmp_path))
    world = _world(tmp_path, "pvc://models/stored")
    outcome_of(world.run(run, world.input(StageName.PREPARE, iteration=0)))


@pytest.mark.parametrize(
    ("source", "words", "exit_code"),
    [
        ("file:///nowhere/at/all", "/nowhere/at/all is no folder", 78),
        ("file://{empty}", r"holds no weights", 78),
        ("pvc://models/stored", "pvc:// needs a cluster", 78),
        ("s3://bucket/model", "s3:// is not built into this image", 78),
        ("builtin://other", "The only one is builtin://tiny-vlm", 78),
        ("hf://not/a/repository", "Write hf://owner/name", 78),
        ("hf://owner/missing", "offline, fill the hub's cache first", 69),
    ],
)
def test_source_that_cannot_be_read_names_the_field_and_the_remedy(tmp_path: Path, source: str, words: str, exit_code: int) -> None:
    (tmp_path / "empty").mkdir()
    world = _world(tmp_path, source.format(empty=tmp_path / "empty"))
    failure = failure_of(world.run(run, world.input(StageName.PREPARE, iteration=0)))
    assert words in failure.message
    assert "spec.model.source" in failure.message
    assert failure.exit_code == exit_code


def test_built_in_model_is_built_once_and_then_taken_from_the_cache(tmp_path: Path) -> None:
    world = _world(tmp_path, "builtin://tiny-vlm?steps=2")
    first = outcome_of(world.run(run, world.input(StageName.PREPARE, iteration=0)))
    (cached,) = (tmp_path / "cache").iterdir()
    built_at = (cached / "model.safetensors").stat().st_mtime_ns
    second = outcome_of(world.run(run, world.input(StageName.PREPARE, iteration=0, attempt=1)))
    assert first == second
    assert (cached / "model.safetensors").stat().st_mtime_ns == built_at


def test_build_that_is_stopped_leaves_no_model_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from evolution_jobs.runtime.context import StageContext

    def stopped(context: StageContext) -> PrepareOutcome:
        context.interrupt.request()
        return run(context)

    world = _world(tmp_path, "builtin://tiny-vlm?steps=50")
    failure = failure_of(world.run(stopped, world.input(StageName.PREPARE, iteration=0)))
    assert failure.exit_code == 75
    assert not list((tmp_path / "cache").glob("tiny-vlm-*"))
