"""The base classes of every document that crosses a process boundary.

A contract is strict (an unknown field is an error, never ignored), immutable once built, and written in camelCase as Kubernetes
writes it. Field docstrings become descriptions in the CRD, so they are part of the product.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Contract(BaseModel):
    """An immutable document: unknown fields are refused, JSON keys are camelCase."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
    )

    def document(self) -> dict[str, Any]:
        """Return the document as JSON-ready values, without fields that are None."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def canonical_json(self) -> str:
        """Return the document as canonical JSON: sorted keys, no blanks; equal documents give equal text."""
        return canonical_json(self.document())

    def fingerprint(self) -> str:
        """Return the SHA-256 of the canonical JSON, as `sha256:<hex>`."""
        return text_digest(self.canonical_json())

    def evolve(self, **changes: Any) -> Self:
        """Return a copy with the named fields replaced and validated."""
        return type(self).model_validate({**{name: getattr(self, name) for name in type(self).model_fields}, **changes})


def canonical_json(value: Mapping[str, Any] | list[Any]) -> str:
    """Return `value` as JSON with sorted keys and no blanks; NaN and infinity are refused."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, as `sha256:<hex>`."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
