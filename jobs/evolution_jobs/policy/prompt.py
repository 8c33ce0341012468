"""The one prompt of the project: picture first, then question and instruction.

Diagnosis, filter, training and evaluation all build their prompts here, because a pass rate measured on another prompt says nothing
about training.
"""

from __future__ import annotations

from typing import Any

from evolution_contracts.records import Sample
from evolution_contracts.spec.model import PromptSpec
from evolution_jobs.answers.instruction import instruction
from evolution_jobs.policy.policy import Prompt
from evolution_jobs.runtime.datasets import Row

Message = dict[str, Any]


def prompt_text(sample: Sample, spec: PromptSpec) -> str:
    """Return the question followed by the instruction of the answer format."""
    ending = spec.instruction if spec.instruction is not None else instruction(spec.answer_format, sample.answer)
    return f"{sample.question}\n{ending}" if ending else sample.question


def prompt(row: Row, spec: PromptSpec) -> Prompt:
    """Return the prompt of a sample."""
    return Prompt(key=row.sample.id, text=prompt_text(row.sample, spec), image=row.image)


def messages(text: str) -> list[Message]:
    """Return the chat messages of a prompt: one user turn, the picture before the text."""
    return [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": text}]}]
