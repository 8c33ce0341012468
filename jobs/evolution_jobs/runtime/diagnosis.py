"""The diagnosis report R(k) in full: what `diagnose` leaves, `generate` steers by and `report` shows."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from evolution_contracts.base import Contract
from evolution_contracts.errors import ContractError
from evolution_contracts.records import Digest, Share
from evolution_contracts.results import CategoryDiagnosis, Count
from evolution_contracts.vocabulary import Category, ErrorType


class Tier(StrEnum):
    """How well a category is mastered."""

    WEAK = "weak"
    MODERATE = "moderate"
    STRONG = "strong"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, diagnosis: CategoryDiagnosis) -> Tier:
        """Return the tier of a category's posterior mean accuracy; nothing judged is unknown.

        Source: the limits 0.70 and 0.85 of the method notes, section 1.3.
        """
        if diagnosis.n == 0:
            return cls.UNKNOWN
        if diagnosis.accuracy < 0.70:
            return cls.WEAK
        return cls.STRONG if diagnosis.accuracy >= 0.85 else cls.MODERATE


class Failure(Contract):
    """One wrong answer, for people."""

    sample_id: Digest
    pattern: str
    question: str
    completion: str
    """What the policy wrote, cut to 500 characters."""
    expected: str
    """Canonical text of the right answer."""
    error_type: ErrorType
    explanation: str


class CategoryReport(Contract):
    """What the diagnosis found in one category, and in each of its patterns."""

    tier: Tier
    total: CategoryDiagnosis
    patterns: dict[str, CategoryDiagnosis]
    """By name of the pattern; the empty name holds samples without one."""
    failures: Annotated[tuple[Failure, ...], Field(max_length=5)]


class DiagnosisReport(Contract):
    """The report of one iteration."""

    iteration: Count
    accuracy: Share
    """Mean of the categories' posterior mean accuracies."""
    abstain_share: Share
    answers_per_item: Count
    categories: dict[Category, CategoryReport]


def read_report(path: Path) -> DiagnosisReport:
    """Read the report that `diagnose` left."""
    try:
        return DiagnosisReport.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ContractError(f"{path} is no diagnosis report: {error.errors()[0]['msg']}.", remedy="Rerun from diagnose.") from error
