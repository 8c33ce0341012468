"""All benchmarks, one after the other: `make bench`. Prints a table beside the aims and writes `benchmarks/results/<name>.json`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
ENVIRONMENT = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1"}
"""As `evo run` sets it for stages: threads that spin for work slow a small machine down."""
PROGRAMS = ("answers", "scenes", "grpo", "startup")
AIMS = {
    "tiny_per_second": (">=", 3000, "scenes per second and core at 64 px"),
    "large_per_second": (">=", 25, "scenes per second and core at 448 px"),
    "plain_per_second": (">=", 200_000, "plain answer comparisons per second and core"),
    "latex_per_second": (">=", 200, "LaTeX comparisons per second and core"),
    "evo_help_seconds": ("<=", 0.4, "start-up of `evo --help`, seconds"),
    "evo_stage_help_seconds": ("<=", 0.4, "start-up of `evo-stage --help`, seconds"),
    "run_outside_stages_share": ("<=", 0.02, "share of a run's wall time outside stages"),
    "grpo_ratio": (">=", 0.95, "GRPO prompts per second against a bare TRL script"),
}
"""Figure -> comparison, aim and meaning."""


def main() -> int:
    """Run every program, then print the table."""
    RESULTS.mkdir(exist_ok=True)
    figures: dict[str, float] = {}
    for program in PROGRAMS:
        print(f"== {program}", flush=True)
        target = RESULTS / f"{program}.json"
        subprocess.run([sys.executable, "-m", f"benchmarks.{program}", "--json", str(target)], check=True, env=ENVIRONMENT)
        figures |= {name: value for name, value in json.loads(target.read_text()).items() if isinstance(value, int | float)}
    print(f"\n{'figure':48} {'measured':>12} {'aim':>12}")
    for name, (comparison, aim, meaning) in AIMS.items():
        value = figures[name]
        is_met = value >= aim if comparison == ">=" else value <= aim
        print(f"{meaning:48} {value:12,.3f} {comparison + format(aim, ','):>12} {'' if is_met else 'missed'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
