"""The way to what other stages left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evolution_contracts.artifacts import MANIFEST_NAME, ArtifactRef
from evolution_contracts.errors import ArtifactError
from evolution_contracts.stage import Role
from evolution_contracts.vocabulary import StageName
from evolution_jobs.runtime.workspace import Upstream, Workspace
from support.stage_world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(root=tmp_path)


@pytest.fixture
def left(world: World) -> ArtifactRef:
    return world.leave(world.input(StageName.PREPARE, iteration=0), {"a.json": "{}", "model/weights": b"w", "model/more/config": b"c"})


def workspace(world: World, *refs: ArtifactRef) -> Workspace:
    return Workspace(world.root / "artifacts", world.input(StageName.DIAGNOSE, upstream={"data": refs}), 0)


def test_upstream_files_are_found_by_name_and_by_folder(world: World, left: ArtifactRef) -> None:
    data = workspace(world, left).upstream("data")
    assert data.path("a.json").read_text() == "{}"
    assert (data.under("model") / "more" / "config").read_bytes() == b"c"


def read_all(upstream: Callable[[Role], Upstream]) -> None:
    data = upstream("data")
    data.path("a.json")
    data.under("model")


def _remove(path: Path) -> None:
    path.unlink()


def _change(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def _shorten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("spoil", [_remove, _change, _shorten], ids=["removed", "changed", "shortened"])
@pytest.mark.parametrize("name", ["a.json", "model/weights", MANIFEST_NAME])
def test_spoilt_upstream_is_refused(world: World, left: ArtifactRef, name: str, spoil: Callable[[Path], None]) -> None:
    spoil(world.folder(world.input(StageName.PREPARE, iteration=0)) / name)
    with pytest.raises(ArtifactError, match=name):
        read_all(workspace(world, left).upstream)


def test_what_the_manifest_does_not_list_is_not_read(world: World, left: ArtifactRef) -> None:
    (world.folder(world.input(StageName.PREPARE, iteration=0)) / "b.json").write_text("{}")
    with pytest.raises(ArtifactError, match=r"lists no artifact 'b\.json'"):
        workspace(world, left).upstream("data").path("b.json")
    with pytest.raises(ArtifactError, match="lists nothing under 'folds'"):
        workspace(world, left).upstream("data").under("folds")


@pytest.mark.parametrize("count", [0, 2])
def test_role_with_another_number_of_manifests_is_refused(world: World, left: ArtifactRef, count: int) -> None:
    with pytest.raises(ArtifactError, match=f"{count} manifests for 'data'"):
        workspace(world, *[left] * count).upstream("data")


def test_artifact_root_may_be_moved_between_two_stages(world: World, left: ArtifactRef) -> None:
    moved = world.root / "elsewhere"
    (world.root / "artifacts").rename(moved)
    place = Workspace(moved, world.input(StageName.DIAGNOSE, upstream={"data": [left]}), 0)
    assert place.upstream("data").path("a.json").read_text() == "{}"


def test_earlier_attempts_are_listed_newest_first_and_only_of_the_own_shard(world: World) -> None:
    for attempt in (0, 2):
        Workspace(world.root, world.input(StageName.GENERATE, attempt=attempt, shards=2), 1).create()
    Workspace(world.root, world.input(StageName.GENERATE, attempt=1, shards=2), 0).create()
    own = Workspace(world.root, world.input(StageName.GENERATE, attempt=3, shards=2), 1)
    assert [folder.parent.name for folder in own.earlier_attempts()] == ["a2", "a0"]
    assert own.folder == world.root / "default/demo/i1/generate/a3/s1"


def test_finished_attempt_with_another_input_is_refused(world: World, left: ArtifactRef) -> None:
    world.seed += 1
    with pytest.raises(ArtifactError, match="another input"):
        Workspace(world.root / "artifacts", world.input(StageName.PREPARE, iteration=0), 0).finished()
