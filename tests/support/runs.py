"""Runs for tests: small, valid, and quick to change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from evolution_contracts.api.metadata import RunMeta
from evolution_contracts.api.run import EvolutionRun
from evolution_contracts.spec.model import ModelSpec
from evolution_contracts.spec.run import RunSpec

START = datetime(2026, 1, 1, tzinfo=UTC)
"""When simulated time begins."""


def a_spec(**fields: Any) -> RunSpec:
    """Return a valid spec; parts may be given as models or as plain dicts."""
    return RunSpec.model_validate({"model": ModelSpec(source="builtin://tiny-vlm"), "generate": {"samples": 120}, **fields})


def a_run(name: str = "demo", *, uid: str = "uid-1", namespace: str = "default", **spec: Any) -> EvolutionRun:
    """Return a run that has just been applied; keywords are fields of its spec."""
    meta = RunMeta(name=name, namespace=namespace, uid=uid, generation=1, creation_timestamp=START)
    return EvolutionRun(metadata=meta, spec=a_spec(**spec))


def edited(run: EvolutionRun, **spec: Any) -> EvolutionRun:
    """Return the run with spec fields changed, as after an edit by a user: the generation goes up."""
    meta = run.metadata.model_copy(update={"generation": run.metadata.generation + 1})
    return run.model_copy(update={"metadata": meta, "spec": run.spec.evolve(**spec)})
