"""What a run file may not say, and what the error tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from evolution_contracts.api.run import EvolutionRun
from evolution_contracts.spec.run import RunSpec

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
MODEL = {"source": "builtin://tiny-vlm"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_a_valid_run(path: Path) -> None:
    run = EvolutionRun.model_validate(yaml.safe_load(path.read_text()))
    assert run.metadata.name
    assert EvolutionRun.model_validate(run.document()) == run


def test_a_run_needs_nothing_but_a_model() -> None:
    assert RunSpec.model_validate({"model": MODEL}).iterations == 3


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        pytest.param({"iterations": "three"}, "iterations", id="wrong type"),
        pytest.param({"iterationz": 3}, "iterationz", id="unknown field"),
        pytest.param({"arm": "diagnostic"}, "Diagnostic", id="wrong case of an enumeration"),
        pytest.param({"model": {"source": "Qwen/Qwen2.5"}}, "source", id="model without a scheme"),
        pytest.param({"filter": {"minPassRate": 0.9}}, "above maxPassRate 0.8", id="band upside down"),
        pytest.param({"generate": {"samples": 11}}, "fewer than the 12 categories", id="quotas that cannot reach every category"),
        pytest.param({"mixture": {"capShare": 0.05}}, "Raise it to at least 0.0833", id="cap below an even share"),
        pytest.param({"diagnose": {"itemsPerCategory": 500}}, "raise the fold", id="diagnosis larger than its fold"),
        pytest.param({"diagnose": {"maxItemsPerCategory": 10}}, "below itemsPerCategory 50", id="top-up below the start"),
        pytest.param({"data": {"source": "Files"}}, "name a .parquet or .jsonl file", id="files without a file"),
        pytest.param({"data": {"files": ["a.parquet"]}}, "set source: Files", id="files that nobody reads"),
        pytest.param({"data": {"categories": ["map", "map"]}}, "stands twice", id="category named twice"),
        pytest.param({"data": {"shares": {"diagnosis": 0.9}}}, "sum to 1.5", id="shares that do not sum to one"),
        pytest.param({"train": {"grpo": {"promptsPerStep": 10}}}, "does not divide promptsPerStep 10", id="updates that do not divide"),
        pytest.param({"evaluate": {"suites": [{"name": "a"}, {"name": "a"}]}}, "stands twice", id="suite named twice"),
    ],
)
def test_invalid_spec_names_field_value_and_remedy(spec: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        RunSpec.model_validate({"model": MODEL, **spec})
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["a" * 31, "Upper", "1digit", "dot.ted", "end-", ""])
def test_name_of_a_run_leaves_room_for_the_names_of_its_children(name: str) -> None:
    with pytest.raises(ValidationError, match="name"):
        EvolutionRun.model_validate({"metadata": {"name": name}, "spec": {"model": MODEL}})
