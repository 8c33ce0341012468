"""The gates that a drawn scene must pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from evolution_contracts.answers import BoxAnswer
from evolution_contracts.records import Ticket
from evolution_contracts.spec.model import AnswerFormat
from evolution_contracts.vocabulary import Category, Fold
from evolution_jobs.answers.verifier import Verifier
from evolution_jobs.generate.procedural import ScenePainter, Slot
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.folds import Registry
from evolution_jobs.scenes.family import Family, Pattern
from evolution_jobs.scenes.registry import FAMILIES, family, redraw
from support.rows import poor_family, poor_pattern

EMPTY_BOX = BoxAnswer(left=5, top=5, right=5, bottom=5)
"""A box without an area overlaps with nothing, not even with itself."""
TICKET = Ticket(slot=3, category=Category.CHART_GRAPH, pattern="bar_value", difficulty=0.5, seed=11)


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    with Verifier(AnswerFormat.PLAIN) as verifier:
        yield verifier


def painter(
    verifier: Verifier, registry: Registry | None = None, *, attempts: int = 4, families: Mapping[Category, Family] = FAMILIES
) -> ScenePainter:
    return ScenePainter(verifier=verifier, registry=registry or Registry({}), families=families, size_pixels=64, max_attempts=attempts)


def row_of(slot: Slot) -> Row:
    """Return the candidate of a slot that must be filled."""
    assert slot.row is not None
    return slot.row


def test_slot_is_filled_by_the_scene_of_its_ticket(verifier: Verifier) -> None:
    slot = painter(verifier).fill(TICKET)
    sample = row_of(slot).sample
    assert (slot.attempts, slot.rejected) == (1, {})
    assert (sample.category, sample.pattern, sample.difficulty) == (TICKET.category, TICKET.pattern, TICKET.difficulty)
    assert "seed=11&" in sample.source.uri
    assert redraw(sample.source.uri).state_digest.endswith(sample.cluster.removeprefix("scene:"))


def test_duplicate_is_drawn_again_with_another_seed(verifier: Verifier) -> None:
    own = painter(verifier)
    first = own.fill(TICKET)
    second = own.fill(TICKET)
    assert (second.attempts, second.rejected) == (2, {"duplicate": 1})
    assert row_of(second).sample.cluster != row_of(first).sample.cluster


def test_held_out_scene_is_drawn_again(verifier: Verifier) -> None:
    first = row_of(painter(verifier).fill(TICKET))
    registry = Registry.of({Fold.TEST: [first.sample]})
    second = painter(verifier, registry).fill(TICKET)
    assert second.rejected == {"held_out": 1}
    assert not registry.is_held_out(row_of(second).sample)


def test_scene_of_the_seeds_fold_may_be_trained_on(verifier: Verifier) -> None:
    first = row_of(painter(verifier).fill(TICKET))
    slot = painter(verifier, Registry.of({Fold.SEEDS: [first.sample]})).fill(TICKET)
    assert row_of(slot) == first


def test_slot_stays_empty_when_the_attempts_are_used_up(verifier: Verifier) -> None:
    alone = painter(verifier, attempts=1)
    alone.fill(TICKET)
    slot = alone.fill(TICKET)
    assert (slot.row, slot.attempts, slot.rejected) == (None, 1, {"duplicate": 1})


@pytest.mark.parametrize("category", [Category.CHART_GRAPH, Category.EVERYDAY_OBJECT, Category.TEXT_DENSE])
def test_scenes_of_every_pattern_pass_the_gates_at_once(verifier: Verifier, category: Category) -> None:
    own = painter(verifier, attempts=1)
    for number, pattern in enumerate(family(category).patterns):
        assert own.fill(Ticket(slot=number, category=category, pattern=pattern.name, difficulty=0.3, seed=5 + number)).row is not None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (poor_pattern(pictures=9, check=lambda state, text: False), "check_refused"),
        (poor_pattern(pictures=9, answer=EMPTY_BOX), "key_refused"),
    ],
    ids=["check disagrees with the answer", "answer cannot be read back"],
)
def test_scene_with_a_doubtful_key_is_never_accepted(verifier: Verifier, pattern: Pattern, reason: str) -> None:
    own = painter(verifier, families={Category.MAP: poor_family(Category.MAP, pattern)})
    slot = own.fill(Ticket(slot=0, category=Category.MAP, pattern="poor", seed=1))
    assert (slot.row, slot.attempts, slot.rejected) == (None, 4, {reason: 4})
