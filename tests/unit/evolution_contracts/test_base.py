"""Contracts are strict, immutable and have one text."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from evolution_contracts.base import Contract, canonical_json
from evolution_contracts.seeds import derive_seed
from evolution_contracts.spec.filter import FilterSpec


def test_unknown_field_is_an_error_and_not_ignored() -> None:
    with pytest.raises(ValidationError, match="minPassrate"):
        FilterSpec.model_validate({"minPassrate": 0.2})


def test_fields_are_written_in_camel_case_and_read_in_both_cases() -> None:
    assert FilterSpec(min_pass_rate=0.2) == FilterSpec.model_validate({"minPassRate": 0.2})
    assert FilterSpec(min_pass_rate=0.2).document()["minPassRate"] == 0.2


def test_contract_cannot_be_changed_after_it_was_built() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        FilterSpec().rollouts = 3  # type: ignore[misc]


def test_evolve_validates_the_new_value() -> None:
    assert FilterSpec().evolve(rollouts=5).rollouts == 5
    with pytest.raises(ValidationError, match="rollouts"):
        FilterSpec().evolve(rollouts=0)


def test_equal_documents_have_equal_fingerprints_however_they_were_written() -> None:
    assert FilterSpec().fingerprint() == FilterSpec.model_validate({"rollouts": 9}).fingerprint()
    assert FilterSpec().fingerprint() != FilterSpec(rollouts=8).fingerprint()


def test_canonical_json_refuses_what_json_cannot_hold() -> None:
    assert canonical_json({"b": 1, "a": "ä"}) == '{"a":"ä","b":1}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": float("nan")})


def test_not_a_number_is_no_value_of_a_contract() -> None:
    class Reading(Contract):
        value: float

    with pytest.raises(ValidationError, match="finite"):
        Reading(value=float("inf"))


def test_seed_depends_on_every_part_and_on_their_order() -> None:
    seeds = {derive_seed(1, "a"), derive_seed("a", 1), derive_seed(1, "b"), derive_seed(1, "a", 0), derive_seed("1a")}
    assert len(seeds) == 5
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert derive_seed(1, "a") == derive_seed("1", "a")
