"""`evo plan` and `evo validate`: what a run file asks for, before anything runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from evolution_contracts.api.run import EvolutionRun
from evolution_contracts.errors import ConfigError, ExitCode
from evolution_contracts.results import CategoryDiagnosis
from evolution_contracts.spec.run import RunSpec
from evolution_contracts.vocabulary import Category
from evolution_operator.cli.advice import warnings
from evolution_operator.cli.estimates import StageEstimate, baseline_estimates, iteration_estimates, total_completions
from evolution_operator.core.mixture import Evidence, mixture, posterior_mean
from evolution_operator.core.quotas import quotas
from evolution_operator.local.requirements import local_problems
from evolution_operator.local.run_file import read_run_file

EXAMPLE_WEAKEST = 0.2
EXAMPLE_STRONGEST = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaPlan:
    """Quotas that would follow from one diagnosis of the first iteration."""

    accuracies: Mapping[Category, float]
    mixture: Mapping[Category, float]
    quotas: Mapping[Category, int]


def show_plan(file: Path, *, overrides: Sequence[str], is_json: bool) -> ExitCode:
    """Print the plan of a run file; returns the exit code."""
    try:
        run = read_run_file(file, overrides).run
    except ConfigError as error:
        if not is_json:
            raise
        typer.echo(json.dumps({"errors": [str(error)]}, indent=2))
        return error.exit_code
    problems = local_problems(run.spec, file.resolve().parent)
    if is_json:
        typer.echo(json.dumps(plan_document(run, problems), indent=2))
    else:
        _print_plan(Console(highlight=False), run, problems)
    return ExitCode.OK


def validate_file(file: Path, *, overrides: Sequence[str]) -> ExitCode:
    """Say that a run file is valid, with warnings on standard error; returns the exit code."""
    run = read_run_file(file, overrides).run
    for warning in warnings(run.spec):
        sys.stderr.write(f"warning: {warning}\n")
    typer.echo(f"{file}: run {run.metadata.name} is valid")
    return ExitCode.OK


def plan_document(run: EvolutionRun, problems: Sequence[str]) -> dict[str, object]:
    """Return the plan for programs.

    Args:
        run: The run.
        problems: Why it cannot be done on this machine; empty where it can.
    """
    spec = run.spec
    return {
        "run": run.metadata.name,
        "arm": spec.arm.value,
        "iterations": spec.iterations,
        "baselineStages": [asdict(estimate) for estimate in baseline_estimates(spec)],
        "iterationStages": [asdict(estimate) for estimate in iteration_estimates(spec)],
        "completions": total_completions(spec),
        "quotas": {"uniform": asdict(uniform_quotas(spec)), "example": asdict(example_quotas(spec))},
        "localProblems": list(problems),
        "warnings": warnings(spec),
        "errors": [],
    }


def uniform_quotas(spec: RunSpec) -> QuotaPlan:
    """Return the quotas of the first iteration when nothing is known: every accuracy at its prior mean of 0.5."""
    return _planned(spec, {})


def example_quotas(spec: RunSpec) -> QuotaPlan:
    """Return the quotas of the first iteration for an invented diagnosis: accuracies rise evenly from 0.2 to 0.9, in the file's order."""
    n = spec.diagnose.items_per_category
    last = max(1, len(spec.data.categories) - 1)
    diagnosis = {}
    for index, category in enumerate(spec.data.categories):
        accuracy = EXAMPLE_WEAKEST + (EXAMPLE_STRONGEST - EXAMPLE_WEAKEST) * index / last
        diagnosis[category] = CategoryDiagnosis(n=n, correct=round(n * accuracy), accuracy=accuracy, low=accuracy, high=accuracy)
    return _planned(spec, diagnosis)


def _planned(spec: RunSpec, diagnosis: Mapping[Category, CategoryDiagnosis]) -> QuotaPlan:
    natural = dict.fromkeys(spec.data.categories, max(1, spec.data.folds.seeds))
    evidence = Evidence(categories=spec.data.categories, diagnosis=diagnosis, natural=natural)
    shares = mixture(spec.mixture, spec.arm, evidence, seed=spec.seed, iteration=1)
    accuracies = {category: posterior_mean(diagnosis.get(category)) for category in spec.data.categories}
    return QuotaPlan(accuracies=accuracies, mixture=shares, quotas=quotas(shares, spec.generate.samples, accuracies))


def _print_plan(console: Console, run: EvolutionRun, problems: Sequence[str]) -> None:
    spec = run.spec
    console.print(f"{run.metadata.name}: {spec.iterations} iterations after the baseline, arm {spec.arm.value}, seed {spec.seed}\n")
    console.print(_stage_table("iteration 0", baseline_estimates(spec)))
    console.print(_stage_table(f"each of iterations 1 to {spec.iterations}, at most", iteration_estimates(spec)))
    total = total_completions(spec)
    console.print(f"completions in all: {'known after prepare' if total is None else f'at most {total:,}'}\n")
    console.print(_quota_table(spec))
    for heading, lines in (("warning", warnings(spec)), ("not possible on one machine", problems)):
        for line in lines:
            console.print(f"{heading}: {line}", markup=False, soft_wrap=True)


def _stage_table(title: str, estimates: Sequence[StageEstimate]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("stage", min_width=8)
    for name in ("processes", "prompts", "completions"):
        table.add_column(name, justify="right")
    table.add_column("what")
    for estimate in estimates:
        numbers = (estimate.processes, estimate.prompts, estimate.completions)
        shown = ("?" if number is None else f"{number:,}" for number in numbers)
        table.add_row(estimate.stage.value, *shown, estimate.note)
    return table


def _quota_table(spec: RunSpec) -> Table:
    uniform, example = uniform_quotas(spec), example_quotas(spec)
    table = Table(title=f"quotas of iteration 1, {spec.generate.samples} in all", title_justify="left", box=None, pad_edge=False)
    table.add_column("category")
    for name in ("nothing known", "example accuracy", "example weight", "example quota"):
        table.add_column(name, justify="right")
    for category in spec.data.categories:
        table.add_row(
            category.value,
            str(uniform.quotas[category]),
            f"{100 * example.accuracies[category]:.0f} %",
            f"{100 * example.mixture[category]:.1f} %",
            str(example.quotas[category]),
        )
    return table
