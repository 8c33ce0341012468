from __future__ import annotations

from pathlib import Path

import pytest

from evolution_operator.local.machine import cores_of, server_environment


@pytest.mark.parametrize(
    ("affinity", "quota", "expected"),
    [
        pytest.param(8, None, 8, id="no control group"),
        pytest.param(8, "max 100000\n", 8, id="no limit"),
        pytest.param(64, "200000 100000\n", 2, id="container with two cores"),
        pytest.param(2, "800000 100000\n", 2, id="limit above the machine"),
        pytest.param(8, "50000 100000\n", 1, id="half a core"),
    ],
)
def test_cores_follow_affinity_and_quota(tmp_path: Path, affinity: int, quota: str | None, expected: int) -> None:
    path = tmp_path / "cpu.max"
    if quota is not None:
        path.write_text(quota)
    assert cores_of(affinity, path) == expected


def test_environment_lets_threads_sleep_and_keeps_what_the_user_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OMP_WAIT_POLICY", "OMP_NUM_THREADS", "MPLCONFIGDIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "true")
    environment = server_environment(4, tmp_path)
    assert environment["OMP_WAIT_POLICY"] == "PASSIVE"
    assert environment["OMP_NUM_THREADS"] == "4"
    assert environment["MPLCONFIGDIR"] == str(tmp_path)
    assert "TOKENIZERS_PARALLELISM" not in environment
