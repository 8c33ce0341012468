"""From a reply to a verdict: right, wrong and why, or nobody knows."""

from __future__ import annotations

from evolution_contracts.answers import Answer
from evolution_contracts.records import Sample, Verdict
from evolution_contracts.vocabulary import ErrorType, Judgement
from evolution_jobs.answers.instruction import canonical_text
from evolution_jobs.policy.asking import Reply
from evolution_jobs.scenes.registry import pattern, state_of

MAX_EXPLANATION_CHARACTERS = 500
_DEFAULTS = {
    "integer": ErrorType.COUNTING,
    "number": ErrorType.CALCULATION,
    "ratio": ErrorType.CALCULATION,
    "latex": ErrorType.CALCULATION,
    "text": ErrorType.TEXT_READING,
    "list": ErrorType.TEXT_READING,
    "date": ErrorType.TEXT_READING,
    "time": ErrorType.PERCEPTION,
    "bool": ErrorType.PERCEPTION,
    "point": ErrorType.SPATIAL,
    "bbox": ErrorType.SPATIAL,
}
"""Most likely error where nothing is known but the type of the answer."""


def verdict(sample: Sample, reply: Reply) -> Verdict:
    """Return the verdict on one reply."""
    judgement = reply.judgement
    if judgement is Judgement.CORRECT:
        return Verdict(sample_id=sample.id, judgement=judgement)
    if judgement is Judgement.ABSTAIN:
        return abstention(sample, reply.completion.error or reply.grade.detail)
    return Verdict(sample_id=sample.id, judgement=judgement, error_type=_error_type(sample, reply), explanation=_explanation(sample, reply))


def abstention(sample: Sample, reason: str) -> Verdict:
    """Return the verdict that says why there is none."""
    return Verdict(sample_id=sample.id, judgement=Judgement.ABSTAIN, explanation=reason[:MAX_EXPLANATION_CHARACTERS])


def _error_type(sample: Sample, reply: Reply) -> ErrorType:
    text = reply.grade.extracted
    if reply.is_unparsable or text is None:
        return ErrorType.INSTRUCTION_FORMAT
    if not sample.source.uri.startswith("scene://"):
        return default_error(sample.answer)
    return pattern(sample.category, sample.pattern).explain(state_of(sample.source.uri), text)


def default_error(answer: Answer) -> ErrorType:
    """Return the error type that stands in where no scene can tell one."""
    return _DEFAULTS.get(answer.type, ErrorType.OTHER)


def _explanation(sample: Sample, reply: Reply) -> str:
    expected = canonical_text(sample.answer)[:200]
    if reply.completion.is_truncated:
        return f"expected {expected!r}; the token limit cut the completion off"
    if reply.is_unparsable or reply.grade.extracted is None:
        return f"expected {expected!r}; {reply.grade.detail}"
    return f"expected {expected!r}, got {reply.grade.extracted[:200]!r}"
