"""Progress as a document, a file and an endpoint."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evolution_contracts.progress import Progress
from evolution_contracts.vocabulary import StageName
from evolution_jobs.runtime.progress import ProgressReporter, serve_progress
from support.stage_world import World


@pytest.fixture
def reporter(tmp_path: Path) -> ProgressReporter:
    return ProgressReporter(World(root=tmp_path).input(StageName.FILTER), 3, tmp_path / "progress.json")


@pytest.fixture
def address(reporter: ProgressReporter) -> Iterator[str]:
    server = serve_progress(reporter, 0)
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def written(tmp_path: Path) -> Progress:
    return Progress.model_validate_json((tmp_path / "progress.json").read_bytes())


def test_file_holds_the_newest_document(tmp_path: Path, reporter: ProgressReporter) -> None:
    reporter.begin("candidates", 10, done=2)
    reporter.advance(3)
    reporter.activity("rolling out")
    reporter.flush()
    document = written(tmp_path)
    assert (document.unit, document.total, document.done, document.shard) == ("candidates", 10, 5, 3)
    assert document.activity == "rolling out"
    assert document == reporter.snapshot()


def test_only_units_count_as_progress(reporter: ProgressReporter) -> None:
    reporter.begin("candidates", 10)
    before = reporter.snapshot().progressed_at
    reporter.activity("busy")
    reporter.metrics(loss=1.0)
    reporter.advance(0)
    assert reporter.snapshot().progressed_at == before
    assert reporter.snapshot().done == 0


def test_no_unit_is_lost_between_threads(reporter: ProgressReporter) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(reporter.advance, [1] * 2000))
    assert reporter.snapshot().done == 2000


def test_values_that_json_cannot_hold_are_left_out(tmp_path: Path, reporter: ProgressReporter) -> None:
    reporter.metrics(loss=1.5, reward=0.5)
    reporter.metrics(loss=float("nan"), norm=float("inf"))
    reporter.activity("x" * 1000)
    reporter.flush()
    assert written(tmp_path).metrics == {"reward": 0.5}


def test_endpoint_serves_document_and_metrics(reporter: ProgressReporter, address: str) -> None:
    reporter.begin("candidates", 10, done=4)
    reporter.metrics(reward_mean=0.25)
    with urllib.request.urlopen(f"{address}/progress") as answer:
        assert json.load(answer)["done"] == 4
    with urllib.request.urlopen(f"{address}/metrics") as answer:
        text = answer.read().decode()
    assert 'evolution_stage_done{stage="filter"} 4.0' in text
    assert 'evolution_stage_reward_mean{stage="filter"} 0.25' in text


def test_endpoint_knows_no_other_page(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}/secrets")
