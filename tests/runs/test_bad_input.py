"""Bad input ends in one clear message with field, value and remedy, the exit code of the error tree, and no damaged state."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from support.tiny import drawn_rows

TINY = Path(__file__).with_name("tiny.yaml")
Evolve = Callable[..., Any]


def _file(folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    document = yaml.safe_load(TINY.read_text())
    change(document)
    path = folder / "run.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda run: run["spec"].update(itrations=3), ["spec.itrations", "iterations"], id="unknown field"),
        pytest.param(lambda run: run["spec"].update(iterations="many"), ["spec.iterations", "many"], id="wrong type"),
        pytest.param(lambda run: run["metadata"].update(name="a" * 31), ["metadata.name", "30"], id="name of 31 characters"),
        pytest.param(
            lambda run: run["spec"]["generate"].update(samples=1), ["generate.samples: 1", "2 categories"], id="impossible quotas"
        ),
    ],
)
def test_wrong_run_file_is_refused_before_anything_starts(tmp_path: Path, evolve: Evolve, change: Any, words: list[str]) -> None:
    ended = evolve(_file(tmp_path, change))
    assert ended.code == 78
    assert all(word in ended.output for word in words), ended.output
    assert "Traceback" not in ended.output
    assert not ended.folder.exists()


def test_parquet_without_answers_names_the_column(tmp_path: Path, evolve: Evolve) -> None:
    row = drawn_rows(1)[0]
    pq.write_table(pa.table({"problem": ["what?"], "images": [[{"bytes": row.image, "path": "0.png"}]]}), tmp_path / "data.parquet")

    def change(run: dict[str, Any]) -> None:
        run["spec"]["data"] = {"source": "Files", "files": ["data.parquet"], "categories": ["map"], "imageSizePixels": 64}
        run["spec"]["diagnose"].pop("maxItemsPerCategory", None)

    ended = evolve(_file(tmp_path, change))
    assert ended.code == 65, ended.output
    assert "data.parquet" in ended.output
    assert "answer" in ended.output
    assert "Traceback" not in ended.output


def test_model_folder_without_weights_is_named(tmp_path: Path, evolve: Evolve) -> None:
    (tmp_path / "empty").mkdir()
    ended = evolve(_file(tmp_path, lambda run: run["spec"].update(model={"source": f"file://{tmp_path / 'empty'}"})))
    assert ended.code == 78, ended.output
    assert "holds no weights" in ended.output
    assert "spec.model.source" in ended.output


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MiB, too small for a run."""
    place = tmp_path / "runs"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"mounting a tmpfs needs root: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a tmpfs needs root")
def test_full_disk_is_said_and_the_run_goes_on_when_there_is_space(tmp_path: Path, small_disk: Path, evolve: Evolve) -> None:
    run_file = _file(tmp_path, lambda run: run["spec"].update(failure={"infrastructureRetries": 1, "retryDelaySeconds": 0}))
    ended = evolve(run_file)
    assert ended.code == 69, ended.output
    assert "No space left on device" in ended.output
    assert "Free disk space" in ended.output
    assert "Traceback" not in ended.output

    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    again = evolve(run_file)
    assert again.code == 0, again.output
    assert again.summary["phase"] == "Succeeded"
