"""From the replies to a candidate to its pass rate, and the files that tell about pass rates."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from evolution_contracts.records import Rollouts, Sample
from evolution_contracts.vocabulary import Judgement
from evolution_jobs.answers.instruction import canonical_text
from evolution_jobs.policy.asking import Finding, Reply
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.journal import Line

MAX_ANSWER_CHARACTERS = 200


def describe(rows: Sequence[Row], replies: Sequence[Sequence[Reply]]) -> list[Finding]:
    """Return the counts of each candidate's rollouts, and its most frequent wrong answer."""
    return [_finding(row, own) for row, own in zip(rows, replies, strict=True)]


def _finding(row: Row, replies: Sequence[Reply]) -> Finding:
    judged = Counter(reply.judgement for reply in replies)
    wrong = Counter(reply.grade.extracted for reply in replies if reply.judgement is Judgement.WRONG and not reply.is_unparsable)
    answer, number = min(wrong.items(), key=lambda item: (-item[1], item[0] or "")) if wrong else ("", 0)
    line = {
        "sampleId": row.sample.id,
        "correct": judged[Judgement.CORRECT],
        "unparsable": sum(reply.is_unparsable for reply in replies),
        "total": judged[Judgement.CORRECT] + judged[Judgement.WRONG],
        "abstained": judged[Judgement.ABSTAIN],
        "unanswered": sum(bool(reply.completion.error) for reply in replies),
        "commonWrong": (answer or "")[:MAX_ANSWER_CHARACTERS],
        "commonWrongCount": number,
    }
    return Finding(line, is_settled=judged[Judgement.ABSTAIN] == 0)


def rollouts(line: Line) -> Rollouts | None:
    """Return the counts of a line; None where no rollout could be judged."""
    if not line["total"]:
        return None
    return Rollouts(sample_id=line["sampleId"], correct=line["correct"], unparsable=line["unparsable"], total=line["total"])


def histograms(scored: Sequence[tuple[Sample, Rollouts]]) -> dict[str, Any]:
    """Return for each category how many candidates have how many correct rollouts, with the mean pass rate."""
    by_category: defaultdict[str, list[Rollouts]] = defaultdict(list)
    for sample, found in scored:
        by_category[sample.category.value].append(found)
    return {category: _histogram(found) for category, found in sorted(by_category.items())}


def _histogram(found: Sequence[Rollouts]) -> dict[str, Any]:
    counts = Counter(each.correct for each in found)
    return {
        "candidates": len(found),
        "meanPassRate": round(sum(each.pass_rate for each in found) / len(found), 5),
        "unparsable": sum(each.unparsable for each in found),
        "byCorrect": [counts[correct] for correct in range(max(each.total for each in found) + 1)],
    }


def recheck_line(sample: Sample, line: Mapping[str, Any]) -> Line:
    """Return what a person needs to see whether the key of a candidate that nobody solved is wrong."""
    return {
        "sampleId": sample.id,
        "category": sample.category.value,
        "pattern": sample.pattern,
        "uri": sample.source.uri,
        "question": sample.question,
        "key": canonical_text(sample.answer),
        "commonWrong": line["commonWrong"],
        "commonWrongCount": line["commonWrongCount"],
        "unparsable": line["unparsable"],
        "total": line["total"],
    }
