"""The model behind an OpenAI-compatible server: a vLLM sidecar, or any other."""

from __future__ import annotations

import asyncio
import base64
import os
import random
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import openai

from evolution_contracts.errors import ConfigError, EvolutionError, ModelServiceError
from evolution_contracts.seeds import derive_seed
from evolution_contracts.spec.serving import Engine, Sampling, ServingSpec
from evolution_jobs.policy.policy import Completion, Prompt
from evolution_jobs.runtime.images import media_type

SIDECAR_URL = "http://127.0.0.1:8000/v1"
"""Where the vLLM sidecar of a stage's pod listens."""
API_KEY_VARIABLE = "EVOLUTION_API_KEY"
"""Environment variable that holds the server's key, from a Secret."""
MAX_TRIES = 6
"""Tries of one request: with the waits between them about two minutes, longer than a vLLM restart in place takes to answer again."""

FIRST_WAIT_SECONDS = 2.0
"""Wait before the second try; doubled for each further one."""
MAX_WAIT_SECONDS = 60.0


class HttpPolicy:
    """Asks a server with bounded concurrency; each completion has its own seed, so order and concurrency change nothing."""

    def __init__(self, serving: ServingSpec, *, max_answer_tokens: int, first_wait_seconds: float = FIRST_WAIT_SECONDS) -> None:
        if serving.engine is Engine.HTTP and serving.url is None:
            raise ConfigError("serving.url: missing for engine HTTP.", remedy="Name the server's base URL, ending in /v1.")
        self._url = serving.url or SIDECAR_URL
        self._timeout_seconds = serving.request_timeout_seconds
        self._max_answer_tokens = max_answer_tokens
        self._first_wait_seconds = first_wait_seconds
        self.batch_size = serving.batch_size

    def __enter__(self) -> Self:
        self._loop = asyncio.Runner()
        self._client = openai.AsyncOpenAI(
            base_url=self._url, api_key=os.environ.get(API_KEY_VARIABLE, "none"), timeout=self._timeout_seconds, max_retries=0
        )
        try:
            self._model = self._loop.run(self._served_model())
        except EvolutionError:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._loop.run(self._client.close())
        self._loop.close()

    def complete(self, prompts: Sequence[Prompt], *, n: int, sampling: Sampling, seed: int) -> list[list[Completion]]:
        """Return `n` completions for each prompt; see `Policy`."""
        return self._loop.run(self._complete(prompts, n, sampling, seed))

    async def _complete(self, prompts: Sequence[Prompt], n: int, sampling: Sampling, seed: int) -> list[list[Completion]]:
        places = asyncio.Semaphore(self.batch_size)

        async def ask(prompt: Prompt) -> list[Completion]:
            async with places:
                return await self._ask(prompt, n, sampling, derive_seed(seed, prompt.key))

        return list(await asyncio.gather(*(ask(prompt) for prompt in prompts)))

    async def _ask(self, prompt: Prompt, n: int, sampling: Sampling, seed: int) -> list[Completion]:
        picture = base64.b64encode(prompt.image).decode()
        content: list[Any] = [
            {"type": "image_url", "image_url": {"url": f"data:{media_type(prompt.image)};base64,{picture}"}},
            {"type": "text", "text": prompt.text},
        ]
        request: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": "user", "content": content}],
            "n": n,
            "seed": seed % 2**31,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_completion_tokens": self._max_answer_tokens,
        }
        if sampling.top_k:
            request["extra_body"] = {"top_k": sampling.top_k}
        try:
            answer = await self._retry(lambda: self._client.chat.completions.create(**request))
        except openai.BadRequestError as error:
            # The server refuses this one prompt (too long, picture too large): that says nothing about the others.
            return [Completion(text="", error=f"refused: {error.message}")] * n
        return [Completion(text=choice.message.content or "", is_truncated=choice.finish_reason == "length") for choice in answer.choices]

    async def _served_model(self) -> str:
        page = await self._retry(self._client.models.list)
        names = [model.id for model in page.data]
        if not names:
            raise ModelServiceError(f"{self._url} serves no model.", remedy="Look at the server's log.")
        return str(names[0])

    async def _retry(self, request: Any) -> Any:
        for attempt in range(MAX_TRIES):
            try:
                return await request()
            except (openai.AuthenticationError, openai.PermissionDeniedError, openai.NotFoundError) as error:
                raise ConfigError(
                    f"{self._url} refuses the request: {error.message}.", remedy=f"Check serving.url and the key in {API_KEY_VARIABLE}."
                ) from error
            except (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError) as error:
                if attempt == MAX_TRIES - 1:
                    raise ModelServiceError(
                        f"{self._url} did not answer {MAX_TRIES} times: {error}.",
                        remedy="Look at the server's log; the stage is tried again.",
                    ) from error
                await asyncio.sleep(min(MAX_WAIT_SECONDS, self._first_wait_seconds * 2**attempt) * random.uniform(0.5, 1.0))
        raise AssertionError("the loop returns or raises")
