"""The protocol of everything that answers prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from evolution_contracts.spec.serving import Sampling


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One picture and the text that goes with it, ready to be asked."""

    key: str
    """Sample id; seeds of its completions derive from it, so the order and the company of prompts do not matter to an HTTP engine."""
    text: str
    """Question and instruction."""
    image: bytes
    """Encoded picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One completion of one prompt."""

    text: str
    is_truncated: bool = False
    """True when the token limit cut it off; such a completion holds no answer."""
    error: str = ""
    """Why there is no completion; the text is then empty and the verdict is an abstention."""


class Policy(Protocol):
    """A model in use; a context manager, because engines hold servers, memory or connections."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    @property
    def batch_size(self) -> int:
        """Prompts that are best asked together. A stage that resumes must form the same batches again."""
        ...

    def complete(self, prompts: Sequence[Prompt], *, n: int, sampling: Sampling, seed: int) -> list[list[Completion]]:
        """Return `n` completions for each prompt, in the order of the prompts; the same arguments give the same completions.

        Raises:
            ModelServiceError: the engine is gone or stays unusable; a single failed completion is no exception but has `error` set.
        """
        ...
