"""Start-up of the two commands, and the share of a run's wall time that is not inside a stage.

`python -m benchmarks.startup [--json FILE] [--run FILE]`. The share is taken from a whole `evo run`: wall time, less the stages' own
seconds, less the time in which the stage server loads its libraries for the first time; that time is printed apart.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import yaml

COMMANDS = {"evo": "evolution_operator.cli.main", "evo_stage": "evolution_jobs.main"}
RUNS = 5


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    parser.add_argument("--run", type=Path, default=Path("examples/smoke.yaml"), help="run file (default examples/smoke.yaml)")
    options = parser.parse_args()
    figures = {f"{name}_help_seconds": _help_seconds(module) for name, module in COMMANDS.items()}
    figures |= run_shares(options.run)
    for name, value in figures.items():
        print(f"{name:28} {value:10.3f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    return 0


def _help_seconds(module: str) -> float:
    """Return the median time of `--help`, and make sure that it loads no torch."""
    probe = (
        f"import runpy, sys; sys.argv[1:] = ['--help']\ntry: runpy.run_module({module!r}, run_name='__main__')\nexcept SystemExit: pass\n"
    )
    loads = subprocess.run([sys.executable, "-c", probe + "assert 'torch' not in sys.modules"], capture_output=True, check=False)
    assert loads.returncode == 0, loads.stderr.decode()[-500:]
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def run_shares(run_file: Path) -> dict[str, float]:
    """Return how the wall time of one run is spent."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "EVOLUTION_CACHE": str(folder / "cache")}
        command = [sys.executable, "-m", COMMANDS["evo"], "run", str(run_file), "--folder", name, "--quiet"]
        subprocess.run(command, env=environment, capture_output=True, check=True)
        run = folder / yaml.safe_load(run_file.read_text())["metadata"]["name"]
        summary = json.loads((run / "summary.json").read_text())
        loading = _loading_seconds(run / "evo.log")
    wall, stages = summary["wall_seconds"], sum(summary["stage_seconds"].values())
    return {
        "run_wall_seconds": wall,
        "run_loading_seconds": loading,
        "run_outside_stages_share": (wall - loading - stages) / wall,
    }


def _loading_seconds(log: Path) -> float:
    """Return the time from the first look to the first start of a stage."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    times = [datetime.fromisoformat(line["timestamp"]) for line in lines]
    started = next(moment for moment, line in zip(times, lines, strict=True) if line.get("reason") == "StageStarted")
    return (started - times[0]).total_seconds()


if __name__ == "__main__":
    raise SystemExit(main())
