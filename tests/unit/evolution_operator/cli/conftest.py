from __future__ import annotations

from pathlib import Path

import pytest

from support.stages_folder import TESTS, Workplace, workplace


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    # The stage server finds the scripted stages here.
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    return workplace(tmp_path)
