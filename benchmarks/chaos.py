"""Kills runs at random moments and compares what becomes of them with an undisturbed run.

A trial starts `evo run`, waits a random time, and sends SIGKILL either to `evo` or to a random process of a stage. Then it runs the
same command again until the run has ended. It must end with the same decisions, scores and dataset digests, and must not have repeated
a stage that was finished before the kill. `python -m benchmarks.chaos --trials 20 --seed 1 [--run FILE]`; exit code 1 when a trial
differs.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import yaml

EVO = (sys.executable, "-m", "evolution_operator.cli.main")
START_SECONDS = 60.0
"""Longest wait for the first stage of a run."""
END_SECONDS = 900.0
"""Longest time that one `evo run` may take."""
MAX_RESTARTS = 5
"""Times a killed run is started again before it counts as stuck."""


@dataclass(frozen=True, kw_only=True)
class Trace:
    """What must be equal between a disturbed run and an undisturbed one."""

    decisions: tuple[Any, ...]
    """Iteration, score and decision of every iteration."""
    datasets: tuple[str, ...]
    """Digests of generated and filtered datasets."""
    models: tuple[str, ...]
    """Digests of trained models."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How one trial went."""

    seed: int
    target: str
    """What was killed, and when."""
    restarts: int
    problems: tuple[str, ...]
    """Differences to the undisturbed run; empty when it survived."""


class LocalRun:
    """One run file in one folder, driven through the command line as a user would."""

    def __init__(self, run_file: Path, parent: Path, cache: Path) -> None:
        self.folder = parent / yaml.safe_load(run_file.read_text())["metadata"]["name"]
        self._command = [*EVO, "run", str(run_file), "--folder", str(parent), "--quiet"]
        self._environment = {**os.environ, "EVOLUTION_CACHE": str(cache)}
        self._log = parent / "evo.out"

    def start(self) -> subprocess.Popen[bytes]:
        """Start `evo run` in a session of its own."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            return subprocess.Popen(self._command, env=self._environment, stdout=log, stderr=log, start_new_session=True)

    def finish(self) -> int:
        """Run until `evo` ends by itself; returns its exit code."""
        return self.start().wait(END_SECONDS)

    def output(self) -> str:
        """Return what all starts printed."""
        return self._log.read_text() if self._log.exists() else ""

    def finished_attempts(self) -> dict[str, str]:
        """Return the folders of finished attempts and their manifests' text."""
        return {str(path.parent.relative_to(self.folder)): path.read_text() for path in self.folder.glob("artifacts/**/manifest.json")}

    def trace(self) -> Trace:
        """Return what the run decided and made."""
        state = json.loads((self.folder / "state.json").read_text())
        records = _iteration_records(state)
        return Trace(
            decisions=tuple((each["iteration"], each["evaluate"]["score"], each["decision"]) for each in records),
            datasets=tuple(each[stage]["datasetDigest"] for each in records for stage in ("generate", "filter") if stage in each),
            models=tuple(each["train"]["modelDigest"] for each in records if "train" in each),
        )

    def used_attempts(self) -> set[str]:
        """Return the folders of the attempts that the finished run is made of."""
        state = json.loads((self.folder / "state.json").read_text())
        used = set()
        for record in _iteration_records(state):
            for stage in record["stages"]:
                for ref in stage["manifests"]:
                    shard = f"/s{ref['shard']}" if "shard" in ref else ""
                    place = f"i{ref['iteration']}/{ref['stage']}/a{ref['attempt']}{shard}"
                    used.add(f"artifacts/local/{self.folder.name}/{place}")
        return used


def _iteration_records(state: dict[str, Any]) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = sorted(state["iterations"], key=lambda record: record["iteration"])
    return records


def run_trial(run_file: Path, reference: Trace, duration: float, seed: int, cache: Path) -> Trial:
    """Disturb one run and compare it; everything random comes from `seed`."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        run = LocalRun(run_file, Path(name), cache)
        process = run.start()
        target = _strike(process, rng, delay=rng.uniform(0.05, 1.0) * duration)
        before = run.finished_attempts()
        restarts, problems = _restart_until_ended(run, process)
        if not problems:
            problems = [*_differences(reference, run.trace()), *_repeated(before, run)]
        if problems:
            sys.stderr.write(run.output()[-4000:])
        return Trial(seed=seed, target=target, restarts=restarts, problems=tuple(problems))


def _strike(process: subprocess.Popen[bytes], rng: random.Random, delay: float) -> str:
    """Wait, then kill `evo` or one of the stage processes; returns what was hit."""
    began = time.monotonic()
    while time.monotonic() - began < delay and process.poll() is None:
        time.sleep(0.02)
    if process.poll() is not None:
        return f"nothing, the run had ended before {delay:.1f} s"
    stages = [child for child in psutil.Process(process.pid).children(recursive=True) if _is_stage(child)]
    victim = rng.choice(["evo", "stage"])
    if victim == "stage" and stages:
        chosen = rng.choice(stages)
        _kill(chosen.pid)
        return f"a stage process after {delay:.1f} s"
    _kill(process.pid)
    process.wait()
    return f"evo after {delay:.1f} s"


def _is_stage(process: psutil.Process) -> bool:
    """Whether a process leads a session of its own below the stage server, as every stage does."""
    try:
        parent = process.parent()
        return os.getsid(process.pid) == process.pid and parent is not None and "fork_server" in " ".join(parent.cmdline())
    except (psutil.NoSuchProcess, ProcessLookupError):
        return False


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _restart_until_ended(run: LocalRun, process: subprocess.Popen[bytes]) -> tuple[int, list[str]]:
    code = process.wait(END_SECONDS)
    for restarts in range(MAX_RESTARTS + 1):
        if code == 0:
            return restarts, []
        code = run.finish()
    return MAX_RESTARTS, [f"still exit code {code} after {MAX_RESTARTS} restarts"]


def _differences(reference: Trace, found: Trace) -> Iterator[str]:
    for part in ("decisions", "datasets", "models"):
        expected, got = getattr(reference, part), getattr(found, part)
        if expected != got:
            yield f"{part} differ: {got} instead of {expected}"


def _repeated(before: dict[str, str], run: LocalRun) -> Iterator[str]:
    after, used = run.finished_attempts(), run.used_attempts()
    for folder, manifest in before.items():
        if after.get(folder) != manifest:
            yield f"{folder} was finished before the kill and was written again"
        elif folder not in used and not folder.endswith("report/a0"):
            yield f"{folder} was finished before the kill and was not used"


def measure_reference(run_file: Path, cache: Path) -> tuple[Trace, float]:
    """Return the trace of an undisturbed run and its wall time in seconds, with the model already built."""
    with tempfile.TemporaryDirectory(prefix="chaos-reference-") as name:
        run = LocalRun(run_file, Path(name), cache)
        began = time.monotonic()
        code = run.finish()
        if code != 0:
            raise SystemExit(f"the undisturbed run ended with exit code {code}:\n{run.output()[-4000:]}")
        return run.trace(), time.monotonic() - began


def run_trials(run_file: Path, trials: int, seed: int, cache: Path, tell: Callable[[str], None]) -> list[Trial]:
    """Run all trials one after the other; trial n has the seed `seed * 1000 + n`."""
    measure_reference(run_file, cache)
    reference, duration = measure_reference(run_file, cache)
    tell(f"undisturbed: {duration:.1f} s, {len(reference.decisions)} iterations, {len(reference.datasets)} datasets")
    results = []
    for number in range(trials):
        trial = run_trial(run_file, reference, duration, seed * 1000 + number, cache)
        outcome = "; ".join(trial.problems) or "the same"
        tell(f"trial {number + 1} of {trials}, seed {trial.seed}: killed {trial.target}, {trial.restarts} restarts: {outcome}")
        results.append(trial)
    return results


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=20, help="runs to disturb (default 20)")
    parser.add_argument("--seed", type=int, default=1, help="seed of all moments and targets (default 1)")
    parser.add_argument("--run", type=Path, default=Path("examples/smoke.yaml"), help="run file (default examples/smoke.yaml)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chaos-cache-") as cache:
        trials = run_trials(options.run, options.trials, options.seed, Path(cache), tell=lambda text: print(text, flush=True))
    failed = [trial for trial in trials if trial.problems]
    print(f"{len(trials) - len(failed)} of {len(trials)} trials ended like the undisturbed run")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
