"""The CRDs say what the models say, in the subset that Kubernetes accepts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from pydantic import Field

from evolution_contracts.api.crd import iteration_definition, run_definition, structural_schema
from evolution_contracts.base import Contract
from evolution_contracts.spec.run import RunSpec

CRDS = Path(__file__).parents[3] / "crds"
KUBECTL_ANNOTATION_LIMIT = 100 * 1024


class Part(Contract):
    """A part."""

    size: Annotated[float, Field(gt=0)] = 1.0
    """Its size."""


class Whole(Contract):
    """A whole."""

    name: str | None = None
    """Its name."""
    part: Part = Part()
    """Its part."""
    parts: tuple[Part, ...] = ()
    """More of them."""


def _nodes(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from _nodes(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _nodes(value)


def test_translation_inlines_references_and_folds_null_and_bounds() -> None:
    part = {"type": "number", "default": 1.0, "description": "Its size.", "minimum": 0, "exclusiveMinimum": True}
    assert structural_schema(Whole) == {
        "type": "object",
        "description": "A whole.",
        "properties": {
            "name": {"type": "string", "nullable": True, "description": "Its name."},
            "part": {"type": "object", "description": "Its part.", "default": {}, "properties": {"size": part}},
            "parts": {
                "type": "array",
                "default": [],
                "description": "More of them.",
                "items": {"type": "object", "description": "A part.", "properties": {"size": part}},
            },
        },
    }


def test_translation_refuses_a_union_that_the_server_could_not_check() -> None:
    class Either(Contract):
        value: int | str

    with pytest.raises(ValueError, match=r"Either\.value: a union of 2 types"):
        structural_schema(Either)


@pytest.mark.parametrize("definition", [run_definition, iteration_definition], ids=["run", "iteration"])
def test_definition_is_structural_and_small(definition: Any) -> None:
    crd = definition()
    assert len(json.dumps(crd)) < KUBECTL_ANNOTATION_LIMIT
    schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    for node in _nodes(schema):
        assert not {"$ref", "$defs", "anyOf", "oneOf", "allOf"} & set(node)
        assert not (node.get("properties") and node.get("additionalProperties"))


def test_every_field_of_the_spec_is_described() -> None:
    def missing(schema: dict[str, Any], path: str) -> Iterator[str]:
        for name, child in schema.get("properties", {}).items():
            if not child.get("description"):
                yield f"{path}.{name}"
            yield from missing(child, f"{path}.{name}")
            for inner in ("items", "additionalProperties"):
                if isinstance(child.get(inner), dict):
                    yield from missing(child[inner], f"{path}.{name}[]")

    assert list(missing(structural_schema(RunSpec), "spec")) == []


def test_every_string_and_list_of_the_spec_is_bounded() -> None:
    unbounded = [
        node
        for node in _nodes(structural_schema(RunSpec)["properties"])
        if (node.get("type") == "string" and not {"maxLength", "enum", "pattern", "format"} & set(node))
        or (node.get("type") == "array" and "maxItems" not in node)
    ]
    assert unbounded == []


def test_run_name_is_bounded_by_the_server_too() -> None:
    schema = run_definition()["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    assert schema["properties"]["metadata"]["properties"]["name"]["maxLength"] == 30


@pytest.mark.parametrize("definition", [run_definition, iteration_definition], ids=["run", "iteration"])
def test_committed_definition_is_the_generated_one(definition: Any) -> None:
    crd = definition()
    assert yaml.safe_load((CRDS / f"{crd['metadata']['name']}.yaml").read_text()) == crd
