"""The one verifier: diagnosis, filter, training and evaluation all judge with it."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from evolution_contracts.answers import Answer, LatexAnswer
from evolution_contracts.spec.model import AnswerFormat
from evolution_contracts.vocabulary import Judgement
from evolution_jobs.answers.compare import compare
from evolution_jobs.answers.extract import Extraction, extract
from evolution_jobs.answers.grade import Grade, Obstacle
from evolution_jobs.answers.latex import FormulaPair, LatexPool
from evolution_jobs.answers.latex_worker import Outcome

_OBSTACLES = {
    Outcome.UNREADABLE: Obstacle.OTHER_TYPE,
    Outcome.UNREADABLE_GOLD: Obstacle.BAD_GOLD,
    Outcome.TIMEOUT: Obstacle.TIMEOUT,
    Outcome.CRASH: Obstacle.CRASH,
}


class Verifier:
    """Judges completions against typed answers; leave its context to stop the formula workers.

    The workers start with the first formula that needs them, so a verifier without formulas costs nothing. All methods may be called from
    any thread.
    """

    def __init__(self, answer_format: AnswerFormat, *, latex_workers: int = 1) -> None:
        self._answer_format = answer_format
        self._pool = LatexPool(latex_workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._pool.close()

    def verify(self, answer: Answer, completion: str) -> Grade:
        """Return the grade of one completion; for many, `verify_all` is faster."""
        return self.verify_all([(answer, completion)])[0]

    def verify_all(self, pairs: Sequence[tuple[Answer, str]]) -> list[Grade]:
        """Return the grades of (answer, completion) pairs, in their order.

        Raises:
            MissingDependencyError: When a formula must be compared and math-verify is not installed.
            EvolutionError: When the formula workers do not start.
        """
        found = [extract(completion, self._answer_format) for _, completion in pairs]
        formulas = [
            (index, FormulaPair(answer.value, extraction.text))
            for index, ((answer, _), extraction) in enumerate(zip(pairs, found, strict=True))
            if isinstance(answer, LatexAnswer) and extraction.text is not None
        ]
        outcomes = dict(zip([index for index, _ in formulas], self._pool.judge_all([pair for _, pair in formulas]), strict=True))
        return [
            _grade_formula(extraction, outcomes[index]) if index in outcomes else self._grade(answer, extraction)
            for index, ((answer, _), extraction) in enumerate(zip(pairs, found, strict=True))
        ]

    def _grade(self, answer: Answer, extraction: Extraction) -> Grade:
        if extraction.text is None:
            return _abstain(extraction, extraction.obstacle, is_parsable=False)
        is_right = compare(answer, extraction.text, plain=self._answer_format is AnswerFormat.PLAIN)
        if is_right is None:
            return _abstain(extraction, Obstacle.OTHER_TYPE, is_parsable=False)
        return _judged(extraction, is_right=is_right)


def _grade_formula(extraction: Extraction, outcome: Outcome) -> Grade:
    if outcome in _OBSTACLES:
        return _abstain(extraction, _OBSTACLES[outcome], is_parsable=outcome is not Outcome.UNREADABLE)
    return _judged(extraction, is_right=outcome is Outcome.EQUAL)


def _judged(extraction: Extraction, *, is_right: bool) -> Grade:
    return Grade(
        judgement=Judgement.CORRECT if is_right else Judgement.WRONG,
        extracted=extraction.text,
        is_well_formed=extraction.is_well_formed,
        is_parsable=True,
    )


def _abstain(extraction: Extraction, obstacle: Obstacle | None, *, is_parsable: bool) -> Grade:
    return Grade(
        judgement=Judgement.ABSTAIN,
        extracted=extraction.text,
        is_well_formed=extraction.is_well_formed,
        is_parsable=is_parsable,
        detail=obstacle or "",
    )


__all__ = ["Grade", "Verifier"]
