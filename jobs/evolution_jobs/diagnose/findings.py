"""What the diagnosis keeps of one sample: completions and verdicts, after the judge has seen what no program can compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from evolution_contracts.records import AnsweredSample, Verdict
from evolution_contracts.vocabulary import Judgement
from evolution_jobs.diagnose.judge import Case, Judge
from evolution_jobs.diagnose.verdicts import verdict
from evolution_jobs.policy.asking import Describe, Finding, Reply
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.datasets import Row

MAX_COMPLETION_CHARACTERS = 4000
"""Longest completion that is kept."""


@contextmanager
def describing(context: StageContext) -> Iterator[Describe]:
    """Open the judge, where the spec names one, and return what turns replies into answered samples."""
    spec = context.input.spec.diagnose
    if spec.judge is None:
        yield describe
        return
    with Judge(spec.judge, timeout_seconds=spec.serving.request_timeout_seconds) as judge:
        yield lambda rows, replies: describe(rows, replies, judge)


def describe(rows: Sequence[Row], replies: Sequence[Sequence[Reply]], judge: Judge | None = None) -> list[Finding]:
    """Return the answered samples of a batch; texts that the verifier found wrong go to the judge where there is one."""
    verdicts = [[verdict(row.sample, reply) for reply in own] for row, own in zip(rows, replies, strict=True)]
    if judge is not None:
        _consult(judge, rows, replies, verdicts)
    return [_finding(row, own, found) for row, own, found in zip(rows, replies, verdicts, strict=True)]


def _consult(judge: Judge, rows: Sequence[Row], replies: Sequence[Sequence[Reply]], verdicts: list[list[Verdict]]) -> None:
    """Replace the verdicts on wrong free texts by those of the judge."""
    places: list[tuple[int, int]] = []
    cases: list[Case] = []
    for position, (row, own) in enumerate(zip(rows, replies, strict=True)):
        for index, reply in enumerate(own):
            text = reply.grade.extracted
            if row.sample.answer.type == "text" and text and reply.judgement is Judgement.WRONG and reply.grade.is_parsable:
                places.append((position, index))
                cases.append(Case(sample=row.sample, text=text))
    for (position, index), found in zip(places, judge.judge_all(cases), strict=True):
        verdicts[position][index] = found


def _finding(row: Row, replies: Sequence[Reply], verdicts: Sequence[Verdict]) -> Finding:
    answered = AnsweredSample(
        sample_id=row.sample.id,
        category=row.sample.category,
        pattern=row.sample.pattern,
        completions=tuple(reply.completion.text[:MAX_COMPLETION_CHARACTERS] for reply in replies),
        verdicts=tuple(verdicts),
    )
    return Finding(answered.document(), all(verdict.judgement is not Judgement.ABSTAIN for verdict in verdicts))
