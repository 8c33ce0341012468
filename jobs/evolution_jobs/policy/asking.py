"""Asking a policy about many samples: in batches, graded, journaled, interruptible, resumable.

Diagnosis, filter and evaluation differ in what they make of the replies; how they are obtained is the same and stands here. A resumed
stage forms the same batches again and repeats a batch only as a whole, because an engine may seed a batch by all of its prompts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from evolution_contracts.errors import ContractError, ModelServiceError
from evolution_contracts.spec.model import PromptSpec
from evolution_contracts.spec.serving import Sampling, ServingSpec
from evolution_contracts.vocabulary import Judgement
from evolution_jobs.answers.verifier import Grade, Verifier
from evolution_jobs.policy.opening import open_policy
from evolution_jobs.policy.policy import Completion, Policy
from evolution_jobs.policy.prompt import prompt
from evolution_jobs.runtime.context import StageContext
from evolution_jobs.runtime.datasets import Row
from evolution_jobs.runtime.journal import Line
from evolution_jobs.runtime.model_folder import MODEL_FOLDER
from evolution_jobs.runtime.resume import Resumed, resume

JOURNAL_NAME = "journal.jsonl"
"""Where the stages that ask keep their unfinished work; no artifact."""
MAX_ABSTAIN_SHARE = 0.2
"""Share of replies without a judgement above which a stage fails that has no setting for it; the default of `diagnose.maxAbstainShare`."""

PolicyOpener = Callable[[ServingSpec, Path, PromptSpec], Policy]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One completion and what the verifier makes of it."""

    completion: Completion
    grade: Grade

    @property
    def judgement(self) -> Judgement:
        """Correct or wrong; abstain where the engine gave nothing or the verifier failed. An answer that cannot be parsed is wrong."""
        if self.completion.error or self.grade.is_verifier_failure:
            return Judgement.ABSTAIN
        return Judgement.CORRECT if self.grade.judgement is Judgement.CORRECT else Judgement.WRONG

    @property
    def is_unparsable(self) -> bool:
        """Whether the policy wrote something that holds no answer."""
        return not self.completion.error and not self.grade.is_parsable


class Finding(NamedTuple):
    """What a stage keeps of one sample."""

    line: Line
    """JSON-ready; `sampleId` names the sample."""
    is_settled: bool
    """False where something abstained: such a line is not journaled, so a resumed stage asks again."""


Describe = Callable[[Sequence[Row], Sequence[Sequence[Reply]]], list[Finding]]
"""Turns a batch of samples and their replies into findings, in the same order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How samples are asked."""

    serving: ServingSpec
    sampling: Sampling
    completions: int
    """Completions for each sample."""


class Examiner:
    """Asks one policy about samples and returns one line for each."""

    def __init__(
        self, context: StageContext, *, policy: Policy, verifier: Verifier, resumed: Resumed, manner: Manner, describe: Describe
    ) -> None:
        self._context = context
        self._policy = policy
        self._verifier = verifier
        self._journal = resumed.journal
        self._kept = {line["sampleId"]: line for line in resumed.kept}
        self._manner = manner
        self._describe = describe

    def examine(self, rows: Sequence[Row]) -> list[Line]:
        """Return the lines of samples in their order; batches that an earlier attempt finished are not asked again."""
        lines: list[Line] = []
        size = self._policy.batch_size
        for start in range(0, len(rows), size):
            self._context.interrupt.check()
            lines += self._examine_batch(rows[start : start + size])
        return lines

    def _examine_batch(self, batch: Sequence[Row]) -> list[Line]:
        kept = [self._kept.get(row.sample.id) for row in batch]
        lines = [line for line in kept if line is not None]
        if len(lines) < len(batch):
            findings = self._describe(batch, self._ask(batch))
            self._journal.append(finding.line for finding in findings if finding.is_settled)
            lines = [finding.line for finding in findings]
        self._context.progress.advance(len(batch))
        return lines

    def _ask(self, batch: Sequence[Row]) -> list[list[Reply]]:
        stage, count = self._context.input, self._manner.completions
        prompts = [prompt(row, stage.spec.prompt) for row in batch]
        asked = self._policy.complete(prompts, n=count, sampling=self._manner.sampling, seed=stage.seed)
        if [len(completions) for completions in asked] != [count] * len(batch):
            raise ModelServiceError(
                f"the policy gave {sum(map(len, asked))} completions for {len(batch)} prompts, expected {count} for each.",
                remedy="Look at the server's log; it may not support several choices.",
            )
        flat = [_printable(completion) for completions in asked for completion in completions]
        answers = [row.sample.answer for row in batch for _ in range(count)]
        texts = ["" if completion.is_truncated else completion.text for completion in flat]
        grades = self._verifier.verify_all(list(zip(answers, texts, strict=True)))
        replies = [Reply(completion=completion, grade=grade) for completion, grade in zip(flat, grades, strict=True)]
        return [replies[start : start + count] for start in range(0, len(replies), count)]


@contextmanager
def examiner(context: StageContext, opener: PolicyOpener, manner: Manner, recipe: str, describe: Describe) -> Iterator[Examiner]:
    """Open journal, verifier and the policy of role `model`."""
    model = context.workspace.upstream("model").under(MODEL_FOLDER)
    with (
        resume(context, JOURNAL_NAME, recipe) as resumed,
        Verifier(context.input.spec.prompt.answer_format) as verifier,
        opener(manner.serving, model, context.input.spec.prompt) as policy,
    ):
        yield Examiner(context, policy=policy, verifier=verifier, resumed=resumed, manner=manner, describe=describe)


def require_judged(*, judged: int, abstained: int, max_share: float, unanswered: int) -> float:
    """Return the share of abstentions; raise where it is above the limit, for then the rest says nothing about the policy.

    Raises:
        ModelServiceError: Most abstentions are completions that never came.
        ContractError: Most abstentions are answers that nobody could judge.
    """
    total = judged + abstained
    share = abstained / total if total else 0.0
    if judged and share <= max_share:
        return share
    message = f"{abstained} of {total} answers have no judgement, above the limit of {max_share:g}; {unanswered} of them never came."
    if 2 * unanswered >= abstained:
        raise ModelServiceError(message, remedy="Look at the log of the model's server or the judge.")
    raise ContractError(message, remedy="Check the formulas among the answers of the data.")


def _printable(completion: Completion) -> Completion:
    """Return the completion without halves of surrogate pairs, which a server may send and no file can hold."""
    if completion.text.isascii():
        return completion
    return replace(completion, text=completion.text.encode(errors="replace").decode())


__all__ = [
    "JOURNAL_NAME",
    "MAX_ABSTAIN_SHARE",
    "Describe",
    "Examiner",
    "Finding",
    "Manner",
    "PolicyOpener",
    "Reply",
    "examiner",
    "open_policy",
    "require_judged",
]
