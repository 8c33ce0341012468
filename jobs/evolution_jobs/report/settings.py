"""The settings that the stages ran with, and what changed while the run lived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from evolution_contracts.spec.run import RunSpec
from evolution_jobs.report.history import History

CONTROL_PLANE_FIELDS = ("iterations", "suspend", "rerun", "ttlSecondsAfterFinished", "budget")
"""Fields that only the control plane reads; what a stage sees of them are defaults, so the page does not show them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChange:
    """A setting that another iteration ran with another value than the last one."""

    field: str
    number: int
    then: str
    at_end: str


def settings_yaml(spec: RunSpec) -> str:
    """Return the resolved spec as YAML, every default filled in."""
    return yaml.safe_dump(_seen_by_stages(spec), sort_keys=False, allow_unicode=True, width=110)


def setting_changes(history: History, spec: RunSpec) -> list[SettingChange]:
    """Return where iterations ran with other settings than those at the end."""
    last = dict(_flat(_seen_by_stages(spec)))
    return [
        SettingChange(field=field, number=iteration.number, then=str(then.get(field, "not set")), at_end=str(last.get(field, "not set")))
        for iteration in history.iterations
        for then in [dict(_flat(_seen_by_stages(iteration.attempts[-1].input.spec)))]
        for field in sorted(then.keys() | last.keys())
        if then.get(field) != last.get(field)
    ]


def _seen_by_stages(spec: RunSpec) -> dict[str, Any]:
    return {field: value for field, value in spec.document().items() if field not in CONTROL_PLANE_FIELDS}


def _flat(document: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for field, value in document.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{field}.")
        else:
            yield f"{prefix}{field}", value
