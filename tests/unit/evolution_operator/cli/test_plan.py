from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from evolution_contracts.errors import ConfigError, ExitCode
from evolution_contracts.spec.run import RunSpec
from evolution_contracts.vocabulary import Arm
from evolution_operator.cli.advice import warnings
from evolution_operator.cli.estimates import iteration_estimates, total_completions, training_steps
from evolution_operator.cli.main import app
from evolution_operator.cli.plan import example_quotas, uniform_quotas
from support.stages_folder import Workplace


def spec(**fields: object) -> RunSpec:
    return RunSpec.model_validate({"model": {"source": "builtin://tiny-vlm"}, **fields})


def evo(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "160"})


SMALL = {
    "iterations": 3,
    "data": {"categories": ["map", "medical", "mixed"], "folds": {"diagnosis": 50, "test": 20}},
    "diagnose": {"itemsPerCategory": 10, "answersPerItem": 2},
    "generate": {"samples": 100, "shards": 4},
    "filter": {"rollouts": 9},
    "train": {"grpo": {"promptsPerStep": 32, "updatesPerStep": 4, "groupSize": 8}},
}


def test_work_of_an_iteration_is_counted() -> None:
    """Worked by hand: 3 x 10 x 2 answers, 100 x 9 rollouts, ceil(100 / 32) = 4 steps x 32 x 8, 3 x 20 evaluated."""
    found = {
        estimate.stage.value: (estimate.processes, estimate.prompts, estimate.completions)
        for estimate in iteration_estimates(spec(**SMALL))
    }
    assert found == {
        "diagnose": (1, 30, 60),
        "generate": (4, 0, 0),
        "filter": (1, 100, 900),
        "train": (1, 128, 1024),
        "evaluate": (1, 60, 60),
    }
    assert total_completions(spec(**SMALL)) == 60 + 3 * (60 + 900 + 1024 + 60)


def test_steps_that_are_set_count_instead_of_epochs() -> None:
    assert training_steps(spec(train={"grpo": {"maxSteps": 7}})) == 7


def test_imported_data_leave_the_evaluation_open() -> None:
    assert total_completions(spec(data={"source": "Files", "files": ["a.jsonl"]})) is None


@pytest.mark.parametrize("arm", list(Arm))
def test_quotas_sum_to_the_order_in_every_arm(arm: Arm) -> None:
    wanted = spec(arm=arm.value, generate={"samples": 101})
    for plan in (uniform_quotas(wanted), example_quotas(wanted)):
        assert sum(plan.quotas.values()) == 101


def test_example_gives_weak_categories_more() -> None:
    plan = example_quotas(spec(generate={"samples": 1000}))
    counts = list(plan.quotas.values())
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"diagnose": {"itemsPerCategory": 10}}, "spec.diagnose.itemsPerCategory: 10 samples tell little", id="few items"),
        pytest.param({"iterations": 9}, "spec.data.folds.diagnosis: 150 samples are fewer than 9 iterations ask", id="rotation"),
        pytest.param({"filter": {"rollouts": 1}}, "no pass rate of 1 rollouts lies in 0.3 to 0.8", id="empty band"),
        pytest.param({"filter": {"minPassRate": 0}}, "always or never solved", id="band without signal"),
        pytest.param({"generate": {"samples": 100}}, "spec.train.grpo.promptsPerStep: 512 is more than the 100", id="short step"),
        pytest.param({"evaluate": {"suites": [{"name": "v", "fold": "validation"}]}}, "fold validation is empty", id="empty fold"),
    ],
)
def test_what_is_most_likely_not_meant_is_warned_of(fields: dict[str, object], expected: str) -> None:
    (warning,) = warnings(spec(**fields))
    assert expected in warning


def test_defaults_need_no_warning() -> None:
    assert warnings(spec()) == []


def test_plan_shows_stages_quotas_and_warnings(place: Workplace) -> None:
    found = evo("plan", str(place.run_file), "--set", "filter.serving.engine=VLLM")
    assert found.exit_code == ExitCode.OK
    assert "demo: 1 iterations after the baseline, arm Diagnostic" in found.stdout
    assert "quotas of iteration 1, 24 in all" in found.stdout
    assert "completions in all: at most" in found.stdout
    assert "warning: spec.train.grpo.promptsPerStep" in found.stdout
    assert "not possible on one machine: spec.filter.serving.engine" in found.stdout
    assert not place.runs.exists()


def test_plan_for_programs_is_json(place: Workplace) -> None:
    document = json.loads(evo("plan", str(place.run_file), "--output", "json").stdout)
    assert document["run"] == "demo"
    assert document["quotas"]["uniform"]["quotas"] == {"map": 12, "medical": 12}
    assert [stage["stage"] for stage in document["iterationStages"]] == ["diagnose", "generate", "filter", "train", "evaluate"]
    assert (document["errors"], document["localProblems"]) == ([], [])


def test_plan_of_a_wrong_file_lists_its_errors(place: Workplace) -> None:
    found = evo("plan", str(place.run_file), "--set", "iterations=0", "--output", "json")
    assert found.exit_code == ExitCode.CONFIGURATION
    assert "spec.iterations: 0 — must be at least 1" in json.loads(found.stdout)["errors"][0]
    assert isinstance(evo("plan", str(place.run_file), "--set", "iterations=0").exception, ConfigError)


def test_valid_file_is_called_valid_with_its_warnings(place: Workplace) -> None:
    found = evo("validate", str(place.run_file))
    assert found.exit_code == ExitCode.OK
    assert "run demo is valid" in found.stdout
    assert "warning: spec.train.grpo.promptsPerStep" in found.stderr
