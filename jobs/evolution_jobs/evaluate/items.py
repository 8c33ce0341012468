"""The outcome of every held-out sample: what scores and paired differences are computed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from evolution_contracts.base import canonical_json
from evolution_contracts.errors import ContractError
from evolution_contracts.vocabulary import Category, Fold, Judgement
from evolution_jobs.policy.asking import Finding, Reply
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.journal import Line, read_journal

MAX_COMPLETION_CHARACTERS = 4000
"""Longest completion that is kept."""


class Item(NamedTuple):
    """What the statistics need of one sample."""

    sample_id: str
    category: Category
    judgement: Judgement
    is_unanswered: bool


def describe(rows: Sequence[Row], replies: Sequence[Sequence[Reply]]) -> list[Finding]:
    """Return the line of each sample; there is one reply to each."""
    return [_finding(row, reply) for row, (reply,) in zip(rows, replies, strict=True)]


def _finding(row: Row, reply: Reply) -> Finding:
    judgement = reply.judgement
    line = {
        "sampleId": row.sample.id,
        "category": row.sample.category.value,
        "pattern": row.sample.pattern,
        "judgement": judgement.value,
        "isParsable": reply.grade.is_parsable,
        "completion": reply.completion.text[:MAX_COMPLETION_CHARACTERS],
        "error": reply.completion.error[:MAX_COMPLETION_CHARACTERS],
    }
    return Finding(line, is_settled=judgement is not Judgement.ABSTAIN)


def with_fold(fold: Fold, lines: Iterable[Line]) -> list[Line]:
    """Return the lines with the fold they belong to, sorted by sample id."""
    return [{**line, "fold": fold.value} for line in sorted(lines, key=lambda line: str(line["sampleId"]))]


def json_lines(lines: Iterable[Line]) -> str:
    """Return lines as the text of `items.jsonl`."""
    return "".join(canonical_json(line) + "\n" for line in lines)


def read_items(path: Path) -> dict[Fold, list[Item]]:
    """Return the items of each fold that an evaluation left."""
    found: dict[Fold, list[Item]] = {}
    for line in read_journal(path):
        found.setdefault(Fold(line["fold"]), []).append(item(line))
    return found


def item(line: Line) -> Item:
    """Return the item of a line."""
    return Item(line["sampleId"], Category(line["category"]), Judgement(line["judgement"]), bool(line["error"]))


def pairs(ours: Sequence[Item], theirs: Sequence[Item], *, other: str) -> Mapping[Category, list[tuple[bool, bool]]]:
    """Return for each category whether our model and the other one are right, sample by sample; abstentions of either are left out.

    Raises:
        ContractError: The two evaluations asked different samples.
    """
    by_id = {each.sample_id: each for each in theirs}
    own = {each.sample_id for each in ours}
    if own != by_id.keys():
        here, there = len(own - by_id.keys()), len(by_id.keys() - own)
        raise ContractError(
            f"the evaluation of the {other} asked other samples: {here} only here, {there} only there.",
            remedy="Rerun from 0/prepare, so that all models are asked the same samples.",
        )
    found: dict[Category, list[tuple[bool, bool]]] = {}
    for each in ours:
        judgements = (each.judgement, by_id[each.sample_id].judgement)
        if Judgement.ABSTAIN not in judgements:
            found.setdefault(each.category, []).append((judgements[0] is Judgement.CORRECT, judgements[1] is Judgement.CORRECT))
    return found
