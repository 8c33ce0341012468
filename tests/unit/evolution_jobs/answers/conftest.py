from __future__ import annotations

from collections.abc import Iterator

import pytest

from evolution_contracts.spec.model import AnswerFormat
from evolution_jobs.answers.latex import LatexPool
from evolution_jobs.answers.verifier import Verifier


@pytest.fixture(scope="session")
def pool() -> Iterator[LatexPool]:
    """Formula workers that all tests share, because a start takes seconds."""
    shared = LatexPool()
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def boxed() -> Iterator[Verifier]:
    """A verifier of boxed answers; its workers start with the first formula."""
    with Verifier(AnswerFormat.BOXED) as verifier:
        yield verifier
