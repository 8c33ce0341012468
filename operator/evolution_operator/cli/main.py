"""`evo`: evolve a model on this machine, and look at what came of it.

Nothing heavy is imported before a command needs it, so that `--help` and completion answer at once.
"""

from __future__ import annotations

import sys
import traceback
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from evolution_contracts.errors import EvolutionError, ExitCode

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Evolve a vision-language model: diagnose, generate, filter, train, evaluate, promote or roll back; again and again.",
    epilog="Exit codes: 0 done, 65 bad data, 69 service or storage unavailable, 70 defect, 75 stopped or busy, 78 wrong configuration.",
)


class Output(StrEnum):
    """Form of what a command prints."""

    TEXT = "text"
    JSON = "json"


File = Annotated[Path, typer.Argument(metavar="FILE", help="Run file (YAML, kind EvolutionRun).")]
Run = Annotated[str, typer.Argument(metavar="RUN", help="Name of a run, or its folder.")]
AnyRun = Annotated[str | None, typer.Argument(metavar="[RUN]", help="Name of a run, or its folder; the newest where left out.")]
Folder = Annotated[Path, typer.Option(metavar="DIR", help="Folder that holds the runs' folders.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change a field, such as train.grpo.maxSteps=10; may be given several times."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing but the result and errors.")]
OutputOption = Annotated[Output, typer.Option("--output", "-o", help="Form of the output.")]
RUNS = Path("runs")


def _show_version(is_asked: bool) -> None:  # noqa: FBT001 - the signature that typer calls
    if is_asked:
        from importlib.metadata import version

        typer.echo(f"evo {version('evolution-operator')}")
        raise typer.Exit


@app.callback()
def evo(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Take the options that stand before a command."""


@app.command()
def run(context: typer.Context, file: File, folder: Folder = RUNS, set_: Set = None, quiet: Quiet = False) -> None:  # noqa: FBT002 - a flag
    """Run a file on this machine, or continue where it stopped.

    Ctrl-C lets the stages save their work (up to 30 s) and keeps everything; the same command continues. A second Ctrl-C does not wait.
    Everything lies in runs/NAME: state, logs, artifacts, report.html and summary.json.
    """
    from evolution_operator.cli.run import run_file

    raise typer.Exit(run_file(file, parent=folder, overrides=set_ or (), is_quiet=quiet, body=context.obj))


@app.command()
def plan(file: File, set_: Set = None, output: OutputOption = Output.TEXT) -> None:
    """Show what a run would do: stages, quotas, prompts and completions, warnings. Nothing is started."""
    from evolution_operator.cli.plan import show_plan

    raise typer.Exit(show_plan(file, overrides=set_ or (), is_json=output is Output.JSON))


@app.command()
def validate(file: File, set_: Set = None) -> None:
    """Check a run file; every wrong field is listed."""
    from evolution_operator.cli.plan import validate_file

    raise typer.Exit(validate_file(file, overrides=set_ or ()))


@app.command()
def status(run: AnyRun = None, folder: Folder = RUNS, output: OutputOption = Output.TEXT) -> None:
    """Show where a run stands: iterations, stages, attempts, decisions."""
    from evolution_operator.cli.status import show_status

    raise typer.Exit(show_status(run, parent=folder, is_json=output is Output.JSON))


@app.command()
def report(
    run: AnyRun = None,
    folder: Folder = RUNS,
    open_: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Print the path of a run's report."""
    from evolution_operator.cli.inspect import show_report

    raise typer.Exit(show_report(run, parent=folder, is_opened=open_))


@app.command()
def logs(
    run: Run,
    stage: Annotated[str, typer.Argument(metavar="STAGE", help="Name of a stage, such as train.")],
    iteration: Annotated[int | None, typer.Option(min=0, help="Iteration; the newest that has a log where left out.")] = None,
    attempt: Annotated[int | None, typer.Option(min=0, help="Attempt, from 0; the newest where left out.")] = None,
    folder: Folder = RUNS,
) -> None:
    """Print what a stage wrote, of all its shards."""
    from evolution_operator.cli.inspect import show_logs

    raise typer.Exit(show_logs(run, stage, iteration=iteration, attempt=attempt, parent=folder))


@app.command()
def rerun(
    context: typer.Context,
    run: Run,
    from_: Annotated[str, typer.Option("--from", metavar="ITERATION/STAGE", help="First stage to repeat, such as 2/train.")],
    folder: Folder = RUNS,
    quiet: Quiet = False,  # noqa: FBT002 - a flag
) -> None:
    """Repeat a run from a stage on; everything before it is kept as it is."""
    from evolution_operator.cli.run import rerun_from

    raise typer.Exit(rerun_from(run, from_, parent=folder, is_quiet=quiet, body=context.obj))


@app.command()
def suspend(run: AnyRun = None, folder: Folder = RUNS) -> None:
    """Ask the evo that works on a run to stop in order, and wait for it; `evo run FILE` continues."""
    from evolution_operator.cli.inspect import suspend_run

    raise typer.Exit(suspend_run(run, parent=folder))


def main(body: object = None) -> None:
    """Run the command line; an error becomes one message and its exit code.

    Args:
        body: A `local.session.Body` in place of the usual one: other stages, another grace.
    """
    try:
        app(obj=body)
    except EvolutionError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001 - the boundary of the process: what escapes is a defect, and people get one line
        notes = getattr(error, "__notes__", [])
        if not notes:
            traceback.print_exc()
        sys.stderr.write(f"error: this is a defect of evo: {type(error).__name__}: {error}. {' '.join(notes)}\n")
        sys.exit(ExitCode.INTERNAL)


if __name__ == "__main__":
    main()
