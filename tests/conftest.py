"""Fixtures that several parts share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before torch is loaded anywhere: threads that spin for work starve their neighbours on a small machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a built-in model with a short warm start; read it, never write to it."""
    from support.tiny import build_tiny_model

    return build_tiny_model(tmp_path_factory.mktemp("tiny") / "model")
