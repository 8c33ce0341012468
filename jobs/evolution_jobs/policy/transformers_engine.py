"""The model in the stage's own process, by transformers' `generate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import torch
from transformers import AutoModelForImageTextToText, AutoProcessor
from transformers.utils.logging import disable_progress_bar

from evolution_contracts.errors import ArtifactError
from evolution_contracts.seeds import derive_seed
from evolution_contracts.spec.serving import Sampling
from evolution_jobs.policy.policy import Completion, Prompt
from evolution_jobs.policy.prompt import messages
from evolution_jobs.runtime.images import decode_image


class TransformersPolicy:
    """Answers batches of prompts; a batch is seeded by its own prompts, so a repeated batch repeats its completions."""

    def __init__(self, folder: Path, *, batch_size: int, max_answer_tokens: int) -> None:
        self._folder = folder
        self._max_answer_tokens = max_answer_tokens
        self.batch_size = batch_size

    def __enter__(self) -> Self:
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._processor, self._model = load_model(self._folder, precision="auto")
        self._model.to(self._device).eval()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        del self._model, self._processor

    def complete(self, prompts: Sequence[Prompt], *, n: int, sampling: Sampling, seed: int) -> list[list[Completion]]:
        """Return `n` completions for each prompt; see `Policy`."""
        batches = [prompts[start : start + self.batch_size] for start in range(0, len(prompts), self.batch_size)]
        return [completions for batch in batches for completions in self._complete_batch(batch, n, sampling, seed)]

    def _complete_batch(self, prompts: Sequence[Prompt], n: int, sampling: Sampling, seed: int) -> list[list[Completion]]:
        torch.manual_seed(derive_seed(seed, *(prompt.key for prompt in prompts)))
        texts = [
            self._processor.apply_chat_template(messages(prompt.text), add_generation_prompt=True, tokenize=False) for prompt in prompts
        ]
        images = [decode_image(prompt.image, name=prompt.key) for prompt in prompts]
        inputs = self._processor(text=texts, images=images, return_tensors="pt", padding=True).to(self._device)
        with torch.inference_mode():
            generated = self._model.generate(
                **inputs, max_new_tokens=self._max_answer_tokens, num_return_sequences=n, **_sampling_arguments(sampling)
            )
        tokens = generated[:, inputs["input_ids"].shape[1] :]
        completions = [self._completion(row) for row in tokens]
        return [completions[start : start + n] for start in range(0, len(completions), n)]

    def _completion(self, tokens: torch.Tensor) -> Completion:
        text = self._processor.tokenizer.decode(tokens, skip_special_tokens=True)
        end_ids = self._model.generation_config.eos_token_id
        ends = torch.isin(tokens, torch.tensor(end_ids, device=tokens.device)).any().item()
        return Completion(text=text.strip(), is_truncated=not ends)


def load_model(folder: Path, *, precision: str) -> tuple[Any, Any]:
    """Return processor and model of a folder; `ArtifactError` where it holds no complete model."""
    if not any(folder.glob("*.safetensors")):
        raise ArtifactError(f"model folder {folder} holds no weights (*.safetensors).", remedy="Name a folder with a complete model.")
    disable_progress_bar()
    try:
        processor = AutoProcessor.from_pretrained(folder, padding_side="left", local_files_only=True)
        model = AutoModelForImageTextToText.from_pretrained(folder, dtype=precision, local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise ArtifactError(f"model folder {folder} cannot be loaded: {error}.", remedy="Name a folder with a complete model.") from error
    return processor, model


def _sampling_arguments(sampling: Sampling) -> dict[str, Any]:
    if sampling.temperature == 0:
        return {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
    return {"do_sample": True, "temperature": sampling.temperature, "top_p": sampling.top_p, "top_k": sampling.top_k}
