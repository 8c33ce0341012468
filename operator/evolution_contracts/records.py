"""The rows that stages leave for each other.

A sample is the unit of everything: one picture, one question, one typed answer. Its id is the hash of its content, so the same sample has
the same id in every fold, iteration and run, and a leak between folds can be seen by comparing ids.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from evolution_contracts.answers import Answer
from evolution_contracts.base import Contract, canonical_json, text_digest
from evolution_contracts.vocabulary import Category, ErrorType, Judgement

Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Share = Annotated[float, Field(ge=0, le=1)]


class ImageRef(Contract):
    """What identifies a picture; the bytes lie beside the record."""

    pixels_digest: Digest
    """SHA-256 of mode, size and decoded pixels; stays equal when the file is written again by another encoder."""
    width_pixels: Annotated[int, Field(ge=1, le=65_536)]
    height_pixels: Annotated[int, Field(ge=1, le=65_536)]


class SampleSource(Contract):
    """Where a sample comes from and under which licence."""

    uri: Annotated[str, Field(max_length=2000)]
    """`scene://<family>/<pattern>@<version>?seed=<n>` for drawn samples, the file and row for imported ones."""
    license: Annotated[str, Field(max_length=200)] = "unknown"
    """SPDX identifier where one exists."""
    parent_id: Digest | None = None
    """Sample that this one was derived from."""


class Sample(Contract):
    """One picture, one question, one verifiable answer."""

    id: Digest
    """Content hash, see `sample_id`."""
    category: Category
    pattern: Annotated[str, Field(max_length=64)] = ""
    """Sub-pattern inside the category, as the scene family names it; empty where nothing finer is known."""
    question: Annotated[str, Field(min_length=1, max_length=20_000)]
    """Question text, with the options of a choice inside it."""
    answer: Answer
    image: ImageRef
    source: SampleSource
    difficulty: Share = 0.5
    """Difficulty that the generator was asked for; 0 easiest, 1 hardest."""
    cluster: Annotated[str, Field(max_length=80)] = ""
    """Near-duplicate cluster: samples that share it always share their fold."""


class Verdict(Contract):
    """The judgement of one answer to one sample."""

    sample_id: Digest
    judgement: Judgement
    error_type: ErrorType | None = None
    """Why a wrong answer is wrong; None for correct answers and abstentions."""
    explanation: Annotated[str, Field(max_length=500)] = ""
    """One sentence for people: what the answer got wrong, or why nobody could judge it."""


class AnsweredSample(Contract):
    """What the policy said to one sample, and how it was judged; one line of `answers.jsonl`."""

    sample_id: Digest
    category: Category
    pattern: Annotated[str, Field(max_length=64)] = ""
    completions: Annotated[tuple[str, ...], Field(min_length=1, max_length=64)]
    """Completions of the policy, cut to 4,000 characters each."""
    verdicts: Annotated[tuple[Verdict, ...], Field(min_length=1, max_length=64)]
    """Verdict on each completion, in the same order."""


class Rollouts(Contract):
    """How often the policy solves one candidate; one line of `rollouts.jsonl`."""

    sample_id: Digest
    correct: Annotated[int, Field(ge=0)]
    unparsable: Annotated[int, Field(ge=0)]
    """Completions that held no answer at all; they count in `total`, and apart from the wrong ones."""
    total: Annotated[int, Field(ge=1)]

    @property
    def pass_rate(self) -> float:
        """Share of correct rollouts among all of the group, 0..1."""
        return self.correct / self.total


class Ticket(Contract):
    """The order for one generated sample: a slot of the ledger."""

    slot: Annotated[int, Field(ge=0)]
    """Number of the slot in the iteration, 0-based; the shard is `slot % shards`."""
    category: Category
    pattern: Annotated[str, Field(max_length=64)] = ""
    error_type: ErrorType | None = None
    """Error that the sample shall provoke; None where the diagnosis names none."""
    difficulty: Share = 0.5
    seed: Annotated[int, Field(ge=0)]
    """Seed of the first attempt; attempt n derives its own from it."""


def sample_id(category: Category, question: str, answer: Answer, pixels_digest: str) -> str:
    """Return the content hash of a sample: category, question, answer and pixels, nothing else."""
    return text_digest(canonical_json({"category": category, "question": question, "answer": answer.document(), "pixels": pixels_digest}))


__all__ = [
    "AnsweredSample",
    "Digest",
    "ImageRef",
    "Rollouts",
    "Sample",
    "SampleSource",
    "Share",
    "Ticket",
    "Verdict",
    "sample_id",
]
