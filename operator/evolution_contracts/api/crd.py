"""From the models to CustomResourceDefinitions, as a pure translation.

Pydantic writes JSON Schema; Kubernetes wants its structural subset: no references, no unions but "or null", booleans for exclusive
bounds. What the subset cannot say is dropped only where the server has its own way (unknown fields are pruned or refused by strict
validation); any other construct is refused here, so that a model can never mean more than its CRD.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evolution_contracts.api import GROUP, VERSION
from evolution_contracts.api.iteration import EvolutionIteration
from evolution_contracts.api.metadata import MAX_RUN_NAME_LENGTH, RUN_NAME_PATTERN
from evolution_contracts.api.run import EvolutionRun
from evolution_contracts.base import Contract

Schema = dict[str, Any]

_KEPT = frozenset(
    {
        "type", "format", "description", "default", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum",
        "minItems", "maxItems", "minProperties", "maxProperties", "required", "nullable",
        "x-kubernetes-preserve-unknown-fields", "x-kubernetes-list-type", "x-kubernetes-list-map-keys", "x-kubernetes-validations",
    }
)  # fmt: skip
_DROPPED = frozenset({"title", "additionalProperties", "propertyNames", "$defs", "discriminator", "uniqueItems"})

RUN_RULES = [
    *(
        {"rule": f"self.{field} == oldSelf.{field}", "message": f"spec.{field} cannot be changed; apply a run of another name"}
        for field in ("model", "prompt", "seed", "arm", "data", "mixture", "evaluate")
    ),
    {
        "rule": "has(self.storage) == has(oldSelf.storage) && (!has(self.storage) || self.storage == oldSelf.storage)",
        "message": "spec.storage cannot be changed; apply a run of another name",
    },
    {"rule": "self.iterations >= oldSelf.iterations", "message": "spec.iterations can only be raised"},
]
"""Transition rules of `EvolutionRun.spec`, in CEL."""

RUN_CHECKS = [
    {
        "rule": "self.generate.samples >= size(self.data.categories)",
        "message": "spec.generate.samples must be at least the number of spec.data.categories",
    },
    {"rule": "self.filter.minPassRate <= self.filter.maxPassRate", "message": "spec.filter.minPassRate must not be above maxPassRate"},
    {
        "rule": "self.train.grpo.promptsPerStep % self.train.grpo.updatesPerStep == 0",
        "message": "spec.train.grpo.updatesPerStep must divide promptsPerStep",
    },
    {
        "rule": "self.data.source != 'Files' || size(self.data.files) > 0",
        "message": "spec.data.files must name a file when spec.data.source is Files",
    },
]
"""Checks across fields of `EvolutionRun.spec`, in CEL; the models check the same and more."""

RUN_COLUMNS: list[Schema] = [
    {"name": "Phase", "type": "string", "jsonPath": ".status.phase"},
    {"name": "Iteration", "type": "integer", "jsonPath": ".status.iteration"},
    {"name": "Of", "type": "integer", "jsonPath": ".spec.iterations"},
    {"name": "Stage", "type": "string", "jsonPath": ".status.stage.stage"},
    {"name": "Best", "type": "number", "jsonPath": ".status.best.score.mean"},
    {"name": "Suspended", "type": "boolean", "jsonPath": ".spec.suspend"},
    {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
    {"name": "Arm", "type": "string", "jsonPath": ".spec.arm", "priority": 1},
    {"name": "Queue", "type": "string", "jsonPath": ".spec.scheduling.queueName", "priority": 1},
]
ITERATION_COLUMNS: list[Schema] = [
    {"name": "Run", "type": "string", "jsonPath": ".spec.run"},
    {"name": "Iteration", "type": "integer", "jsonPath": ".spec.iteration"},
    {"name": "Score", "type": "number", "jsonPath": ".status.evaluate.score.mean"},
    {"name": "Decision", "type": "string", "jsonPath": ".status.decision"},
    {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
]


def structural_schema(model: type[Contract]) -> Schema:
    """Return the structural OpenAPI schema of a model; `ValueError` names a construct that Kubernetes cannot hold."""
    raw = model.model_json_schema(by_alias=True, mode="validation")
    return _translate(raw, raw.get("$defs", {}), model.__name__)


def definition(model: type[Contract], *, plural: str, short_names: list[str], columns: list[Schema]) -> Schema:
    """Return the CustomResourceDefinition of a kind."""
    schema = structural_schema(model)
    schema["properties"]["metadata"] = {"type": "object"}
    schema["required"] = ["spec"]
    for constant in ("apiVersion", "kind"):
        schema["properties"][constant] = {"type": "string"}
    kind = model.__name__
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": kind,
                "listKind": f"{kind}List",
                "plural": plural,
                "singular": kind.lower(),
                "shortNames": short_names,
                "categories": ["evolution"],
            },
            "versions": [
                {
                    "name": VERSION,
                    "served": True,
                    "storage": True,
                    "subresources": {"status": {}},
                    "additionalPrinterColumns": columns,
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }


def run_definition() -> Schema:
    """Return the CRD of `EvolutionRun` with its CEL rules and the bound on its name."""
    crd = definition(EvolutionRun, plural="evolutionruns", short_names=["evo", "evorun"], columns=RUN_COLUMNS)
    schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    schema["properties"]["metadata"]["properties"] = {
        "name": {"type": "string", "maxLength": MAX_RUN_NAME_LENGTH, "pattern": RUN_NAME_PATTERN}
    }
    schema["properties"]["spec"]["x-kubernetes-validations"] = [*RUN_RULES, *RUN_CHECKS]
    return crd


def iteration_definition() -> Schema:
    """Return the CRD of `EvolutionIteration`."""
    return definition(EvolutionIteration, plural="evolutioniterations", short_names=["evoiter"], columns=ITERATION_COLUMNS)


def _translate(node: Mapping[str, Any], definitions: Mapping[str, Any], where: str) -> Schema:
    node = _resolve(node, definitions, where)
    unknown = set(node) - _KEPT - _DROPPED - {"properties", "items", "const", "exclusiveMinimum", "exclusiveMaximum", "examples"}
    if unknown:
        raise ValueError(f"{where}: {sorted(unknown)} cannot be said in a structural schema")
    schema = {key: value for key, value in node.items() if key in _KEPT}
    if "const" in node:
        schema["enum"] = [node["const"]]
    for name, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if name in node:
            schema |= {bound: node[name], name: True}
    if schema.get("default", ...) is None:
        del schema["default"]
    if schema.get("type") == "object" and "default" in schema:
        # The server fills defaults from the outside in: an empty object is enough to bring up those of its fields.
        schema["default"] = {}
    if "properties" in node:
        schema["properties"] = {name: _translate(child, definitions, f"{where}.{name}") for name, child in node["properties"].items()}
    elif isinstance(extra := node.get("additionalProperties"), Mapping):
        schema["additionalProperties"] = _translate(extra, definitions, f"{where}.*")
    if "items" in node:
        schema["items"] = _translate(node["items"], definitions, f"{where}[]")
    return schema


def _resolve(node: Mapping[str, Any], definitions: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the node with references inlined and "or null" folded; descriptions at the place of use win."""
    here = dict(node)
    if "$ref" in here:
        name = here.pop("$ref").removeprefix("#/$defs/")
        return _resolve({**definitions[name], **here}, definitions, where)
    if "anyOf" in here:
        branches = [branch for branch in here.pop("anyOf") if branch.get("type") != "null"]
        if len(branches) != 1:
            raise ValueError(f"{where}: a union of {len(branches)} types cannot be said in a structural schema")
        return _resolve({**branches[0], **here, "nullable": True}, definitions, where)
    return here
