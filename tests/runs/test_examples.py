"""Every example runs to its end, or is planned where it needs what a test machine has not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evolution_contracts.answers import IntegerAnswer
from evolution_contracts.vocabulary import Arm
from evolution_jobs.answers.instruction import canonical_text
from support.tiny import drawn_rows

EXAMPLES = Path(__file__).parents[2] / "examples"
SMALL = (
    "spec.iterations=1",
    "spec.data.folds={diagnosis: 12, seeds: 6, test: 12}",
    "spec.diagnose.itemsPerCategory=12",
    "spec.generate.samples=60",
    "spec.train.grpo.maxSteps=1",
    "spec.train.grpo.promptsPerStep=8",
)
"""Overrides that keep a control arm's run to seconds."""


def test_smoke_run_succeeds_and_leaves_summary_and_report(evolve: Callable[..., Any]) -> None:
    ended = evolve(EXAMPLES / "smoke.yaml")
    assert ended.code == 0, ended.output
    summary = ended.summary
    assert summary["phase"] == "Succeeded"
    assert set(summary["baseline"]) == set(summary["best"]) == {"score", "low", "high"}
    assert [line["iteration"] for line in summary["iterations"]] == [1, 2]
    for line in summary["iterations"]:
        assert set(line) == {"iteration", "score", "low", "high", "decision", "mixture", "accepted", "kept"}
        assert line["decision"] in {"Promoted", "Rejected"}
        assert sum(line["mixture"].values()) == pytest.approx(1)
        assert sum(line["accepted"].values()) == 240
    assert set(summary["final_minus_baseline"]) == {"mean", "low", "high"}
    assert set(summary["stage_seconds"]) == {"prepare", "diagnose", "generate", "filter", "train", "evaluate", "report"}
    page = (ended.folder / "report.html").read_text()
    assert "Undecided" not in page
    assert str(ended.folder / "report.html") in ended.output

    again = evolve(EXAMPLES / "smoke.yaml")
    assert again.code == 0, "a finished run started again is no error"
    assert {**again.summary, "wall_seconds": 0} == {**summary, "wall_seconds": 0}


@pytest.mark.parametrize("arm", [arm for arm in Arm if arm is not Arm.DIAGNOSTIC], ids=str)
def test_control_arm_runs_at_the_same_budget(evolve: Callable[..., Any], arm: Arm) -> None:
    ended = evolve(EXAMPLES / f"arm-{arm.value.lower()}.yaml", SMALL)
    assert ended.code == 0, ended.output
    (line,) = ended.summary["iterations"]
    assert sum(line["accepted"].values()) == 60
    if arm is Arm.UNIFORM:
        assert line["mixture"] == pytest.approx(dict.fromkeys(line["mixture"], 1 / 3))


def test_own_data_run_imports_a_parquet_and_splits_it(evolve: Callable[..., Any], tmp_path: Path) -> None:
    shutil.copy(EXAMPLES / "own-data.yaml", tmp_path / "own-data.yaml")
    rows = drawn_rows(240, seed=5)
    pq.write_table(
        pa.Table.from_pylist(
            [
                {
                    "problem": f"<image>{row.sample.question}",
                    "answer": canonical_text(row.sample.answer),
                    "images": [{"bytes": row.image, "path": f"{index}.png"}],
                    "problem_type": "numerical" if isinstance(row.sample.answer, IntegerAnswer) else "text",
                    "image_type": row.sample.category.value,
                }
                for index, row in enumerate(rows)
            ]
        ),
        tmp_path / "own-data.parquet",
    )
    ended = evolve(tmp_path / "own-data.yaml")
    assert ended.code == 0, ended.output
    assert ended.summary["phase"] == "Succeeded"


def test_settings_of_the_paper_are_planned() -> None:
    command = [sys.executable, "-m", "evolution_operator.cli.main", "plan", str(EXAMPLES / "qwen2.5-vl-7b.yaml")]
    planned = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "4,000" in planned.stdout
    assert "10 steps of 512 prompts" in " ".join(planned.stdout.split())


def test_every_arm_has_an_example() -> None:
    assert {path.stem for path in EXAMPLES.glob("arm-*.yaml")} == {f"arm-{arm.value.lower()}" for arm in Arm} - {"arm-diagnostic"}
