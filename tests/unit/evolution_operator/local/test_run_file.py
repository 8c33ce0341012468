from __future__ import annotations

from pathlib import Path

import pytest

from evolution_contracts.errors import ConfigError, ExitCode
from evolution_operator.local.run_file import read_run_file
from support.stages_folder import RUN_FILE


def write(folder: Path, spec: str = "", *, name: str = "demo", head: str = "") -> Path:
    path = folder / "run.yaml"
    path.write_text(
        f"apiVersion: dpe.dev/v1alpha1\nkind: EvolutionRun\nmetadata: {{name: {name}}}\n{head}"
        f'spec:\n  model: {{source: "builtin://tiny-vlm"}}\n{spec}'
    )
    return path


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        pytest.param("  filter: {minPassRate: 1.3}\n", "spec.filter.minPassRate: 1.3 — must be at most 1 (line 6)", id="above the bound"),
        pytest.param("  iterations: 0\n", "spec.iterations: 0 — must be at least 1 (line 6)", id="below the bound"),
        pytest.param(
            "  train:\n    grpo: {learningRate: 0}\n", "spec.train.grpo.learningRate: 0 — must be above 0 (line 7)", id="exclusive"
        ),
        pytest.param("  iteration: 3\n", "spec.iteration: unknown field — did you mean iterations? (line 6)", id="misspelt"),
        pytest.param(
            "  filter: {min_pass_rate: 0.3}\n", "spec.filter.min_pass_rate: unknown field — did you mean minPassRate?", id="snake"
        ),
        pytest.param("  train: {lora: {ranks: 3}}\n", "spec.train.lora.ranks: unknown field — did you mean rank?", id="optional model"),
        pytest.param(
            "  evaluate: {suites: [{name: a, fould: test}]}\n",
            "spec.evaluate.suites.0.fould: unknown field — did you mean fold?",
            id="inside a list",
        ),
        pytest.param("  gate: {xyz: 1}\n", "unknown field — known here: minGain, requireSignificance", id="nothing alike"),
        pytest.param("  arm: uniform\n", "spec.arm: 'uniform' — must be 'Diagnostic', 'Uniform'", id="closed set"),
        pytest.param("  arm: uniform\n", "did you mean Uniform?", id="closed set, suggestion"),
        pytest.param("  iterations: many\n", "spec.iterations: 'many' — input should be a valid integer", id="type"),
        pytest.param("  generate: {samples: 5}\n", "spec.generate.samples: 5 is fewer than the 12 categories", id="cross-field"),
        pytest.param(
            "  filter: {minPassRate: 0.9, maxPassRate: 0.1}\n", "spec.filter.minPassRate: 0.9 is above maxPassRate 0.1", id="own validator"
        ),
    ],
)
def test_wrong_field_is_named_with_value_and_requirement(tmp_path: Path, spec: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_run_file(write(tmp_path, spec))
    assert expected in caught.value.message
    assert caught.value.exit_code == ExitCode.CONFIGURATION


def test_every_wrong_field_is_listed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_run_file(write(tmp_path, "  iterations: 0\n  seed: -1\n  gaate: {}\n"))
    lines = caught.value.message.strip().splitlines()
    assert "3 fields are wrong" in lines[0]
    assert [line.strip().split(":")[0] for line in lines[1:]] == ["spec.iterations", "spec.seed", "spec.gaate"]


def test_missing_model_is_required(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("apiVersion: dpe.dev/v1alpha1\nkind: EvolutionRun\nmetadata: {name: demo}\nspec: {}\n")
    with pytest.raises(ConfigError, match=r"spec\.model: is required \(line 4\)"):
        read_run_file(path)


def test_name_of_31_characters_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_run_file(write(tmp_path, name="a" * 31))
    assert "has 31 characters, must have at most 30" in caught.value.message
    assert "names of its Jobs and pods" in caught.value.message
    assert repr("a" * 30) in caught.value.message


def test_name_with_capitals_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"metadata\.name: 'Demo' — must be lower-case letters"):
        read_run_file(write(tmp_path, name="Demo"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", "line 3: key 'a' stands twice, in lines 1 and 3", id="duplicate key"),
        pytest.param("spec: {a: {b: 1, b: 2}}\n", "key 'b' stands twice", id="nested duplicate key"),
        pytest.param("a: [1\n", "line 2", id="broken"),
        pytest.param("", "holds 0 YAML documents", id="empty"),
        pytest.param("- 1\n", "a run file is one mapping", id="list"),
        pytest.param(f"{RUN_FILE}---\n{RUN_FILE}", "holds 2 YAML documents", id="two documents"),
        pytest.param("a: !!python/object:os.system {}\n", "could not determine a constructor", id="python object"),
    ],
)
def test_file_that_is_no_run_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "run.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_run_file(path)
    assert expected in caught.value.message
    assert str(path) in caught.value.message


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.yaml cannot be read: No such file"):
        read_run_file(tmp_path / "nothing.yaml")


def test_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_bytes(b"name: \xff\n")
    with pytest.raises(ConfigError, match="is not UTF-8 text: byte 6"):
        read_run_file(path)


def test_overrides_are_typed_like_yaml_and_start_at_the_spec(tmp_path: Path) -> None:
    overrides = [
        "iterations=7",
        "spec.arm=Uniform",
        "metadata.name=other",
        "train.grpo.learningRate=1e-5",
        "diagnose.rotate=false",
        "data.categories=[map, mixed]",
        "train.lora={rank: 8}",
        "data.categories.1=medical",
    ]
    run = read_run_file(write(tmp_path), overrides).run
    assert (run.metadata.name, run.spec.iterations, run.spec.arm, run.spec.diagnose.rotate) == ("other", 7, "Uniform", False)
    assert run.spec.train.grpo.learning_rate == 1e-5
    assert run.spec.data.categories == ("map", "medical")
    assert run.spec.train.lora is not None
    assert run.spec.train.lora.rank == 8


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        pytest.param("iterations", "is not of the form path=value", id="no value"),
        pytest.param("iterations=[", "is no YAML value", id="broken value"),
        pytest.param("model.source.deep=1", "spec.model.source has no field 'deep'", id="below a text"),
        pytest.param("iterationz=1", "unknown field — did you mean iterations?", id="unknown field"),
    ],
)
def test_wrong_override_is_refused(tmp_path: Path, override: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_run_file(write(tmp_path), [override])
    assert expected in caught.value.message


def test_text_of_the_file_is_kept_as_given(tmp_path: Path) -> None:
    path = write(tmp_path, "  iterations: 2 # two\n")
    assert read_run_file(path, ["iterations=3"]).text == path.read_text()
