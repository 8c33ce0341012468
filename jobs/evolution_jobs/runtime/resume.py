"""Work that a killed attempt left, found again by the next one.

A journal begins with the digest of all that decides its lines, so work that was done for another input, in whatever folder it lies, is
never taken over.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from evolution_contracts.base import canonical_json, text_digest
from evolution_contracts.stage import StageInput
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.journal import Journal, Line, read_journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """The journal of this attempt, and the lines that it and earlier attempts hold already."""

    kept: list[Line]
    """Oldest attempt first; a line may stand twice, the last one counts."""
    journal: Journal


def recipe_of(stage_input: StageInput, **settings: Any) -> str:
    """Return the digest of what decides a stage's lines: seed, iteration, plan, all upstream, and the named settings (JSON-ready)."""
    known = stage_input.document()
    return text_digest(canonical_json({"settings": settings, **{key: known.get(key) for key in ("seed", "iteration", "upstream", "plan")}}))


@contextmanager
def resume(context: StageContext, name: str, recipe: str) -> Iterator[Resumed]:
    """Open the attempt's journal for writing, with all lines of the same recipe that are on the disk."""
    header = {"recipe": recipe}
    own = context.workspace.folder / name
    earlier = [line for folder in reversed(context.workspace.earlier_attempts()) for line in _body(read_journal(folder / name), header)]
    lines = list(read_journal(own))
    if lines[:1] != [header]:
        own.unlink(missing_ok=True)
    with Journal(own) as journal:
        if lines[:1] != [header]:
            journal.append([header])
        yield Resumed(kept=[*earlier, *_body(iter(lines), header)], journal=journal)


def _body(lines: Iterator[Line], header: Line) -> Iterator[Line]:
    if next(lines, None) == header:
        yield from lines
