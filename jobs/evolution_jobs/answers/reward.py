"""The verifiable reward of one completion."""

from __future__ import annotations

from evolution_contracts.spec.model import AnswerFormat
from evolution_contracts.vocabulary import Judgement
from evolution_jobs.answers.grade import Grade


def reward(grade: Grade, *, answer_format: AnswerFormat, accuracy_weight: float = 0.9, format_weight: float = 0.1) -> float:
    """Return the reward of a grade, between 0 and the sum of the weights.

    Plain completions have no form to reward, so there the reward is the accuracy alone, 0 or 1. The format part is reachable: the
    instruction asks for exactly the form that `Grade.is_well_formed` checks, so a right and well-formed completion earns both weights.
    A completion that the verifier failed on earns no accuracy; `Grade.is_verifier_failure` tells it from a wrong one.

    Source: the weights are those of the reference code of arXiv 2602.22859 for its solver.
    """
    accuracy = 1.0 if grade.judgement is Judgement.CORRECT else 0.0
    if answer_format is AnswerFormat.PLAIN:
        return accuracy
    return accuracy_weight * accuracy + format_weight * grade.is_well_formed
