"""From pydantic's errors to sentences for the author of a run file."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, get_args

import yaml
from pydantic import BaseModel

from evolution_contracts.api.metadata import MAX_RUN_NAME_LENGTH
from evolution_contracts.api.run import EvolutionRun

Location = Sequence[int | str]
MAX_VALUE_LENGTH = 60
BOUNDS = {
    "less_than_equal": ("at most", "le"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("below", "lt"),
    "greater_than": ("above", "gt"),
}
NAME = ("metadata", "name")


def describe(error: Mapping[str, Any]) -> str:
    """Return one error as `path: value — what is wrong, and what to write instead`."""
    location: Location = error["loc"]
    path = ".".join(str(part) for part in location)
    kind = error["type"]
    if kind == "missing":
        return f"{path}: is required"
    if kind == "extra_forbidden":
        return f"{path}: unknown field{_suggestion(str(location[-1]), field_names(location[:-1]))}"
    if kind == "value_error":
        # Our own validators name the field below the place where they stand.
        return f"{path}.{error['ctx']['error']}" if path else str(error["ctx"]["error"])
    return f"{path}: {_shown(error['input'])} — {_requirement(error)}"


def line_of(root: yaml.Node, location: Location) -> int | None:
    """Return the line, from 1, of the deepest part of a location that the file has; None where it has none of it."""
    node, line = root, None
    for part in location:
        found = _entry(node, part)
        if found is None:
            break
        line, node = found
    return line


def field_names(location: Location) -> list[str]:
    """Return the fields that the API knows at a place in a run."""
    kind: Any = EvolutionRun
    for part in location:
        model = _model(kind)
        if model is None:
            return []
        if isinstance(part, int):
            continue
        names = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
        kind = names.get(part, kind)
    model = _model(kind)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _model(kind: Any) -> type[BaseModel] | None:
    """Return the model inside an annotation such as `tuple[Suite, ...]` or `LoraSpec | None`."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((model for part in get_args(kind) if (model := _model(part)) is not None), None)


def _requirement(error: Mapping[str, Any]) -> str:
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    if tuple(error["loc"]) == NAME and isinstance(value, str):
        return _name_requirement(value)
    if kind in BOUNDS:
        word, bound = BOUNDS[kind]
        return f"must be {word} {context[bound]:g}"
    if kind in {"enum", "literal_error"}:
        return f"must be {context['expected']}{_suggestion(str(value), _quoted(context['expected']))}"
    if kind == "string_pattern_mismatch":
        return f"must match {context['pattern']}"
    message = str(error["msg"])
    return message[:1].lower() + message[1:]


def _name_requirement(name: str) -> str:
    if len(name) > MAX_RUN_NAME_LENGTH:
        return (
            f"has {len(name)} characters, must have at most {MAX_RUN_NAME_LENGTH}: the names of its Jobs and pods are made from it and "
            f"Kubernetes allows those 63. Shorten it, for example to {name[:MAX_RUN_NAME_LENGTH].rstrip('-')!r}"
        )
    return "must be lower-case letters, digits and '-', begin with a letter and end with a letter or digit"


def _suggestion(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if not close:
        by_case = {name.lower(): name for name in known}
        close = [by_case[word.lower()]] if word.lower() in by_case else []
    if close:
        return f" — did you mean {close[0]}?"
    return f" — known here: {', '.join(known)}" if known else ""


def _quoted(expected: str) -> list[str]:
    return [part for part in expected.split("'") if part.strip() not in {"", ",", "or"}]


def _shown(value: Any) -> str:
    text = value.value if isinstance(value, Enum) else repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= MAX_VALUE_LENGTH else f"{text[: MAX_VALUE_LENGTH - 1]}…"


def _entry(node: yaml.Node, part: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line + 1, node.value[part]
    return None
