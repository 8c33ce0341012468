"""The verifiable reward as TRL wants it: a function over a batch of completions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from pydantic import TypeAdapter

from evolution_contracts.answers import Answer
from evolution_contracts.spec.model import AnswerFormat
from evolution_contracts.spec.train import GrpoSpec
from evolution_jobs.answers.reward import reward
from evolution_jobs.answers.verifier import Verifier

_ANSWER: TypeAdapter[Any] = TypeAdapter(cast("type[Any]", Answer))


class VerifiableReward:
    """Rewards completions by the same verifier that diagnosis, filter and evaluation use."""

    __name__ = "verifiable"

    def __init__(self, verifier: Verifier, answer_format: AnswerFormat, grpo: GrpoSpec, end_tokens: frozenset[int]) -> None:
        self._verifier = verifier
        self._format = answer_format
        self._grpo = grpo
        self._end_tokens = end_tokens
        self._answers: dict[str, Answer] = {}

    def __call__(
        self, completions: Sequence[Any], completion_ids: Sequence[Sequence[int]], answer: Sequence[str], **_columns: Any
    ) -> list[float]:
        """Return the reward of each completion; one that the token limit cut off holds no answer and gets none."""
        texts = [completion if isinstance(completion, str) else completion[0]["content"] for completion in completions]
        grades = self._verifier.verify_all([(self._typed(key), text) for key, text in zip(answer, texts, strict=True)])
        return [
            reward(
                grade,
                answer_format=self._format,
                accuracy_weight=self._grpo.accuracy_weight,
                format_weight=self._grpo.format_weight,
            )
            if ids and ids[-1] in self._end_tokens
            else 0.0
            for grade, ids in zip(grades, completion_ids, strict=True)
        ]

    def _typed(self, document: str) -> Answer:
        if document not in self._answers:
            self._answers[document] = _ANSWER.validate_json(document)
        return self._answers[document]
