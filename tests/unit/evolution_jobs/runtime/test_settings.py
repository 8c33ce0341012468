"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from evolution_contracts.errors import ConfigError
from evolution_jobs.runtime.settings import Settings

NAMES = ("ARTIFACT_ROOT", "RESULT_FILE", "PROGRESS_FILE", "PROGRESS_PORT", "DATA_ROOT", "CACHE")


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(f"EVOLUTION_{name}", raising=False)
    monkeypatch.delenv("JOB_COMPLETION_INDEX", raising=False)


def test_defaults_are_those_of_a_pod() -> None:
    settings = Settings.from_environment()
    assert settings.artifact_root == Path("/artifacts")
    assert settings.result_file == Path("/dev/termination-log")
    assert (settings.progress_file, settings.progress_port, settings.shard) == (None, None, 0)


def test_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVOLUTION_ARTIFACT_ROOT", "/a")
    monkeypatch.setenv("EVOLUTION_PROGRESS_FILE", "/p.json")
    monkeypatch.setenv("EVOLUTION_PROGRESS_PORT", "8080")
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "5")
    settings = Settings.from_environment()
    assert (settings.artifact_root, settings.progress_file) == (Path("/a"), Path("/p.json"))
    assert (settings.progress_port, settings.shard) == (8080, 5)


@pytest.mark.parametrize("value", ["-1", "many", "1.5"])
def test_value_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("EVOLUTION_PROGRESS_PORT", value)
    with pytest.raises(ConfigError, match=f"EVOLUTION_PROGRESS_PORT is '{value}'"):
        Settings.from_environment()
