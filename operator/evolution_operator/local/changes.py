"""What may change in a run file between two starts: the same fields that the API server lets change in a live run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evolution_contracts.errors import ConfigError
from evolution_contracts.spec.run import RunSpec

MUTABLE = frozenset({"suspend", "iterations", "budget", "ttlSecondsAfterFinished", "rerun", "failure"})
"""Fields of the spec that may change while a run lives; `iterations` only upwards."""


def refuse_changes(kept: RunSpec, given: RunSpec, *, folder: str) -> None:
    """Raise `ConfigError` naming the first field that must not change, with both values."""
    remedy = f"Change it back, start another run with `evo run --folder`, or delete {folder}."
    if given.iterations < kept.iterations:
        raise ConfigError(
            f"spec.iterations: {given.iterations} is below the {kept.iterations} that the run was started with; it can only be raised.",
            remedy=remedy,
        )
    if (change := _first_change(_immutable(kept), _immutable(given), "spec")) is not None:
        path, old, new = change
        raise ConfigError(f"{path}: {_shown(new)} differs from {_shown(old)}, which the run was started with.", remedy=remedy)


def _immutable(spec: RunSpec) -> dict[str, Any]:
    return {name: value for name, value in spec.document().items() if name not in MUTABLE}


def _first_change(old: Any, new: Any, path: str) -> tuple[str, Any, Any] | None:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in [*old, *(name for name in new if name not in old)]:
            if (change := _first_change(old.get(name), new.get(name), f"{path}.{name}")) is not None:
                return change
        return None
    return None if old == new else (path, old, new)


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(value)
