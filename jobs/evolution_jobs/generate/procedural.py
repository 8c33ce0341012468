"""Filling slots with drawn scenes.

A scene must pass every gate, cheapest first: its family's independent check accepts the canonical answer, the verifier recognises it, it is
not held out, and this shard has not accepted it before. The category is the ticket's own by construction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from evolution_contracts.records import Ticket
from evolution_contracts.seeds import derive_seed
from evolution_contracts.vocabulary import Category, Judgement
from evolution_jobs.answers.instruction import canonical_text
from evolution_jobs.answers.verifier import Verifier
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.folds import Registry
from evolution_jobs.scenes.family import Family, Scene, draw_scene
from evolution_jobs.scenes.rows import scene_row

CHECK_REFUSED = "check_refused"
KEY_REFUSED = "key_refused"
HELD_OUT = "held_out"
DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What became of a ticket."""

    ticket: Ticket
    attempts: int
    rejected: Counter[str]
    """Rejected attempts by reason."""
    row: Row | None
    """The accepted candidate; None is a shortfall."""


@dataclass(slots=True, kw_only=True)
class ScenePainter:
    """Fills slots one after the other; the same slots in the same order give the same candidates."""

    verifier: Verifier
    """Of the plain answer format: what it reads are answer texts."""
    registry: Registry
    families: Mapping[Category, Family]
    size_pixels: int
    max_attempts: int
    accepted: set[str] = field(default_factory=set)
    """Ids and scenes of the candidates accepted so far."""

    def fill(self, ticket: Ticket) -> Slot:
        """Draw until a scene passes all gates or the attempts are used up."""
        rejected: Counter[str] = Counter()
        for attempt in range(self.max_attempts):
            row, reason = self._try(ticket, ticket.seed if attempt == 0 else derive_seed(ticket.seed, attempt))
            if row is not None:
                self.take(row)
                return Slot(ticket=ticket, attempts=attempt + 1, rejected=rejected, row=row)
            rejected[reason] += 1
        return Slot(ticket=ticket, attempts=self.max_attempts, rejected=rejected, row=None)

    def take(self, row: Row) -> None:
        """Remember an accepted candidate, so that it is not accepted again."""
        self.accepted.update((row.sample.id, row.sample.cluster))

    def _try(self, ticket: Ticket, seed: int) -> tuple[Row | None, str]:
        drawn_by = self.families[ticket.category]
        kind = next(each for each in drawn_by.patterns if each.name == ticket.pattern)
        scene = draw_scene(drawn_by, kind, seed=seed, size_pixels=self.size_pixels, difficulty=ticket.difficulty)
        text = canonical_text(scene.answer)
        if not kind.check(scene.state, text):
            return None, CHECK_REFUSED
        if not self._is_key_read(scene, text):
            return None, KEY_REFUSED
        row = scene_row(scene, difficulty=ticket.difficulty, license=drawn_by.license)
        if self.registry.is_held_out(row.sample):
            return None, HELD_OUT
        if not self.accepted.isdisjoint((row.sample.id, row.sample.cluster)):
            return None, DUPLICATE
        return row, ""

    def _is_key_read(self, scene: Scene, text: str) -> bool:
        """Whether the verifier takes the canonical answer for right."""
        return self.verifier.verify(scene.answer, text).judgement is Judgement.CORRECT
