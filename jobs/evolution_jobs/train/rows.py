"""The training set in the form that TRL reads: chat prompt, picture, typed answer."""

from __future__ import annotations

from collections.abc import Sequence

import datasets

from evolution_contracts.base import canonical_json
from evolution_contracts.spec.model import PromptSpec
from evolution_jobs.policy.prompt import messages, prompt_text
from evolution_jobs.runtime.datasets import Row


def training_rows(rows: Sequence[Row], prompt: PromptSpec) -> datasets.Dataset:
    """Return the data set; prompts are built by the same function as everywhere, pictures stay encoded until they are needed."""
    columns = {
        "prompt": [messages(prompt_text(row.sample, prompt)) for row in rows],
        "image": [{"bytes": row.image, "path": None} for row in rows],
        "answer": [canonical_json(row.sample.answer.document()) for row in rows],
    }
    return datasets.Dataset.from_dict(columns).cast_column("image", datasets.Image())
