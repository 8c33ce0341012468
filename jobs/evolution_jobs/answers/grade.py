"""The grade of one completion, and what can keep a completion from being judged."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evolution_contracts.vocabulary import Judgement


class Obstacle(StrEnum):
    """Why there is no judgement; the texts stand in verdicts and logs."""

    EMPTY = "the completion is empty"
    TOO_LONG = "the completion is too long"
    NO_BOX = "there is no complete box"
    SEVERAL_BOXES = "there are several boxes with different contents"
    UNFINISHED_THINKING = "the reasoning does not end"
    OTHER_TYPE = "the answer is not of the expected type"
    TIMEOUT = "the verifier ran out of time"
    CRASH = "the verifier failed"
    BAD_GOLD = "the gold answer cannot be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """How one completion answers one sample.

    Three cases abstain or judge: a parsable answer is correct or wrong; an unparsable one abstains; and an abstention on a parsable answer
    is a failure of the verifier, which must count neither as wrong nor as unparsable.
    """

    judgement: Judgement
    extracted: str | None
    """The answer text; None where the completion held none."""
    is_well_formed: bool
    """Whether the completion has exactly the form that the prompt asked for."""
    is_parsable: bool
    """Whether the completion holds one answer of the expected type."""
    detail: str = ""
    """The obstacle behind an abstention, one of `Obstacle`; empty for judged answers."""

    @property
    def is_verifier_failure(self) -> bool:
        """Whether a parsable answer could not be judged: timeout, crash, unreadable gold answer."""
        return self.is_parsable and self.judgement is Judgement.ABSTAIN
