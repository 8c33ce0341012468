from __future__ import annotations

from pathlib import Path

import pytest

from evolution_contracts.errors import ConfigError
from evolution_contracts.spec.run import RunSpec
from evolution_operator.local.requirements import local_problems, require_local


def spec(**fields: object) -> RunSpec:
    return RunSpec.model_validate({"model": {"source": "builtin://tiny-vlm"}, **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"model": {"source": "pvc://claim/model"}}, "spec.model.source: pvc://claim/model lies on a cluster", id="claim"),
        pytest.param({"model": {"source": "file:///no/such"}}, "file:///no/such does not exist", id="folder"),
        pytest.param({"diagnose": {"serving": {"engine": "VLLM"}}}, "spec.diagnose.serving.engine: VLLM is a sidecar", id="sidecar"),
        pytest.param({"evaluate": {"serving": {"engine": "HTTP"}}}, "spec.evaluate.serving.url: is required", id="no url"),
        pytest.param({"data": {"source": "Files", "files": ["a.jsonl"]}}, "spec.data.files: a.jsonl does not exist below", id="data"),
    ],
)
def test_what_one_machine_cannot_do_is_named(tmp_path: Path, fields: dict[str, object], expected: str) -> None:
    (problem,) = local_problems(spec(**fields), tmp_path)
    assert expected in problem


def test_everything_else_can_be_done(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch()
    fields: dict[str, object] = {
        "model": {"source": f"file://{tmp_path}"},
        "data": {"source": "Files", "files": ["a.jsonl"]},
        "filter": {"serving": {"engine": "HTTP", "url": "http://localhost:1/v1"}},
    }
    require_local(spec(**fields), tmp_path)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    serving = {"serving": {"engine": "VLLM"}}
    with pytest.raises(ConfigError) as caught:
        require_local(spec(diagnose=serving, filter=serving), tmp_path)
    assert caught.value.message.count("VLLM is a sidecar") == 2
