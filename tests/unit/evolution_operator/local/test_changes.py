from __future__ import annotations

import pytest

from evolution_contracts.errors import ConfigError
from evolution_contracts.spec.run import RunSpec
from evolution_operator.local.changes import refuse_changes

BASE = {"model": {"source": "builtin://tiny-vlm"}, "iterations": 2}


def changed(**changes: object) -> RunSpec:
    return RunSpec.model_validate({**BASE, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"iterations": 5}, id="more iterations"),
        pytest.param({"suspend": True}, id="suspend"),
        pytest.param({"budget": {"wallHours": 1}}, id="budget"),
        pytest.param({"ttlSecondsAfterFinished": 5}, id="time to live"),
        pytest.param({"failure": {"stallRetries": 9}}, id="failure"),
        pytest.param({"rerun": {"id": "a", "fromIteration": 0, "fromStage": "prepare"}}, id="rerun"),
    ],
)
def test_what_may_change_is_taken_over(changes: dict[str, object]) -> None:
    refuse_changes(changed(), changed(**changes), folder="runs/demo")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"iterations": 1}, "spec.iterations: 1 is below the 2", id="fewer iterations"),
        pytest.param({"seed": 7}, "spec.seed: 7 differs from 42", id="seed"),
        pytest.param({"train": {"grpo": {"groupSize": 4}}}, "spec.train.grpo.groupSize: 4 differs from 8", id="deep"),
        pytest.param({"train": {"lora": {}}}, "spec.train.lora: {", id="added part"),
        pytest.param({"data": {"categories": ["map"]}}, "spec.data.categories: ['map'] differs from", id="list"),
    ],
)
def test_first_field_that_must_not_change_is_named(changes: dict[str, object], expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        refuse_changes(changed(), changed(**changes), folder="runs/demo")
    assert caught.value.message.startswith(expected)
    assert "evo run --folder" in caught.value.remedy
    assert "delete runs/demo" in caught.value.remedy


def test_part_that_is_left_out_is_told_as_nothing() -> None:
    with pytest.raises(ConfigError, match=r"spec\.train\.lora: nothing differs from"):
        refuse_changes(changed(train={"lora": {}}), changed(), folder="runs/demo")
