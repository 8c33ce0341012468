import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evolution_contracts.api.metadata import MAX_RUN_NAME_LENGTH, RUN_NAME_PATTERN
from evolution_contracts.vocabulary import StageName
from evolution_operator.core.naming import MAX_NAME_LENGTH, child_name
from support.steady import STEADY

DNS_LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
run_names = st.from_regex(RUN_NAME_PATTERN, fullmatch=True).filter(lambda name: len(name) <= MAX_RUN_NAME_LENGTH)
places = st.tuples(run_names, st.integers(0, 1000), st.sampled_from(StageName), st.integers(0, 10_000))
long_names = st.text("abc-", min_size=40, max_size=120).map(lambda text: f"a{text}z")


def test_name_tells_run_iteration_stage_and_attempt() -> None:
    assert child_name("qwen-7b", 7, StageName.TRAIN, 2) == "qwen-7b-i007-train-a2"


def test_longest_run_name_with_a_single_digit_attempt_is_not_cut() -> None:
    assert child_name("r" * 30, 999, StageName.DIAGNOSE, 9) == "r" * 30 + "-i999-diagnose-a9"


@STEADY
@given(places)
def test_every_name_is_a_dns_label_of_at_most_63_characters(place: Any) -> None:
    name = child_name(*place)
    assert len(name) <= MAX_NAME_LENGTH
    assert DNS_LABEL.fullmatch(name)


@STEADY
@given(places, places)
def test_two_attempts_never_share_a_name(one: Any, other: Any) -> None:
    assert (child_name(*one) == child_name(*other)) == (one == other)


@STEADY
@given(long_names, st.integers(0, 50), st.integers(0, 50))
def test_cut_names_stay_valid_and_apart(run: str, one: Any, other: Any) -> None:
    names = [child_name(run, 1, StageName.TRAIN, attempt) for attempt in (one, other)]
    assert all(len(name) <= MAX_NAME_LENGTH and DNS_LABEL.fullmatch(name) for name in names)
    assert (names[0] == names[1]) == (one == other)


@pytest.mark.parametrize(("length", "is_cut"), [(46, False), (47, True)], ids=["63-characters", "64-characters"])
def test_only_names_above_63_characters_are_cut(length: int, *, is_cut: bool) -> None:
    name = child_name("r" * length, 1, StageName.DIAGNOSE, 0)
    assert len(name) == MAX_NAME_LENGTH
    assert name.endswith("-a0") is not is_cut
