"""A model as judge of free texts that no program can compare.

The judge only looks at texts that the verifier found wrong: it may accept a paraphrase, never overrule a match. What it does not answer
in the agreed form is an abstention, never an error of the policy.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import openai
from pydantic import BaseModel, ConfigDict, StrictBool, ValidationError

from evolution_contracts.errors import ConfigError
from evolution_contracts.records import Sample, Verdict
from evolution_contracts.spec.diagnose import JudgeSpec
from evolution_contracts.vocabulary import ErrorType, Judgement
from evolution_jobs.answers.instruction import canonical_text
from evolution_jobs.diagnose.verdicts import MAX_EXPLANATION_CHARACTERS, abstention

API_KEY_VARIABLE = "EVOLUTION_JUDGE_API_KEY"
"""Environment variable that holds the key of the judge's server, from a Secret."""
MAX_TOKENS = 400
REQUESTS_IN_FLIGHT = 8
TRIES = 3
"""Tries of one request; the client waits longer before each."""

_TASK = (
    "You compare answers to a question. Say whether the given answer means the same as the right answer. Spelling, word order and further "
    "words do not matter; another meaning does. If it is wrong, name the error type and say in one sentence what is wrong."
)


class Opinion(BaseModel):
    """What the judge must answer with."""

    model_config = ConfigDict(extra="forbid")

    is_correct: StrictBool
    error_type: ErrorType
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One text to judge."""

    sample: Sample
    text: str
    """The answer that the policy gave."""


class Judge:
    """Asks an OpenAI-compatible server for opinions; a context manager around its connections."""

    def __init__(self, spec: JudgeSpec, *, timeout_seconds: float) -> None:
        self._spec = spec
        self._client = openai.OpenAI(
            base_url=spec.url, api_key=os.environ.get(API_KEY_VARIABLE, "none"), timeout=timeout_seconds, max_retries=TRIES - 1
        )

    def __enter__(self) -> Self:
        self._threads = ThreadPoolExecutor(REQUESTS_IN_FLIGHT, thread_name_prefix="judge")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._client.close()

    def judge_all(self, cases: Sequence[Case]) -> list[Verdict]:
        """Return the verdicts in the order of the cases.

        Raises:
            ConfigError: The server refuses the key or does not know the model.
        """
        return list(self._threads.map(self._judge, cases))

    def _judge(self, case: Case) -> Verdict:
        try:
            answer = self._client.chat.completions.create(**_request(self._spec.model, case))
            opinion = Opinion.model_validate_json(answer.choices[0].message.content or "")
        except (openai.AuthenticationError, openai.PermissionDeniedError, openai.NotFoundError) as error:
            raise ConfigError(
                f"diagnose.judge: {self._spec.url} refuses the request: {error.message}.",
                remedy=f"Check diagnose.judge and the key in {API_KEY_VARIABLE}.",
            ) from error
        except openai.OpenAIError as error:
            return abstention(case.sample, f"the judge did not answer: {error}")
        except (ValidationError, IndexError):
            return abstention(case.sample, "the judge did not answer in the agreed form")
        return _verdict(case, opinion)


def _request(model: str, case: Case) -> dict[str, Any]:
    text = f"Question: {case.sample.question}\nRight answer: {canonical_text(case.sample.answer)}\nGiven answer: {case.text}"
    schema = {"name": "opinion", "strict": True, "schema": Opinion.model_json_schema()}
    return {
        "model": model,
        "messages": [{"role": "system", "content": _TASK}, {"role": "user", "content": text}],
        "temperature": 0,
        "max_completion_tokens": MAX_TOKENS,
        "response_format": {"type": "json_schema", "json_schema": schema},
    }


def _verdict(case: Case, opinion: Opinion) -> Verdict:
    if opinion.is_correct:
        return Verdict(sample_id=case.sample.id, judgement=Judgement.CORRECT, explanation="accepted by the judge")
    explanation = opinion.explanation.encode(errors="replace").decode()[:MAX_EXPLANATION_CHARACTERS]
    return Verdict(sample_id=case.sample.id, judgement=Judgement.WRONG, error_type=opinion.error_type, explanation=explanation)
