"""`evo-stage NAME --input FILE`: run one stage.

Arguments are parsed before anything heavy is imported, so that `--help` answers at once and an image without torch can run the
stages that need none.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

STAGES = ("prepare", "diagnose", "generate", "filter", "train", "evaluate", "report")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    options = _parser().parse_args(arguments)

    from evolution_contracts.errors import EvolutionError, ExitCode, MissingDependencyError  # noqa: PLC0415
    from evolution_contracts.vocabulary import StageName  # noqa: PLC0415
    from evolution_jobs.runtime.runner import read_input, run_stage  # noqa: PLC0415
    from evolution_jobs.runtime.settings import Settings  # noqa: PLC0415

    try:
        stage_input = read_input(options.input, StageName(options.stage))
        if options.dry_run:
            sys.stdout.write(stage_input.model_dump_json(by_alias=True, indent=2) + "\n")
            return ExitCode.OK
        try:
            stage = importlib.import_module(f"evolution_jobs.{options.stage}.stage").run
        except ModuleNotFoundError as error:
            raise MissingDependencyError(
                f"stage {options.stage} needs the package {error.name!r}, which is not installed.",
                remedy="Install evolution-operator[train], or use the image `train`.",
            ) from error
        return run_stage(stage, stage_input, Settings.from_environment())
    except EvolutionError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evo-stage", description="Run one stage of an evolution run.")
    parser.add_argument("stage", choices=STAGES, help="stage to run")
    parser.add_argument("--input", type=Path, required=True, metavar="FILE", help="the stage's input document (JSON)")
    parser.add_argument("--dry-run", action="store_true", help="check the input, print it with all defaults, and stop")
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('evolution-operator')}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
