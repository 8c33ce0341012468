"""The error tree is one table that stages, the brain and Kubernetes share."""

from __future__ import annotations

import re

import pytest

from evolution_contracts import errors
from evolution_contracts.errors import EvolutionError, ExitCode, all_error_classes


@pytest.mark.parametrize("cls", all_error_classes(), ids=lambda cls: cls.__name__)
def test_every_error_has_a_reason_an_exit_code_and_a_docstring(cls: type[EvolutionError]) -> None:
    assert re.fullmatch(r"[A-Z][A-Za-z]+", cls.reason)
    assert cls.exit_code in set(ExitCode) - {ExitCode.OK}
    assert cls.__doc__


def test_reasons_are_unique() -> None:
    reasons = [cls.reason for cls in all_error_classes()]
    assert len(set(reasons)) == len(reasons)


@pytest.mark.parametrize("cls", all_error_classes(), ids=lambda cls: cls.__name__)
def test_retryable_errors_are_those_that_time_can_mend(cls: type[EvolutionError]) -> None:
    assert cls.is_retryable == (cls.exit_code in {ExitCode.UNAVAILABLE, ExitCode.TEMPORARY})


def test_the_tree_in_the_docstring_is_complete() -> None:
    assert errors.__doc__ is not None
    drawn = set(re.findall(r"\b([A-Z][A-Za-z]+Error)\b", errors.__doc__))
    assert drawn == {cls.__name__ for cls in all_error_classes()}


def test_message_ends_with_the_remedy() -> None:
    assert str(errors.ConfigError("seed: -1 is negative.", remedy="Use 0 or more.")) == "seed: -1 is negative. Use 0 or more."
