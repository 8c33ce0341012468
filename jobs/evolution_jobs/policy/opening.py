"""From the spec to a policy in use."""

from __future__ import annotations

from pathlib import Path

from evolution_contracts.spec.model import PromptSpec
from evolution_contracts.spec.serving import Engine, ServingSpec
from evolution_jobs.policy.policy import Policy


def open_policy(serving: ServingSpec, model_folder: Path, prompt: PromptSpec) -> Policy:
    """Return the policy that the spec asks for; enter it before use. Heavy packages are imported only for the engine that needs them."""
    if serving.engine is Engine.TRANSFORMERS:
        from evolution_jobs.policy.transformers_engine import TransformersPolicy  # noqa: PLC0415

        return TransformersPolicy(model_folder, batch_size=serving.batch_size, max_answer_tokens=prompt.max_answer_tokens)
    from evolution_jobs.policy.http_engine import HttpPolicy  # noqa: PLC0415

    return HttpPolicy(serving, max_answer_tokens=prompt.max_answer_tokens)
