"""The in-process engine: repeatable answers, honest truncation, clear errors for broken folders."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evolution_contracts.errors import ArtifactError
from evolution_contracts.spec.model import AnswerFormat, PromptSpec
from evolution_contracts.spec.serving import Sampling
from evolution_jobs.policy.policy import Prompt
from evolution_jobs.policy.prompt import prompt
from evolution_jobs.policy.transformers_engine import TransformersPolicy, load_model
from support.tiny import drawn_rows

SAMPLED = Sampling(temperature=1.0)


def _prompts(count: int) -> list[Prompt]:
    return [prompt(row, PromptSpec(answer_format=AnswerFormat.PLAIN)) for row in drawn_rows(count)]


def test_repeated_batch_repeats_its_completions_and_another_seed_does_not(tiny_model: Path) -> None:
    with TransformersPolicy(tiny_model, batch_size=4, max_answer_tokens=3) as policy:
        first = policy.complete(_prompts(8), n=5, sampling=SAMPLED, seed=1)
        again = policy.complete(_prompts(8), n=5, sampling=SAMPLED, seed=1)
        other = policy.complete(_prompts(8), n=5, sampling=SAMPLED, seed=2)
    assert first == again
    assert first != other
    assert [len(completions) for completions in first] == [5] * 8


def test_second_batch_alone_gives_what_it_gave_after_the_first(tiny_model: Path) -> None:
    with TransformersPolicy(tiny_model, batch_size=4, max_answer_tokens=3) as policy:
        whole = policy.complete(_prompts(8), n=3, sampling=SAMPLED, seed=1)
        rest = policy.complete(_prompts(8)[4:], n=3, sampling=SAMPLED, seed=1)
    assert rest == whole[4:]


def test_completion_without_an_end_is_truncated(tiny_model: Path) -> None:
    with TransformersPolicy(tiny_model, batch_size=8, max_answer_tokens=1) as policy:
        cut = policy.complete(_prompts(8), n=1, sampling=Sampling(), seed=1)
    assert all(completion.is_truncated for completions in cut for completion in completions if completion.text)


@pytest.mark.parametrize(("removed", "words"), [("*.safetensors", "holds no weights"), ("config.json", "cannot be loaded")])
def test_incomplete_folder_is_named(tmp_path: Path, tiny_model: Path, removed: str, words: str) -> None:
    broken = tmp_path / "model"
    shutil.copytree(tiny_model, broken)
    for path in broken.glob(removed):
        path.unlink()
    with pytest.raises(ArtifactError, match=words):
        load_model(broken, precision="float32")
