"""There is one prompt, and training sees the same tokens as diagnosis, filter and evaluation."""

from __future__ import annotations

from pathlib import Path

import pytest

from evolution_contracts.spec.model import AnswerFormat, PromptSpec
from evolution_jobs.policy.prompt import messages, prompt, prompt_text
from evolution_jobs.policy.transformers_engine import load_model
from evolution_jobs.train.rows import training_rows
from support.tiny import drawn_rows


def test_picture_stands_before_the_text() -> None:
    assert [part["type"] for part in messages("what?")[0]["content"]] == ["image", "text"]


@pytest.mark.parametrize(
    ("spec", "ending"),
    [
        (PromptSpec(answer_format=AnswerFormat.PLAIN), ""),
        (PromptSpec(answer_format=AnswerFormat.BOXED), "boxed"),
        (PromptSpec(answer_format=AnswerFormat.THINK_BOXED), "think"),
        (PromptSpec(answer_format=AnswerFormat.BOXED, instruction="Be short."), "Be short."),
        (PromptSpec(answer_format=AnswerFormat.BOXED, instruction=""), ""),
    ],
    ids=["plain", "boxed", "think", "own instruction", "no instruction"],
)
def test_instruction_follows_the_question(spec: PromptSpec, ending: str) -> None:
    sample = drawn_rows(1)[0].sample
    text = prompt_text(sample, spec)
    assert text.startswith(sample.question)
    assert ending in text[len(sample.question) :]
    assert (text == sample.question) == (not ending)


def test_training_asks_exactly_what_the_other_stages_ask(tiny_model: Path) -> None:
    """Defect D18 of the reference code: pass rates were measured on another prompt than the one that was trained on."""
    rows = drawn_rows(4)
    spec = PromptSpec(answer_format=AnswerFormat.BOXED)
    processor, _ = load_model(tiny_model, precision="float32")
    asked = [processor.apply_chat_template(messages(prompt(row, spec).text), add_generation_prompt=True, tokenize=False) for row in rows]
    trained = [
        processor.apply_chat_template(row["prompt"], add_generation_prompt=True, tokenize=False) for row in training_rows(rows, spec)
    ]
    assert trained == asked
    assert all(text.index("<|image_pad|>") < text.index(row.sample.question) for text, row in zip(asked, rows, strict=True))
