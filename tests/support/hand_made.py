"""Hand-made states of scenes with answers worked out by a person, and the check that a pattern agrees with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from evolution_contracts.vocabulary import Category, ErrorType
from evolution_jobs.answers.instruction import canonical_text
from evolution_jobs.scenes.registry import pattern

LARGE = 448


class Case(NamedTuple):
    """A state of a pattern, its right answer and what some wrong answers betray."""

    pattern: str
    kind: str
    state: Mapping[str, Any]
    right: str
    betrayed: Mapping[str, ErrorType]


def case_id(value: object) -> str:
    """Return the id of a case in a table."""
    assert isinstance(value, Case)
    return f"{value.pattern}-{value.kind}"


def assert_agrees(category: Category, case: Case) -> None:
    """Assert that answer, check and explanation of the pattern are those that a person found."""
    its = pattern(category, case.pattern)
    state = {"size": LARGE, "phrase": 0, "kind": case.kind, **case.state}
    assert canonical_text(its.answer(state)) == case.right
    assert its.check(state, case.right)
    for wrong, error in case.betrayed.items():
        assert not its.check(state, wrong), wrong
        assert its.explain(state, wrong) == error, wrong
